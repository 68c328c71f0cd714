// Official data at the beginning of a talk: pasted as a table, or typed. It stands above card and talk.
import { html, useLayoutEffect, useRef, useState } from "../shared/preact.js";
import { household } from "../shared/household.js";
import { ValueField } from "./facts.js";
import { addOfficial, turn } from "./interview_visit.js";
import { INTERVIEW as W } from "./interview_words.js";
import * as state from "./state.js";
import { fill, W as DESK } from "./words.js";

const SEXES = Object.entries(DESK.sexes).map(([value, label]) => ({ value, label }));
/** A 個人番号, however it is written; it never leaves this browser. */
const TWELVE_DIGITS = /(?<![\d\uff10-\uff19])(?:[\d\uff10-\uff19]{4}[ \u3000\-\uff0d]?){2}[\d\uff10-\uff19]{4}(?![\d\uff10-\uff19])/g;

/** @param {{onClose: () => void}} props */
export function InterviewOfficial({ onClose }) {
  const [kind, setKind] = useState("certificate");
  const [record, setRecord] = useState("");
  const [dropped, setDropped] = useState(false);
  const [person, setPerson] = useState("");
  const [typed, setTyped] = useState(/** @type {Record<string, string>} */ ({}));
  const first = useRef(/** @type {HTMLTextAreaElement | null} */ (null));
  useLayoutEffect(() => first.current?.focus(), []);
  const given = Object.fromEntries(Object.entries(typed).filter(([, value]) => value !== ""));
  const people = household(turn.value?.understood ?? [], W.you);
  const items = person ? DESK.official_items.person : DESK.official_items.visit;
  const nothing = !record.trim() && !Object.keys(given).length;
  const save = async () => {
    const left_out = await addOfficial({ kind, ...(record.trim() ? { record } : {}), ...(Object.keys(given).length ? { facts: given } : {}) });
    if (left_out === null) return;
    state.done.value = { text: [W.official_done, left_out.length ? fill(W.official_left_out, left_out.join("・")) : ""].filter(Boolean).join("。"), undo: false };
    onClose();
  };
  /** @param {{currentTarget: HTMLTextAreaElement}} event */
  const paste = (event) => {
    const clean = event.currentTarget.value.replace(TWELVE_DIGITS, "");
    setDropped(dropped || clean !== event.currentTarget.value);
    event.currentTarget.value = clean;
    setRecord(clean);
  };
  return html`<form class="block panel-form interview-official" onSubmit=${(/** @type {Event} */ event) => {
    event.preventDefault();
    if (!nothing) save();
  }} onKeyDown=${(/** @type {KeyboardEvent} */ event) => {
    if (event.key === "Enter" && event.ctrlKey && !nothing) save();
  }}>
    <header><h2>${W.official}</h2><button type="button" class="desk-button" onClick=${onClose}>${DESK.cancel}<kbd>Esc</kbd></button></header>
    <p class="hint">${W.official_hint}</p>
    <div class="tabs" role="group" aria-label=${W.official}>${Object.entries(W.official_kinds).map(([id, label]) => html`<button type="button" key=${id} aria-pressed=${String(kind === id)} data-kind=${id} onClick=${() => setKind(id)}>${label}</button>`)}</div>
    <label class="pasted"><b>${W.official_paste}</b>
      <textarea ref=${first} rows="7" maxlength="20000" spellcheck="false" placeholder=${W.official_paste_hint} value=${record} onInput=${paste}></textarea></label>
    ${dropped && html`<p class="refused" role="alert">${W.number_dropped}</p>`}
    <fieldset><legend>${W.official_type}</legend>
      <div class="tabs" role="group" aria-label=${DESK.official_person}>${[{ id: "", label: DESK.official_visit }, ...people].map((one) => html`<button type="button" key=${one.id} aria-pressed=${String(person === one.id)} onClick=${() => setPerson(one.id)}>${one.label}</button>`)}</div>
      ${items.map(([name, label, type]) => {
        const key = person ? `people.${person}.${name}` : String(name);
        return html`<div class="field" key=${key}><span>${label}</span><${ValueField} type=${type} label=${label} options=${type === "sex" ? SEXES : []} value=${typed[key] ?? ""} onChange=${(/** @type {string} */ text) => setTyped({ ...typed, [key]: text })} /></div>`;
      })}</fieldset>
    <footer><button type="submit" class="desk-button desk-primary" disabled=${nothing} data-act="add-official">${W.official_add}<kbd>Ctrl+Enter</kbd></button></footer>
  </form>`;
}
