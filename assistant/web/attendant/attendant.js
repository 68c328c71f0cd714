// The attendant of a peak day, on a tablet: a reason, a number, the next person; the talk is held at the counter.
import { html, render, signal, useEffect } from "../shared/preact.js";
import { about, loadAbout } from "../shared/about.js";
import { call, Problem } from "../shared/api.js";
import { Icon } from "../shared/icons.js";
import { REASONS } from "../kiosk/reasons.js";
import { openLive } from "../shared/live.js";
import { Gate, logout, Sample, SessionClock, signed, whenSignedOut, whoAmI } from "../shared/session.js";
import { GivenTicket } from "./given_ticket.js";
import { fill, W } from "./words.js";

/** @import { GivenTicket as Given } from "../shared/api_types" */
/** @import { Calls } from "../shared/case_types" */
/** @import { Signal } from "../shared/preact.js" */

/** @typedef {{icon: string, label: string, id?: string, more?: Reason[]}} Reason */

/** @type {Signal<Calls>} */
const calls = signal({ now: [], waiting: [], counters: [] });
const up = signal(true);
/** @type {Signal<Reason | null>} */
const group = signal(null);
/** @type {Signal<Reason | null>} */
const reason = signal(null);
const counter = signal("");
/** @type {Signal<string[]>} */
const help = signal([]);
const number = signal("");
/** @type {Signal<Given | null>} */
const given = signal(null);
/** @type {Signal<string>} */
const refused = signal("");
const busy = signal(false);

/** Nothing of one person stays for the next. */
function fresh() {
  group.value = null;
  reason.value = null;
  counter.value = "";
  help.value = [];
  number.value = "";
  given.value = null;
  refused.value = "";
}

whenSignedOut(fresh);

async function give() {
  if (busy.value || !reason.value) return;
  busy.value = true;
  refused.value = "";
  try {
    given.value = await call("POST", "/api/v1/tickets", {
      body: {
        reasons: reason.value.id ? [reason.value.id] : [],
        help_wished: help.value,
        ...(counter.value ? { counter: counter.value } : {}),
        ...(number.value.trim() ? { number: number.value.trim() } : {}),
      },
    });
  } catch (failure) {
    refused.value = failure instanceof Problem ? `${failure.detail}${failure.remedy}` : W.offline;
    if (failure instanceof Problem && failure.status === 401) await whoAmI();
  } finally {
    busy.value = false;
  }
}

/** @param {string} id */
const waitingAt = (id) => calls.value.waiting.filter((one) => one.counter_id === id).length;

function Attendant() {
  useEffect(() => {
    const readAgain = () => call("GET", "/api/v1/calls", { background: true }).then((/** @type {Calls} */ now) => (calls.value = now)).catch(() => undefined);
    const line = openLive("/api/v1/live", {
      onMessage: (message) => {
        if (message.type === "calls" || message.type === "read_again") readAgain();
      },
      onState: (now) => {
        up.value = now === "open";
        if (now === "open") readAgain();
      },
    });
    return () => line.close();
  }, []);
  return html`<div class="attendant">
    <${Sample} />
    <header class="attendant-top"><h1>${about.value?.municipality.name_ja ?? ""} <small>${W.title}</small></h1>
      ${!up.value && html`<p class="line-down" role="status"><${Icon} name="offline" />${W.lost}</p>`}
      <button type="button" class="desk-button" onClick=${logout}>${signed.value?.name_ja || signed.value?.user} ${W.logout}</button></header>
    <${SessionClock} />
    ${given.value ? html`<${GivenTicket} ticket=${given.value} reason=${reason.value?.label ?? ""} onNext=${fresh} />` : html`<main><${Reasons} /><${Choices} /></main>`}
  </div>`;
}

/** A tile of several reasons; which certificate it is, the counter asks. @param {Reason} one */
const isGroup = (one) => Boolean(one.more) && !one.id;

function Reasons() {
  const known = new Set(about.value?.life_events.map((event) => event.id));
  const tiles = (group.value?.more ?? REASONS).filter((/** @type {Reason} */ one) => isGroup(one) || !one.id || known.has(one.id));
  return html`<section class="attendant-reasons"><header><h2>${group.value ? group.value.label : W.reason}</h2>
      ${group.value && html`<button type="button" class="desk-button" onClick=${() => (group.value = null)}><${Icon} name="back" />${W.all_reasons}</button>`}</header>
    <ul>${tiles.map((/** @type {Reason} */ one) => html`<li key=${one.label}><button type="button" aria-pressed=${isGroup(one) ? undefined : String(reason.value?.label === one.label)} data-reason=${one.id ?? one.label} onClick=${() => (isGroup(one) ? (group.value = one) : (reason.value = one))}><${Icon} name=${one.icon} />${one.label}</button></li>`)}</ul></section>`;
}

function Choices() {
  const machine = about.value?.municipality.number_machine ?? [];
  /** @param {string} id */
  const toggle = (id) => (help.value = help.value.includes(id) ? help.value.filter((one) => one !== id) : [...help.value, id]);
  return html`<form class="attendant-choices" onSubmit=${(/** @type {Event} */ event) => {
    event.preventDefault();
    give();
  }}>
    <div class="attendant-more">
      <section><h2>${W.counter}</h2><ul class="counters">
        <li><button type="button" aria-pressed=${String(counter.value === "")} onClick=${() => (counter.value = "")}>${W.by_reason}</button></li>
        ${calls.value.counters.map((one) => html`<li key=${one.id}><button type="button" aria-pressed=${String(counter.value === one.id)} data-counter=${one.id} onClick=${() => (counter.value = one.id)}><b class="counter-sign numbers">${one.number}</b><span>${one.name_ja}</span><em class="numbers">${fill(W.waiting, waitingAt(one.id))}</em></button></li>`)}</ul></section>
      <section><h2>${W.help}</h2><ul class="helps">${Object.entries(W.helps).map(([id, label]) => html`<li key=${id}><button type="button" aria-pressed=${String(help.value.includes(id))} data-help=${id} onClick=${() => toggle(id)}>${label}</button></li>`)}</ul></section>
      ${machine.length > 0 && html`<section><h2><label for="printed">${W.machine}</label></h2>
        <input id="printed" name="printed" autocomplete="off" maxlength="12" value=${number.value} aria-describedby="printed-hint" onInput=${(/** @type {{currentTarget: HTMLInputElement}} */ event) => (number.value = event.currentTarget.value)} />
        <p class="hint" id="printed-hint">${fill(W.machine_hint, machine.map((one) => one.example).join("・"))}</p></section>`}
    </div>
    <footer>
      ${refused.value && html`<p class="refused" role="alert">${refused.value}</p>`}
      <p class="attendant-chosen" role="status">${reason.value ? html`${W.chosen} <b>${reason.value.label}</b>` : W.nothing_chosen}</p>
      <button type="submit" class="give" disabled=${!reason.value || busy.value} data-act="give"><${Icon} name="ticket" />${W.give}</button></footer>
  </form>`;
}

render(html`<${Gate} title=${W.title} roles=${["attendant", "counter_staff"]} demo_user="attendant"><${Attendant} /><//>`, /** @type {Element} */ (document.querySelector("#attendant")));
loadAbout();
whoAmI();
