// A panel that needs more than a click, driven by keys as well: the letter beside each thing does it, Ctrl+Enter
// records, Escape leaves.
import { html, useLayoutEffect, useRef } from "../shared/preact.js";
import { C } from "./case_words.js";
import * as state from "./state.js";
import { W } from "./words.js";

const MANY = 8;
const FIRST = "input:not([type=checkbox]), textarea, select, button[data-key]";

export const closePanel = () => {
  state.panel.value = null;
};

/**
 * @param {{title: string, ready: boolean, onSave: () => Promise<boolean>, save?: string, children?: unknown}} props
 */
export function PanelForm({ title, ready, onSave, save = W.save, children }) {
  const form = useRef(/** @type {HTMLFormElement | null} */ (null));
  useLayoutEffect(() => {
    const first = form.current?.querySelector(FIRST);
    if (first instanceof HTMLElement) first.focus();
    form.current?.closest(".case-body")?.scrollTo({ top: 0 });
  }, []);
  return html`<form ref=${form} class="block panel-form" onSubmit=${async (/** @type {Event} */ event) => {
    event.preventDefault();
    if (ready && !state.busy.value && (await onSave())) closePanel();
  }}>
    <header><h2>${title}</h2><button type="button" class="desk-button" onClick=${closePanel}>${W.cancel}<kbd>Esc</kbd></button></header>
    ${children}
    <footer><button type="submit" class="desk-button desk-primary" disabled=${!ready || state.busy.value} data-act="save-panel">${save}<kbd>${C.save_key}</kbd></button></footer>
  </form>`;
}

/**
 * What a key does in the panel that stands: presses what it stands beside.
 * @param {KeyboardEvent} event
 * @param {boolean} typing whether letters go into a field
 * @returns {boolean} whether the key belonged to the panel
 */
export function pressedInPanel(event, typing) {
  const form = document.querySelector("form.panel-form");
  if (!(form instanceof HTMLFormElement)) return false;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    form.requestSubmit();
    return true;
  }
  if (typing || event.ctrlKey || event.metaKey || event.altKey) return false;
  const beside = form.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
  if (!(beside instanceof HTMLElement)) return false;
  beside.click();
  return true;
}

/**
 * One of several; the keys stand beside the choices in their order.
 * @param {{label: string, options: Record<string, string>, value: string, onChange: (value: string) => void, keys?: string}} props
 */
export function Pick({ label, options, value, onChange, keys = "" }) {
  if (Object.keys(options).length > MANY) {
    return html`<label class="field"><span>${label}</span><select value=${value} onChange=${(/** @type {{currentTarget: HTMLSelectElement}} */ event) => onChange(event.currentTarget.value)}>
      <option value=""></option>${Object.entries(options).map(([id, name]) => html`<option key=${id} value=${id}>${name}</option>`)}</select></label>`;
  }
  return html`<div class="field"><span>${label}</span><div class="tabs" role="group" aria-label=${label}>${Object.entries(options).map(([id, name], at) => html`<button type="button" key=${id} data-pick=${id} data-key=${keys[at]} aria-pressed=${String(value === id)} onClick=${() => onChange(id)}>${name}${keys[at] && html`<kbd>${keys[at].toUpperCase()}</kbd>`}</button>`)}</div></div>`;
}
