// The household as a small table to type in: relation, age or birth date, one row a person.
import { html, useLayoutEffect, useRef, useState } from "../shared/preact.js";
import { RELATIONS } from "../shared/relations.js";
import { INTERVIEW as W } from "./interview_words.js";
import { W as DESK } from "./words.js";

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
  const told = new Map(question.people.map((one) => [one.id, one.relation ?? ""]));
  const ready = rows.every((row) => row.relation && (row.age || row.birth_date));
  const send = () =>
    onSend(rows.map((row) => ({
      ...(row.person ? { person: row.person } : {}),
      // What was not touched is not said again: a relation in doubt stays in doubt until it is asked.
      ...(row.person && row.relation === told.get(row.person) ? {} : { relation: row.relation }),
      ...(row.birth_date ? { birth_date: row.birth_date } : { age: Number(row.age) }),
    })));
  const form = useRef(/** @type {HTMLFormElement | null} */ (null));
  const asked = question.people.length;
  useLayoutEffect(() => {
    const added = rows.length > asked && form.current?.querySelector("tbody tr:last-child select");
    if (added) /** @type {HTMLElement} */ (added).focus();
  }, [rows.length]);
  /** Enter goes to the next age that is missing; after the last it sends. @param {KeyboardEvent} event */
  const nextAge = (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    const empty = [...(form.current?.querySelectorAll("input[data-empty]") ?? [])].find((input) => input !== event.currentTarget);
    if (!empty) return;
    event.preventDefault();
    /** @type {HTMLElement} */ (empty).focus();
  };
  return html`<form class="people-table" ref=${form} onSubmit=${(/** @type {Event} */ event) => {
    event.preventDefault();
    if (ready) send();
  }}>
    <table><thead><tr><th scope="col"></th><th scope="col">${DESK.official_person}</th><th scope="col">${W.people}</th><th scope="col">${W.birth_date}</th></tr></thead><tbody>
      ${rows.map(
        (row, at) => html`<tr key=${at}><th scope="row">${row.label}</th>
          <td>${row.relation === "self" ? "" : html`<select aria-label=${`${row.label} ${DESK.official_person}`} value=${row.relation} onChange=${(/** @type {{currentTarget: HTMLSelectElement}} */ event) => put(at, { relation: event.currentTarget.value })}><option value=""></option>${RELATIONS.map(([id, label]) => html`<option key=${id} value=${id} selected=${id === row.relation}>${label}</option>`)}</select>`}</td>
          <td><input type="number" min="0" max="120" data-empty=${row.age || row.birth_date ? undefined : ""} aria-label=${`${row.label} ${W.people}`} value=${row.age} onKeyDown=${nextAge} onInput=${(/** @type {{currentTarget: HTMLInputElement}} */ event) => put(at, { age: event.currentTarget.value })} /></td>
          <td><input type="date" aria-label=${`${row.label} ${W.birth_date}`} value=${row.birth_date} onInput=${(/** @type {{currentTarget: HTMLInputElement}} */ event) => put(at, { birth_date: event.currentTarget.value })} /></td></tr>`,
      )}
    </tbody></table>
    <div class="asked-foot"><button type="button" class="desk-button" onClick=${() => setRows([...rows, { label: "", relation: "", age: "", birth_date: "" }])}>${W.add_person}</button>
    <button type="submit" class="desk-button desk-primary" disabled=${!ready}>${W.next}<kbd>Enter</kbd></button></div>
  </form>`;
}
