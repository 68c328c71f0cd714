// Everything the resident can do: turns of the conversation and the explicit acts (consent, card, forms, ticket).
// One act at a time; a second touch while one runs does nothing. A turn carries an id, so that sending it again
// after the line broke never applies it twice.
import { call, newId, Problem, Unreachable } from "../shared/api.js";
import { about } from "../shared/about.js";
import { batch } from "../shared/preact.js";
import * as state from "./state.js";
import { openLine, closeLine } from "./line.js";
import { tongue, words } from "./words.js";

/** @import { Consent, CardField, NextAct, OpenedVisit, Turn } from "../shared/api_types" */

class Gone extends Error {}

/** Set when the resident said that a number is all they want. */
let wantsTicket = false;

const RETRY_FIRST_S = 2;
const RETRY_LONGEST_S = 15;
const SESSION_OVER = new Set([401, 404, 410]);

/**
 * Runs one act; shows what it waits for and, when it fails, what to do.
 * @param {string} label
 * @param {() => Promise<void>} act
 */
export async function perform(label, act) {
  if (state.busy.value) return;
  state.busy.value = { label };
  state.sorry.value = null;
  try {
    await act();
  } catch (failure) {
    if (failure instanceof Gone) return;
    if (failure instanceof Problem && SESSION_OVER.has(failure.status)) {
      reset(words().expired);
      return;
    }
    const problem = failure instanceof Problem ? failure : null;
    state.sorry.value = {
      title: words().sorry_title,
      detail: problem?.detail || words().sorry_text,
      remedy: problem?.remedy ?? "",
    };
    if (!problem && !(failure instanceof Unreachable)) console.error("act failed", failure instanceof Error ? failure.name : "");
  } finally {
    state.busy.value = null;
  }
}

/**
 * Tries until an answer comes, telling the resident so; for what may safely be sent again.
 * @template T
 * @param {() => Promise<T>} request
 * @returns {Promise<T>}
 */
export async function persistently(request) {
  const born = state.generation;
  for (let wait_s = RETRY_FIRST_S; ; wait_s = Math.min(wait_s * 2, RETRY_LONGEST_S)) {
    try {
      const answer = await request();
      if (born !== state.generation) throw new Gone();
      state.offline.value = null;
      return answer;
    } catch (failure) {
      if (born !== state.generation) throw new Gone();
      if (!(failure instanceof Unreachable)) {
        state.offline.value = null;
        throw failure;
      }
      await countdown(wait_s);
      if (born !== state.generation) throw new Gone();
    }
  }
}

/** @param {number} seconds */
function countdown(seconds) {
  return new Promise((resolve) => {
    let left = seconds;
    const finish = () => {
      clearInterval(timer);
      resolve(undefined);
    };
    const timer = setInterval(() => {
      left -= 1;
      if (left <= 0 || !state.offline.value) finish();
      else state.offline.value = { seconds: left, retry: finish };
    }, 1000);
    state.offline.value = { seconds, retry: finish };
  });
}

/**
 * A call of this visit, opened first if there is none.
 * @param {string} method
 * @param {string} path under the visit
 * @param {unknown} [body]
 */
export async function visitCall(method, path, body) {
  const { visit_id, token } = state.visit.value ?? (await openVisit());
  return persistently(() => call(method, `/api/v1/visits/${encodeURIComponent(visit_id)}${path}`, { token, body }));
}

async function openVisit() {
  const body = { language: "ja", help_wished: state.helpWished.value };
  const opened = /** @type {OpenedVisit} */ (await persistently(() => call("POST", "/api/v1/visits", { body })));
  const given = { visit_id: opened.visit_id, token: opened.token };
  state.visit.value = given;
  state.today.value = opened.on.slice(0, 10);
  openLine(given, { receive: receivePushed, lost: () => reset(words().expired) });
  return given;
}

/**
 * One turn: text, answer, correct, back or details.
 * @param {Record<string, unknown>} body
 */
export function takeTurn(body) {
  return perform(words().working, async () => {
    const turn_id = newId();
    const received = /** @type {Turn} */ (await visitCall("POST", "/turns", { ...body, turn_id }));
    receive(received);
    if (received.command === "ticket_only") wantsTicket = true;
  }).then(() => {
    if (!wantsTicket) return undefined;
    wantsTicket = false;
    return openCase(true);
  });
}

/** @param {string} text */
export function say(text) {
  const said = text.trim();
  if (!said) return Promise.resolve();
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
function receivePushed(pushed) {
  if (state.busy.value || !state.turn.value || !pushed.step) return;
  batch(() => {
    state.turn.value = pushed;
    if (isQuiet(pushed.step)) state.view.value = "quiet";
  });
}

/** @param {import("../shared/api_types").Step} step */
function isQuiet(step) {
  return step.hand_over?.reason === "sensitive";
}

/**
 * Goes to an act of the visit: consent, details or forms; without any, to the ticket.
 * @param {NextAct} usual
 */
export async function advance(usual) {
  const possible = state.turn.value?.next ?? [];
  if (!possible.includes(usual)) await openCase(false);
  else if (usual === "consent") await askConsent();
  else if (usual === "details") await askDetails();
  else await prepareForms();
}

/** Fetches the words of the consent, then shows them. */
export function askConsent() {
  return perform(words().working, async () => {
    const asked = await visitCall("GET", "/consents");
    batch(() => {
      state.consentAsk.value = asked.ask;
      state.view.value = "consent";
    });
  });
}

/** Fetches what the papers still lack; goes straight on when nothing is asked. */
export async function askDetails() {
  await perform(words().working, async () => {
    const asked = await visitCall("GET", "/details");
    batch(() => {
      state.details.value = asked;
      if (asked.visit.length || asked.people.length) state.view.value = "details";
    });
  });
  const asked = state.details.value;
  if (asked && !asked.visit.length && !asked.people.length) await prepareForms();
}

/**
 * Sends what was typed for the papers, or that staff shall ask.
 * @param {Record<string, unknown> | "skip"} details
 */
export async function giveDetails(details) {
  await perform(words().working, async () => {
    const received = await visitCall("POST", "/turns", { details, turn_id: newId() });
    state.turn.value = received;
  });
  if (!state.sorry.value) await prepareForms();
}

/**
 * @param {string} person
 * @param {CardField[]} fields
 */
export function giveConsent(person, fields) {
  return perform(words().working, async () => {
    const given = /** @type {Consent} */ (await visitCall("POST", "/consents", { person, fields }));
    batch(() => {
      state.consent.value = given;
      state.view.value = "card";
    });
  });
}

export function withdrawConsent() {
  const given = state.consent.value;
  if (!given) return Promise.resolve();
  return perform(words().working, async () => {
    await visitCall("DELETE", `/consents/${encodeURIComponent(given.consent_id)}`);
    batch(() => {
      state.consent.value = null;
      state.cardFacts.value = [];
      state.cards.value = { ...state.cards.value, [given.person]: "without" };
      state.notice.value = words().withdrawn;
    });
  });
}

export function prepareForms() {
  return perform(words().forms_preparing, async () => {
    const prepared = await visitCall("POST", "/forms", {});
    batch(() => {
      state.forms.value = prepared;
      state.view.value = "forms";
    });
  });
}

/** @param {boolean} ticketOnly */
export function openCase(ticketOnly) {
  return perform(words().working, async () => {
    const given = await visitCall("POST", "/case", ticketOnly ? { ticket_only: true } : {});
    batch(() => {
      state.ticket.value = given;
      state.sheet.value = null;
      state.view.value = "ticket";
    });
  });
}

export function callStaff() {
  return perform(words().calling, async () => {
    const answered = /** @type {Turn} */ (await visitCall("POST", "/call_operator"));
    const told = answered.step.hand_over;
    batch(() => {
      state.human.value = { state: "called", people_ahead: told?.people_ahead, minutes: told?.minutes };
      if (!state.turn.value) receive(answered);
    });
  });
}

/** Withdraws the visit on the server, best effort, and forgets it here at once. */
export function withdraw() {
  const given = state.visit.value;
  reset(words().stopped);
  if (given) call("DELETE", `/api/v1/visits/${encodeURIComponent(given.visit_id)}`, { token: given.token }).catch(() => undefined);
}

/**
 * Back to the first screen; a case that was opened stays with the staff.
 * @param {string} [notice]
 */
export function reset(notice = "") {
  closeLine();
  state.forgetAll();
  tongue.value = "ja";
  state.notice.value = notice;
}

/** One step back, where that has a meaning. */
export function goBack() {
  const { view } = state;
  if (view.value === "language") view.value = state.turn.value ? "talk" : "attract";
  else if (view.value === "consent" || view.value === "forms" || view.value === "details") view.value = "talk";
  else if (view.value === "card") return askConsent();
  else if (view.value === "talk" && state.explained.value) state.explained.value = false;
  else if (view.value === "talk") return stepBack();
  return Promise.resolve();
}

async function stepBack() {
  if (!state.turn.value?.understood.length) {
    withdraw();
    state.notice.value = "";
    return;
  }
  await takeTurn({ back: true });
}
