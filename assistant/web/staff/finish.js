// What needs more than a click: the end of a case with identification and results, hold, return, transfer, reopen.
import { html, useState } from "../shared/preact.js";
import { act, printForms } from "./acts.js";
import { C } from "./case_words.js";
import { IdentificationFields, identificationBody, isSaid, NOBODY_YET, recorded } from "./identification.js";
import { PanelForm, Pick } from "./panel.js";
import { W } from "./words.js";

/** @import { CaseProcedure, CaseWhole, Result } from "../shared/case_types" */

/** @typedef {{result: Result | "", waiting_for: string, until: string}} Outcome */

const RESULTS = /** @type {Result[]} */ (W.results);
const RESULT_KEYS = "uiop";
const COUNTER_KEYS = "12345678";
const WAITS = new Set(["補正", "保留"]);

/** @type {Outcome} */
const OPEN = { result: "", waiting_for: "", until: "" };

/** @param {{shown: CaseWhole}} props */
export function Finish({ shown }) {
  const filed = shown.plan.filter((one) => !one.information_only);
  const [outcomes, setOutcomes] = useState(/** @type {() => Record<string, Outcome>} */ (() => Object.fromEntries(filed.map((one) => [one.id, before(shown, one)]))));
  const [given, setGiven] = useState(() => recorded(shown.identification));
  const [filed_at, setFiledAt] = useState(() => minuteInTokyo(shown.on));
  const [row, setRow] = useState(0);
  /** @param {string} id @param {Partial<Outcome>} change */
  const put = (id, change) => setOutcomes({ ...outcomes, [id]: { ...OPEN, ...outcomes[id], ...change } });
  const undecided = filed.filter((one) => !outcomes[one.id]?.result);
  const waiting = filed.filter((one) => WAITS.has(outcomes[one.id]?.result ?? "") && !outcomes[one.id]?.waiting_for);
  const ready = filed_at !== "" && undecided.length === 0 && waiting.length === 0 && isSaid(given);
  const finish = () =>
    act("finish", {
      results: filed.map((one) => resultOf(one.id, /** @type {Outcome} */ (outcomes[one.id]), filed_at)),
      identification: identificationBody(given),
    });
  return html`<${PanelForm} title=${W.acts.finish} ready=${ready} onSave=${finish}>
    <${IdentificationFields} given=${given} onChange=${setGiven} />
    <fieldset class="outcomes"><legend>${W.procedures}<small>${C.rows_hint}</small></legend>
      <label class="field"><span>${W.filed_at}</span><input type="datetime-local" min=${`${shown.on}T00:00`} value=${filed_at} onInput=${(/** @type {{currentTarget: HTMLInputElement}} */ event) => setFiledAt(event.currentTarget.value)} /></label>
      <button type="button" class="desk-button" data-act="all-filed" data-key="g" onClick=${() => setOutcomes(Object.fromEntries(filed.map((one) => [one.id, { ...OPEN, result: /** @type {Result} */ ("受理") }])))}>${W.all_filed}<kbd>G</kbd></button>
      <button type="button" class="only-heard" tabindex="-1" data-key="j" onClick=${() => setRow(Math.min(row + 1, filed.length - 1))}>J</button>
      <button type="button" class="only-heard" tabindex="-1" data-key="k" onClick=${() => setRow(Math.max(row - 1, 0))}>K</button>
      ${filed.map((one, at) => html`<${OutcomeRow} key=${one.id} one=${one} outcome=${outcomes[one.id] ?? OPEN} current=${at === row} on=${shown.on} papers=${shown.papers_known} onPick=${() => setRow(at)} onChange=${(/** @type {Partial<Outcome>} */ change) => put(one.id, change)} />`)}
    </fieldset>
  <//>`;
}

/**
 * One procedure and its result; the keys belong to the row that is current.
 * @param {{one: CaseProcedure, outcome: Outcome, current: boolean, on: string, papers: string[], onPick: () => void, onChange: (change: Partial<Outcome>) => void}} props
 */
function OutcomeRow({ one, outcome, current, on, papers, onPick, onChange }) {
  return html`<div class=${current ? "outcome outcome-current" : "outcome"} onFocusIn=${onPick}><b>${one.name_ja}</b>
    <div class="tabs" role="group" aria-label=${one.name_ja}>${RESULTS.map((result, at) => html`<button type="button" key=${result} data-key=${current ? RESULT_KEYS[at] : undefined} aria-pressed=${String(outcome.result === result)} onClick=${() => onChange({ result })}>${result}${current && html`<kbd>${RESULT_KEYS[at]?.toUpperCase()}</kbd>`}</button>`)}</div>
    ${WAITS.has(outcome.result) && html`<${WaitingFor} label=${`${one.name_ja} ${W.waiting_for}`} value=${outcome.waiting_for} papers=${papers} onChange=${(/** @type {string} */ waiting_for) => onChange({ waiting_for })} />
      <input type="date" aria-label=${`${one.name_ja} ${W.until}`} min=${on} value=${outcome.until} onInput=${(/** @type {{currentTarget: HTMLInputElement}} */ event) => onChange({ until: event.currentTarget.value })} />`}
  </div>`;
}

/** What is waited for: a paper, or other words, which the slip does not bear. @param {{label: string, value: string, papers: string[], onChange: (text: string) => void}} props */
function WaitingFor({ label, value, papers, onChange }) {
  const list = `papers:${label}`;
  return html`<input aria-label=${label} placeholder=${W.waiting_for} maxlength="200" list=${list} autocomplete="off" value=${value} onInput=${(/** @type {{currentTarget: HTMLInputElement}} */ event) => onChange(event.currentTarget.value)} />
    <datalist id=${list}>${papers.map((name) => html`<option key=${name} value=${name} />`)}</datalist>
    ${value.trim() !== "" && !papers.includes(value.trim()) && html`<p class="hint">${W.waiting_for_not_printed}</p>`}`;
}

/**
 * What was recorded before, so that nothing is typed twice.
 * @param {CaseWhole} shown
 * @param {CaseProcedure} one
 * @returns {Outcome}
 */
function before(shown, one) {
  const known = shown.results.find((result) => result.procedure === one.id);
  return { result: one.result ?? "", waiting_for: known?.waiting_for ?? "", until: known?.until ?? "" };
}

/**
 * Now in Tokyo as a field takes it, never before the day of the visit.
 * @param {string} on
 */
function minuteInTokyo(on) {
  const now = new Intl.DateTimeFormat("sv-SE", { dateStyle: "short", timeStyle: "short", timeZone: "Asia/Tokyo" }).format(new Date());
  const [day = on, time = "00:00"] = now.split(" ");
  return `${day < on ? on : day}T${time}`;
}

/** @param {string} procedure @param {Outcome} outcome @param {string} filed_at minute in Tokyo */
function resultOf(procedure, outcome, filed_at) {
  const waits = WAITS.has(outcome.result);
  return {
    procedure,
    result: outcome.result,
    ...(outcome.result === "受理" ? { filed_at: `${filed_at}:00+09:00` } : {}),
    ...(waits ? { waiting_for: outcome.waiting_for } : {}),
    ...(waits && outcome.until ? { until: outcome.until } : {}),
  };
}

/** Before the papers are printed. */
export function Identify() {
  const [given, setGiven] = useState(NOBODY_YET);
  const save = async () => {
    if (!(await act("identify", { identification: identificationBody(given) }))) return false;
    await printForms();
    return true;
  };
  return html`<${PanelForm} title=${C.identify_first} save=${C.identify_print} ready=${isSaid(given)} onSave=${save}><${IdentificationFields} given=${given} onChange=${setGiven} /><//>`;
}

/** The person is back on another day, identified anew. @param {{shown: CaseWhole}} props */
export function Reopen({ shown }) {
  const [given, setGiven] = useState(NOBODY_YET);
  return html`<${PanelForm} title=${W.acts.reopen} save=${W.acts.reopen} ready=${isSaid(given)} onSave=${() => act("reopen", { identification: identificationBody(given) })}>
    <p class="hint">${C.waits}: ${shown.results.filter((one) => WAITS.has(one.result)).map((one) => one.waiting_for).join("・")}</p>
    <${IdentificationFields} given=${given} onChange=${setGiven} /><//>`;
}

/** @param {{shown: CaseWhole}} props */
export function Transfer({ shown }) {
  const [to, setTo] = useState("");
  const others = Object.fromEntries(shown.counters.filter((one) => one.id !== shown.counter).map((one) => [one.id, one.name_ja]));
  return html`<${PanelForm} title=${W.acts.transfer} ready=${to !== ""} onSave=${() => act("transfer", { counter: to })}><${Pick} label=${W.to_counter} options=${others} keys=${COUNTER_KEYS} value=${to} onChange=${setTo} /><//>`;
}

export function Return() {
  const [reason, setReason] = useState("");
  return html`<${PanelForm} title=${W.acts.return} ready=${reason.trim() !== ""} onSave=${() => act("return", { reason: reason.trim() })}>
    <label class="field"><span>${W.reason}</span><input maxlength="500" value=${reason} onInput=${(/** @type {{currentTarget: HTMLInputElement}} */ event) => setReason(event.currentTarget.value)} /></label><//>`;
}

/** @param {{shown: CaseWhole}} props */
export function Hold({ shown }) {
  const [procedure, setProcedure] = useState("");
  const [waiting_for, setWaitingFor] = useState("");
  const [until, setUntil] = useState("");
  const open = Object.fromEntries(shown.plan.filter((one) => !one.result && !one.information_only).map((one) => [one.id, one.name_ja]));
  return html`<${PanelForm} title=${W.acts.hold} ready=${procedure !== "" && waiting_for.trim() !== "" && until !== ""} onSave=${() => act("hold", { procedure, waiting_for: waiting_for.trim(), until })}>
    <${Pick} label=${W.hold_procedure} options=${open} keys=${COUNTER_KEYS} value=${procedure} onChange=${setProcedure} />
    <div class="field"><span>${W.waiting_for}</span><${WaitingFor} label=${W.waiting_for} value=${waiting_for} papers=${shown.papers_known} onChange=${setWaitingFor} /></div>
    <label class="field"><span>${W.until}</span><input type="date" min=${shown.on} value=${until} onInput=${(/** @type {{currentTarget: HTMLInputElement}} */ event) => setUntil(event.currentTarget.value)} /></label><//>`;
}
