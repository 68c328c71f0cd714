// The queue: number, waiting time, reason, marks; a deadline today is on top because the server puts it there.
import { html } from "../shared/preact.js";
import { Icon } from "../shared/icons.js";
import { show, readAgain } from "./acts.js";
import * as state from "./state.js";
import { fill, W, word } from "./words.js";

/** @import { QueueLine } from "../shared/case_types" */

const WAITING = new Set(["prepared", "transferred", "absent", "returned"]);
const WITH_CLERK = new Set(["called", "accepted"]);
const FILTERS = /** @type {const} */ ({ all: W.filter_all, waiting: W.filter_waiting, mine: W.filter_mine, hold: W.filter_hold });

/** @param {QueueLine} line */
function passes(line) {
  if (state.filter.value === "waiting") return WAITING.has(line.state);
  if (state.filter.value === "mine") return WITH_CLERK.has(line.state);
  if (state.filter.value === "hold") return line.state === "on_hold";
  return true;
}

/** The lines as they stand on the screen, for the eye and for the keys. */
export function visibleLines() {
  return state.queue.value.filter(passes);
}

export function Queue() {
  const lines = visibleLines();
  const counters = state.open.value?.counters ?? [];
  return html`<nav class="queue" aria-label=${W.queue}>
    <header>
      <h2>${W.queue}<b class="numbers">${state.queue.value.length}</b></h2>
      ${counters.length > 0 && html`<select aria-label=${W.every_counter} value=${state.counter.value} onChange=${(/** @type {{currentTarget: HTMLSelectElement}} */ event) => {
        state.counter.value = event.currentTarget.value;
        readAgain();
      }}><option value="">${W.every_counter}</option>${counters.map((one) => html`<option key=${one.id} value=${one.id}>${one.name_ja}</option>`)}</select>`}
      <div class="tabs" role="group">${Object.entries(FILTERS).map(
        ([id, label]) => html`<button type="button" key=${id} aria-pressed=${String(state.filter.value === id)} onClick=${() => (state.filter.value = /** @type {keyof typeof FILTERS} */ (id))}>${label}</button>`,
      )}</div>
    </header>
    ${lines.length ? html`<ol>${lines.map((line) => html`<li key=${line.case_id}><${Line} line=${line} /></li>`)}</ol>` : html`<p class="empty">${W.queue_empty}</p>`}
  </nav>`;
}

/** @param {{line: QueueLine}} props */
function Line({ line }) {
  const isOpen = state.open.value?.case_id === line.case_id;
  return html`<button
    type="button"
    class=${`line line-${line.state} ${line.due_today ? "line-due" : ""} ${state.marked.value === line.case_id ? "line-marked" : ""}`}
    aria-current=${isOpen ? "true" : undefined}
    data-ticket=${line.ticket}
    onClick=${() => show(line.case_id)}
  >
    <span class="line-ticket numbers">${line.ticket}</span>
    <span class="line-wait numbers"><${Icon} name="clock" />${fill(W.waiting_min, line.waiting_min)}</span>
    ${line.state !== "prepared" && html`<span class="line-state">${line.held_by ? fill(W.held_by, state.holderName(line.held_by)) : line.state_ja}</span>`}
    <span class="line-what">${line.ticket_only ? W.ticket_only : line.procedures.slice(0, 2).join("・")}${!line.ticket_only && line.procedures.length > 2 ? ` ほか${line.procedures.length - 2}` : ""}</span>
    ${(line.marks.length > 0 || line.help_wished.length > 0) && html`<span class="marks">${line.marks.map((mark) => html`<${Mark} key=${mark} mark=${mark} />`)}${line.help_wished.map((help) => html`<em key=${help} class="mark mark-help">${word(W.helps, help)}</em>`)}</span>`}
  </button>`;
}

/** @param {{mark: string}} props */
export function Mark({ mark }) {
  return html`<em class=${`mark mark-${mark}`}>${mark === "deadline_today" || mark === "mismatch" ? html`<${Icon} name="alert" />` : ""}${word(W.marks, mark)}</em>`;
}
