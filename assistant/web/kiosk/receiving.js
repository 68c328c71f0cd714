// What the server sends becomes the state of the screen.
import { batch, effect } from "../shared/preact.js";
import { backRead, isWantedOrHere, learnOperator } from "./operator.js";
import * as state from "./state.js";

/** @import { Step, Turn } from "../shared/api_types" */

/**
 * The answer to a turn becomes the screen.
 * @param {Turn} received
 */
export function receive(received) {
  batch(() => {
    backRead();
    learnOperator(received.operator);
    state.turn.value = received;
    state.explained.value = false;
    state.view.value = isQuiet(received.step) ? "quiet" : "talk";
    if (received.command === "wait") state.view.value = "paused";
    if (received.command === "stop") state.sheet.value = { kind: "withdraw" };
  });
}

/** Screens that give way to the answer to what was said. @type {Set<import("./state.js").View>} */
const TALKING = new Set(["attract", "talk", "language"]);

/** A spoken step that came while a touch was being carried out. @type {Turn | null} */
let late = null;
effect(() => {
  if (state.busy.value || !late) return;
  const waiting = late;
  late = null;
  receivePushed(waiting);
});

/**
 * A step pushed by the server: what is known follows, but a screen that waits for a touch is not pulled away; only
 * the answer to what was said becomes the screen, as the answer to what was written does.
 * @param {Turn} pushed
 */
export function receivePushed(pushed) {
  if (!pushed.step) return;
  learnOperator(pushed.operator);
  if (state.busy.value) {
    late = pushed.spoken ? pushed : late;
    return;
  }
  if (pushed.spoken && TALKING.has(state.view.value)) {
    state.sorry.value = null;
    receive(pushed);
    return;
  }
  if (!state.turn.value) return;
  batch(() => {
    if (state.turn.value?.step.checking && !pushed.step.checking) state.explained.value = false;
    state.turn.value = keepsQuestion(pushed) ? { ...pushed, step: state.turn.value?.step ?? pushed.step } : pushed;
    if (isQuiet(pushed.step)) state.view.value = "quiet";
  });
}

/** Who called a person by touch keeps the question they were at, also after the line was cut. @param {Turn} pushed */
function keepsQuestion(pushed) {
  return pushed.step.kind === "hand_over" && isWantedOrHere() && !isQuiet(pushed.step);
}

/** Danger was spoken of. @param {Step} step */
export function isQuiet(step) {
  return step.hand_over?.reason === "sensitive";
}
