// 聞き取り受付: the same engine at the desk, driven by the clerk's keyboard. A second window towards the resident
// mirrors it, read only; the two speak over a BroadcastChannel of this browser, so nothing leaves the desk.
import { html, signal, useEffect, useRef, useState } from "../shared/preact.js";
import { call, newId, Problem } from "../shared/api.js";
import { whenSignedOut } from "../shared/session.js";
import { dayJa, minutesJa } from "../shared/format_ja.js";
import { Icon } from "../shared/icons.js";
import { show } from "./acts.js";
import { InterviewDetails } from "./interview_details.js";
import { InterviewFacts } from "./interview_facts.js";
import { PeopleTable } from "./people_table.js";
import { ValueField } from "./facts.js";
import * as state from "./state.js";
import { fill, INTERVIEW as W, W as DESK } from "./words.js";

/** @import { DetailsAsked, OpenedVisit, Question, Ticket, Turn } from "../shared/api_types" */
/** @import { Signal } from "../shared/preact.js" */

export const RESIDENT_CHANNEL = "resident-window";

/** @type {Signal<{visit_id: string, token: string, on: string} | null>} */
const visit = signal(null);
/** @type {Signal<Turn | null>} */
const turn = signal(null);
/** @type {Signal<string>} */
const trouble = signal("");
const busy = signal(false);

const channel = new BroadcastChannel(RESIDENT_CHANNEL);
channel.addEventListener("message", (event) => {
  if (event.data?.hello) tellResident(null);
});

/** @param {Ticket | null} ticket */
function tellResident(ticket) {
  channel.postMessage({ turn: turn.value, ticket });
}

whenSignedOut(() => {
  visit.value = null;
  turn.value = null;
  trouble.value = "";
  tellResident(null);
});

/**
 * @param {string} method
 * @param {string} path
 * @param {unknown} [body]
 */
async function visitCall(method, path, body) {
  const given = visit.value;
  if (!given) throw new Error("no visit");
  return call(method, `/api/v1/visits/${encodeURIComponent(given.visit_id)}${path}`, { token: given.token, body });
}

/** @param {() => Promise<void>} request */
async function guarded(request) {
  if (busy.value) return;
  busy.value = true;
  trouble.value = "";
  try {
    await request();
  } catch (failure) {
    trouble.value = failure instanceof Problem ? `${failure.detail}${failure.remedy}` : DESK.offline;
  } finally {
    busy.value = false;
  }
}

/** Opens a visit in the mode of an interview. */
export function startInterview() {
  state.panel.value = "interview";
  if (visit.value) return;
  guarded(async () => {
    const opened = /** @type {OpenedVisit} */ (await call("POST", "/api/v1/visits", { body: { mode: "interview" } }));
    visit.value = { visit_id: opened.visit_id, token: opened.token, on: opened.on };
    turn.value = opened;
    tellResident(null);
  });
}

/** @param {Record<string, unknown>} body */
export function take(body) {
  return guarded(async () => {
    turn.value = await visitCall("POST", "/turns", { ...body, turn_id: newId() });
    tellResident(null);
  });
}

function drop() {
  const given = visit.value;
  visit.value = null;
  turn.value = null;
  state.panel.value = null;
  tellResident(null);
  if (given) call("DELETE", `/api/v1/visits/${encodeURIComponent(given.visit_id)}`, { token: given.token }).catch(() => undefined);
}

function toCase() {
  return guarded(async () => {
    const ticket = /** @type {Ticket} */ (await visitCall("POST", "/case", {}));
    tellResident(ticket);
    visit.value = null;
    turn.value = null;
    state.panel.value = null;
    state.done.value = { text: fill(W.ticket, ticket.ticket), undo: false };
    await show(ticket.case_id);
  });
}

export function Interview() {
  const now = turn.value;
  const [details, setDetails] = useState(/** @type {DetailsAsked | null} */ (null));
  const askDetails = () => guarded(async () => setDetails(await visitCall("GET", "/details")));
  return html`<main class="interview" aria-label=${W.title}>
    <header><h1>${W.title}</h1><p class="hint">${W.keys}</p>
      <button type="button" class="desk-button" onClick=${() => window.open("/staff#resident", "resident")}><${Icon} name="people" />${W.resident}</button>
      <button type="button" class="desk-button" onClick=${drop}>${W.end}</button></header>
    ${trouble.value && html`<p class="refused" role="alert">${trouble.value}</p>`}
    <div class="interview-body">
      <div class="interview-talk">
        ${now && html`<${Asked} key=${`${now.step.kind}:${now.step.question?.id}`} now=${now} />`}
        ${details && html`<${InterviewDetails} asked=${details} onSave=${async (/** @type {Record<string, unknown>} */ given) => {
          await take({ details: given });
          setDetails(null);
        }} onClose=${() => setDetails(null)} />`}
      </div>
      <div class="interview-side">
        ${now && html`<${InterviewFacts} facts=${now.understood} />`}
        <section class="block"><h2>${W.plan}</h2>
          ${now?.plan?.procedures.length
            ? html`<p>${minutesJa(now.plan.minutes)} / ${fill(DESK.signs, now.plan.writes)}</p>
                <ol class="plan-list">${now.plan.procedures.map((one) => html`<li key=${one.id}><b>${one.name_ja}</b><small>${[one.for_whom.map((person) => person.label).join("・"), one.deadline ? fill(DESK.deadline, dayJa(one.deadline)) : ""].filter(Boolean).join(" / ")}</small></li>`)}</ol>
                ${now.plan.bring.length > 0 && html`<p><b>${W.bring}</b> ${now.plan.bring.map((one) => one.name_ja).join("・")}</p>`}`
            : html`<p class="empty">${W.plan_none}</p>`}
        </section>
        ${now?.plan && html`<footer class="interview-end">
          <button type="button" class="desk-button" onClick=${askDetails}>${W.details_show}</button>
          <button type="button" class="desk-button desk-primary" disabled=${busy.value} onClick=${toCase} data-act="to-case">${W.to_case}</button></footer>`}
      </div>
    </div>
  </main>`;
}

/** The step in words, its answers numbered, and the line to write on. @param {{now: Turn}} props */
function Asked({ now }) {
  const { step } = now;
  const question = step.question ?? null;
  const [text, setText] = useState("");
  const line = useRef(/** @type {HTMLTextAreaElement | null} */ (null));
  useEffect(() => line.current?.focus(), []);
  const choices = choicesOf(now);
  /** @param {KeyboardEvent} event */
  const key = (event) => {
    if (event.isComposing) return;
    if (event.ctrlKey && event.key === "z" && !text) {
      event.preventDefault();
      take({ back: true });
    } else if (!text && /^[1-9]$/.test(event.key) && choices[Number(event.key) - 1]) {
      event.preventDefault();
      choices[Number(event.key) - 1]?.take();
    } else if (!text && event.key === "0" && question?.can_skip) {
      event.preventDefault();
      take({ answer: { question: question.id, unknown: true } });
    } else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      if (text.trim()) take({ text: text.trim() }).then(() => setText(""));
    }
  };
  return html`<div class="asked">
    <p class="asked-say" aria-live="polite">${step.say}</p>
    ${question?.why && html`<p class="hint">${W.why}: ${question.why}</p>`}
    ${choices.length > 0 && html`<ol class="choices">${choices.map((choice, at) => html`<li key=${choice.label}><button type="button" class="desk-button" onClick=${choice.take}>${at < 9 && html`<kbd>${at + 1}</kbd>`}${choice.label}</button></li>`)}</ol>`}
    ${question && !choices.length && html`<${TypedAnswer} question=${question} />`}
    <textarea ref=${line} rows="2" maxlength="2000" aria-label=${W.placeholder} placeholder=${now.understood.length ? W.placeholder : W.start} value=${text}
      onInput=${(/** @type {{currentTarget: HTMLTextAreaElement}} */ event) => setText(event.currentTarget.value)} onKeyDown=${key}></textarea>
    <div class="asked-foot">
      <button type="button" class="desk-button" onClick=${() => take({ back: true })}>${W.back}<kbd>Ctrl+Z</kbd></button>
      ${question?.can_skip && html`<button type="button" class="desk-button" onClick=${() => take({ answer: { question: question.id, unknown: true } })}>${W.unknown}<kbd>0</kbd></button>`}
      ${typeof step.remaining === "number" && step.remaining > 0 && html`<span class="hint">${fill(W.left, step.remaining)}</span>`}
    </div>
  </div>`;
}

/**
 * Answers that are one touch or one digit.
 * @param {Turn} now
 * @returns {{label: string, take: () => void}[]}
 */
function choicesOf(now) {
  const { step } = now;
  const question = step.question;
  if (step.kind === "ask_again" && step.options?.length) return step.options.map((one) => ({ label: one.label, take: () => take({ text: one.label }) }));
  if (!question) return [];
  if (question.id === "confirm") return [{ label: W.right, take: () => take({ answer: { question: "confirm", value: true } }) }];
  if (question.input === "yes_no") return [true, false].map((value) => ({ label: value ? DESK.yes : DESK.no, take: () => take({ answer: { question: question.id, value } }) }));
  if (question.input !== "choice" || question.multiple) return [];
  return question.options.map((one) => ({ label: one.label, take: () => take({ answer: { question: question.id, value: one.value } }) }));
}

/** Dates, numbers, checklists and people, typed. @param {{question: Question}} props */
function TypedAnswer({ question }) {
  const [text, setText] = useState("");
  const [ticked, setTicked] = useState(/** @type {string[]} */ ([]));
  /** @param {unknown} value */
  const send = (value) => take({ answer: { question: question.id, value } });
  if (question.input === "people") return html`<${PeopleTable} question=${question} onSend=${send} />`;
  if (question.input === "text") return null;
  if (question.multiple) {
    return html`<form class="checklist" onSubmit=${(/** @type {Event} */ event) => {
      event.preventDefault();
      send(ticked.length ? ticked : ["none"]);
    }}>
      ${question.options.filter((one) => one.value !== "none").map((one) => html`<label key=${one.value}><input type="checkbox" checked=${ticked.includes(one.value)} onChange=${() => setTicked(ticked.includes(one.value) ? ticked.filter((other) => other !== one.value) : [...ticked, one.value])} />${one.label}</label>`)}
      <button type="submit" class="desk-button desk-primary">${W.next}</button></form>`;
  }
  return html`<form class="typed" onSubmit=${(/** @type {Event} */ event) => {
    event.preventDefault();
    if (text) send(question.input === "number" ? Number(text) : text);
  }}>
    <${ValueField} type=${question.input === "number" ? "int" : "date"} label=${question.text} options=${[]} value=${text} onChange=${setText} />
    <button type="submit" class="desk-button desk-primary" disabled=${!text}>${W.next}</button></form>`;
}
