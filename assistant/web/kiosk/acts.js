// The explicit acts of a visit, each started by a touch: consent, details, papers, ticket, calling a person,
// giving up.
import { about } from "../shared/about.js";
import { call, fetchBlob, newId } from "../shared/api.js";
import { batch } from "../shared/preact.js";
import { printBlob } from "../shared/print.js";
import { nextHolder } from "./holders.js";
import { learnOperator } from "./operator.js";
import { forgetPhone } from "./phone_memory.js";
import { receive } from "./receiving.js";
import { perform, persistently, reset, visitCall } from "./requests.js";
import * as state from "./state.js";
import { words } from "./words.js";

/** @import { CardField, Consent, NextAct, Turn } from "../shared/api_types" */

/**
 * Goes to an act of the visit: consent, details or forms; without any, to the ticket.
 * @param {NextAct} usual
 */
export async function advance(usual) {
  const possible = state.turn.value?.next ?? [];
  const first = nextHolder();
  if (!possible.includes(usual)) await openCase(false);
  else if (usual === "consent" && first && state.mayReadCards.value) {
    state.holder.value = first.id;
    await askConsent();
  } else if (usual === "consent" || usual === "details") await askDetails();
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

/** Fetches what the papers still lack; goes straight on when nothing is asked. */
export async function askDetails() {
  await perform(words().working, async () => {
    const asked = await visitCall("GET", "/details");
    batch(() => {
      state.details.value = asked;
      state.detailsAt.value = 0;
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

export function prepareForms() {
  return perform(words().forms_preparing, async () => {
    const prepared = await visitCall("POST", "/forms", {});
    batch(() => {
      state.forms.value = prepared;
      state.view.value = "forms";
    });
  });
}

/**
 * Where the town has a number machine of its own, it is asked first whether a number is held already.
 * @param {boolean} ticketOnly
 * @param {string} [printed] the number of that machine, empty without one
 * @returns {Promise<void>}
 */
export function openCase(ticketOnly, printed) {
  if (printed === undefined && about.value?.municipality.number_machine.length && !state.ticket.value) {
    state.sheet.value = { kind: "printed", ticketOnly };
    return Promise.resolve();
  }
  return perform(words().working, async () => {
    const given = await visitCall("POST", "/case", { ...(ticketOnly ? { ticket_only: true } : {}), ...(printed ? { number: printed } : {}) });
    if (given.status_code) return leaveForStatus(given.status_code);
    batch(() => {
      state.ticket.value = given;
      state.sheet.value = null;
      state.view.value = "ticket";
    });
  });
}

/** A phone that has its number shows where it stands, and nothing of the talk any more. @param {string} code */
function leaveForStatus(code) {
  forgetPhone();
  location.replace(`/status#${code}`);
}

/** The take-home sheet, which names nobody, to the printer of this kiosk. */
export function printPlan() {
  return printed("plan.pdf");
}

/** The number alone, for whoever has no plan yet. */
export function printTicket() {
  return printed("ticket.pdf");
}

/** @param {string} paper */
function printed(paper) {
  return perform(words().printing, async () => {
    const given = state.visit.value;
    if (!given) return;
    const path = `/api/v1/visits/${encodeURIComponent(given.visit_id)}/${paper}`;
    printBlob(await persistently(() => fetchBlob(path, { token: given.token })));
    state.notice.value = words().printed;
  });
}

export function callStaff() {
  return perform(words().calling, async () => {
    const offer = state.turn.value?.step.offer;
    const answered = /** @type {Turn} */ (await visitCall("POST", "/call_operator", offer && { reason: offer.reason }));
    batch(() => {
      learnOperator(answered.operator);
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
