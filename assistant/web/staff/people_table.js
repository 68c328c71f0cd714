// The household as a small table to type in: relation, age or birth date, one row a person.
import { html, useState } from "../shared/preact.js";
import { RELATIONS } from "../shared/relations.js";
import { INTERVIEW as W, W as DESK } from "./words.js";

/** @import { Question } from "../shared/api_types" */
/** @typedef {{person?: string, label: string, relation: string, age: string, birth_date: string}} Row */

/**
 * @param {{question: Question, onSend: (value: unknown) => void}} props
 */
export function PeopleTable({ question, onSend }) {
  const [rows, setRows] = useState(/** @type {() => Row[]} */ (() => question.people.map((one) => ({
    person: one.id, label: one.label, relation: one.relation ?? "", age: one.age === null ? "" : String(one.age), birth_date: one.birth_date ?? "",
  }))));
  /** @param {number} at @param {Partial<Row>} change */
  const put = (at, change) => setRows(rows.map((row, index) => (index === at ? { ...row, ...change } : row)));
  const ready = rows.every((row) => row.relation && (row.age || row.birth_date));
  const send = () =>
    onSend(rows.map((row) => ({
      ...(row.person ? { person: row.person } : {}),
      relation: row.relation,
      ...(row.birth_date ? { birth_date: row.birth_date } : { age: Number(row.age) }),
    })));
  return html`<form class="people-table" onSubmit=${(/** @type {Event} */ event) => {
    event.preventDefault();
    if (ready) send();
  }}>
    <table><thead><tr><th scope="col"></th><th scope="col">${DESK.official_person}</th><th scope="col">${W.people}</th><th scope="col">生年月日</th></tr></thead><tbody>
      ${rows.map(
        (row, at) => html`<tr key=${at}><th scope="row">${row.label}</th>
          <td>${row.relation === "self" ? "" : html`<select aria-label=${`${row.label} ${DESK.official_person}`} value=${row.relation} onChange=${(/** @type {{currentTarget: HTMLSelectElement}} */ event) => put(at, { relation: event.currentTarget.value })}><option value=""></option>${RELATIONS.map(([id, label]) => html`<option key=${id} value=${id} selected=${id === row.relation}>${label}</option>`)}</select>`}</td>
          <td><input type="number" min="0" max="120" aria-label=${`${row.label} ${W.people}`} value=${row.age} onInput=${(/** @type {{currentTarget: HTMLInputElement}} */ event) => put(at, { age: event.currentTarget.value })} /></td>
          <td><input type="date" aria-label=${`${row.label} 生年月日`} value=${row.birth_date} onInput=${(/** @type {{currentTarget: HTMLInputElement}} */ event) => put(at, { birth_date: event.currentTarget.value })} /></td></tr>`,
      )}
    </tbody></table>
    <button type="button" class="desk-button" onClick=${() => setRows([...rows, { label: "", relation: "", age: "", birth_date: "" }])}>${W.add_person}</button>
    <button type="submit" class="desk-button desk-primary" disabled=${!ready}>${W.next}</button>
  </form>`;
}
