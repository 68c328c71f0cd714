// The desk: login, three columns, keys. /staff#resident is the window towards the resident.
import { html, render, useLayoutEffect } from "../shared/preact.js";
import { DeskGuard } from "../shared/desk_guard.js";
import { about, loadAbout } from "../shared/about.js";
import { allowChime, chime } from "../shared/chime.js";
import { Icon } from "../shared/icons.js";
import { Gate, logout, SessionClock, whoAmI } from "../shared/session.js";
import { begin, countMinutes, forget, printForms, printSlip, show } from "./acts.js";
import { DoneToast, perform, undo } from "./act_bar.js";
import { CaseView, tickNext } from "./case.js";
import { C } from "./case_words.js";
import { Facts } from "./facts.js";
import { Forms } from "./forms.js";
import { Interview, startInterview } from "./interview.js";
import { pressedInPanel } from "./panel.js";
import { seeNextPaper } from "./papers.js";
import { ClosingBand, Queue, visibleLines } from "./queue.js";
import { Resident } from "./resident.js";
import { FOR_RESIDENT } from "./resident_channel.js";
import * as state from "./state.js";
import { fill, KEYS, W } from "./words.js";

const TALK_POSSIBLE = new Set(["prepared", "called", "absent", "transferred"]);

function Sample() {
  return about.value?.demo ? html`<aside class="sample" aria-label="見本"><b>見本</b><span>${W.sample}</span></aside>` : null;
}

/** While one of these stands, letters belong to it. */
const PANELS = new Set(["finish", "reopen", "transfer", "return", "hold", "official"]);
const COUNT_EVERY_MS = 15_000;

/** Keys work wherever nothing is being typed. @param {KeyboardEvent} event */
function onKey(event) {
  const target = /** @type {HTMLElement | null} */ (event.target);
  if (event.key === "Escape" && state.panel.value && state.panel.value !== "interview") {
    state.panel.value = null;
    return;
  }
  if (state.panel.value === "interview" || event.isComposing) return;
  const typing = target?.matches("input:not([type=checkbox]), textarea, select") ?? false;
  if (pressedInPanel(event, typing)) {
    event.preventDefault();
    return;
  }
  if (typing || event.ctrlKey || event.metaKey || event.altKey || PANELS.has(state.panel.value ?? "")) return;
  const done = pressed(event.key, target);
  if (done) event.preventDefault();
}

/**
 * @param {string} key
 * @param {HTMLElement | null} target
 * @returns {boolean}
 */
function pressed(key, target) {
  const isCalled = state.open.value?.state === "called";
  switch (key.toLowerCase()) {
    case "j":
      return move(1);
    case "k":
      return move(-1);
    case "enter":
      if (target?.closest("button, a, summary, label") || !state.marked.value) return false;
      show(state.marked.value);
      return true;
    case "c":
      perform(isCalled ? "recall" : "call");
      return true;
    case "s":
      perform("skip");
      return true;
    case "a":
      perform("accept");
      return true;
    case "f":
      perform("finish");
      return true;
    case "t":
      perform("transfer");
      return true;
    case "r":
      perform("return");
      return true;
    case "h":
      perform("hold");
      return true;
    case "o":
      perform("reopen");
      return true;
    case "v":
      return state.open.value !== null && tickNext(state.open.value);
    case "w":
      return state.open.value !== null && seeNextPaper(state.open.value);
    case "l":
      printSlip();
      return true;
    case "m":
      switchSound();
      return true;
    case "u":
      undo();
      return true;
    case "p":
      printForms();
      return true;
    case "n":
      startInterview(numberOnly());
      return true;
    case "?":
      state.panel.value = state.panel.value === "keys" ? null : "keys";
      return true;
    default:
      return false;
  }
}

async function switchSound() {
  state.sounds.value = !state.sounds.value && (await allowChime());
  if (state.sounds.value) chime();
}

/** The open case when it is a number without a talk: N then interviews into it. */
function numberOnly() {
  const shown = state.open.value;
  return shown?.ticket_only && TALK_POSSIBLE.has(shown.state) ? shown : null;
}

/** @param {number} by */
function move(by) {
  const lines = visibleLines();
  const at = lines.findIndex((line) => line.case_id === state.marked.value);
  const next = lines[Math.max(0, Math.min(lines.length - 1, at + by))];
  if (next) state.marked.value = next.case_id;
  return true;
}

function Desk() {
  useLayoutEffect(() => {
    begin();
    window.addEventListener("keydown", onKey);
    const counting = setInterval(countMinutes, COUNT_EVERY_MS);
    return () => {
      clearInterval(counting);
      forget();
      window.removeEventListener("keydown", onKey);
    };
  }, []);
  const shown = state.open.value;
  const { up, at } = state.line.value;
  return html`<div class="desk">
    <${Sample} />
    <header class="desk-top">
      <h1>${about.value?.municipality.name_ja ?? ""} <small>${W.title}</small></h1>
      <p class=${up ? "line-up" : "line-down"} role="status"><${Icon} name=${up ? "check" : "offline"} />${up ? W.live : fill(W.lost, at)}</p>
      <button type="button" class="desk-button desk-primary" onClick=${() => startInterview(numberOnly())} data-act="interview"><${Icon} name="talk" />${numberOnly() ? fill(W.interview_of, numberOnly()?.ticket ?? "") : W.interview}<kbd>N</kbd></button>
      <button type="button" class="desk-button" aria-pressed=${String(state.sounds.value)} data-act="sound" onClick=${switchSound}><${Icon} name="sound" />${state.sounds.value ? C.sound_on : C.sound_off}<kbd>M</kbd></button>
      <button type="button" class="desk-button" onClick=${() => (state.panel.value = "keys")}><${Icon} name="keyboard" />${W.shortcuts}<kbd>?</kbd></button>
      <a class="desk-button" href="/account">${W.own_account}</a>
      <button type="button" class="desk-button" onClick=${logout}>${state.signed.value?.name_ja || state.signed.value?.user} ${W.logout}</button>
    </header>
    <${SessionClock} />
    <${Wanted} />
    <${Refused} />
    <${ClosingBand} />
    ${state.panel.value === "interview"
      ? html`<${Interview} />`
      : html`<main class="columns">
          <${Queue} />
          <${CaseView} />
          <aside class="beside">${shown && html`<${Forms} key=${shown.case_id} shown=${shown} /><${Facts} key=${`facts:${shown.case_id}`} shown=${shown} />`}</aside>
        </main>`}
    ${state.panel.value === "keys" && html`<${Keys} />`}
    <${DoneToast} />
  </div>`;
}

/** Somebody needs a person at a kiosk; the quiet ones say nothing more (COUNTER_RULES 7). */
function Wanted() {
  return html`<div role="alert">${state.wanted.value.map(
    (one) => html`<p key=${one.visit} class="wanted"><${Icon} name="staff" /><span>${fill(one.quiet ? W.person_wanted_quiet : W.person_wanted, one.place || W.kiosk_unnamed)}</span>
      <button type="button" class="desk-button" onClick=${() => (state.wanted.value = state.wanted.value.filter((other) => other !== one))}>${W.person_wanted_done}</button></p>`,
  )}</div>`;
}

function Refused() {
  const now = state.refused.value;
  if (!now) return null;
  return html`<p class="refused refused-band" role="alert"><${Icon} name="alert" /><b>${now.title}</b><span>${now.detail} ${now.remedy}</span><button type="button" class="desk-button" onClick=${() => (state.refused.value = null)}>${W.close}</button></p>`;
}

function Keys() {
  return html`<section class="keys block" role="dialog" aria-label=${W.shortcuts}><header><h2>${W.shortcuts}</h2><button type="button" class="desk-button" onClick=${() => (state.panel.value = null)}>${W.close}<kbd>Esc</kbd></button></header>
    <dl>${KEYS.map(([key, does]) => html`<div key=${key}><dt><kbd>${key}</kbd></dt><dd>${does}</dd></div>`)}</dl></section>`;
}

render(html`<${DeskGuard}>${FOR_RESIDENT ? html`<${Resident} />` : html`<${Gate} title=${W.title} roles=${["counter_staff", "town_operator"]} demo_user="counter_staff"><${Desk} /><//>`}<//>`, /** @type {Element} */ (document.querySelector("#staff")));
loadAbout();
if (!FOR_RESIDENT) whoAmI();
