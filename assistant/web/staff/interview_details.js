// What only fills boxes, typed at the desk on one page.
import { html, useLayoutEffect, useRef, useState } from "../shared/preact.js";
import { ValueField } from "./facts.js";
import { INTERVIEW as W } from "./interview_words.js";
import { W as DESK } from "./words.js";

/** @import { DetailField, DetailsAsked } from "../shared/api_types" */

/** @param {{asked: DetailsAsked, onSave: (given: Record<string, unknown>) => void, onClose: () => void}} props */
export function InterviewDetails({ asked, onSave, onClose }) {
  const form = useRef(/** @type {HTMLFormElement | null} */ (null));
  useLayoutEffect(() => /** @type {HTMLElement | null | undefined} */ (form.current?.querySelector("input, select"))?.focus(), []);
  const [typed, setTyped] = useState(/** @type {Record<string, string>} */ ({}));
  const groups = [{ id: "", label: DESK.official_visit, fields: asked.visit }, ...asked.people];
  const given = Object.fromEntries(Object.entries(typed).filter(([, value]) => value !== ""));
  /** @param {DetailField} field */
  const valueOf = (field) => typed[field.fact] ?? "";
  return html`<form class="block panel-form" ref=${form} onSubmit=${(/** @type {Event} */ event) => {
    event.preventDefault();
    onSave(Object.fromEntries(groups.flatMap((group) => group.fields).filter((field) => given[field.fact]).map((field) => [field.fact, field.type === "bool" ? given[field.fact] === "true" : given[field.fact]])));
  }}>
    <header><h2>${W.details}</h2><button type="button" class="desk-button" onClick=${onClose}>${DESK.cancel}<kbd>Esc</kbd></button></header>
    ${groups.map((group) => group.fields.length > 0 && html`<fieldset key=${group.id}><legend>${group.label}</legend>
      ${group.fields.map((field) => html`<div class="field" key=${field.fact}><span>${field.label}</span>${field.value_label === null ? html`<${ValueField} type=${field.type} label=${`${group.label} ${field.label}`} options=${field.options} value=${valueOf(field)} onChange=${(/** @type {string} */ text) => setTyped({ ...typed, [field.fact]: text })} />` : html`<b>${field.value_label}</b>`}</div>`)}</fieldset>`)}
    <footer><button type="submit" class="desk-button desk-primary" disabled=${!Object.keys(given).length}>${W.details_save}</button></footer>
  </form>`;
}
