// The window towards the resident during an interview: large, and it only shows. Two things can be touched: the
// read-back, to say that it is right or not, and a masked value, to look at it for a moment.
import { html, signal, useEffect, useRef } from "../shared/preact.js";
import { about } from "../shared/about.js";
import { PersonFigure } from "../shared/figures.js";
import { household, splitFact } from "../shared/household.js";
import { minutesJa } from "../shared/format_ja.js";
import { Icon } from "../shared/icons.js";
import { sentences } from "../shared/ruby.js";
import { RESIDENT as W } from "./interview_words.js";
import { DESK_ID, residentChannel } from "./resident_channel.js";

/** @import { Ticket, Turn, Understood } from "../shared/api_types" */
/** @import { Signal } from "../shared/preact.js" */

/** @type {Signal<{turn: Turn | null, ticket: Ticket | null}>} */
const shown = signal({ turn: null, ticket: null });
/** What was touched on this read-back. @type {Signal<"" | "right" | "wrong">} */
const answered = signal("");
/** Facts looked at now. @type {Signal<readonly string[]>} */
const looked = signal([]);

const MASK = "●●●●●";
const LOOK_MS = 15_000;
/** With more lines than this the list stands closer. */
const LONG_LIST = 9;
/** Facts of people that stand on papers and are worth a look. */
const ON_PAPER = new Set(["name", "kana", "birth_date", "sex"]);

export function Resident() {
  const channel = useRef(/** @type {BroadcastChannel | null} */ (null));
  /** Whose interview is shown; "" while any may be. */
  const followed = useRef(DESK_ID);
  useEffect(() => {
    const line = residentChannel();
    channel.current = line;
    line.addEventListener("message", (event) => {
      if (!event.data || !("turn" in event.data)) return;
      if (followed.current && event.data.desk !== followed.current) return;
      followed.current = DESK_ID || (event.data.turn && !event.data.ticket ? event.data.desk : "");
      shown.value = event.data;
      answered.value = "";
      looked.value = [];
    });
    line.postMessage({ hello: true, desk: DESK_ID });
    return () => line.close();
  }, []);
  const { turn, ticket } = shown.value;
  /** @param {"right" | "wrong"} what */
  const touch = (what) => {
    answered.value = what;
    channel.current?.postMessage({ touched: what, desk: followed.current });
  };
  return html`<div class="resident">
    ${about.value?.demo && html`<aside class="sample" aria-label="見本"><b>見本</b><span>${W.sample}</span></aside>`}
    <main>${ticket ? html`<${GivenTicket} ticket=${ticket} />` : turn ? html`<${Told} turn=${turn} onTouch=${touch} />` : html`<div class="resident-waiting"><p>${about.value?.municipality.name_ja ?? ""}</p><h1>${W.waiting}</h1></div>`}</main>
  </div>`;
}

/** @param {{ticket: Ticket}} props */
function GivenTicket({ ticket }) {
  return html`<div class="resident-given"><h1>${W.ticket}</h1><p class="resident-ticket numbers">${ticket.ticket}</p><p class="resident-counter">${ticket.counter}</p><p class="resident-note">${W.not_filed}</p></div>`;
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

/** @param {{turn: Turn, onTouch: (what: "right" | "wrong") => void}} props */
function Told({ turn, onTouch }) {
  const people = household(turn.understood, "あなた");
  const visit = turn.understood.filter((fact) => !fact.fact.startsWith("people") && fact.value !== false);
  const papers = turn.understood.filter((fact) => ON_PAPER.has(splitFact(fact.fact)[1]) && splitFact(fact.fact)[0]);
  const question = turn.step.question;
  const asksBack = question?.id === "confirm";
  const options = asksBack ? [] : (question?.options ?? []).filter((one) => one.value !== "none");
  return html`<h1>${sentences(question?.text ?? turn.step.say)}</h1>
    ${asksBack && html`<div class="resident-touch">
      <button type="button" class="resident-right" data-touch="right" disabled=${answered.value !== ""} onClick=${() => onTouch("right")}><${Icon} name="check" />${W.right}</button>
      <button type="button" data-touch="wrong" disabled=${answered.value !== ""} onClick=${() => onTouch("wrong")}>${W.wrong}</button>
      ${answered.value && html`<p role="status">${W.told}</p>`}</div>`}
    ${options.length > 0 && html`<ul class="resident-options">${options.map((one) => html`<li key=${one.value}>${one.label}</li>`)}</ul>`}
    <div class="resident-columns">${turn.understood.length > 0 && html`<section><h2>${W.understood}</h2>
      <ul class="resident-people">${people.map((one) => html`<li key=${one.id}><${PersonFigure} relation=${one.relation} age=${one.age} self=${one.id === "p1"} /><b>${one.relation_label}</b><span>${one.age === null ? "" : `${one.age}歳`}</span></li>`)}</ul>
      <${Values} facts=${visit} /></section>`}
    ${papers.length > 0 && html`<section><h2>${W.papers}</h2><${Values} facts=${papers} /></section>`}
    ${(turn.plan?.procedures.length ?? 0) > 0 && html`<section><h2>${W.plan} ${minutesJa(turn.plan?.minutes)}</h2>
      <ol class=${(turn.plan?.procedures.length ?? 0) > LONG_LIST ? "resident-long" : ""}>${turn.plan?.procedures.map((one) => html`<li key=${one.id}><b>${one.name_ja}</b><span>${one.for_whom.map((person) => person.label).join("・")}</span></li>`)}</ol></section>`}</div>`;
}

/** @param {{facts: Understood[]}} props */
function Values({ facts }) {
  return html`<dl>${facts.map((fact) => html`<div key=${fact.fact}><dt>${fact.label}</dt><dd>${fact.masked ? html`<${Masked} fact=${fact} />` : (reasonsSaid(fact) ?? fact.value_label)}</dd></div>`)}</dl>`;
}

/** A value others behind must not read: shown while it is looked at, then masked again. @param {{fact: Understood}} props */
function Masked({ fact }) {
  const open = looked.value.includes(fact.fact);
  const hide = () => (looked.value = looked.value.filter((one) => one !== fact.fact));
  useEffect(() => {
    if (!open) return undefined;
    const timer = setTimeout(hide, LOOK_MS);
    return () => clearTimeout(timer);
  }, [open]);
  return html`<button type="button" class="resident-masked" aria-pressed=${String(open)} data-fact=${fact.fact} onClick=${open ? hide : () => (looked.value = [...looked.value, fact.fact])}><span>${open ? fact.value_label : MASK}</span><small>${open ? W.hide : W.masked}</small></button>`;
}
