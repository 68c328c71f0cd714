// What was understood, as chips that are corrected by one touch; the sentence said stands beside them.
import { html } from "../shared/preact.js";
import { about } from "../shared/about.js";
import { Icon } from "../shared/icons.js";
import { ruby } from "../shared/ruby.js";
import { heard, sheet, turn } from "./state.js";
import { household, splitFact } from "../shared/household.js";
import { fill, words } from "./words.js";

/** @import { Understood } from "../shared/api_types" */

const SHOWN = 4;

/** @param {Understood} item */
export function iconOf(item) {
  const [person, name] = splitFact(item.fact);
  if (/date|_on$/.test(name)) return "calendar";
  if (/municipality|address/.test(name)) return "pin";
  if (/card/.test(name)) return "card";
  if (/insurance|pension/.test(name)) return "shield";
  if (name === "reasons") return "talk";
  return person || name === "people" ? "person" : "check";
}

/**
 * The value in a resident's words: why one came is said as one would say it, not as the office files it.
 * @param {Understood} item
 */
export function saidValue(item) {
  if (item.fact !== "reasons" || !Array.isArray(item.value)) return item.value_label;
  const known = about.value?.life_events ?? [];
  const said = item.value.map((id) => known.find((event) => event.id === id)?.label);
  return said.length && said.every(Boolean) ? said.join("、") : item.value_label;
}

/** The newest few facts, doubtful ones first, and the way to all of them. */
export function UnderstoodStrip() {
  const w = words();
  const items = (turn.value?.understood ?? []).filter((item) => item.masked !== true && item.fact !== "people");
  if (!items.length) return null;
  const people = household(items, w.you);
  const visit = items.filter((item) => splitFact(item.fact)[0] === null);
  const first = [...visit.filter((item) => item.doubtful), ...visit.filter((item) => !item.doubtful)].slice(0, SHOWN);
  return html`<section class="understood" aria-label=${w.understood}>
    ${heard.value && html`<button type="button" class="heard" onClick=${() => (sheet.value = { kind: "heard" })}>
      <span class="only-heard">${w.heard}</span><q>${heard.value}</q><${Icon} name="pencil" /><span class="only-heard">${w.edit}</span>
    </button>`}
    <ul class="chips">
      ${people.length > 1 && html`<li><button type="button" class="chip" onClick=${() => (sheet.value = { kind: "all" })}><${Icon} name="people" />${fill("%1人", people.length)}</button></li>`}
      ${first.map((item) => html`<li key=${item.fact}><${Chip} item=${item} /></li>`)}
      <li><button type="button" class="chip chip-all" onClick=${() => (sheet.value = { kind: "all" })}><span>${ruby(fill(w.understood_all, items.length))}</span></button></li>
    </ul>
  </section>`;
}

/** The way to everything understood, where there is no room for chips. @param {{kind?: string}} props */
export function UnderstoodButton({ kind = "" }) {
  const w = words();
  const items = turn.value?.understood ?? [];
  if (!items.length) return null;
  const doubtful = items.some((item) => item.doubtful);
  return html`<button type="button" class=${`chip chip-left ${doubtful ? "chip-doubtful" : ""} ${kind}`} onClick=${() => (sheet.value = { kind: "all" })}>
    <${Icon} name=${doubtful ? "alert" : "people"} /><span>${ruby(w.understood)}(${items.length})</span>
  </button>`;
}

/** @param {{item: Understood}} props */
export function Chip({ item }) {
  return html`<button type="button" class=${item.doubtful ? "chip chip-doubtful" : "chip"} onClick=${() => (sheet.value = { kind: "correct", item })}>
    <${Icon} name=${item.doubtful ? "alert" : iconOf(item)} />
    <span class="only-heard">${item.label}</span>${saidValue(item)}
    ${item.doubtful && html`<small>${ruby(words().doubtful)}</small>`}
  </button>`;
}
