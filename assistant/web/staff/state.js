// What the desk knows right now, in memory only.
import { signal } from "../shared/preact.js";

/** @import { CaseWhole, CounterName, QueueLine } from "../shared/case_types" */
/** @import { Signal } from "../shared/preact.js" */

export { signed } from "../shared/session.js";
/** @type {Signal<QueueLine[]>} */
export const queue = signal([]);
/** The case that is open, with the version acts build on. @type {Signal<CaseWhole | null>} */
export const open = signal(null);
/** @type {Signal<string | null>} */
export const etag = signal(null);
/** The counters of the town, known before any case is open. @type {Signal<CounterName[]>} */
export const counters = signal([]);
/** From when on a wait and a closing desk are warnings. @type {Signal<{wait_min: number, closing_min: number}>} */
export const warn = signal({ wait_min: 30, closing_min: 60 });
/** Whole minutes since the queue was read: what waits goes on waiting without a push. */
export const minutesSince = signal(0);
/** Whether a new number is heard. */
export const sounds = signal(false);
/** The line the keys stand on. @type {Signal<string | null>} */
export const marked = signal(null);
/** @type {Signal<"all" | "waiting" | "mine" | "hold">} */
export const filter = signal("all");
/** @type {Signal<string>} */
export const counter = signal("");
export const busy = signal(false);
/** Whether the live line stands; the time is that of the last good look. @type {Signal<{up: boolean, at: string}>} */
export const line = signal({ up: false, at: "" });
/** What was just done, and until when it can be taken back. @type {Signal<{text: string, undo: boolean} | null>} */
export const done = signal(null);
/** Why something could not be done. @type {Signal<{title: string, detail: string, remedy: string} | null>} */
export const refused = signal(null);
/** @type {Signal<null | "finish" | "identify" | "reopen" | "transfer" | "return" | "hold" | "official" | "keys" | "interview">} */
export const panel = signal(null);
/** People who want somebody at a kiosk. @type {Signal<{visit: string, quiet: boolean, place: string}[]>} */
export const wanted = signal([]);

/**
 * A colleague with the counter's name in place of its id, or without it while no case has told the names.
 * @param {string} held_by
 */
export function holderName(held_by) {
  const [, name = held_by, id = ""] = /^(.*)\((\w+)\)$/.exec(held_by) ?? [];
  const counter = counters.value.find((one) => one.id === id)?.name_ja;
  return counter ? `${name}(${counter})` : name;
}
