// The remote operator: login, three columns, keys. Everything goes by keyboard alone.
import { effect, html, render, useEffect, useLayoutEffect } from "../shared/preact.js";
import { DeskGuard } from "../shared/desk_guard.js";
import { about, loadAbout } from "../shared/about.js";
import { Icon } from "../shared/icons.js";
import { Gate, logout, Sample, SessionClock, whenSignedOut, whoAmI } from "../shared/session.js";
import { begin, forget, show, switchChimes, take } from "./acts.js";
import { endCall, isCalling, startCall } from "./call.js";
import { approve, editDraft, Known, writeCanned } from "./known.js";
import { Lines, visibleLines } from "./lines.js";
import * as state from "./state.js";
import { suggest, Talk } from "./talk.js";
import { fill, KEYS, W } from "./words.js";

const DONE_MS = 5000;

/** Keys work wherever nothing is being typed; Escape leads out of everything. @param {KeyboardEvent} event */
function onKey(event) {
  const target = /** @type {HTMLElement | null} */ (event.target);
  if (event.key === "Escape" && !event.isComposing) {
    if (state.panel.value) state.panel.value = null;
    else if (target?.id === "draft") state.edited.value = null;
    target?.blur();
    return;
  }
  if (target?.matches("input, textarea, select") || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (pressed(event.key, target)) event.preventDefault();
}

/**
 * @param {string} key
 * @param {HTMLElement | null} target
 * @returns {boolean}
 */
function pressed(key, target) {
  const may = state.open.value?.may;
  if (/^[1-9]$/.test(key)) return done(() => writeCanned(Number(key)));
  switch (key.toLowerCase()) {
    case "t":
      return done(take);
    case "j":
      return done(() => move(1));
    case "k":
      return done(() => move(-1));
    case "enter":
      if (target?.closest("button, a") || !state.marked.value) return false;
      show(state.marked.value);
      return true;
    case "m":
      return done(() => document.getElementById("reply")?.focus());
    case "a":
      return done(approve);
    case "e":
      return done(editDraft);
    case "s":
      return may?.say && !state.open.value?.draft ? done(suggest) : false;
    case "p":
      return may?.start ? done(() => (state.panel.value = "start")) : false;
    case "h":
      return may?.share ? done(() => (state.panel.value = "share")) : false;
    case "x":
      return may?.transfer ? done(() => (state.panel.value = "transfer")) : false;
    case "g":
      return may?.give_back ? done(() => (state.panel.value = "give_back")) : false;
    case "v":
      return done(isCalling() ? endCall : startCall);
    case "n":
      return done(switchChimes);
    case "?":
      return done(() => (state.panel.value = state.panel.value === "keys" ? null : "keys"));
    default:
      return false;
  }
}

/** @param {() => unknown} does */
function done(does) {
  does();
  return true;
}

/** @param {number} by */
function move(by) {
  const lines = visibleLines();
  const at = lines.findIndex((line) => line.id === state.marked.value);
  const next = lines[Math.max(0, Math.min(lines.length - 1, at + by))];
  if (next) state.marked.value = next.id;
}

function Operator() {
  useLayoutEffect(() => {
    begin();
    window.addEventListener("keydown", onKey);
    return () => {
      forget();
      window.removeEventListener("keydown", onKey);
    };
  }, []);
  const { up, at } = state.line.value;
  const me = state.me.value;
  return html`<div class="desk operator"><${Sample} />
    <header class="desk-top">
      <h1>${about.value?.municipality.name_ja ?? ""} <small>${W.title}</small></h1>
      ${me && html`<span class=${`me me-${me.kind}`}>${W.kinds[me.kind]}</span>`}
      <p class=${up ? "line-up" : "line-down"} role="status"><${Icon} name=${up ? "check" : "offline"} />${up ? W.live : fill(W.lost, at)}</p>
      <button type="button" class="desk-button" data-act="sound" aria-pressed=${String(state.chimes.value)} onClick=${switchChimes}><${Icon} name="sound" />${W.sound} ${state.chimes.value ? W.sound_on : W.sound_off}<kbd>N</kbd></button>
      <button type="button" class="desk-button" onClick=${() => (state.panel.value = "keys")}><${Icon} name="keyboard" />${W.shortcuts}<kbd>?</kbd></button>
      <a class="desk-button" href="/account">${W.own_account}</a>
      <button type="button" class="desk-button" onClick=${logout}>${state.signed.value?.name_ja || state.signed.value?.user} ${W.logout}</button>
    </header>
    <${SessionClock} />
    <${Refused} />
    <main class="columns"><${Lines} /><${Talk} /><${Known} /></main>
    ${state.panel.value === "keys" && html`<${Keys} />`}
    <${Done} />
  </div>`;
}

function Refused() {
  const now = state.refused.value;
  return html`<div role="alert">${now && html`<p class="refused refused-band"><${Icon} name="alert" /><b>${now.title}</b><span>${now.detail}</span><button type="button" class="desk-button" onClick=${() => (state.refused.value = null)}>${W.close}</button></p>`}</div>`;
}

function Done() {
  const text = state.done.value;
  useEffect(() => {
    if (!text) return undefined;
    const timer = setTimeout(() => (state.done.value = ""), DONE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return html`<div role="status">${text && html`<p class="toast"><${Icon} name="check" /><span>${text}</span></p>`}</div>`;
}

function Keys() {
  return html`<section class="keys block" role="dialog" aria-label=${W.shortcuts}><div class="keys-head"><h2>${W.shortcuts}</h2><button type="button" class="desk-button" onClick=${() => (state.panel.value = null)}>${W.close}<kbd>Esc</kbd></button></div>
    <dl>${KEYS.map(([key, does]) => html`<div key=${key}><dt><kbd>${key}</kbd></dt><dd>${does}</dd></div>`)}</dl></section>`;
}

whenSignedOut(() => {
  state.me.value = null;
});
effect(() => {
  const waiting = state.lines.value.filter((one) => one.state === "waiting").length;
  document.title = `${waiting ? `(${waiting}) ` : ""}${W.title}`;
});
render(html`<${DeskGuard}><${Gate} title=${W.title} roles=${["town_operator", "contract_operator", "counter_staff"]} demo_user="town_operator"><${Operator} /><//><//>`, /** @type {Element} */ (document.querySelector("#operator")));
loadAbout();
whoAmI();
