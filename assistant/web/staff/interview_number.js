// The number printed by a machine the town already has, asked before the talk becomes a case; empty: one of ours.
import { html, signal } from "../shared/preact.js";
import { about } from "../shared/about.js";
import { Icon } from "../shared/icons.js";
import { busy, toCase, visit } from "./interview_visit.js";
import { INTERVIEW as W } from "./interview_words.js";
import { fill, W as DESK } from "./words.js";

const printed = signal("");

const machine = () => about.value?.municipality.number_machine ?? [];

/** A talk without a number, where people may come with one a machine printed. */
export function asksNumber() {
  return machine().length > 0 && !visit.value?.number;
}

/** @param {{onClose: () => void}} props */
export function InterviewNumber({ onClose }) {
  const field = (/** @type {HTMLElement | null} */ input) => input && !input.dataset.focused && (input.focus(), (input.dataset.focused = "yes"));
  return html`<form class="block interview-number" onSubmit=${(/** @type {Event} */ event) => {
    event.preventDefault();
    toCase(printed.value.trim()).then(() => {
      if (visit.value) return;
      printed.value = "";
      onClose();
    });
  }}>
    <h2><label for="printed">${W.machine}</label></h2>
    <p class="hint" id="printed-hint">${fill(W.machine_hint, machine().map((one) => one.example).join("・"))}</p>
    <input id="printed" name="printed" autocomplete="off" maxlength="12" ref=${field} value=${printed.value} aria-describedby="printed-hint" onInput=${(/** @type {{currentTarget: HTMLInputElement}} */ event) => (printed.value = event.currentTarget.value)} />
    <div class="choices">
      <button type="submit" class="desk-button desk-primary" disabled=${busy.value} data-act="number-yes"><${Icon} name="ticket" />${printed.value.trim() ? fill(W.machine_take, printed.value.trim()) : W.machine_ours}<kbd>Enter</kbd></button>
      <button type="button" class="desk-button" onClick=${onClose}>${DESK.cancel}<kbd>Esc</kbd></button></div>
  </form>`;
}
