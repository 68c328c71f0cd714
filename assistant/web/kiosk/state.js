// What the kiosk knows right now. Everything lives in memory and dies with reset(): the token, the words said,
// every value. Nothing is kept in the browser.
import { batch, computed, signal } from "../shared/preact.js";
import { forgetVoice } from "./voice_state.js";

/** @import { Consent, ConsentAsk, DetailsAsked, PhoneCode, PreparedForms, Ticket, Turn, Understood, Value } from "../shared/api_types" */
/** @import { OperatorNow } from "../shared/conversation_types" */
/** @import { CallEnd, CallState } from "../shared/live_voice.js" */
/** @import { Signal } from "../shared/preact.js" */

/**
 * @typedef {"attract" | "language" | "talk" | "consent" | "card" | "details" | "forms" | "ticket" | "end" | "quiet" | "paused"} View
 * @typedef {{visit_id: string, token: string}} Visit
 * @typedef {{kind: "correct", item: Understood} | {kind: "all"} | {kind: "heard"} | {kind: "withdraw"} | {kind: "voice"} | {kind: "phone"} | {kind: "printed", ticketOnly: boolean}
 *   | {kind: "person", person: string | null} | {kind: "callback"} | {kind: "talk"} | {kind: "shared"} | {kind: "call"}} Sheet
 * @typedef {{seconds: number, retry: () => void}} Offline
 * @typedef {{title: string, detail: string, remedy: string}} Sorry
 * @typedef {{from: "operator" | "resident", seq: number, text: string, by_ja: string}} Told `seq` of the server; Infinity while it
 *   has not taken it
 */

/** @type {Signal<View>} */
export const view = signal("attract");
/** @type {Signal<Visit | null>} */
export const visit = signal(null);
/** @type {Signal<Turn | null>} */
export const turn = signal(null);
/** The resident has read the fact that was explained and goes on. */
export const explained = signal(false);
/** The day of the visit, when the server says so. @type {Signal<string | null>} */
export const today = signal(null);
/** What the resident last said or typed. */
export const heard = signal("");
/** @type {Signal<{label: string} | null>} */
export const busy = signal(null);
/** @type {Signal<Offline | null>} */
export const offline = signal(null);
/** @type {Signal<Sorry | null>} */
export const sorry = signal(null);
/** @type {Signal<Sheet | null>} */
export const sheet = signal(null);
/** A short line that says what just happened. */
export const notice = signal("");
/** Whether a person is wanted or leads the talk, as the server last told it. @type {Signal<OperatorNow | null>} */
export const operator = signal(null);
/** What a person and the resident said to each other, while the person is here. @type {Signal<Told[]>} */
export const told = signal([]);
/** The page a person shows: a procedure of the plan, or all of them. @type {Signal<{procedure: string | null} | null>} */
export const shared = signal(null);
/** The spoken call with a person; `after`: the newest word when it began. @type {Signal<{state: CallState, why: CallEnd | null, after: number}>} */
export const call = signal({ state: "off", why: null, after: 0 });
export const callLevel = signal(0);
export const muted = signal(false);
/** These screens are at the resident's own phone: no sound, no card, no paper, no clock that wipes. */
export const onPhone = signal(false);
/** The code to go on at a phone, or that a phone has it. @type {Signal<PhoneCode | "moved" | null>} */
export const phoneCode = signal(null);
/** A card can be read and paper printed here: not at a machine nobody paired. */
export const mayReadCards = signal(true);
/** @type {Signal<Consent | null>} */
export const consent = signal(null);
/** The words shown before a consent. @type {Signal<ConsentAsk | null>} */
export const consentAsk = signal(null);
/** What the papers still lack. @type {Signal<DetailsAsked | null>} */
export const details = signal(null);
/** The page of the details and what was typed on all of them. */
export const detailsAt = signal(0);
/** @type {Signal<Record<string, Value>>} */
export const detailsTyped = signal({});
/** Whose card the consent screen asks about. */
export const holder = signal("p1");
/** The card of this holder was just read; the PIN is behind them. */
export const cardRead = signal(false);
/** People whose card was read or who go without it. @type {Signal<Record<string, "read" | "without">>} */
export const cards = signal({});
/** @type {Signal<Understood[]>} */
export const cardFacts = signal([]);
/** @type {Signal<PreparedForms | null>} */
export const forms = signal(null);
/** @type {Signal<Ticket | null>} */
export const ticket = signal(null);
/** Counter this ticket is called to. @type {Signal<string | null>} */
export const calledTo = signal(null);
/** Help wished by touch (COUNTER_RULES 18). @type {Signal<string[]>} */
export const helpWished = signal([]);
/** @type {Signal<"normal" | "large" | "largest">} */
export const textSize = signal("normal");
export const highContrast = signal(false);

/** Values the resident has uncovered, by key; covered again by themselves. @type {Signal<Set<string>>} */
export const uncovered = signal(new Set());

/** The screen as the server knows it: what is said there means something else. */
export const screen = computed(() => {
  if (sheet.value?.kind === "withdraw") return "withdraw";
  return view.value === "card" && cardRead.value ? "card_read" : view.value;
});

/** Counts resets, so that an answer that comes late for a visit that is gone is dropped. */
export let generation = 0;

/** Forgets everything about the visit; wishes about language and type size too, for the next person. */
export function forgetAll() {
  generation += 1;
  batch(() => {
    view.value = "attract";
    visit.value = null;
    turn.value = null;
    explained.value = false;
    today.value = null;
    heard.value = "";
    busy.value = null;
    offline.value = null;
    sorry.value = null;
    sheet.value = null;
    operator.value = null;
    told.value = [];
    shared.value = null;
    call.value = { state: "off", why: null, after: 0 };
    muted.value = false;
    consent.value = null;
    consentAsk.value = null;
    details.value = null;
    detailsAt.value = 0;
    detailsTyped.value = {};
    holder.value = "p1";
    cardRead.value = false;
    cards.value = {};
    cardFacts.value = [];
    forms.value = null;
    ticket.value = null;
    calledTo.value = null;
    phoneCode.value = null;
    helpWished.value = [];
    textSize.value = "normal";
    highContrast.value = false;
    uncovered.value = new Set();
    forgetVoice();
  });
}
