// Official data typed by staff: 転出証明書, 転入予約, the core system. It stands above card and talk.
import { html, useState } from "../shared/preact.js";
import { act } from "./acts.js";
import { ValueField } from "./facts.js";
import * as state from "./state.js";
import { W } from "./words.js";

/** @import { CaseWhole } from "../shared/case_types" */

const SEXES = Object.entries(W.sexes).map(([value, label]) => ({ value, label }));

/** @param {{shown: CaseWhole}} props */
export function Official({ shown }) {
  const [person, setPerson] = useState("");
  const items = person ? W.official_items.person : W.official_items.visit;
  const [typed, setTyped] = useState(/** @type {Record<string, string>} */ ({}));
  const given = Object.fromEntries(Object.entries(typed).filter(([, value]) => value !== ""));
  const save = async () => {
    if (await act("official", { facts: given })) state.panel.value = null;
  };
  return html`<form class="block panel-form" onSubmit=${(/** @type {Event} */ event) => {
    event.preventDefault();
    save();
  }}>
    <header><h2>${W.official}</h2><button type="button" class="desk-button" onClick=${() => (state.panel.value = null)}>${W.cancel}<kbd>Esc</kbd></button></header>
    <p class="hint">${W.official_hint}</p>
    <div class="field"><span>${W.official_person}</span><div class="tabs" role="group" aria-label=${W.official_person}>
      ${[{ id: "", label: W.official_visit }, ...shown.people].map((one) => html`<button type="button" key=${one.id} aria-pressed=${String(person === one.id)} onClick=${() => setPerson(one.id)}>${one.label}</button>`)}</div></div>
    ${items.map(([name, label, type]) => {
      const key = person ? `people.${person}.${name}` : String(name);
      return html`<div class="field" key=${key}><span>${label}</span><${ValueField} type=${type} label=${label} options=${type === "sex" ? SEXES : []} value=${typed[key] ?? ""} onChange=${(/** @type {string} */ text) => setTyped({ ...typed, [key]: text })} /></div>`;
    })}
    <footer><button type="submit" class="desk-button desk-primary" disabled=${!Object.keys(given).length || state.busy.value}>${W.official_add}</button></footer>
  </form>`;
}
