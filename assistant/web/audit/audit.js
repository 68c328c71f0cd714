// The auditor's screen: who did what, when and why; whether the record is whole; cases that must not be deleted.
import { about, loadAbout } from "../shared/about.js";
import { call } from "../shared/api.js";
import { doing, Office, when } from "../shared/office.js";
import { html, render, signal, useEffect, useState } from "../shared/preact.js";
import { Field, Gate, whenSignedOut, whoAmI } from "../shared/session.js";
import { Keeping } from "./keeping.js";
import { fill, W } from "./words.js";

/** @import { AuditLine } from "../shared/office_types" */
/** @import { Signal } from "../shared/preact.js" */

const tab = signal("search");
/** @type {Signal<AuditLine[] | null>} null: nothing was looked for yet */
const lines = signal(null);
/** @type {Signal<number | null>} */
const older = signal(null);
/** @type {Signal<{id: string, label: string}[]>} */
const acts = signal([]);
/** @type {Signal<{intact: boolean, entries?: number, head?: string, number?: number, reason?: string} | null>} */
const whole = signal(null);

whenSignedOut(() => {
  lines.value = null;
  older.value = null;
  whole.value = null;
  tab.value = "search";
});

const NOTHING = { ticket: "", day: "", case: "", actor: "", kind: "", from: "", until: "" };

/**
 * @param {typeof NOTHING} asked
 * @param {number | null} before
 */
function search(asked, before) {
  return doing(async () => {
    const query = new URLSearchParams(Object.entries(asked).filter(([, value]) => value.trim()));
    if (before) query.set("before", String(before));
    const found = await call("GET", `/api/v1/audit?${query}`);
    lines.value = before ? [...(lines.value ?? []), ...found.entries] : found.entries;
    older.value = found.next_before;
  });
}

async function readKinds() {
  acts.value = (await call("GET", "/api/v1/audit/kinds")).kinds;
}

function Search() {
  useEffect(() => void doing(readKinds), []);
  const [asked, setAsked] = useState(NOTHING);
  /** @param {keyof typeof NOTHING} name */
  const set = (name) => (/** @type {string} */ value) => setAsked({ ...asked, [name]: value });
  return html`<section class="block"><h2>${W.search}</h2><p class="hint">${W.search_hint}</p>
    <form class="row row-even" onSubmit=${(/** @type {Event} */ event) => {
      event.preventDefault();
      search(asked, null);
    }}>
      <${Field} label=${W.ticket} name="ticket" hint=${W.ticket_hint} value=${asked.ticket} onValue=${set("ticket")} />
      <${Field} label=${W.day} name="day" type="date" value=${asked.day} onValue=${set("day")} />
      <${Field} label=${W.case} name="case" value=${asked.case} onValue=${set("case")} />
      <${Field} label=${W.actor} name="actor" value=${asked.actor} onValue=${set("actor")} />
      <div class="field"><label for="field-kind">${W.kind}</label><select id="field-kind" value=${asked.kind} onChange=${(/** @type {{currentTarget: HTMLSelectElement}} */ event) => set("kind")(event.currentTarget.value)}><option value="">${W.every_kind}</option>${acts.value.map((act) => html`<option key=${act.id} value=${act.id}>${act.label}</option>`)}</select></div>
      <${Field} label=${W.from} name="from" type="datetime-local" value=${asked.from} onValue=${set("from")} />
      <${Field} label=${W.until} name="until" type="datetime-local" value=${asked.until} onValue=${set("until")} />
      <div class="alone"><button type="submit" class="desk-button desk-primary">${W.go}</button></div></form></section>
    ${lines.value && html`<section class="block wide" tabindex="0" aria-label=${W.search}>${lines.value.length ? html`<${Lines} />` : html`<p class="empty" role="status">${W.none}</p>`}
      ${older.value && html`<button type="button" class="desk-button" onClick=${() => search(asked, older.value)}>${W.more}</button>`}</section>`}`;
}

function Lines() {
  return html`<table><thead><tr>${W.head.map((head) => html`<th key=${head} scope="col">${head}</th>`)}</tr></thead><tbody>${(lines.value ?? []).map(
    (line) => html`<tr key=${line.number}><td class="numbers">${line.number}</td><td class="numbers">${when(line.at)}</td><td>${["resident", "system"].includes(line.role) ? W.roles[line.role] : html`${line.actor}<small>${W.roles[line.role] ?? line.role}</small>`}</td>
      <td>${line.act_ja}</td><td>${W.entities[line.entity] ?? line.entity}<small>${line.entity_id}</small></td><td>${line.why.split(".").map((why) => W.why[why] ?? why).join("、")}</td></tr>`,
  )}</tbody></table>`;
}

function Verify() {
  const now = whole.value;
  return html`<section class="block lines"><h2>${W.verify}</h2><p>${W.verify_hint}</p>
    <button type="button" class="desk-button desk-primary" onClick=${() => doing(async () => {
      whole.value = await call("GET", "/api/v1/audit/verify", { timeout_s: 300 });
    })}>${W.verify_go}</button>
    ${now && (now.intact ? html`<p role="status"><span class="state state-good">${fill(W.intact, String(now.entries))}</span></p><div><b>${W.head_label}</b> <code>${now.head}</code><p class="hint">${W.head_hint}</p></div>` : html`<p class="refused" role="alert">${fill(W.broken, String(now.number))}(${W.reasons[now.reason ?? ""] ?? now.reason})</p>`)}</section>`;
}

function Screen() {
  const shown = { search: html`<${Search} />`, keep: html`<${Keeping} />`, verify: html`<${Verify} />` }[tab.value];
  const who = ["auditor"];
  return html`<${Gate} title=${W.title} roles=${who} demo_user="auditor"><${Office} title=${W.title} tabs=${W.tabs} tab=${tab}>${about.value && shown}<//><//>`;
}

render(html`<${Screen} />`, /** @type {Element} */ (document.querySelector("#audit")));
loadAbout();
whoAmI();
