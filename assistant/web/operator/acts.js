// What an operator does: look, take over, speak, give back. A reply carries an id, so that sending it again after the
// line broke never says it twice; replies of one conversation go out one after the other.
import { call, newId, Problem, Unreachable } from "../shared/api.js";
import { allowChime, chime } from "../shared/chime.js";
import { openLive } from "../shared/live.js";
import { batch } from "../shared/preact.js";
import { words } from "../shared/session.js";
import { dropCall, hearSignal } from "./call.js";
import * as state from "./state.js";
import { fill, W } from "./words.js";

/** @import { LiveMessage } from "../shared/api_types" */
/** @import { Conversation, Conversations } from "../shared/conversation_types" */

/** @typedef {keyof typeof W.done} Act */

const TOGETHER_MS = 40;
/** Fifty kiosks talk at once; who waits need not be read more often. */
const LIST_EVERY_MS = 1000;
const TRY_AGAIN_MS = 3000;

/** @type {import("../shared/live.js").Live | null} */
let live = null;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let listSoon;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let openSoon;
let listedAt = -LIST_EVERY_MS;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let again;
let sending = false;
/** Who waited at the last look; null before the first. @type {Set<string> | null} */
let waited = null;

/** Somebody has signed in: the live line stands until the session ends. */
export function begin() {
  live?.close();
  live = openLive("/api/v1/live", {
    onMessage: hear,
    onState: (now) => {
      state.line.value = { up: now === "open", at: state.line.value.at };
      if (now === "open") catchUp();
      if (now === "refused") state.signed.value = null;
    },
  });
}

export function forget() {
  live?.close();
  live = null;
  waited = null;
  clearTimeout(listSoon);
  clearTimeout(openSoon);
  listSoon = openSoon = undefined;
  clearTimeout(again);
  dropCall();
  state.forgetAll();
}

/** The line is back: first what was said here goes out, then everything is read. */
async function catchUp() {
  await sendAll();
  readAgain();
}

/** @param {LiveMessage} message */
function hear(message) {
  if (message.type === "read_again") readAgain();
  if (message.type === "conversation") {
    readList(LIST_EVERY_MS);
    if (message.id === state.open.value?.id) readOpen();
  }
  if (message.type === "signal") hearSignal(String(message.id), { kind: String(message.kind), body: message.body });
}

/** Reads the lists and the open conversation. */
export function readAgain() {
  readList(0);
  readOpen();
}

/** Many pushes in a row cost one look. @param {number} every_ms since the last look */
function readList(every_ms) {
  if (!every_ms) {
    clearTimeout(listSoon);
    listSoon = undefined;
  }
  listSoon ??= setTimeout(
    () => {
      listSoon = undefined;
      listedAt = performance.now();
      readLines();
    },
    Math.max(TOGETHER_MS, listedAt + every_ms - performance.now()),
  );
}

function readOpen() {
  openSoon ??= setTimeout(() => {
    openSoon = undefined;
    const shown = state.open.value;
    if (shown) show(shown.id, true);
  }, TOGETHER_MS);
}

async function readLines() {
  try {
    const read = /** @type {Conversations} */ (await call("GET", "/api/v1/conversations", { background: true }));
    batch(() => {
      state.lines.value = read.conversations;
      state.linesAt.value = performance.now();
      state.pools.value = read.pools;
      state.colleagues.value = read.colleagues;
      state.canned.value = read.canned;
      state.me.value = read.me;
      state.line.value = { up: state.line.value.up, at: new Date().toLocaleTimeString("ja-JP") };
      if (!read.conversations.some((one) => one.id === state.marked.value)) state.marked.value = null;
    });
    const waiting = new Set(read.conversations.filter((one) => one.state === "waiting").map((one) => one.id));
    const isNew = waited !== null && [...waiting].some((id) => !waited?.has(id));
    waited = waiting;
    if (isNew && state.chimes.value) chime();
  } catch (failure) {
    lookFailed(failure);
  }
}

/** @param {unknown} failure of a look the screen took by itself */
function lookFailed(failure) {
  if (failure instanceof Problem && failure.status === 401) words(failure);
  else if (failure instanceof Unreachable) state.line.value = { up: false, at: state.line.value.at };
}

/** @param {Conversation} whole an older look never takes the place of a newer one @param {boolean} [own] the answer to an act of this screen */
function keep(whole, own = false) {
  const shown = state.open.value;
  if (shown?.id === whole.id && shown.version > whole.version) return;
  batch(() => {
    if (shown?.id !== whole.id) {
      state.panel.value = null;
      state.refused.value = null;
    } else if (shown.held_by_me && !whole.held_by_me && !own) {
      state.panel.value = null;
      state.refused.value = { title: W.lead_lost, detail: W.lead_lost_hint };
    }
    state.open.value = whole;
    state.marked.value = whole.id;
    if (state.edited.value?.id !== whole.draft?.id) state.edited.value = null;
  });
  if (state.call.value?.conversation === whole.id && !(whole.state === "held" && whole.held_by_me)) dropCall();
}

/** @param {string} id @param {boolean} [background] the screen looks by itself */
export async function show(id, background = false) {
  try {
    const whole = /** @type {Conversation} */ (await call("GET", pathOf(id), { background }));
    if (!background || state.open.value?.id === id) keep(whole);
  } catch (failure) {
    if (failure instanceof Problem && (failure.status === 404 || failure.status === 410)) gone(id);
    else if (background) lookFailed(failure);
    else refuse(failure);
  }
}

/** The resident has left; what was said is gone with them. @param {string} id */
function gone(id) {
  batch(() => {
    if (state.open.value?.id === id) {
      state.open.value = null;
      state.panel.value = null;
      state.done.value = W.gone;
    }
    state.outbox.value = state.outbox.value.filter((one) => one.conversation !== id);
    const { [id]: _, ...others } = state.typed.value;
    state.typed.value = others;
  });
  if (state.call.value?.conversation === id) dropCall();
}

/** @param {string} id */
function pathOf(id) {
  return `/api/v1/conversations/${encodeURIComponent(id)}`;
}

/**
 * One act on a conversation; tells what was refused, and shows the newest state.
 * @param {Act} act
 * @param {object} [body]
 * @param {string} [id] of another than the open one
 * @returns {Promise<boolean>} whether it was done
 */
export async function act(act, body = {}, id = state.open.value?.id) {
  if (!id || state.busy.value) return false;
  state.busy.value = true;
  state.refused.value = null;
  let worked = false;
  try {
    const whole = /** @type {Conversation} */ (await call("POST", `${pathOf(id)}/${act}`, { body: { ...body, message_id: newId() } }));
    keep(whole, true);
    state.done.value = W.done[act];
    worked = true;
  } catch (failure) {
    if (failure instanceof Problem && (failure.status === 404 || failure.status === 410)) gone(id);
    else {
      refuse(failure);
      if (failure instanceof Problem && failure.status === 409) await show(id, true);
    }
  }
  state.busy.value = false;
  return worked;
}

/** @param {unknown} failure */
function refuse(failure) {
  const problem = failure instanceof Problem ? failure : null;
  const title = problem?.code === "conversation_held" && problem.held_by ? fill(W.held_by_other, problem.held_by) : words(failure);
  state.refused.value = { title, detail: problem ? "" : W.not_done };
}

/**
 * Says something to the resident: it stands in the transcript as on its way until the server has it.
 * @param {string} text
 */
export function say(text) {
  const shown = state.open.value;
  const said = text.trim();
  if (!shown || !said) return;
  state.refused.value = null;
  state.outbox.value = [...state.outbox.value, { message_id: newId(), conversation: shown.id, text: said, state: "sending" }];
  state.setTyped(shown.id, "");
  sendAll();
}

/** Sends what waits, in order, until it is out or the line is down. */
async function sendAll() {
  if (sending) return;
  sending = true;
  clearTimeout(again);
  for (let next = state.outbox.value[0]; next; next = state.outbox.value[0]) {
    const { message_id, conversation, text } = next;
    try {
      const whole = /** @type {Conversation} */ (await call("POST", `${pathOf(conversation)}/say`, { body: { text, message_id } }));
      batch(() => {
        drop(message_id);
        if (state.open.value?.id === conversation) keep(whole);
      });
    } catch (failure) {
      if (failure instanceof Unreachable) {
        state.outbox.value = state.outbox.value.map((one) => ({ ...one, state: "waiting" }));
        again = setTimeout(sendAll, TRY_AGAIN_MS);
        break;
      }
      unsaid(message_id, failure);
    }
  }
  sending = false;
}

/** @param {string} message_id */
function drop(message_id) {
  state.outbox.value = state.outbox.value.filter((one) => one.message_id !== message_id);
}

/**
 * The server said no: the words go back to where they were written.
 * @param {string} message_id
 * @param {unknown} failure
 */
function unsaid(message_id, failure) {
  const one = state.outbox.value.find((other) => other.message_id === message_id);
  drop(message_id);
  if (!one) return;
  if (failure instanceof Problem && (failure.status === 404 || failure.status === 410)) {
    gone(one.conversation);
    return;
  }
  state.setTyped(one.conversation, [one.text, state.typed.value[one.conversation]].filter(Boolean).join("\n"));
  refuse(failure);
  show(one.conversation, true);
}

/**
 * Procedures by a part of their name; none when the line is down.
 * @param {string} id of the conversation
 * @param {string} name
 * @returns {Promise<{id: string, name_ja: string}[]>}
 */
export async function findProcedures(id, name) {
  const found = await call("GET", `${pathOf(id)}/procedures?name=${encodeURIComponent(name)}`, { background: true }).catch(() => null);
  return found?.procedures ?? [];
}

/** Takes over the open conversation, or the one the keys stand on, or the one that waits longest. */
export async function take() {
  const waiting = state.lines.value.filter((one) => one.state === "waiting").sort((a, b) => (b.waiting_s ?? 0) - (a.waiting_s ?? 0));
  const id = state.open.value?.id ?? state.marked.value ?? waiting[0]?.id;
  if (!id || (state.open.value?.id === id && !state.open.value.may.take)) return;
  if (await act("take", {}, id)) document.querySelector("textarea")?.focus();
}

/** The soft sound, on or off; the browser allows it from a touch or a key on. */
export async function switchChimes() {
  if (state.chimes.value) {
    state.chimes.value = false;
    return;
  }
  state.chimes.value = await allowChime();
  if (state.chimes.value) chime();
}
