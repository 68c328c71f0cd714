// What the operator's screen knows right now, in memory only.
import { batch, computed, signal } from "../shared/preact.js";

/** @import { CannedReply, Colleague, Conversation, ConversationLine, OperatorKind, Pool } from "../shared/conversation_types" */
/** @import { CallEnd, CallState } from "../shared/live_voice.js" */
/** @import { Signal } from "../shared/preact.js" */

export { signed } from "../shared/session.js";

/**
 * @typedef {"keys" | "transfer" | "give_back" | "start" | "share"} Panel
 * @typedef {{message_id: string, conversation: string, text: string, state: "sending" | "waiting"}} Outgoing a reply
 *   on its way; `waiting`: the line is down, it goes out by itself
 */

/** @type {Signal<ConversationLine[]>} */
export const lines = signal([]);
/** When `lines` was read, by this machine's own count: waiting times grow from there. */
export const linesAt = signal(0);
/** @type {Signal<Pool[]>} */
export const pools = signal([]);
/** @type {Signal<Colleague[]>} */
export const colleagues = signal([]);
/** @type {Signal<CannedReply[]>} */
export const canned = signal([]);
/** @type {Signal<{kind: OperatorKind, name: string} | null>} */
export const me = signal(null);
/** @type {Signal<Conversation | null>} */
export const open = signal(null);
/** The line the keys stand on. @type {Signal<string | null>} */
export const marked = signal(null);
export const busy = signal(false);
/** Whether the live line stands; the time is that of the last good look. @type {Signal<{up: boolean, at: string}>} */
export const line = signal({ up: false, at: "" });
/** Why something could not be done. @type {Signal<{title: string, detail: string} | null>} */
export const refused = signal(null);
/** What was just done. */
export const done = signal("");
/** @type {Signal<Panel | null>} */
export const panel = signal(null);
/** What is being written, by conversation: it survives a look at another one and a reply that did not go out. @type {Signal<Record<string, string>>} */
export const typed = signal({});
/** @type {Signal<Outgoing[]>} */
export const outbox = signal([]);
/** The draft as it is being edited, by its id. @type {Signal<{id: string, text: string} | null>} */
export const edited = signal(null);
/** A soft sound when somebody new waits. */
export const chimes = signal(false);
/** The spoken call: with whom, how it stands, how loud they are. @type {Signal<{conversation: string, state: CallState, why: CallEnd | null} | null>} */
export const call = signal(null);
export const callLevel = signal(0);
export const muted = signal(false);

/** Whether the open conversation is led by who sits here. */
export const isMine = computed(() => open.value?.state === "held" && open.value.held_by_me);

/** Forgets everything about residents. */
export function forgetAll() {
  batch(() => {
    lines.value = [];
    pools.value = [];
    colleagues.value = [];
    open.value = null;
    marked.value = null;
    refused.value = null;
    done.value = "";
    panel.value = null;
    typed.value = {};
    outbox.value = [];
    edited.value = null;
    call.value = null;
    muted.value = false;
  });
}

/** @param {string} conversation @param {string} text */
export function setTyped(conversation, text) {
  typed.value = { ...typed.value, [conversation]: text };
}
