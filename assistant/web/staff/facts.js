// Facts beside their forms: by person, with where each comes from; corrected in place.
import { html, useState } from "../shared/preact.js";
import { shortLabel } from "../shared/household.js";
import { Icon } from "../shared/icons.js";
import { act } from "./acts.js";
import { C } from "./case_words.js";
import * as state from "./state.js";
import { fill, W, word } from "./words.js";

/** @import { CaseFact, CaseWhole } from "../shared/case_types" */

const NOT_TYPED = new Set(["people", "choices", "municipality", "person"]);

/** @param {{shown: CaseWhole}} props */
export function Facts({ shown }) {
  const groups = [{ id: null, label: W.official_visit }, ...shown.people];
  return html`<section class="facts-list" aria-label=${W.facts}>
    <header><h2>${W.facts}</h2><button type="button" class="desk-button" onClick=${() => (state.panel.value = "official")} data-act="official"><${Icon} name="plus" />${W.official}</button></header>
    ${groups.map((group) => {
      const facts = shown.facts.filter((fact) => (fact.person ?? null) === group.id && fact.fact !== "people" && fact.fact !== "people.p1.relation");
      const quiet = facts.filter((fact) => fact.value === false && !fact.weak);
      const loud = facts.filter((fact) => !quiet.includes(fact)).sort((a, b) => Number(b.weak) - Number(a.weak));
      return facts.length > 0 && html`<div key=${group.id} class="fact-group"><h3>${group.label}</h3><${FactRows} facts=${loud} />
        ${quiet.length > 0 && html`<details class="fact-negatives"><summary>${fill(W.negatives, quiet.length)}</summary><${FactRows} facts=${quiet} /></details>`}</div>`;
    })}
  </section>`;
}

/** @param {{facts: CaseFact[]}} props */
function FactRows({ facts }) {
  return html`<dl>${facts.map((fact) => html`<${FactLine} key=${fact.fact} fact=${fact} />`)}</dl>`;
}

/** @param {{fact: CaseFact}} props */
function FactLine({ fact }) {
  return html`<div class=${fact.weak ? "fact fact-weak" : "fact"}>
    <dt>${shortLabel(fact.label)}</dt>
    <dd><${CorrectFact} fact=${fact} /></dd>
    <dd class=${`origin origin-${fact.origin}`} title=${fact.authenticity === "verified" ? W.verified : W.unverified}>${word(W.origins, fact.origin)}${fact.confidence < 1 ? html`<small>${fill(C.confidence, Math.round(fact.confidence * 100))}</small>` : ""}${fact.origin === "card" && fact.authenticity !== "verified" ? html`<small>${W.unverified}</small>` : ""}</dd>
  </div>`;
}

/** The value, and its correction when it is touched. @param {{fact: CaseFact}} props */
export function CorrectFact({ fact }) {
  const [open, setOpen] = useState(false);
  const type = fact.type ?? "text";
  const [text, setText] = useState(typeof fact.value === "boolean" ? String(fact.value) : String(fact.value ?? ""));
  if (NOT_TYPED.has(type)) return html`<span class="fact-value">${fact.value_label}</span>`;
  if (!open) return html`<button type="button" class="fact-value" aria-label=${`${fact.label} ${fact.value_label} ${W.correct}`} onClick=${() => setOpen(true)}>${fact.value_label}<${Icon} name="pencil" /></button>`;
  const save = async () => {
    const value = type === "bool" ? text === "true" : type === "age" || type === "int" ? Number(text) : text;
    if (await act("correct", { facts: { [fact.fact]: value } })) setOpen(false);
  };
  return html`<form class="fact-edit" onSubmit=${(/** @type {Event} */ event) => {
    event.preventDefault();
    save();
  }}>
    <${ValueField} type=${type} label=${fact.label} options=${fact.options ?? []} value=${text} onChange=${setText} />
    <button type="submit" class="desk-button desk-primary" disabled=${!text || state.busy.value}>${W.save}</button>
    <button type="button" class="desk-button" onClick=${() => setOpen(false)}>${W.cancel}</button>
  </form>`;
}

/**
 * A field for one value, typed as its kind.
 * @param {{type: string, label: string, options: {value: string, label: string}[], value: string, onChange: (text: string) => void}} props
 */
export function ValueField({ type, label, options, value, onChange }) {
  const choices = type === "bool" ? [{ value: "true", label: W.yes }, { value: "false", label: W.no }] : options;
  const typed = (/** @type {{currentTarget: HTMLInputElement | HTMLSelectElement}} */ event) => onChange(event.currentTarget.value);
  if (choices.length) {
    return html`<select aria-label=${label} value=${value} onChange=${typed}><option value=""></option>${choices.map((one) => html`<option key=${one.value} value=${one.value} selected=${one.value === value}>${one.label}</option>`)}</select>`;
  }
  const kind = type === "date" ? "date" : type === "age" || type === "int" ? "number" : "text";
  return html`<input aria-label=${label} type=${kind} min=${kind === "number" ? 0 : undefined} max=${type === "age" ? 120 : undefined} maxlength="200" autocomplete="off" value=${value} onInput=${typed} />`;
}
