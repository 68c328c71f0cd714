// Ten keys, in the order of a telephone and never shuffled (COUNTER_RULES 18). The hardware keyboard works too.
import { html, useLayoutEffect, useRef } from "../shared/preact.js";
import { Icon } from "../shared/icons.js";
import { words } from "./words.js";

const KEYS = ["1", "2", "3", "4", "5", "6", "7", "8", "9"];

/**
 * @param {object} props
 * @param {(digit: string) => void} props.onDigit
 * @param {() => void} props.onErase
 * @param {() => void} props.onClear
 * @param {() => void} [props.onEnter]
 * @param {boolean} [props.disabled]
 * @param {string} props.label
 */
export function NumberPad({ onDigit, onErase, onClear, onEnter, disabled = false, label }) {
  const w = words();
  const latest = useRef({ onDigit, onErase, onEnter, disabled });
  latest.current = { onDigit, onErase, onEnter, disabled };
  useLayoutEffect(() => {
    /** @param {KeyboardEvent} event */
    const typed = (event) => {
      const target = /** @type {HTMLElement | null} */ (event.target);
      const now = latest.current;
      if (now.disabled || event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return;
      if (target?.matches("input, textarea, select")) return;
      if (/^[0-9]$/.test(event.key)) now.onDigit(event.key);
      else if (event.key === "Backspace") now.onErase();
      else if (event.key === "Enter" && now.onEnter && !target?.closest("button, a")) now.onEnter();
      else return;
      event.preventDefault();
    };
    window.addEventListener("keydown", typed);
    return () => window.removeEventListener("keydown", typed);
  }, []);
  /** @param {string} digit */
  const key = (digit) => html`<button type="button" class="key" disabled=${disabled} onClick=${() => onDigit(digit)}>${digit}</button>`;
  return html`<div class="pad" role="group" aria-label=${label}>
    ${KEYS.map(key)}
    <button type="button" class="key key-word" disabled=${disabled} onClick=${onClear}>${w.erase_all}</button>
    ${key("0")}
    <button type="button" class="key key-word" disabled=${disabled} onClick=${onErase} aria-label=${w.erase}><${Icon} name="erase" />${w.erase}</button>
  </div>`;
}

/**
 * A whole number typed on the pad.
 * @param {object} props
 * @param {number | null} props.value
 * @param {(value: number | null) => void} props.onChange
 * @param {string} props.label
 * @param {string} [props.unit]
 * @param {number} [props.digits]
 * @param {() => void} [props.onEnter]
 */
export function NumberEntry({ value, onChange, label, unit = "", digits = 3, onEnter }) {
  const shown = value === null ? "" : String(value);
  const typed = useRef(shown);
  typed.current = shown;
  /** Keys may come faster than the screen is drawn, so what was typed is kept aside. @param {string} text */
  const put = (text) => {
    typed.current = text;
    onChange(text === "" ? null : Number(text));
  };
  return html`<div class="number-entry">
    <output class="number-shown" aria-live="polite" aria-label=${label}><b class="numbers">${shown || html`<span class="empty" aria-hidden="true">―</span>`}</b><span>${unit}</span></output>
    <${NumberPad}
      label=${label}
      onDigit=${(/** @type {string} */ digit) => {
        const next = (typed.current === "0" ? "" : typed.current) + digit;
        if (next.length <= digits) put(next);
      }}
      onErase=${() => put(typed.current.slice(0, -1))}
      onClear=${() => put("")}
      onEnter=${onEnter}
    />
  </div>`;
}
