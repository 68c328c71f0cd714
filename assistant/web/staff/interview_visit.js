// The visit behind 聞き取り受付, and its line to the window towards the resident: a BroadcastChannel of this browser,
// so nothing leaves the desk. The window only shows; the one thing that comes back from it is a touch on the read-back.
import { batch, effect, signal } from "../shared/preact.js";
import { call, newId, Problem } from "../shared/api.js";
import { whenSignedOut } from "../shared/session.js";
import { show } from "./acts.js";
import { INTERVIEW as W } from "./interview_words.js";
import { DESK_ID, FOR_RESIDENT, residentChannel } from "./resident_channel.js";
import * as state from "./state.js";
import { fill, W as DESK } from "./words.js";

/** @import { OpenedVisit, Question, Ticket, Turn } from "../shared/api_types" */
/** @import { Signal } from "../shared/preact.js" */

/** @type {Signal<{visit_id: string, token: string, number: string} | null>} */
export const visit = signal(null);
/** @type {Signal<Turn | null>} */
export const turn = signal(null);
/** A question the clerk took out of turn. @type {Signal<Question | null>} */
export const picked = signal(null);
/** @type {Signal<string>} */
export const trouble = signal("");
/** What the resident touched on their window. @type {Signal<"" | "right" | "wrong">} */
export const touched = signal("");
export const busy = signal(false);

const channel = residentChannel();
if (!FOR_RESIDENT) {
  channel.addEventListener("message", (event) => {
    if (!visit.value || (event.data?.desk && event.data.desk !== DESK_ID)) return;
    if (event.data?.hello) tellResident(null);
    if (event.data?.touched) touch(event.data.touched);
  });
  addEventListener("pagehide", () => visit.value && channel.postMessage({ desk: DESK_ID, turn: null, ticket: null }));
}

/** @param {Ticket | null} ticket */
function tellResident(ticket) {
  channel.postMessage({ desk: DESK_ID, turn: turn.value, ticket });
}

/** @param {unknown} what */
function touch(what) {
  if (turn.value?.step.question?.id !== "confirm" || busy.value) return;
  if (what === "wrong") touched.value = "wrong";
  if (what === "right") take({ answer: { question: "confirm", value: true } }).then(() => (touched.value = "right"));
}

function clear() {
  batch(() => {
    visit.value = null;
    turn.value = null;
    picked.value = null;
    trouble.value = "";
    touched.value = "";
  });
}

whenSignedOut(() => {
  if (!visit.value) return;
  clear();
  tellResident(null);
});

/**
 * @param {string} method
 * @param {string} path
 * @param {unknown} [body]
 */
export async function visitCall(method, path, body) {
  const given = visit.value;
  if (!given) throw new Error("no visit");
  return call(method, `/api/v1/visits/${encodeURIComponent(given.visit_id)}${path}`, { token: given.token, body });
}

/** Until nothing is on its way. @returns {Promise<void>} */
function idle() {
  return new Promise((done) => {
    const stop = effect(() => {
      if (busy.value) return;
      queueMicrotask(() => stop());
      done();
    });
  });
}

/** @param {() => Promise<void>} request */
export async function guarded(request) {
  if (busy.value) return;
  batch(() => {
    busy.value = true;
    trouble.value = "";
    touched.value = "";
  });
  try {
    await request();
  } catch (failure) {
    trouble.value = failure instanceof Problem ? `${failure.detail}${failure.remedy}` : DESK.offline;
  } finally {
    busy.value = false;
  }
}

/**
 * Opens a visit in the mode of an interview; with a case that has a number only, the talk behind that number.
 * @param {{case_id: string, ticket: string} | null} [numbered]
 */
export function startInterview(numbered = null) {
  state.panel.value = "interview";
  if (visit.value) return;
  guarded(async () => {
    const body = numbered ? { mode: "interview", case: numbered.case_id } : { mode: "interview" };
    const opened = /** @type {OpenedVisit} */ (await call("POST", "/api/v1/visits", { body }));
    visit.value = { visit_id: opened.visit_id, token: opened.token, number: numbered?.ticket ?? "" };
    turn.value = opened;
    tellResident(null);
  });
}

/** @param {Turn} now */
function arrive(now) {
  batch(() => {
    turn.value = now;
    picked.value = null;
  });
  tellResident(null);
}

/** @param {Record<string, unknown>} body */
export function take(body) {
  return guarded(async () => arrive(await visitCall("POST", "/turns", { ...body, turn_id: newId() })));
}

/** Passes the present question over; it is listed and comes back. */
export function later() {
  const question = picked.value ?? turn.value?.step.question;
  if (question?.can_skip) take({ answer: { question: question.id, unknown: true } });
}

/**
 * Official data into the visit, typed or pasted.
 * @param {Record<string, unknown>} body
 * @returns {Promise<string[] | null>} headings nothing knew, or null when it was refused
 */
export async function addOfficial(body) {
  /** @type {string[] | null} */
  let left_out = null;
  await idle(); // what was typed while a turn was on its way is not lost
  await guarded(async () => {
    const { left_out: unknown, ...now } = await visitCall("POST", "/official", body);
    left_out = unknown;
    arrive(now);
  });
  return left_out;
}

export function drop() {
  const given = visit.value;
  clear();
  state.panel.value = null;
  tellResident(null);
  if (given) call("DELETE", `/api/v1/visits/${encodeURIComponent(given.visit_id)}`, { token: given.token }).catch(() => undefined);
}

/** @param {string} [printed] the number of a machine the town already has */
export function toCase(printed) {
  return guarded(async () => {
    const ticket = /** @type {Ticket} */ (await visitCall("POST", "/case", printed ? { number: printed } : {}));
    tellResident(ticket);
    clear();
    state.panel.value = null;
    state.done.value = { text: fill(W.ticket, ticket.ticket), undo: false };
    await show(ticket.case_id);
  });
}
