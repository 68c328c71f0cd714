// A person in the talk: wanted, waited for, here, gone again; what they say, show and ask. Nothing here pulls a
// resident away from a consent or a PIN.
import { about } from "../shared/about.js";
import { setMouth } from "../shared/avatar.js";
import { newId } from "../shared/api.js";
import { makeLiveVoice } from "../shared/live_voice.js";
import { batch, effect } from "../shared/preact.js";
import { listenToLine, sendLine } from "./line.js";
import { isQuiet, receive } from "./receiving.js";
import { perform, visitCall } from "./requests.js";
import * as state from "./state.js";
import { words } from "./words.js";

/** @import { LiveMessage, Turn } from "../shared/api_types" */
/** @import { OperatorNow, OperatorSaid } from "../shared/conversation_types" */

const ALONE = new Set(["consent", "card", "paused", "quiet", "details"]);

const voice = makeLiveVoice({
  send: (signalled) => sendLine({ signal: signalled }),
  onState: (now, why) =>
    batch(() => {
      const { state: before, after } = state.call.value;
      state.call.value = { state: now, why, after: before === "on" || before === "broken" ? after : newestSeq() };
      if (now === "ringing") state.sheet.value = { kind: "call" };
      else if (state.sheet.value?.kind === "call") state.sheet.value = null;
    }),
  onLevel: (bars) => (state.callLevel.value = bars),
  setMouth,
});

/** A person leads the talk now. */
export function isHeld() {
  return state.operator.value?.state === "held";
}

/** A person is on the way already. */
export function isWantedOrHere() {
  return isHeld() || state.operator.value?.state === "waiting";
}

/** The machine's ear and voice are silent: two people speak. */
export function isInCall() {
  return state.call.value.state !== "off" && state.call.value.state !== "ringing";
}

/** That the machine leads is news only where a person did. @param {OperatorNow} now @param {OperatorNow | null} before */
function isNews(now, before) {
  return now.state !== "assistant" || before?.state === "held" || before?.state === "assistant";
}

/** What was announced once still holds while the same one leads. @param {OperatorNow} now @param {OperatorNow | null} before */
function announced(now, before) {
  return before?.state === now.state && before.who?.name_ja === now.who?.name_ja ? before.announce_ja : "";
}

/** @param {OperatorNow | null | undefined} now as a turn or a push tells it; undefined: nothing is told */
export function learnOperator(now) {
  if (now === undefined) return;
  const before = state.operator.value;
  batch(() => {
    state.operator.value = now && isNews(now, before) ? { ...now, announce_ja: now.announce_ja || announced(now, before) } : null;
    if (now?.state !== "held") {
      state.told.value = [];
      state.shared.value = null;
      if (state.sheet.value && ["talk", "shared", "call"].includes(state.sheet.value.kind)) state.sheet.value = null;
    }
    if (now?.state === "callback" && before?.state !== "callback" && !ALONE.has(state.view.value)) state.sheet.value = { kind: "callback" };
    if (now?.state === "held" && state.sheet.value?.kind === "callback") state.sheet.value = null;
  });
  if (now?.state !== "held") voice.drop();
}

/** The words that the machine leads again have been read. */
export function backRead() {
  if (state.operator.value?.state === "assistant") state.operator.value = null;
}

/** @param {OperatorSaid} said a word that came twice is taken once */
function hearOperator({ seq, text, by_ja }) {
  if (!state.told.value.some((one) => one.seq === seq)) keepTold({ from: "operator", seq, text, by_ja });
}

/** In the order of the server; what it has not taken yet stands last. @param {import("./state.js").Told} one */
function keepTold(one) {
  state.told.value = [...state.told.value, one].sort((a, b) => (a.seq === b.seq ? 0 : a.seq - b.seq));
}

/** What the resident said aloud to the person; the server has it. @param {string} text */
export function keepSaid(text) {
  if (isHeld()) keepTold({ from: "resident", seq: newestSeq() + 0.5, text, by_ja: "" });
}

/** The place of the newest word that the server told. */
export function newestSeq() {
  return state.told.value.reduce((last, one) => (Number.isFinite(one.seq) ? Math.max(last, Math.floor(one.seq)) : last), 0);
}

/**
 * A sentence for the person: it changes no fact and no screen; words of danger go the quiet way whoever leads.
 * @param {string} text
 */
export function sayToOperator(text) {
  const said = text.trim();
  if (!said) return Promise.resolve();
  /** @type {import("./state.js").Told} */
  const own = { from: "resident", seq: Infinity, text: said, by_ja: "" };
  keepTold(own);
  return perform(words().telling, async () => {
    const turn_id = newId();
    const received = /** @type {Turn} */ (await visitCall("POST", "/turns", { text: said, turn_id }));
    state.told.value = state.told.value.filter((one) => one !== own);
    if (isQuiet(received.step)) receive(received);
    else learnOperator(received.operator);
    if (isHeld()) keepTold({ ...own, seq: received.message_seq ?? newestSeq() + 0.5 });
  });
}

/** @param {{page?: unknown, procedure?: unknown}} message */
function hearShared(message) {
  batch(() => {
    state.shared.value = { procedure: message.page === "procedure" ? String(message.procedure) : null };
    if (!ALONE.has(state.view.value)) state.sheet.value = { kind: "shared" };
  });
}

export function acceptCall() {
  state.muted.value = false;
  return voice.accept();
}

export function declineCall() {
  voice.decline();
}

export function endCall() {
  voice.end();
}

export function switchMuted() {
  state.muted.value = !state.muted.value;
  voice.mute(state.muted.value);
}

/** Nobody is asked to speak who does something for which they should be left alone. @param {import("../shared/live_voice.js").Signalled} signalled */
function hearSignal(signalled) {
  if (signalled.kind !== "offer" || (isHeld() && !ALONE.has(state.view.value))) voice.hear(signalled);
  else sendLine({ signal: { kind: "bye", body: { why: "declined" } } });
}

/** @param {LiveMessage} message */
function hear(message) {
  const heard = /** @type {any} */ (message);
  if (message.type === "operator") learnOperator(heard);
  else if (message.type === "operator_says") hearOperator(heard);
  else if (message.type === "shared") hearShared(heard);
  else if (message.type === "signal") hearSignal(heard);
}

/** Connects the line; called once. */
export function startOperator() {
  listenToLine({
    hear,
    changed: (line) => {
      if (line === "open") sendLine({ view: viewForMirror() });
      if (line === "closed") voice.drop();
    },
  });
  effect(() => {
    sendLine({ view: viewForMirror() });
    if (state.view.value === "card" || state.view.value === "quiet") voice.end();
  });
}

/** What an operator's mirror says is up: of the conversation also whether an answer is read or a person awaited. */
function viewForMirror() {
  const shown = state.screen.value;
  const kind = state.turn.value?.step.kind;
  if (shown !== "talk") return shown;
  if (kind === "hand_over") return kind;
  return kind === "answer" && !state.explained.value ? kind : shown;
}

/** The telephone of the town, where it gave one. */
export function townPhone() {
  return state.operator.value?.phone_ja || about.value?.municipality.phone_ja || "";
}
