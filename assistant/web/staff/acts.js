// What a clerk does: look, act on a case with the version it was read in, take back within ten seconds.
import { call, callWithEtag, fetchBlob, Problem } from "../shared/api.js";
import { batch } from "../shared/preact.js";
import { chime } from "../shared/chime.js";
import { timeJa } from "../shared/format_ja.js";
import { openLive } from "../shared/live.js";
import { printBlob } from "../shared/print.js";
import { C } from "./case_words.js";
import * as state from "./state.js";
import { fill, W } from "./words.js";

/** @import { LiveMessage } from "../shared/api_types" */
/** @import { QueueLine } from "../shared/case_types" */

/** @typedef {keyof typeof W.done} Done */

const UNDOABLE = new Set(["call", "recall", "skip", "accept", "return", "transfer", "hold", "finish", "tick", "note", "correct", "official", "papers", "reopen", "identify"]);

/** @type {import("../shared/live.js").Live | null} */
let line = null;

/** Forgets what was shown when the session is over, however it ended. */
export function forget() {
  line?.close();
  line = null;
  batch(() => {
    state.open.value = null;
    state.etag.value = null;
    state.queue.value = [];
    known = null;
    state.panel.value = null;
    state.marked.value = null;
    state.done.value = null;
    state.refused.value = null;
    state.wanted.value = [];
  });
}

/** Somebody has signed in: the live line stands until the session ends. */
export function begin() {
  line?.close();
  line = openLive("/api/v1/live", {
    onMessage: hear,
    onState: (now) => {
      state.line.value = { up: now === "open", at: state.line.value.at };
      if (now === "open") readAgain();
      if (now === "refused") state.signed.value = null;
    },
  });
}

/** @param {LiveMessage} message */
function hear(message) {
  if (message.type === "person_wanted") {
    const visit = String(message.visit ?? "");
    const others = state.wanted.value.filter((one) => one.visit !== visit);
    state.wanted.value = [...others, { visit, quiet: message.reason === "sensitive", place: String(message.place ?? "") }];
  }
  if (message.type === "conversation" && (message.state === "held" || message.state === "ended")) {
    state.wanted.value = state.wanted.value.filter((one) => one.quiet || one.visit !== message.id); // somebody has come
  }
  if (message.type === "case" || message.type === "read_again") readAgain();
}

/** @type {ReturnType<typeof setTimeout> | undefined} */
let soon;

/** Reads queue and open case anew; many pushes in a row cost one look. */
export function readAgain() {
  clearTimeout(soon);
  soon = setTimeout(async () => {
    if (!(await readQueue())) return; // an old queue says nothing of the open case
    const shown = state.open.value;
    if (!shown || state.busy.value) return;
    const line = state.queue.value.find((one) => one.case_id === shown.case_id);
    if (!line || line.version !== shown.version) await show(shown.case_id);
  }, 60);
}

/** Numbers seen so far, null before the first look. @type {Set<string> | null} */
let known = null;
/** The counter those were looked at for; another one shows other numbers, none of them new. */
let knownAt = "";
let readAt_ms = 0;

const WAITING = new Set(["prepared", "transferred"]);

/** Counts on what waits between two looks. */
export function countMinutes() {
  state.minutesSince.value = readAt_ms ? Math.floor((performance.now() - readAt_ms) / 60_000) : 0;
}

/** @param {QueueLine[]} lines */
function announceNew(lines) {
  const waiting = lines.filter((line) => WAITING.has(line.state)).map((line) => `${line.case_id} ${line.counter}`);
  const before = knownAt === state.counter.value ? known : null;
  knownAt = state.counter.value;
  if (before && state.sounds.value && waiting.some((one) => !before.has(one))) chime();
  known = new Set([...(before ?? []), ...waiting]);
}

/** @returns {Promise<boolean>} whether it was read */
async function readQueue() {
  try {
    const path = state.counter.value ? `/api/v1/cases?counter=${encodeURIComponent(state.counter.value)}` : "/api/v1/cases";
    const read = await call("GET", path, { background: true });
    readAt_ms = performance.now();
    batch(() => {
      state.queue.value = read.cases;
      state.counters.value = read.counters;
      state.warn.value = read.warn;
      state.minutesSince.value = 0;
    });
    announceNew(read.cases);
    state.line.value = { up: true, at: new Date().toLocaleTimeString("ja-JP") };
    return true;
  } catch (failure) {
    if (failure instanceof Problem && failure.status === 401) state.signed.value = null;
    else state.line.value = { up: false, at: state.line.value.at };
    return false;
  }
}

/** @param {string} case_id */
export async function show(case_id) {
  await guarded(async () => {
    const { data, etag } = await callWithEtag("GET", `/api/v1/cases/${encodeURIComponent(case_id)}`);
    batch(() => {
      if (state.open.value?.case_id !== case_id) state.panel.value = null;
      state.open.value = data;
      state.etag.value = etag;
      state.marked.value = case_id;
    });
  });
}

/**
 * One act on the open case.
 * @param {Done} act
 * @param {unknown} [body]
 * @returns {Promise<boolean>} whether it was done
 */
export async function act(act, body = {}) {
  const shown = state.open.value;
  const version = state.etag.value;
  if (!shown || !version || state.busy.value) return false;
  let worked = false;
  state.busy.value = true;
  await guarded(async () => {
    const { data, etag } = await callWithEtag("POST", `/api/v1/cases/${encodeURIComponent(shown.case_id)}/${act}`, { body, if_match: version });
    batch(() => {
      state.open.value = data;
      state.etag.value = etag;
      state.done.value = { text: W.done[act], undo: UNDOABLE.has(act) };
    });
    worked = true;
  });
  state.busy.value = false;
  readAgain();
  return worked;
}

/**
 * Runs a request; tells what was refused and, on a conflict, shows the newest state.
 * @param {() => Promise<void>} request
 */
async function guarded(request) {
  try {
    state.refused.value = null;
    await request();
  } catch (failure) {
    if (!(failure instanceof Problem)) {
      state.refused.value = { title: W.offline, detail: "", remedy: "" };
      return;
    }
    if (failure.status === 401 && state.signed.value) state.signed.value = null;
    const conflict = failure.status === 409 || failure.status === 412;
    const title = failure.held_by ? fill(W.held_by, state.holderName(failure.held_by)) : conflict ? W.conflict : failure.detail;
    state.refused.value = { title, detail: conflict ? failure.detail : "", remedy: failure.remedy };
    const shown = state.open.value;
    if (conflict && shown) {
      const newest = await callWithEtag("GET", `/api/v1/cases/${encodeURIComponent(shown.case_id)}`).catch(() => null);
      if (!newest) return; // the line broke meanwhile: what is shown stays, and is read again when it is back
      const { data, etag } = newest;
      batch(() => {
        state.open.value = data;
        state.etag.value = etag;
        const [last] = data.history;
        const who = last && conflict ? fill(C.last_act, last.by, timeJa(last.at), last.event_ja) : "";
        state.refused.value = { title, detail: `${failure.detail} ${who}`, remedy: `${failure.remedy} ${W.conflict_help}` };
      });
    }
  }
}

/** All sheets of the open case, to the printer of this desk: after identification, which is recorded first. */
export async function printForms() {
  const shown = state.open.value;
  if (!shown?.forms.length) return;
  if (!shown.identification) {
    if (shown.state === "accepted") state.panel.value = "identify";
    else state.refused.value = { title: C.print_later, detail: C.print_later_help, remedy: "" };
    return;
  }
  await guarded(async () => {
    const blob = await fetchBlob(`/api/v1/cases/${encodeURIComponent(shown.case_id)}/forms.pdf`);
    printBlob(blob);
  });
}

/** Number and missing papers for who comes back, to the printer of this desk. */
export async function printSlip() {
  const shown = state.open.value;
  if (!shown || !hasSlip(shown)) return;
  await guarded(async () => {
    printBlob(await fetchBlob(`/api/v1/cases/${encodeURIComponent(shown.case_id)}/slip.pdf`));
  });
}

/** Whether something is waited for. @param {import("../shared/case_types").CaseWhole} shown */
export function hasSlip(shown) {
  return shown.results.some((one) => one.result === "補正" || one.result === "保留");
}
