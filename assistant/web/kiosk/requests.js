// One act at a time, told while it runs and when it fails; what may be sent again is sent until an answer comes.
// A second touch while an act runs does nothing.
import { call, Problem, Unreachable } from "../shared/api.js";
import { closeLine, openLine } from "./line.js";
import { forgetPhone } from "./phone_memory.js";
import { receivePushed } from "./receiving.js";
import * as state from "./state.js";
import { tongue, words } from "./words.js";

/** @import { OpenedVisit } from "../shared/api_types" */

class Gone extends Error {}

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
  const { visit_id, token } = state.visit.value ?? (await openVisit(false));
  return persistently(() => call(method, `/api/v1/visits/${encodeURIComponent(visit_id)}${path}`, { token, body }));
}

/** @param {boolean} greet with the voice, where there is one */
async function openVisit(greet) {
  const body = { language: "ja", help_wished: state.helpWished.value };
  const opened = /** @type {OpenedVisit} */ (await persistently(() => call("POST", "/api/v1/visits", { body })));
  const given = { visit_id: opened.visit_id, token: opened.token };
  state.visit.value = given;
  state.today.value = opened.on.slice(0, 10);
  await openVisitLine(greet);
  return given;
}

/** Whether this machine may read cards and print; what is not known is not hidden, for the server says no itself. */
export async function askMayReadCards() {
  const own = await call("GET", "/api/v1/kiosks/own").catch(() => null);
  state.mayReadCards.value = own?.may_read_cards !== false;
}

/** Opens the visit before anything is said, to greet and to listen. */
export function beginVisit() {
  return perform(words().starting, async () => {
    if (!state.visit.value) await openVisit(true);
  });
}

/**
 * The line of the visit that is open, opened anew; what another screen took comes back to this one.
 * @param {boolean} [greet]
 */
export async function openVisitLine(greet = false) {
  const given = state.visit.value;
  if (given) await openLine(given, { receive: receivePushed, lost: () => reset(words().expired) }, greet);
}

/**
 * Back to the first screen; a case that was opened stays with the staff.
 * @param {string} [notice]
 */
export function reset(notice = "") {
  closeLine();
  forgetPhone();
  state.forgetAll();
  tongue.value = "ja";
  state.notice.value = notice;
}
