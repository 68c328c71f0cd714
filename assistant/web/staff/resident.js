// The window towards the resident during an interview: it only shows, nothing on it can be touched.
import { html, signal, useEffect } from "../shared/preact.js";
import { about } from "../shared/about.js";
import { Avatar } from "../shared/avatar.js";
import { PersonFigure } from "../shared/figures.js";
import { household } from "../shared/household.js";
import { minutesJa } from "../shared/format_ja.js";
import { sentences } from "../shared/ruby.js";
import { RESIDENT_CHANNEL } from "./interview.js";
import { RESIDENT as W } from "./words.js";

/** @import { Ticket, Turn, Understood } from "../shared/api_types" */
/** @import { Signal } from "../shared/preact.js" */

/** @type {Signal<{turn: Turn | null, ticket: Ticket | null}>} */
const shown = signal({ turn: null, ticket: null });
const MASK = "●●●●●";

export function Resident() {
  useEffect(() => {
    const channel = new BroadcastChannel(RESIDENT_CHANNEL);
    channel.addEventListener("message", (event) => {
      if (event.data && "turn" in event.data) shown.value = event.data;
    });
    channel.postMessage({ hello: true });
    return () => channel.close();
  }, []);
  const { turn, ticket } = shown.value;
  return html`<div class="resident">
    ${about.value?.demo && html`<aside class="sample" aria-label="見本"><b>見本</b><span>${W.sample}</span></aside>`}
    <main>${ticket ? html`<${GivenTicket} ticket=${ticket} />` : turn ? html`<${Told} turn=${turn} />` : html`<div class="resident-waiting"><span class="resident-clerk"><${Avatar} mood="calm" /></span><p>${about.value?.municipality.name_ja ?? ""}</p><h1>${W.waiting}</h1></div>`}</main>
  </div>`;
}

/** @param {{ticket: Ticket}} props */
function GivenTicket({ ticket }) {
  return html`<h1>${W.ticket}</h1><p class="resident-ticket numbers">${ticket.ticket}</p><p>${ticket.counter}</p><p class="resident-note">${W.not_filed}</p>`;
}

/**
 * Why one came as one would say it, not as the office files it.
 * @param {Understood} fact
 */
function reasonsSaid(fact) {
  if (fact.fact !== "reasons" || !Array.isArray(fact.value)) return null;
  const said = fact.value.map((id) => about.value?.life_events.find((event) => event.id === id)?.label);
  return said.every(Boolean) ? said.join("、") : null;
}

/** @param {{turn: Turn}} props */
function Told({ turn }) {
  const people = household(turn.understood, "あなた");
  const facts = turn.understood.filter((fact) => !fact.fact.startsWith("people") && fact.value !== false);
  const options = turn.step.question?.id === "confirm" ? [] : (turn.step.question?.options ?? []);
  return html`<h1>${sentences(turn.step.question?.text ?? turn.step.say)}</h1>
    ${options.length > 0 && html`<ul class="resident-options">${options.map((one) => html`<li key=${one.value}>${one.label}</li>`)}</ul>`}
    <div class="resident-columns">${turn.understood.length > 0 && html`<section><h2>${W.understood}</h2>
      <ul class="resident-people">${people.map((one) => html`<li key=${one.id}><${PersonFigure} relation=${one.relation} age=${one.age} self=${one.id === "p1"} /><b>${one.relation_label}</b><span>${one.age === null ? "" : `${one.age}歳`}</span></li>`)}</ul>
      <dl>${facts.map((fact) => html`<div key=${fact.fact}><dt>${fact.label}</dt><dd>${fact.masked ? MASK : reasonsSaid(fact) ?? fact.value_label}</dd></div>`)}</dl></section>`}
    ${(turn.plan?.procedures.length ?? 0) > 0 && html`<section><h2>${W.plan} ${minutesJa(turn.plan?.minutes)}</h2>
      <ol>${turn.plan?.procedures.map((one) => html`<li key=${one.id}><b>${one.name_ja}</b><span>${one.for_whom.map((person) => person.label).join("・")}</span></li>`)}</ol></section>`}</div>`;
}
