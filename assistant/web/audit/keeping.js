// 保全: a case is found by its number, kept with a reason, and let go with a reason.
import { call } from "../shared/api.js";
import { doing, when } from "../shared/office.js";
import { html, signal, useEffect, useState } from "../shared/preact.js";
import { Field, whenSignedOut } from "../shared/session.js";
import { fill, W } from "./words.js";

/** @import { CaseTerm, Kept } from "../shared/office_types" */
/** @import { Signal } from "../shared/preact.js" */

/** @type {Signal<Kept[]>} */
const kept = signal([]);
/** @type {Signal<CaseTerm | null>} */
const found = signal(null);

whenSignedOut(() => {
  kept.value = [];
  found.value = null;
});

async function read() {
  kept.value = (await call("GET", "/api/v1/preservations")).preservations;
}

export function Keeping() {
  useEffect(() => void doing(read), []);
  return html`<${Find} /><section class="block wide"><h2>${W.keep}</h2><p class="hint">${W.keep_hint}</p>
    ${kept.value.length ? html`<table><thead><tr>${W.keep_head.map((head) => html`<th key=${head} scope="col">${head}</th>`)}</tr></thead><tbody>${kept.value.map((one) => html`<${Line} key=${one.placed_at + one.case_id} one=${one} />`)}</tbody></table>` : html`<p class="empty">${W.keep_none}</p>`}</section>`;
}

function Find() {
  const [day, setDay] = useState("");
  const [ticket, setTicket] = useState("");
  const one = found.value;
  return html`<section class="block lines"><h2>${W.find}</h2><form class="row" onSubmit=${(/** @type {Event} */ event) => {
    event.preventDefault();
    doing(async () => {
      found.value = null;
      found.value = await call("GET", `/api/v1/preservations/find?${new URLSearchParams({ day, ticket })}`);
    });
  }}><${Field} label=${W.day} name="find-day" type="date" value=${day} onValue=${setDay} /><${Field} label=${W.ticket} name="find-ticket" value=${ticket} onValue=${setTicket} />
      <button type="submit" class="desk-button" disabled=${!day || !ticket}>${W.find_go}</button></form>
    ${one && html`<div class="lines"><h3>${fill(W.found, one.ticket)}</h3><p>${W.state} ${one.state_ja}、${W.until_day} ${when(one.keep_until)}</p>
      ${one.preserved ? html`<p><span class="state state-care">${W.already}</span></p>` : html`<${Reason} go=${W.keep_go} onReason=${(/** @type {string} */ reason) =>
        doing(async () => {
          await call("POST", `/api/v1/cases/${encodeURIComponent(one.case_id)}/preservation`, { body: { reason } });
          found.value = null;
          await read();
          return W.kept;
        })} />`}</div>`}</section>`;
}

/** @param {{one: Kept}} props */
function Line({ one }) {
  const [asked, ask] = useState(false);
  return html`<tr class=${one.lifted_at ? "off" : ""}><th scope="row">${one.case?.ticket}<small>${one.case?.day}</small></th><td class="numbers">${when(one.placed_at)}<small>${one.placed_by}</small></td>
    <td>${one.reason}</td><td class="numbers">${when(one.lifted_at)}<small>${one.lifted_by} ${one.lifted_because}</small></td>
    <td>${!one.lifted_at && (asked ? html`<${Reason} go=${W.lift} onReason=${(/** @type {string} */ reason) =>
      doing(async () => {
        await call("POST", `/api/v1/cases/${encodeURIComponent(one.case_id)}/preservation/lift`, { body: { reason } });
        ask(false);
        await read();
        return W.lifted;
      })} onCancel=${() => ask(false)} />` : html`<button type="button" class="desk-button" aria-label=${`${one.case?.ticket} ${W.lift}`} onClick=${() => ask(true)}>${W.lift}</button>`)}</td></tr>`;
}

/** @param {{go: string, onReason: (reason: string) => void, onCancel?: () => void}} props */
function Reason({ go, onReason, onCancel }) {
  const [reason, setReason] = useState("");
  return html`<form class="lines" onSubmit=${(/** @type {Event} */ event) => {
    event.preventDefault();
    onReason(reason);
  }}><${Field} label=${W.reason} name=${onCancel ? "lift-reason" : "reason"} hint=${W.reason_hint} value=${reason} onValue=${setReason} />
    <div class="acts"><button type="submit" class="desk-button desk-primary" disabled=${!reason.trim()}>${go}</button>${onCancel && html`<button type="button" class="desk-button" onClick=${onCancel}>${W.cancel}</button>`}</div></form>`;
}
