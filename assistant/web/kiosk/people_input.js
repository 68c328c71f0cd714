// Several people on one screen: the household drawn, one person at a time under the ten keys, people added by
// relation. The answer is the whole list, and only when everybody has an age or a birth date.
import { html, useEffect, useState } from "../shared/preact.js";
import { Icon } from "../shared/icons.js";
import { PersonFigure } from "../shared/figures.js";
import { eraDateJa } from "../shared/format_ja.js";
import { ruby } from "../shared/ruby.js";
import { BirthDateInput } from "./date_input.js";
import { NumberEntry } from "./number_pad.js";
import { RELATIONS } from "../shared/relations.js";
import { fill, words } from "./words.js";

/** @import { PersonToComplete } from "../shared/api_types" */
/** @typedef {{person?: string, key: string, label: string, relation?: string | null, age: number | null, birth_date: string | null, onlyDate: boolean}} Row */

const OLDEST = 120;

/** @param {Row} row */
function isComplete(row) {
  return row.birth_date !== null || (row.age !== null && !row.onlyDate);
}

/** @param {Row[]} rows */
function asAnswer(rows) {
  if (!rows.length || !rows.every(isComplete)) return null;
  return rows.map(({ person, relation, age, birth_date }) => ({
    ...(person ? { person } : {}),
    ...(relation ? { relation } : {}),
    ...(birth_date ? { birth_date } : { age }),
  }));
}

/**
 * People as rows; those who are called the same are counted: 子(1人目).
 * @param {PersonToComplete[]} people
 * @returns {Row[]}
 */
function rowsOf(people) {
  return people.map((one, index) => {
    const same = people.filter((other) => other.label === one.label);
    const place = people.slice(0, index + 1).filter((other) => other.label === one.label).length;
    return {
      person: one.id,
      key: one.id,
      label: same.length > 1 ? fill(words().nth, one.label, place) : one.label,
      relation: one.relation,
      age: one.age,
      birth_date: one.birth_date,
      onlyDate: Boolean(one.asks?.length && !one.asks.includes("age")),
    };
  });
}

/**
 * @param {{people: PersonToComplete[], onChange: (value: unknown) => void, onAlone?: () => void}} props
 */
export function PeopleInput({ people, onChange, onAlone }) {
  const w = words();
  const [rows, setRows] = useState(/** @type {() => Row[]} */ (() => rowsOf(people)));
  const [at, setAt] = useState(0);
  const [adding, setAdding] = useState(people.length === 0);
  const [wishDate, setWishDate] = useState(false);
  useEffect(() => onChange(asAnswer(rows)), [rows]);
  const active = rows[at];
  const byDate = wishDate || Boolean(active?.onlyDate);
  /** @param {Partial<Row>} change */
  const put = (change) => setRows((before) => before.map((row, index) => (index === at ? { ...row, ...change } : row)));
  /** @param {string} relation @param {string} label */
  const add = (relation, label) => {
    setRows([...rows, { key: `new-${rows.length}-${relation}`, label, relation, age: null, birth_date: null, onlyDate: false }]);
    setAt(rows.length);
    setAdding(false);
  };
  const waiting = rows.findIndex((row, index) => index !== at && !isComplete(row));
  return html`<div class="people-input">
    <ul class="people-row">
      ${rows.map(
        (row, index) => html`<li key=${row.key}>
          <button type="button" class="person-card" aria-pressed=${String(index === at && !adding)} onClick=${() => {
            setAt(index);
            setAdding(false);
          }}>
            <span class="person-figure"><${PersonFigure} relation=${row.relation ?? undefined} age=${row.age} self=${row.relation === "self"} /></span>
            <b>${row.label}</b>
            <span class=${isComplete(row) ? "person-value" : "person-value person-open"}>${row.birth_date ? eraDateJa(row.birth_date) : row.age !== null ? `${row.age}${w.years}` : w.not_entered}</span>
          </button>
        </li>`,
      )}
      <li><button type="button" class="person-card person-add" aria-pressed=${String(adding)} onClick=${() => setAdding(true)}><${Icon} name="plus" size="large" /><b>${ruby(w.person_add)}</b></button></li>
    </ul>
    ${adding
      ? html`${!rows.length && onAlone && html`<button type="button" class="option alone" onClick=${onAlone}><span>${ruby(w.alone)}</span><${Icon} name="forward" /></button>`}<${Relations} onChoose=${add} />`
      : active &&
        html`<section class="person-entry" aria-label=${active.label}>
          <header><h2>${active.label}</h2>
            ${!active.onlyDate && html`<div class="segments" role="group" aria-label=${w.answer}>
              <button type="button" class="segment" aria-pressed=${String(!byDate)} onClick=${() => setWishDate(false)}>${w.age}</button>
              <button type="button" class="segment" aria-pressed=${String(byDate)} onClick=${() => setWishDate(true)}>${w.birth_date}</button>
            </div>`}
          </header>
          ${byDate
            ? html`<${BirthDateInput} key=${active.key} value=${active.birth_date} onChange=${(/** @type {string | null} */ birth_date) => put({ birth_date, age: null })} />`
            : html`<${NumberEntry} key=${active.key} value=${active.age} unit=${w.years} label=${`${active.label} ${w.age}`}
                onChange=${(/** @type {number | null} */ age) => (age === null || age <= OLDEST) && put({ age, birth_date: null })}
                onEnter=${() => waiting >= 0 && setAt(waiting)} />`}
          ${rows.length > 1 && html`<button type="button" class="button next-person" disabled=${!isComplete(active) || waiting < 0} onClick=${() => setAt(waiting)}><span>${ruby(w.next_person)}</span><${Icon} name="forward" /></button>`}
          ${rows.length > 1 && !active.person && html`<button type="button" class="button plain" onClick=${() => {
            setRows(rows.filter((_, index) => index !== at));
            setAt(0);
          }}><${Icon} name="close" /><span>${ruby(w.person_remove)}</span></button>`}
        </section>`}
  </div>`;
}

/** @param {{onChoose: (relation: string, label: string) => void}} props */
function Relations({ onChoose }) {
  return html`<section class="relations">
    <h2>${ruby(words().person_relation)}</h2>
    <ul class="options options-grid options-small">
      ${RELATIONS.map(([relation, label]) => html`<li key=${relation}><button type="button" class="option" onClick=${() => onChoose(relation, label)}><span>${label}</span></button></li>`)}
    </ul>
  </section>`;
}
