// The hall's display: the number called now, readable from ten metres, the next ones by counter, minutes. It
// connects without a login and hears numbers and counters only.
import { html, render, signal, useEffect, useState } from "../shared/preact.js";
import { about, loadAbout } from "../shared/about.js";
import { call } from "../shared/api.js";
import { openLive } from "../shared/live.js";
import { allowChime, canChime, chime } from "../shared/chime.js";
import { callAloud } from "./aloud.js";
import { fill, W } from "./words.js";

/** @import { Calls } from "../shared/case_types" */
/** @import { Signal } from "../shared/preact.js" */

const ROWS = 2;
const EARLIER = 8;
/** Rows of the waiting numbers that fit beside the calls. */
const NEXT_ROWS = 5;
/** With more lines than this each counter has one row, so that all of them fit. */
const FEW_COUNTERS = 2;
const FRESH_MS = 9000;

/** @type {Signal<Calls>} */
const calls = signal({ now: [], waiting: [], counters: [] });
const up = signal(false);
/** @type {Signal<string>} the call that just came */
const fresh = signal("");

/** @param {Calls["now"][number]} one */
function callKey(one) {
  return `${one.ticket} ${one.counter_id} ${one.times}`;
}

/** @type {ReturnType<typeof setTimeout> | undefined} */
let calming;
let first = true;

/** @param {Calls} next */
function take(next) {
  const before = new Set(calls.value.now.map(callKey));
  const arrived = next.now.filter((one) => !before.has(callKey(one)));
  const [newest] = arrived;
  calls.value = next;
  if (newest && !first) {
    for (const one of arrived) callAloud(one.ticket);
    fresh.value = callKey(newest);
    clearTimeout(calming);
    calming = setTimeout(() => (fresh.value = ""), FRESH_MS);
  }
  first = false;
}

function readAgain() {
  call("GET", "/api/v1/calls").then(take).catch(() => undefined);
}

openLive("/api/v1/live", {
  onMessage: (message) => {
    if (message.type === "calls" && Array.isArray(message.now)) take(/** @type {Calls} */ (/** @type {unknown} */ (message)));
    else if (message.type === "calls" || message.type === "read_again") readAgain();
  },
  onState: (now) => (up.value = now === "open"),
});

/** 「1番 総合窓口」 in its parts. @param {string} counter */
function parts(counter) {
  const [, number = "", name = counter] = /^(\S+?)番\s*(.*)$/.exec(counter) ?? [];
  return { number, name };
}

function Display() {
  const now = [...calls.value.now].sort((a, b) => b.called_at.localeCompare(a.called_at));
  const [latest, ...others] = now;
  return html`<div class="hall">
    ${about.value?.demo && html`<aside class="sample" aria-label="見本"><b>見本</b><span>${W.sample}</span></aside>`}
    <header><h1>${about.value?.municipality.name_ja ?? ""}</h1><${Clock} /><${Sound} /></header>
    <main>
      <section class="now" aria-live="assertive">
        ${latest ? html`<h2>${W.now}</h2><${Called} key=${callKey(latest)} one=${latest} large=${true} />` : html`<p class="none">${W.none}</p>`}
        <ul>${others.slice(0, ROWS).map((one) => html`<li key=${callKey(one)}><${Called} one=${one} /></li>`)}</ul>
        ${others.length > ROWS && html`<p class="earlier"><span>${W.earlier}</span>${others.slice(ROWS, ROWS + EARLIER).map((one) => html`<b key=${callKey(one)}>${one.ticket}<i class="counter-sign">${parts(one.counter).number}</i></b>`)}</p>`}
      </section>
      <section class="next"><h2>${W.next}</h2><${Next} /></section>
    </main>
    ${!up.value && html`<p class="lost" role="status">${W.lost}</p>`}
  </div>`;
}

/** @param {{one: Calls["now"][number], large?: boolean}} props */
function Called({ one, large = false }) {
  const { number, name } = parts(one.counter);
  return html`<div class=${`called ${large ? "called-large" : ""} ${fresh.value === callKey(one) ? "called-fresh" : ""}`}>
    <b class="ticket">${one.ticket}</b>
    <span class="arrow" aria-hidden="true"></span>
    <span class="to"><i class="counter-sign">${number}</i><span>${name}</span></span>
  </div>`;
}

function Next() {
  const groups = calls.value.counters
    .map((counter) => ({ counter, waiting: calls.value.waiting.filter((one) => one.counter_id === counter.id) }))
    .filter((group) => group.waiting.length > 0);
  if (!groups.length) return html`<p class="none">${W.next_none}</p>`;
  if (groups.length > FEW_COUNTERS) {
    return html`<ul class="counters counters-many">${groups.map(({ counter, waiting }) => {
      const [first] = waiting;
      return html`<li key=${counter.id}><i class="counter-sign" title=${counter.name_ja}>${counter.number}</i><b>${first?.ticket}</b><span>${first?.minutes ? fill(W.minutes, first.minutes) : W.soon}${waiting.length > 1 && html`<small>${fill(W.more, waiting.length - 1)}</small>`}</span></li>`;
    })}</ul>`;
  }
  const rows = Math.floor(NEXT_ROWS / groups.length);
  return html`<ul class="counters">${groups.map(({ counter, waiting }) => html`<li key=${counter.id}>
    <h3><i class="counter-sign">${counter.number}</i>${counter.name_ja}</h3>
    <ol>${waiting.slice(0, rows).map((one) => html`<li key=${one.ticket}><b>${one.ticket}</b><span>${one.minutes ? fill(W.minutes, one.minutes) : W.soon}</span></li>`)}</ol>
    ${waiting.length > rows && html`<p class="more">${fill(W.more, waiting.length - rows)}</p>`}
  </li>`)}</ul>`;
}

function Clock() {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    const timer = setInterval(() => setNow(new Date()), 1000);
    return () => clearInterval(timer);
  }, []);
  return html`<time>${now.toLocaleTimeString("ja-JP", { hour: "numeric", minute: "2-digit", timeZone: "Asia/Tokyo" })}</time>`;
}

/** Browsers keep a page silent until it was touched once; a hall screen is started with sound allowed. */
function Sound() {
  const [heard, setHeard] = useState(() => canChime());
  if (heard) return null;
  return html`<button type="button" onClick=${async () => {
    setHeard(await allowChime());
    chime();
  }}>${W.sound_off}</button>`;
}

render(html`<${Display} />`, /** @type {Element} */ (document.querySelector("#display")));
loadAbout();
