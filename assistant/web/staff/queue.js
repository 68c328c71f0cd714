// The queue by counter: number, waiting time, reason, marks; what is due today stands on top, whatever its counter.
import { html } from "../shared/preact.js";
import { dayJa, sinceJa } from "../shared/format_ja.js";
import { Icon } from "../shared/icons.js";
import { show, readAgain } from "./acts.js";
import { C } from "./case_words.js";
import * as state from "./state.js";
import { fill, W, word } from "./words.js";

/** @import { QueueLine } from "../shared/case_types" */

const WORTH_TELLING_MIN = 5;
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

/** Minutes it has waited by now, counted on from the last look. @param {QueueLine} line */
const waited = (line) => line.waiting_min + state.minutesSince.value;

/** Minutes until the desk closes for what is due today, or null. @param {QueueLine} line */
const closesIn = (line) => (line.closes_in_min === null ? null : line.closes_in_min - state.minutesSince.value);

/** @param {QueueLine} line */
const isClosing = (line) => {
  const left = closesIn(line);
  return left !== null && left <= state.warn.value.closing_min;
};

/** @param {QueueLine} line */
const waitsLong = (line) => WAITING.has(line.state) && waited(line) >= state.warn.value.wait_min;

/** @typedef {{id: string, label: string, number: string, lines: QueueLine[]}} Group */

/** The lines that pass, in groups as they stand on the screen. @returns {Group[]} */
function groups() {
  const lines = state.queue.value.filter(passes);
  const due = lines.filter((line) => line.due_today);
  const rest = lines.filter((line) => !line.due_today);
  const known = state.counters.value.map((one) => ({ id: one.id, label: one.name_ja, number: one.number, lines: rest.filter((line) => line.counter === one.id) }));
  const others = rest.filter((line) => !state.counters.value.some((one) => one.id === line.counter));
  return [{ id: "due", label: C.due_first, number: "", lines: due }, ...known, { id: "others", label: "", number: "", lines: others }].filter((group) => group.lines.length > 0);
}

/** The lines as they stand on the screen, for the eye and for the keys. */
export function visibleLines() {
  return groups().flatMap((group) => group.lines);
}

export function Queue() {
  const shown = groups();
  const counters = state.counters.value;
  return html`<nav class="queue" aria-label=${W.queue}>
    <header>
      <h2>${W.queue}<b class="numbers">${state.queue.value.length}</b></h2>
      ${counters.length > 0 && html`<select aria-label=${W.every_counter} value=${state.counter.value} onChange=${(/** @type {{currentTarget: HTMLSelectElement}} */ event) => {
        state.counter.value = event.currentTarget.value;
        readAgain();
      }}><option value="">${W.every_counter}</option>${counters.map((one) => html`<option key=${one.id} value=${one.id}>${one.number} ${one.name_ja}</option>`)}</select>`}
      <div class="tabs" role="group" aria-label=${W.queue}>${Object.entries(FILTERS).map(
        ([id, label]) => html`<button type="button" key=${id} aria-pressed=${String(state.filter.value === id)} onClick=${() => (state.filter.value = /** @type {keyof typeof FILTERS} */ (id))}>${label}</button>`,
      )}</div>
    </header>
    ${shown.length ? html`<div class="queue-groups">${shown.map((group) => html`<${LinesOf} key=${group.id} group=${group} />`)}</div>` : html`<p class="empty">${W.queue_empty}</p>`}
  </nav>`;
}

/** @param {{group: Group}} props */
function LinesOf({ group }) {
  const waiting = group.lines.filter((line) => WAITING.has(line.state));
  const longest = Math.max(0, ...waiting.map(waited));
  return html`<section class=${`queue-group queue-${group.id === "due" ? "due" : "counter"}`} aria-label=${group.label}>
    <h3>${group.id === "due" ? html`<${Icon} name="alert" />` : group.number && html`<i class="counter-sign numbers">${group.number}</i>`}<span>${group.label}</span>
      ${waiting.length > 0 && html`<small>${fill(C.counter_waiting, waiting.length)}${longest >= WORTH_TELLING_MIN ? `・${fill(C.counter_longest, longest)}` : ""}</small>`}</h3>
    <ol>${group.lines.map((line) => html`<li key=${line.case_id}><${Line} line=${line} /></li>`)}</ol></section>`;
}

/** @param {{line: QueueLine}} props */
function Line({ line }) {
  const isOpen = state.open.value?.case_id === line.case_id;
  const long = waitsLong(line);
  return html`<button
    type="button"
    class=${`line line-${line.state} ${line.due_today ? "line-due" : ""} ${state.marked.value === line.case_id ? "line-marked" : ""}`}
    aria-current=${isOpen ? "true" : undefined}
    data-ticket=${line.ticket}
    onClick=${() => show(line.case_id)}
  >
    <span class="line-ticket numbers">${line.ticket}</span>
    ${line.hold_until
      ? html`<span class="line-wait"><${Icon} name="calendar" />${fill(C.hold_until, dayJa(line.hold_until))}</span>`
      : html`<span class=${long ? "line-wait line-long numbers" : "line-wait numbers"}><${Icon} name=${long ? "alert" : "clock"} />${sinceJa(waited(line))}</span>`}
    ${line.state !== "prepared" && html`<span class="line-state">${line.held_by ? fill(W.held_by, state.holderName(line.held_by)) : line.state_ja}</span>`}
    <span class="line-what">${line.ticket_only && !line.procedures.length ? W.ticket_only : line.procedures.slice(0, 2).join("・")}${line.procedures.length > 2 ? ` ほか${line.procedures.length - 2}` : ""}</span>
    ${(line.marks.length > 0 || line.help_wished.length > 0 || long || isClosing(line)) && html`<span class="marks">
      ${isClosing(line) && html`<${Closing} line=${line} />`}
      ${long && html`<em class="mark">${C.long_wait}</em>`}
      ${line.marks.map((mark) => html`<${Mark} key=${mark} mark=${mark} />`)}${line.help_wished.map((help) => html`<em key=${help} class="mark mark-help">${word(W.helps, help)}</em>`)}</span>`}
  </button>`;
}

/** @param {{line: QueueLine}} props */
function Closing({ line }) {
  const left = closesIn(line) ?? 0;
  return html`<em class="mark mark-deadline_today"><${Icon} name="clock" />${left > 0 ? fill(C.closes_in, left) : C.closed}</em>`;
}

/** Before the desk closes: who would be late tomorrow (COUNTER_RULES 1). */
export function ClosingBand() {
  const closing = state.queue.value.filter((line) => isClosing(line) && line.state !== "on_hold");
  if (!closing.length) return null;
  return html`<p class="closing-band" role="status"><${Icon} name="clock" /><b>${C.closing_band}</b>${closing.map((line) => {
    const left = closesIn(line) ?? 0;
    return html`<button type="button" class="desk-button" key=${line.case_id} onClick=${() => show(line.case_id)}><b class="numbers">${line.ticket}</b>${left > 0 ? fill(C.closes_in, left) : C.closed}</button>`;
  })}</p>`;
}

/** @param {{mark: string}} props */
export function Mark({ mark }) {
  return html`<em class=${`mark mark-${mark}`}>${mark === "deadline_today" || mark === "mismatch" ? html`<${Icon} name="alert" />` : ""}${word(W.marks, mark)}</em>`;
}
