// The record of identification, as a clerk fills it in at the end of a case and when somebody comes back.
import { html } from "../shared/preact.js";
import { Pick } from "./panel.js";
import { W } from "./words.js";

/** @typedef {{method: string, papers: string[], authority: string, seen: Record<string, boolean>, notice: boolean | null}} Identified */

/** @type {Identified} */
export const NOBODY_YET = { method: "one_paper", papers: [], authority: "", seen: {}, notice: null };

const PAPER_KEYS = "1234567890";
const SEEN_KEYS = "zxc";

/** What was recorded before the papers were printed, so that nothing is asked twice. @param {import("../shared/case_types").IdentificationRecord | null} record */
export function recorded(record) {
  if (!record) return NOBODY_YET;
  const { method, papers, authority, notice_by_post_needed, checked_by, checked_at, ...seen } = record;
  return { method, papers, authority: authority ?? "", notice: notice_by_post_needed, seen: Object.fromEntries(Object.entries(seen).map(([id, yes]) => [id, yes === true])) };
}

/** Whether every part was said; the server says what is missing in it. @param {Identified} given */
export function isSaid(given) {
  return given.authority !== "" && given.notice !== null;
}

/** As the server takes it. @param {Identified} given */
export function identificationBody({ method, papers, authority, notice, seen }) {
  return { method, papers, authority, notice_by_post_needed: notice, ...seen };
}

/** @param {{given: Identified, onChange: (given: Identified) => void}} props */
export function IdentificationFields({ given, onChange }) {
  const { method, papers, authority, seen, notice } = given;
  return html`<fieldset><legend>${W.identification}</legend>
    <${Pick} label=${W.method} options=${W.methods} keys="qwe" value=${method} onChange=${(/** @type {string} */ to) => onChange({ ...given, method: to })} />
    <div class="field"><span>${W.papers}</span><div class="ticks">${Object.entries(W.paper_kinds).map(([id, label], at) => html`<${Tick} key=${id} label=${label} checked=${papers.includes(id)} panelKey=${PAPER_KEYS[at] ?? ""} mark=${{ "data-paper": id }}
      onChange=${() => onChange({ ...given, papers: papers.includes(id) ? papers.filter((one) => one !== id) : [...papers, id] })} />`)}</div></div>
    <${Pick} label=${W.authority} options=${W.authorities} keys="asdf" value=${authority} onChange=${(/** @type {string} */ to) => onChange({ ...given, authority: to })} />
    <div class="field"><span>${W.checks}</span><div class="ticks">${Object.entries(W.seen).map(([id, label], at) => html`<${Tick} key=${id} label=${label} checked=${seen[id] === true} panelKey=${SEEN_KEYS[at] ?? ""} mark=${{ "data-seen": id }}
      onChange=${() => onChange({ ...given, seen: { ...seen, [id]: !seen[id] } })} />`)}</div></div>
    <${Pick} label=${W.notice} options=${{ true: W.notice_yes, false: W.notice_no }} keys="vb" value=${notice === null ? "" : String(notice)} onChange=${(/** @type {string} */ text) => onChange({ ...given, notice: text === "true" })} />
  </fieldset>`;
}

/** @param {{label: string, checked: boolean, panelKey: string, mark: Record<string, string>, onChange: () => void}} props */
function Tick({ label, checked, panelKey, mark, onChange }) {
  return html`<label><input type="checkbox" checked=${checked} onChange=${onChange} data-key=${panelKey || undefined} ...${mark} />${label}${panelKey && html`<kbd>${panelKey.toUpperCase()}</kbd>`}</label>`;
}
