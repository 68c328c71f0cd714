// The resident's live line: steps pushed by the server, the call to the counter, and whatever its listeners take up:
// the sound of both sides, a person who takes over.
import { openLive } from "../shared/live.js";
import { calledTo, phoneCode, sheet, ticket, told } from "./state.js";

/** @import { Live } from "../shared/live.js" */
/** @import { LiveMessage, Turn } from "../shared/api_types" */

/**
 * @typedef {object} Listener
 * @property {(message: LiveMessage) => void} hear
 * @property {(state: "open" | "lost" | "closed") => void} changed
 */

/** @type {Live | null} */
let line = null;
/** @type {Listener[]} */
const listeners = [];

/** Who is told of every message and of the state of the line, beside the screens. @param {Listener} told */
export function listenToLine(told) {
  listeners.push(told);
}

/**
 * Opens the line of a visit; settles when its first step is there or the line is lost, so that nothing said
 * afterwards is missed.
 * @param {{visit_id: string, token: string}} visit
 * @param {{receive: (turn: Turn) => void, lost: () => void}} to
 * @param {boolean} greet the first step is spoken
 * @returns {Promise<void>}
 */
export function openLine(visit, to, greet) {
  line?.close();
  let silent = !greet;
  let greeted = false;
  return new Promise((settled) => {
    /** The first step is the visit as it was when the line opened; the turn that opened it may be answered by then
        and knows more. @param {Turn} turn */
    const receive = (turn) => {
      if (greeted) to.receive(turn);
      greeted = true;
      settled();
    };
    line = openLive(`/api/v1/visits/${encodeURIComponent(visit.visit_id)}/live`, {
      hello: () => {
        const first = { token: visit.token, resumed: silent, told_seq: newestTold() };
        silent = true;
        return first;
      },
      onMessage: (message) => hear(message, receive),
      onState: (state) => {
        if (state === "refused") to.lost();
        else changed(state);
        if (state !== "open") settled();
      },
    });
  });
}

export function closeLine() {
  line?.close();
  line = null;
  changed("closed");
}

/** The newest of the person's words that this screen has. */
function newestTold() {
  return told.value.reduce((last, one) => (one.from === "operator" ? Math.max(last, one.seq) : last), 0);
}

/** False when the line does not stand. @param {object} message */
export function sendLine(message) {
  return line?.send(message) ?? false;
}

/** @param {ArrayBuffer} frame */
export function sendSound(frame) {
  return line?.sendSound(frame) ?? false;
}

/**
 * @param {LiveMessage} message
 * @param {(turn: Turn) => void} receive
 */
function hear(message, receive) {
  if (message.type === "step") receive(/** @type {Turn} */ (/** @type {unknown} */ (message)));
  if (message.type === "called" && message.ticket === ticket.value?.ticket) calledTo.value = String(message.counter ?? "");
  if (message.type === "moved") {
    phoneCode.value = "moved";
    sheet.value = { kind: "phone" };
  }
  for (const one of listeners) one.hear(message);
}

/** @param {"open" | "lost" | "closed"} state */
function changed(state) {
  for (const one of listeners) one.changed(state);
}
