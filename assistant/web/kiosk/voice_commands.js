// What may be said to a screen, carried out as the touch would: by the very button, so that what a touch may not do
// now a word may not do either. A consent and a PIN have no word.
import { callStaff, openCase, withdraw } from "./acts.js";
import * as state from "./state.js";
import { voiceWords } from "./voice_words.js";

/** @typedef {"go_on" | "without_card" | "skip" | "back" | "call_human" | "ticket_only" | "wait" | "stop"} Command */

/** The buttons a word stands for, by the name of their place. @type {Partial<Record<Command, string[]>>} */
const BUTTONS = {
  go_on: ["next", "resume"],
  without_card: ["consent-no", "without-card"],
  skip: ["skip", "dont-know"],
  back: ["back", "resume"],
};

/** On these go_on would be a consent or a PIN. */
const BY_TOUCH_ONLY = new Set(["consent", "card"]);

/** @param {Command} command */
export function carryOut(command) {
  const asksToWithdraw = state.sheet.value?.kind === "withdraw";
  if (asksToWithdraw && command === "stop") return withdraw();
  if (asksToWithdraw && command === "back") {
    state.sheet.value = null;
    return undefined;
  }
  if (command === "stop") return stop();
  if (command === "wait") {
    state.view.value = "paused";
    return undefined;
  }
  if (command === "call_human") return callStaff();
  if (command === "ticket_only") return state.ticket.value ? undefined : openCase(true);
  if (command === "go_on" && BY_TOUCH_ONLY.has(state.view.value) && !state.cardRead.value) return undefined;
  return press(BUTTONS[command] ?? []);
}

/** @param {string[]} places */
function press(places) {
  for (const place of places) {
    const button = /** @type {HTMLButtonElement | null} */ (document.querySelector(`.kiosk [data-name="${place}"], .kiosk-plain [data-name="${place}"]`));
    if (button && !button.disabled) {
      button.click();
      return;
    }
  }
  state.notice.value = voiceWords().not_here;
}

/** Asks first, where there is something to lose. */
function stop() {
  if (state.view.value === "paused") return withdraw();
  if (state.view.value === "end") return press(["next"]);
  if (state.visit.value) state.sheet.value = { kind: "withdraw" };
  return undefined;
}
