// Consent to use one person's card: whose, which fields, for which papers, until when, under which purpose.
// はい and カードを使わない are the same size, and going without is said to be equally fine (COUNTER_RULES 4).
import { html, useState } from "../shared/preact.js";
import { PersonFigure } from "../shared/figures.js";
import { Icon } from "../shared/icons.js";
import { ruby, titles } from "../shared/ruby.js";
import { advance, giveConsent } from "./acts.js";
import { Scroll } from "./controls.js";
import { holders } from "./holders.js";
import { Shell } from "./shell.js";
import { cards, consentAsk, holder } from "./state.js";
import { fill, words } from "./words.js";

/** @import { CardField } from "../shared/api_types" */

/** @type {CardField[]} */
const FIELDS = ["name", "address", "birth_date", "sex"];
const GUARDIAN_UNDER = 15;

/** Goes on without a card for this person. */
export function goWithoutCard() {
  cards.value = { ...cards.value, [holder.value]: cards.value[holder.value] ?? "without" };
  return advance("details");
}

export function Consent() {
  const w = words();
  const [fields, setFields] = useState(FIELDS);
  const people = holders();
  const person = people.find((one) => one.id === holder.value) ?? people[0];
  const asked = consentAsk.value;
  /** @param {CardField} field */
  const toggle = (field) => setFields(fields.includes(field) ? fields.filter((other) => other !== field) : FIELDS.filter((one) => one === field || fields.includes(one)));
  return html`<${Shell}
    say=${w.consent_title}
    mood="asking"
    kind="view-consent"
    action=${html`<div class="equal">
      <button type="button" class="button choice-yes" disabled=${!fields.length} data-name="consent-yes" onClick=${() => giveConsent(holder.value, fields)}><${Icon} name="card" /><span>${ruby(w.consent_yes)}</span></button>
      <button type="button" class="button choice-no" data-name="consent-no" onClick=${goWithoutCard}><${Icon} name="pencil" /><span>${ruby(w.consent_no)}</span></button>
    </div>`}
  >
    <${Scroll} label=${w.consent_title}>
      <section class="consent">
        <div class="consent-whose">
          <span class="person-figure"><${PersonFigure} relation=${person?.relation} age=${person?.age} self=${holder.value === "p1"} /></span>
          <h2>${fill(w.consent_whose, person?.label ?? w.you)}</h2>
          ${person && person.age !== null && person.age < GUARDIAN_UNDER && html`<p>${ruby(w.consent_child)}</p>`}
        </div>
        <div class="consent-fields">
          <h2>${ruby(w.consent_fields)}</h2>
          <ul>${FIELDS.map(
            (field) => html`<li key=${field}><button type="button" role="checkbox" class="option option-check" aria-checked=${String(fields.includes(field))} onClick=${() => toggle(field)}>
              <span class="tick" aria-hidden="true">${fields.includes(field) && html`<${Icon} name="check" />`}</span><span>${w.fields[field]}</span>${!fields.includes(field) && html`<em>${w.field_off}</em>`}
            </button></li>`,
          )}</ul>
        </div>
        <ul class="consent-notes">
          <li><${Icon} name="lock" /><span>${ruby(w.consent_number)}</span></li>
          <li><${Icon} name="check" /><span>${ruby(w.consent_equal)}</span></li>
        </ul>
        <dl class="consent-terms">
          <div><dt>${ruby(w.consent_purpose)}</dt><dd>${titles(asked?.text ?? w.consent_purpose_text)}</dd></div>
          <div><dt>${ruby(w.consent_until)}</dt><dd>${ruby(w.consent_until_text)}</dd></div>
          <div><dt>${ruby(w.consent_cards)}</dt><dd>${ruby(w.consent_kinds)}</dd></div>
          ${asked?.basis && html`<div><dt>${ruby(w.law)}</dt><dd>${asked.basis}</dd></div>`}
        </dl>
      </section>
    <//>
  <//>`;
}
