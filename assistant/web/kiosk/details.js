// What only fills boxes of the papers: one page for the new home, one for each person. All of it can be skipped;
// staff asks what is missing (DESIGN decision 12).
import { html, useState } from "../shared/preact.js";
import { PersonFigure } from "../shared/figures.js";
import { ruby } from "../shared/ruby.js";
import { giveDetails } from "./acts.js";
import { Button, Covered, Scroll } from "./controls.js";
import { BirthDateInput } from "./date_input.js";
import { household, splitFact } from "../shared/household.js";
import { Shell } from "./shell.js";
import { details, detailsAt, detailsTyped, turn } from "./state.js";
import { fill, words } from "./words.js";

/** @import { DetailField as Field, DetailsAsked, Value } from "../shared/api_types" */

/** @typedef {{id: string | null, label: string, fields: Field[]}} Page */

const FIELDS_A_PAGE = 4;
const SAID_FIRST = ["name", "kana", "birth_date", "sex", "card_address"];

/**
 * The visit in pages of a few fields, then one page a person. What stands on a card is never typed.
 * @param {DetailsAsked} asked
 * @param {string} home
 * @returns {Page[]}
 */
function pagesOf(asked, home) {
  const typeable = (/** @type {Field} */ field) => field.value !== null || !field.fact.endsWith(".card_address");
  const pages = /** @type {Page[]} */ ([]);
  for (let at = 0; at < asked.visit.length; at += FIELDS_A_PAGE) pages.push({ id: null, label: home, fields: asked.visit.slice(at, at + FIELDS_A_PAGE) });
  const people = asked.people.map((person) => ({ ...person, fields: inOrder(person.fields.filter(typeable)) }));
  return [...pages, ...people].filter((page) => page.fields.length);
}

/**
 * The fields of a person as one says them: name, reading, birth, then the rest.
 * @param {Field[]} fields
 */
function inOrder(fields) {
  /** @param {Field} field */
  const place = (field) => {
    const at = SAID_FIRST.indexOf(splitFact(field.fact)[1]);
    return at < 0 ? SAID_FIRST.length : at;
  };
  return [...fields].sort((one, other) => place(one) - place(other));
}

/**
 * What a page is called among the others; pages of one name are counted.
 * @param {Page[]} pages
 * @param {number} at
 */
function nameOf(pages, at) {
  const label = pages[at]?.label ?? "";
  const same = pages.filter((one) => one.label === label);
  return same.length > 1 ? `${label} ${pages.slice(0, at + 1).filter((one) => one.label === label).length}` : label;
}

export function Details() {
  const w = words();
  const asked = details.value;
  const at = detailsAt.value;
  const typed = detailsTyped.value;
  if (!asked) return null;
  const pages = pagesOf(asked, w.details_home);
  const page = /** @type {Page} */ (pages[Math.min(at, pages.length - 1)]);
  const last = at >= pages.length - 1;
  const person = household(turn.value?.understood ?? [], w.you).find((one) => one.id === page.id);
  const next = () => {
    if (!last) {
      detailsAt.value = at + 1;
      return Promise.resolve();
    }
    const given = Object.fromEntries(Object.entries(typed).filter(([, value]) => value !== null && value !== ""));
    return giveDetails(Object.keys(given).length ? given : "skip");
  };
  return html`<${Shell}
    say=${page.id ? fill(w.details_person, page.label) : page.label}
    lead=${w.details_title}
    mood="asking"
    kind="view-details"
    progress=${fill(w.details_page, at + 1, pages.length)}
    action=${html`<${Button} icon="forward" label=${w.details_skip} onPress=${() => giveDetails("skip")} name="skip" />
      <${Button} kind="primary" icon="forward" label=${last ? w.to_forms : w.next} onPress=${next} name="next" />`}
  >
    <${Scroll} label=${w.details_title}>
      <div class="details" key=${at}>
        ${person && html`<span class="person-figure"><${PersonFigure} relation=${person.relation} age=${person.age} self=${person.id === "p1"} /></span>`}
        <div class="details-fields">
          ${page.fields.map(
            (field) => html`<${DetailField} key=${field.fact} field=${field} value=${typed[field.fact] ?? null} onChange=${(/** @type {Value} */ value) => (detailsTyped.value = { ...detailsTyped.value, [field.fact]: value })} />`,
          )}
        </div>
      </div>
      <p class="hint">${ruby(w.details_hint)}</p>
      ${pages.length > 1 && html`<nav class="page-dots" aria-label=${w.details_title}>${pages.map((_, index) => html`<button type="button" key=${index} class="page-dot" aria-current=${index === at ? "step" : undefined} onClick=${() => (detailsAt.value = index)}><span>${nameOf(pages, index)}</span></button>`)}</nav>`}
    <//>
  <//>`;
}

/** @param {{field: Field, value: Value, onChange: (value: Value) => void}} props */
function DetailField({ field, value, onChange }) {
  const w = words();
  const [edit, setEdit] = useState(false);
  const fromCard = field.origin === "card";
  if (field.value_label !== null && !edit) {
    return html`<div class=${`detail detail-known ${fromCard ? "from-card" : ""}`}><h2>${field.label}${fromCard && html`<small>${w.origin_card}</small>`}</h2>
      <${Covered} id=${`detail:${field.fact}`} value=${field.value_label} covered=${field.type === "text" || field.type === "date"} />
      ${!fromCard && html`<${Button} kind="plain" icon="pencil" label=${w.edit} onPress=${() => setEdit(true)} />`}</div>`;
  }
  return html`<div class="detail"><h2 id=${`label-${field.fact}`}>${field.label}</h2><${DetailInput} field=${field} value=${value} onChange=${onChange} /></div>`;
}

/** @param {{field: Field, value: Value, onChange: (value: Value) => void}} props */
function DetailInput({ field, value, onChange }) {
  const w = words();
  const options = field.type === "bool" ? [{ value: true, label: w.yes }, { value: false, label: w.no }] : field.options;
  if (options.length) {
    return html`<div class="segments" role="group" aria-labelledby=${`label-${field.fact}`}>
      ${options.map((option) => html`<button type="button" key=${option.label} class="segment" aria-pressed=${String(value === option.value)} onClick=${() => onChange(value === option.value ? null : option.value)}>${option.label}</button>`)}</div>`;
  }
  if (field.type === "date") return html`<${BirthDateInput} value=${value} onChange=${onChange} />`;
  return html`<input class="text-field" type=${field.fact === "phone" ? "tel" : "text"} aria-labelledby=${`label-${field.fact}`} maxlength="200" autocomplete="off" spellcheck=${false} value=${value ?? ""} onInput=${(/** @type {{currentTarget: HTMLInputElement}} */ event) => onChange(event.currentTarget.value)} />`;
}
