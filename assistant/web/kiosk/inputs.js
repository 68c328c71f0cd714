// One value, asked in the way its kind is best given. Used by questions and by corrections alike: an input holds
// nothing itself, it shows `value` and reports changes; `onCommit` is for those that need no second touch.
import { html } from "../shared/preact.js";
import { Icon } from "../shared/icons.js";
import { ruby } from "../shared/ruby.js";
import { tokyoDay } from "../shared/format_ja.js";
import { BirthDateInput, CalendarInput } from "./date_input.js";
import { NumberEntry } from "./number_pad.js";
import { PeopleInput } from "./people_input.js";
import { today } from "./state.js";
import { words } from "./words.js";

/** @import { Option, PersonToComplete, InputKind } from "../shared/api_types" */

/**
 * @typedef {object} Asked
 * @property {string} id question id or fact: tells a birth date from other dates
 * @property {InputKind} input
 * @property {Option[]} [options]
 * @property {boolean} [multiple]
 * @property {PersonToComplete[]} [people]
 */

const NONE = "none";

/** True when a touch on an option is the whole answer. @param {Asked} asked */
export function answersAtOnce(asked) {
  return asked.input === "yes_no" || (asked.input === "choice" && !asked.multiple);
}

/**
 * @param {{asked: Asked, value: unknown, onChange: (value: unknown) => void, onCommit: (value: unknown) => void}} props
 */
export function ValueInput({ asked, value, onChange, onCommit }) {
  switch (asked.input) {
    case "yes_no":
      return html`<${YesNo} value=${value} onCommit=${onCommit} />`;
    case "choice":
      return asked.multiple
        ? html`<${Checklist} asked=${asked} value=${value} onChange=${onChange} />`
        : html`<${Choice} asked=${asked} value=${value} onCommit=${onCommit} />`;
    case "date":
      return /birth/.test(asked.id)
        ? html`<${BirthDateInput} value=${value ?? null} onChange=${onChange} />`
        : html`<${CalendarInput} value=${value ?? null} onChange=${onChange} today=${today.value ?? tokyoDay(new Date())} />`;
    case "number":
      return html`<${NumberEntry} value=${typeof value === "number" ? value : null} onChange=${onChange} label=${asked.id} unit=${/age$/.test(asked.id) ? words().years : ""}
        onEnter=${() => typeof value === "number" && onCommit(value)} />`;
    case "people":
      return html`<${PeopleInput} people=${asked.people ?? []} onChange=${onChange} onAlone=${() => onCommit([])} />`;
    default:
      return html`<${TextEntry} value=${value} onChange=${onChange} onCommit=${onCommit} />`;
  }
}

/** @param {{value: unknown, onCommit: (value: unknown) => void}} props */
function YesNo({ value, onCommit }) {
  const w = words();
  return html`<div class="yes-no">
    ${[true, false].map(
      (choice) => html`<button type="button" class="option option-tall" key=${choice} aria-pressed=${String(value === choice)} onClick=${() => onCommit(choice)}>
        <${Icon} name=${choice ? "check" : "close"} size="large" /><span>${ruby(choice ? w.yes : w.no)}</span>
      </button>`,
    )}
  </div>`;
}

/** Options of which one is the answer. @param {{asked: Asked, value: unknown, onCommit: (value: unknown) => void}} props */
export function Choice({ asked, value, onCommit }) {
  const options = asked.options ?? [];
  const short = options.every((option) => option.label.length <= 12);
  return html`<ul class=${`options ${short && options.length > 4 ? "options-grid" : ""}`}>
    ${options.map(
      (option) => html`<li key=${option.value}>
        <button type="button" class="option" aria-pressed=${String(value === option.value)} onClick=${() => onCommit(option.value)}>
          <span>${ruby(option.label)}</span>${value === option.value ? html`<${Icon} name="check" />` : html`<${Icon} name="forward" />`}
        </button>
      </li>`,
    )}
  </ul>`;
}

/** Any number of options, or none of them; that none holds has to be said. @param {{asked: Asked, value: unknown, onChange: (value: unknown) => void}} props */
function Checklist({ asked, value, onChange }) {
  const chosen = Array.isArray(value) ? value : null;
  const options = asked.options ?? [];
  const none = options.find((option) => option.value === NONE);
  const saysNone = chosen?.includes(NONE) ?? false;
  /** @param {string} option */
  const toggle = (option) => {
    const others = (chosen ?? []).filter((other) => other !== option && other !== NONE);
    const next = chosen?.includes(option) ? others : [...others, option];
    onChange(next.length ? next : null);
  };
  return html`<ul class="options options-grid">
    ${options.filter((option) => option !== none).map(
      (option) => html`<li key=${option.value}>
        <button type="button" role="checkbox" class="option option-check" aria-checked=${String(chosen?.includes(option.value) ?? false)} onClick=${() => toggle(option.value)}>
          <span class="tick" aria-hidden="true">${chosen?.includes(option.value) && html`<${Icon} name="check" />`}</span><span>${ruby(option.label)}</span>
        </button>
      </li>`,
    )}
    <li>
      <button type="button" role="checkbox" class="option option-check option-none" aria-checked=${String(saysNone)} onClick=${() => onChange(saysNone ? null : [NONE])}>
        <span class="tick" aria-hidden="true">${saysNone && html`<${Icon} name="check" />`}</span><span>${ruby(none?.label ?? words().none)}</span>
      </button>
    </li>
  </ul>`;
}

/** @param {{value: unknown, onChange: (value: unknown) => void, onCommit: (value: unknown) => void}} props */
function TextEntry({ value, onChange, onCommit }) {
  const text = typeof value === "string" ? value : "";
  return html`<label class="text-entry"><span>${ruby(words().say_here)}</span>
    <input
      type="text"
      maxlength="200"
      autocomplete="off"
      spellcheck=${false}
      value=${text}
      onInput=${(/** @type {{currentTarget: HTMLInputElement}} */ event) => onChange(event.currentTarget.value || null)}
      onKeyDown=${(/** @type {KeyboardEvent} */ event) => {
        if (event.key === "Enter" && !event.isComposing && text.trim()) onCommit(text.trim());
      }}
    />
  </label>`;
}
