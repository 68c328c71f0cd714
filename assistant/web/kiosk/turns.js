// Turns of the conversation: text, answers, corrections, one step back. A turn carries an id, so that sending it
// again after the line broke never applies it twice.
import { about } from "../shared/about.js";
import { newId } from "../shared/api.js";
import { askConsent, openCase, prepareForms, withdraw } from "./acts.js";
import { isHeld, sayToOperator } from "./operator.js";
import { receive } from "./receiving.js";
import { perform, visitCall } from "./requests.js";
import * as state from "./state.js";
import { words } from "./words.js";

/** @import { Turn } from "../shared/api_types" */

/**
 * One turn: text, answer, correct, back or details.
 * @param {Record<string, unknown>} body
 */
export async function takeTurn(body) {
  /** @type {Turn["command"]} */
  let command;
  await perform(words().working, async () => {
    const received = /** @type {Turn} */ (await visitCall("POST", "/turns", { ...body, turn_id: newId() }));
    receive(received);
    command = received.command;
  });
  if (command === "ticket_only") await openCase(true);
}

/** @param {string} text */
export function say(text) {
  const said = text.trim();
  if (!said) return Promise.resolve();
  if (isHeld()) return sayToOperator(said);
  state.heard.value = said;
  return takeTurn({ text: said });
}

/**
 * A reason chosen by its picture: a touch when the town knows the reason, else the sentence it stands for.
 * @param {string} id
 * @param {string} text
 */
export function chooseReason(id, text) {
  const known = about.value?.life_events.some((event) => event.id === id) ?? false;
  return known ? answer("reasons", [id]) : say(text);
}

/**
 * One certificate and nothing else: why one came and which, answered as on the list (COUNTER_RULES 20).
 * @param {string} certificate
 */
export async function chooseCertificate(certificate) {
  await answer("reasons", ["certificates"]);
  const asked = state.turn.value?.step.question;
  if (asked?.options.some((option) => option.value === certificate)) await answer(asked.id, [certificate]);
}

/**
 * One of the things a sentence may have meant: a reason to come, or a procedure wished for.
 * @param {string} id
 */
export function chooseCandidate(id) {
  if (!about.value?.life_events.some((event) => event.id === id)) return correct(`wants_${id}`, true);
  const known = state.turn.value?.understood.find((item) => item.fact === "reasons")?.value;
  return correct("reasons", [...new Set([...(Array.isArray(known) ? known : []), id])]);
}

/**
 * @param {string} question
 * @param {unknown} value
 */
export function answer(question, value) {
  return takeTurn({ answer: { question, value } });
}

/** @param {string} question */
export function answerUnknown(question) {
  return takeTurn({ answer: { question, unknown: true } });
}

/**
 * @param {string} fact
 * @param {unknown} value
 */
export async function correct(fact, value) {
  state.sheet.value = null;
  const from = state.view.value;
  await takeTurn({ correct: { fact, value } });
  if (from === "forms" && !state.sorry.value) await prepareForms();
  if (from === "ticket") state.view.value = "ticket";
}

/**
 * What the resident last said, said better.
 * @param {string} text
 */
export async function sayAgain(text) {
  state.sheet.value = null;
  await takeTurn({ back: true });
  if (!state.sorry.value) await say(text);
}

/** One step back, where that has a meaning. */
export function goBack() {
  const { view } = state;
  if (view.value === "language") view.value = state.turn.value ? "talk" : "attract";
  else if (view.value === "details" && state.detailsAt.value > 0) state.detailsAt.value -= 1;
  else if (view.value === "forms" && state.details.value) view.value = "details";
  else if (view.value === "consent" || view.value === "forms" || view.value === "details") view.value = "talk";
  else if (view.value === "card") return askConsent();
  else if (view.value === "talk" && state.explained.value) state.explained.value = false;
  else if (view.value === "talk") return stepBack();
  return Promise.resolve();
}

async function stepBack() {
  if (!state.turn.value?.understood.length) {
    if (state.onPhone.value) {
      state.turn.value = null;
      state.view.value = "attract";
      return;
    }
    withdraw();
    state.notice.value = "";
    return;
  }
  await takeTurn({ back: true });
}
