// What needs more than a click: the end of a case with identification and results, hold, return, transfer.
import { html, useState } from "../shared/preact.js";
import { act } from "./acts.js";
import * as state from "./state.js";
import { W } from "./words.js";

/** @import { CaseWhole, Result } from "../shared/case_types" */

/** @typedef {{result: Result | "", waiting_for: string, until: string}} Outcome */

const RESULTS = /** @type {Result[]} */ (W.results);
const MANY = 8;
const WAITS = new Set(["補正", "保留"]);

const closePanel = () => {
  state.panel.value = null;
};

/**
 * @param {{title: string, ready: boolean, onSave: () => Promise<boolean>, save?: string, children?: unknown}} props
 */
function PanelForm({ title, ready, onSave, save = W.save, children }) {
  return html`<form class="block panel-form" onSubmit=${async (/** @type {Event} */ event) => {
    event.preventDefault();
    if (ready && (await onSave())) closePanel();
  }}>
    <header><h2>${title}</h2><button type="button" class="desk-button" onClick=${closePanel}>${W.cancel}<kbd>Esc</kbd></button></header>
    ${children}
    <footer><button type="submit" class="desk-button desk-primary" disabled=${!ready || state.busy.value} data-act="save-panel">${save}</button></footer>
  </form>`;
}

/** @param {{shown: CaseWhole}} props */
export function Finish({ shown }) {
  const filed = shown.plan.filter((one) => !one.information_only);
  const [outcomes, setOutcomes] = useState(/** @type {() => Record<string, Outcome>} */ (() => Object.fromEntries(filed.map((one) => [one.id, { result: one.result ?? "", waiting_for: "", until: "" }]))));
  const [method, setMethod] = useState("one_paper");
  const [papers, setPapers] = useState(/** @type {string[]} */ ([]));
  const [authority, setAuthority] = useState("");
  const [seen, setSeen] = useState(/** @type {Record<string, boolean>} */ ({}));
  const [notice, setNotice] = useState(/** @type {boolean | null} */ (null));
  const [filed_at, setFiledAt] = useState(() => minuteInTokyo(shown.on));
  /** @param {string} id @param {Partial<Outcome>} change */
  const put = (id, change) => setOutcomes({ ...outcomes, [id]: { ...(outcomes[id] ?? { result: "", waiting_for: "", until: "" }), ...change } });
  const undecided = filed.filter((one) => !outcomes[one.id]?.result);
  const waiting = filed.filter((one) => WAITS.has(outcomes[one.id]?.result ?? "") && !outcomes[one.id]?.waiting_for);
  const ready = filed_at !== "" && undecided.length === 0 && waiting.length === 0 && authority !== "" && notice !== null;
  const finish = () =>
    act("finish", {
      results: filed.map((one) => resultOf(one.id, /** @type {Outcome} */ (outcomes[one.id]), filed_at)),
      identification: { method, papers, authority, notice_by_post_needed: notice, ...seen },
    });
  return html`<${PanelForm} title=${W.acts.finish} ready=${ready} onSave=${finish}>
    <fieldset><legend>${W.identification}</legend>
      <${Pick} label=${W.method} options=${W.methods} value=${method} onChange=${setMethod} />
      <div class="field"><span>${W.papers}</span><div class="ticks">${Object.entries(W.paper_kinds).map(([id, label]) => html`<label key=${id}><input type="checkbox" checked=${papers.includes(id)} onChange=${() => setPapers(papers.includes(id) ? papers.filter((one) => one !== id) : [...papers, id])} data-paper=${id} />${label}</label>`)}</div></div>
      <${Pick} label=${W.authority} options=${W.authorities} value=${authority} onChange=${setAuthority} />
      <div class="field"><span>${W.checks}</span><div class="ticks">${Object.entries(W.seen).map(([id, label]) => html`<label key=${id}><input type="checkbox" checked=${seen[id] === true} onChange=${() => setSeen({ ...seen, [id]: !seen[id] })} data-seen=${id} />${label}</label>`)}</div></div>
      <${Pick} label=${W.notice} options=${{ true: W.notice_yes, false: W.notice_no }} value=${notice === null ? "" : String(notice)} onChange=${(/** @type {string} */ text) => setNotice(text === "true")} />
    </fieldset>
    <fieldset><legend>${W.procedures}</legend>
      <label class="field"><span>${W.filed_at}</span><input type="datetime-local" min=${`${shown.on}T00:00`} value=${filed_at} onInput=${(/** @type {{currentTarget: HTMLInputElement}} */ event) => setFiledAt(event.currentTarget.value)} /></label>
      <button type="button" class="desk-button" data-act="all-filed" onClick=${() => setOutcomes(Object.fromEntries(filed.map((one) => [one.id, { result: /** @type {Result} */ ("受理"), waiting_for: "", until: "" }])))}>${W.all_filed}</button>
      ${filed.map((one) => {
        const outcome = outcomes[one.id];
        return html`<div class="outcome" key=${one.id}><b>${one.name_ja}</b>
          <div class="tabs" role="group" aria-label=${one.name_ja}>${RESULTS.map((result) => html`<button type="button" key=${result} aria-pressed=${String(outcome?.result === result)} onClick=${() => put(one.id, { result })}>${result}</button>`)}</div>
          ${WAITS.has(outcome?.result ?? "") && html`<input aria-label=${`${one.name_ja} ${W.waiting_for}`} placeholder=${W.waiting_for} value=${outcome?.waiting_for} onInput=${(/** @type {{currentTarget: HTMLInputElement}} */ event) => put(one.id, { waiting_for: event.currentTarget.value })} />
            <input type="date" aria-label=${`${one.name_ja} ${W.until}`} min=${shown.on} value=${outcome?.until} onInput=${(/** @type {{currentTarget: HTMLInputElement}} */ event) => put(one.id, { until: event.currentTarget.value })} />`}
        </div>`;
      })}
    </fieldset>
  <//>`;
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

/** @param {{label: string, options: Record<string, string>, value: string, onChange: (value: string) => void}} props */
function Pick({ label, options, value, onChange }) {
  if (Object.keys(options).length > MANY) {
    return html`<label class="field"><span>${label}</span><select value=${value} onChange=${(/** @type {{currentTarget: HTMLSelectElement}} */ event) => onChange(event.currentTarget.value)}>
      <option value=""></option>${Object.entries(options).map(([id, name]) => html`<option key=${id} value=${id}>${name}</option>`)}</select></label>`;
  }
  return html`<div class="field"><span>${label}</span><div class="tabs" role="group" aria-label=${label}>${Object.entries(options).map(([id, name]) => html`<button type="button" key=${id} data-pick=${id} aria-pressed=${String(value === id)} onClick=${() => onChange(id)}>${name}</button>`)}</div></div>`;
}

/** @param {{shown: CaseWhole}} props */
export function Transfer({ shown }) {
  const [to, setTo] = useState("");
  const others = Object.fromEntries(shown.counters.filter((one) => one.id !== shown.counter).map((one) => [one.id, one.name_ja]));
  return html`<${PanelForm} title=${W.acts.transfer} ready=${to !== ""} onSave=${() => act("transfer", { counter: to })}><${Pick} label=${W.to_counter} options=${others} value=${to} onChange=${setTo} /><//>`;
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
    <${Pick} label=${W.hold_procedure} options=${open} value=${procedure} onChange=${setProcedure} />
    <label class="field"><span>${W.waiting_for}</span><input maxlength="200" value=${waiting_for} onInput=${(/** @type {{currentTarget: HTMLInputElement}} */ event) => setWaitingFor(event.currentTarget.value)} /></label>
    <label class="field"><span>${W.until}</span><input type="date" min=${shown.on} value=${until} onInput=${(/** @type {{currentTarget: HTMLInputElement}} */ event) => setUntil(event.currentTarget.value)} /></label><//>`;
}
