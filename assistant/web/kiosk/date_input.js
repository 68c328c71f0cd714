// A date, by the calendar for days near today, by numbers with the era for a birth date.
import { html, useRef, useState } from "../shared/preact.js";
import { Icon } from "../shared/icons.js";
import { dayJa, eraDateJa, gregorianYear } from "../shared/format_ja.js";
import { NumberEntry } from "./number_pad.js";
import { fill, words } from "./words.js";

const WEEK = [..."日月火水木金土"];
const DAY_MS = 86400000;
const BIRTH_ERAS = /** @type {const} */ (["令和", "平成", "昭和", "大正", "西暦"]);
/** @typedef {(typeof BIRTH_ERAS)[number]} Era */

/**
 * @param {number} year
 * @param {number} month
 * @param {number} day
 * @returns {string | null} ISO date, or null when the calendar has no such day
 */
export function isoDay(year, month, day) {
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day && year >= 1868 ? date.toISOString().slice(0, 10) : null;
}

/** @param {string} iso @param {number} days */
function shift(iso, days) {
  return new Date(Date.parse(iso) + days * DAY_MS).toISOString().slice(0, 10);
}

/**
 * @param {{value: string | null, onChange: (iso: string | null) => void, today: string}} props
 */
export function CalendarInput({ value, onChange, today }) {
  const w = words();
  const [month, setMonth] = useState((value ?? today).slice(0, 7));
  const first = `${month}-01`;
  const lead = new Date(first).getUTCDay();
  const start = shift(first, -lead);
  const weeks = Math.ceil((lead + new Date(Date.UTC(Number(month.slice(0, 4)), Number(month.slice(5)), 0)).getUTCDate()) / 7);
  /** @param {number} by */
  const turnMonth = (by) => setMonth(shift(first, by > 0 ? 32 : -2).slice(0, 7));
  /** @param {string} iso */
  const pick = (iso) => {
    setMonth(iso.slice(0, 7));
    onChange(iso);
  };
  return html`<div class="calendar">
    <div class="calendar-head">
      <button type="button" class="button plain" onClick=${() => turnMonth(-1)}><${Icon} name="back" /><span>${w.previous_month}</span></button>
      <h2 aria-live="polite">${eraDateJa(first).replace(/\d+日$/, "")}<small>(${month.slice(0, 4)}年)</small></h2>
      <button type="button" class="button plain" onClick=${() => turnMonth(1)}><span>${w.next_month}</span><${Icon} name="forward" /></button>
    </div>
    <div class="calendar-days" role="group" aria-label=${eraDateJa(first)}>
      ${WEEK.map((name, at) => html`<span class=${`weekday weekday-${at}`} aria-hidden="true">${name}</span>`)}
      ${Array.from({ length: weeks * 7 }, (_, at) => shift(start, at)).map((iso) =>
        iso.slice(0, 7) === month
          ? html`<button
              type="button"
              key=${iso}
              class=${`calendar-day ${iso === today ? "calendar-today" : ""}`}
              aria-pressed=${String(iso === value)}
              aria-label=${iso === today ? `${dayJa(iso)} ${w.today}` : dayJa(iso)}
              aria-current=${iso === today ? "date" : undefined}
              onClick=${() => pick(iso)}
            ><b class="numbers">${Number(iso.slice(8))}</b></button>`
          : html`<span key=${iso}></span>`,
      )}
    </div>
    <div class="calendar-quick">
      <button type="button" class="button" onClick=${() => pick(today)}><span>${w.today}</span></button>
      <button type="button" class="button" onClick=${() => pick(shift(today, -1))}><span>${w.yesterday}</span></button>
      <output class="chosen" aria-live="polite">${value ? dayJa(value) : ""}</output>
    </div>
  </div>`;
}

/**
 * Year, month and day by number; the era is chosen first.
 * @param {{value: string | null, onChange: (iso: string | null) => void}} props
 */
export function BirthDateInput({ value, onChange }) {
  const w = words();
  const [era, setEra] = useState(/** @type {Era} */ ("昭和"));
  const [parts, setParts] = useState(/** @type {(number | null)[]} */ ([null, null, null]));
  const [at, setAt] = useState(0);
  const latest = useRef(parts);
  /** @param {Era} chosen @param {(number | null)[]} next */
  const settle = (chosen, next) => {
    const [year, month, day] = next;
    const complete = year !== null && year !== undefined && month && day;
    onChange(complete ? isoDay(gregorianYear(chosen, year), month, day) : null);
  };
  /** @param {number | null} number */
  const put = (number) => {
    const next = latest.current.map((part, index) => (index === at ? number : part));
    latest.current = next;
    setParts(next);
    settle(era, next);
    const full = at === 0 ? (era === "西暦" ? 4 : 2) : 2;
    if (number !== null && at < 2 && (String(number).length >= full || (at === 1 && number > 1))) setAt(at + 1);
  };
  const wrong = parts.every((part) => part !== null) && value === null;
  return html`<div class="birth">
    <div class="segments" role="group" aria-label=${w.year}>
      ${BIRTH_ERAS.map(
        (name) => html`<button type="button" key=${name} class="segment" aria-pressed=${String(name === era)} onClick=${() => {
          setEra(name);
          settle(name, parts);
        }}>${name}</button>`,
      )}
    </div>
    <div class="birth-parts">
      ${[w.year, w.month, w.day].map(
        (unit, index) => html`<button type="button" key=${unit} class="birth-part" aria-pressed=${String(index === at)} onClick=${() => setAt(index)}>
          <b class="numbers">${parts[index] ?? "―"}</b><span>${unit}</span>
        </button>`,
      )}
    </div>
    <${NumberEntryPadOnly} value=${parts[at] ?? null} digits=${at === 0 && era === "西暦" ? 4 : 2} label=${[w.year, w.month, w.day][at]} onChange=${put} />
    <p class="chosen" role="status">${wrong ? w.wrong_date : value ? fill("%1(%2年)", eraDateJa(value), value.slice(0, 4)) : ""}</p>
  </div>`;
}

/** @param {{value: number | null, digits: number, label: string | undefined, onChange: (value: number | null) => void}} props */
function NumberEntryPadOnly(props) {
  return html`<div class="pad-only"><${NumberEntry} ...${props} /></div>`;
}
