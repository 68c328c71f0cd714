// The order of the talk is the clerk's: what was left for later, one key away, and what is still to come.
import { html } from "../shared/preact.js";
import { picked, turn } from "./interview_visit.js";
import { INTERVIEW as W } from "./interview_words.js";

/** @import { InterviewGiven, Question } from "../shared/api_types" */

/** Takes up the first question left for later, or the one after it when that is open already. */
export function nextSkipped() {
  const list = turn.value?.interview?.skipped ?? [];
  const at = list.findIndex((one) => one.id === picked.value?.id);
  const next = list[(at + 1) % Math.max(1, list.length)];
  if (next) picked.value = next;
}

/** @param {{given: InterviewGiven}} props */
export function Order({ given }) {
  const asked = picked.value?.id ?? turn.value?.step.question?.id;
  return html`<div class="order">
    ${given.skipped.length > 0 && html`<section class="order-skipped"><h2>${W.skipped}<small>${W.skipped_key}</small></h2><${Questions} list=${given.skipped} asked=${asked} /></section>`}
    ${given.open.length > 1 && html`<section><h2>${W.open}</h2><${Questions} list=${given.open} asked=${asked} /></section>`}</div>`;
}

/** @param {{list: Question[], asked: string | undefined}} props */
function Questions({ list, asked }) {
  return html`<ul>${list.map((one) => html`<li key=${one.id}><button type="button" aria-current=${one.id === asked ? "true" : undefined} data-question=${one.id} onClick=${() => (picked.value = one)}>${one.text}</button></li>`)}</ul>`;
}
