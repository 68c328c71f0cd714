// What the server sends becomes the state of the screen.
import { batch } from "../shared/preact.js";
import * as state from "./state.js";

/** @import { Step, Turn } from "../shared/api_types" */

/**
 * The answer to a turn becomes the screen.
 * @param {Turn} received
 */
export function receive(received) {
  batch(() => {
    state.turn.value = received;
    state.explained.value = false;
    state.view.value = isQuiet(received.step) ? "quiet" : "talk";
    if (received.command === "wait") state.view.value = "paused";
    if (received.command === "stop") state.sheet.value = { kind: "withdraw" };
  });
}

/**
 * A step pushed by the server: what is known follows, but a screen that waits for a touch is not pulled away.
 * @param {Turn} pushed
 */
export function receivePushed(pushed) {
  if (state.busy.value || !state.turn.value || !pushed.step) return;
  batch(() => {
    state.turn.value = pushed;
    if (isQuiet(pushed.step)) state.view.value = "quiet";
  });
}

/** @param {Step} step */
function isQuiet(step) {
  return step.hand_over?.reason === "sensitive";
}
