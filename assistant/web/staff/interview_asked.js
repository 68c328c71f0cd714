// What is asked now: the question in words, its answers under digits, and the line to write on.
import { html, useLayoutEffect, useRef, useState } from "../shared/preact.js";
import { ValueField } from "./facts.js";
import { later, picked, take } from "./interview_visit.js";
import { INTERVIEW as W } from "./interview_words.js";
import { PeopleTable } from "./people_table.js";
import { fill, W as DESK } from "./words.js";

/** @import { Question, Turn } from "../shared/api_types" */

const NONE = "none";

/** @param {{now: Turn}} props */
export function Asked({ now }) {
  const { step } = now;
  const question = picked.value ?? step.question ?? null;
  const [text, setText] = useState("");
  const [ticked, setTicked] = useState(/** @type {string[]} */ ([]));
  const line = useRef(/** @type {HTMLTextAreaElement | null} */ (null));
  // With the question, not after it: a digit typed at once would go nowhere.
  useLayoutEffect(() => {
    const waiting = question?.input === "people" && line.current?.closest(".asked")?.querySelector('.people-table input[type="number"][data-empty]');
    /** @type {HTMLElement | null} */ (waiting || line.current)?.focus();
  }, []);
  const listed = question?.multiple ? question.options.filter((one) => one.value !== NONE) : [];
  const choices = question?.multiple ? [] : choicesOf(now, question);
  /** @param {string} value */
  const toggle = (value) => setTicked(ticked.includes(value) ? ticked.filter((other) => other !== value) : [...ticked, value]);
  const sendTicked = () => question && take({ answer: { question: question.id, value: ticked.length ? ticked : [NONE] } });
  const send = () => take({ text: text.trim() }).then(() => setText(""));
  /** @param {KeyboardEvent} event */
  const key = (event) => {
    if (event.isComposing) return;
    const at = /^[1-9]$/.test(event.key) && !event.ctrlKey && !text ? Number(event.key) - 1 : -1;
    const acts = {
      back: event.ctrlKey && event.key === "z" && !text && (() => take({ back: true })),
      tick: listed[at] && (() => toggle(listed[at]?.value ?? "")),
      choose: choices[at]?.take,
      later: event.key === "0" && !text && question?.can_skip && question.input !== "number" && later,
      send: event.key === "Enter" && !event.shiftKey && (text.trim() ? send : listed.length ? sendTicked : () => undefined),
    };
    const act = acts.back || acts.tick || acts.choose || acts.later || acts.send;
    if (!act) return;
    event.preventDefault();
    act();
  };
  return html`<div class="asked">
    <p class="asked-say" aria-live="polite">${picked.value ? picked.value.text : step.say}</p>
    ${question?.why && html`<p class="hint">${W.why}: ${question.why}</p>`}
    ${choices.length > 0 && html`<ol class="choices">${choices.map((choice, at) => html`<li key=${choice.label}><button type="button" class="desk-button" onClick=${choice.take}>${at < 9 && html`<kbd>${at + 1}</kbd>`}${choice.label}</button></li>`)}</ol>`}
    ${listed.length > 0 && html`<form class="checklist" onSubmit=${(/** @type {Event} */ event) => {
      event.preventDefault();
      sendTicked();
    }}>
      ${listed.map((one, at) => html`<label key=${one.value}><input type="checkbox" checked=${ticked.includes(one.value)} onChange=${() => toggle(one.value)} />${at < 9 && html`<kbd>${at + 1}</kbd>`}${one.label}</label>`)}
      <button type="submit" class="desk-button desk-primary">${W.next}<kbd>Enter</kbd></button></form>`}
    ${question && !choices.length && !listed.length && html`<${TypedAnswer} question=${question} />`}
    <textarea ref=${line} rows="2" maxlength="2000" aria-label=${W.placeholder} placeholder=${now.understood.length ? W.placeholder : W.start} value=${text}
      onInput=${(/** @type {{currentTarget: HTMLTextAreaElement}} */ event) => setText(event.currentTarget.value)} onKeyDown=${key}></textarea>
    <div class="asked-foot">
      <button type="button" class="desk-button" onClick=${() => take({ back: true })}>${W.back}<kbd>Ctrl+Z</kbd></button>
      ${question?.can_skip && html`<button type="button" class="desk-button" onClick=${later} data-act="later">${W.later}<kbd>F3</kbd></button>`}
      ${picked.value && html`<button type="button" class="desk-button" onClick=${() => (picked.value = null)}>${W.return_to_order}<kbd>Esc</kbd></button>`}
      ${typeof step.remaining === "number" && step.remaining > 0 && html`<span class="hint">${fill(W.left, step.remaining)}</span>`}
    </div>
  </div>`;
}

/**
 * Answers that are one touch or one digit.
 * @param {Turn} now
 * @param {Question | null} question
 * @returns {{label: string, take: () => void}[]}
 */
function choicesOf(now, question) {
  const { step } = now;
  if (!picked.value && step.kind === "ask_again" && step.options?.length) return step.options.map((one) => ({ label: one.label, take: () => take({ text: one.label }) }));
  if (!question) return [];
  if (question.id === "confirm") return [{ label: W.right, take: () => take({ answer: { question: "confirm", value: true } }) }];
  if (question.input === "yes_no") return [true, false].map((value) => ({ label: value ? DESK.yes : DESK.no, take: () => take({ answer: { question: question.id, value } }) }));
  if (question.input !== "choice") return [];
  return question.options.map((one) => ({ label: one.label, take: () => take({ answer: { question: question.id, value: one.value } }) }));
}

/** Dates, numbers and people, typed in fields; a sentence on the line does as well. @param {{question: Question}} props */
function TypedAnswer({ question }) {
  const [text, setText] = useState("");
  /** @param {unknown} value */
  const send = (value) => take({ answer: { question: question.id, value } });
  if (question.input === "people") return html`<${PeopleTable} question=${question} onSend=${send} />`;
  if (question.input === "text") return null;
  return html`<form class="typed" onSubmit=${(/** @type {Event} */ event) => {
    event.preventDefault();
    if (text) send(question.input === "number" ? Number(text) : text);
  }}>
    <${ValueField} type=${question.input === "number" ? "int" : "date"} label=${question.text} options=${[]} value=${text} onChange=${setText} />
    <button type="submit" class="desk-button desk-primary" disabled=${!text}>${W.next}</button></form>`;
}
