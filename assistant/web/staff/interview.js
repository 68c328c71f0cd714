// 聞き取り受付: the same engine at the desk, driven by the clerk's keyboard, without a character.
import { html, signal, useLayoutEffect } from "../shared/preact.js";
import { dayJa, minutesJa } from "../shared/format_ja.js";
import { Icon } from "../shared/icons.js";
import { Asked } from "./interview_asked.js";
import { InterviewDetails } from "./interview_details.js";
import { InterviewFacts, Mismatches } from "./interview_facts.js";
import { asksNumber, InterviewNumber } from "./interview_number.js";
import { InterviewOfficial } from "./interview_official.js";
import { nextSkipped, Order } from "./interview_order.js";
import { busy, drop, guarded, later, picked, startInterview, take, toCase, touched, trouble, turn, visit, visitCall } from "./interview_visit.js";
import { INTERVIEW as W } from "./interview_words.js";
import { DESK_ID } from "./resident_channel.js";
import { fill, W as DESK } from "./words.js";

/** @import { DetailsAsked, Turn } from "../shared/api_types" */
/** @import { Signal } from "../shared/preact.js" */

export { startInterview };

/** What lies over the talk. @type {Signal<{kind: "official"} | {kind: "details", asked: DetailsAsked} | {kind: "number"} | {kind: "end"} | null>} */
const over = signal(null);

const close = () => (over.value = null);
const askDetails = () => guarded(async () => void (over.value = { kind: "details", asked: await visitCall("GET", "/details") }));

/** The number at once, or first the question whether a machine printed one. */
const end = () => (asksNumber() ? void (over.value = { kind: "number" }) : toCase());

/** Keys that work wherever the clerk types; the line's own are in interview_asked.js. @param {KeyboardEvent} event */
function onKey(event) {
  if (event.isComposing || event.altKey || event.metaKey || event.ctrlKey) return;
  /** @type {Record<string, (() => unknown) | undefined>} */
  const keys = {
    Escape: over.value ? close : picked.value ? () => (picked.value = null) : undefined,
    F2: nextSkipped,
    F3: over.value ? undefined : later,
    F4: () => (over.value = { kind: "official" }),
    F8: turn.value?.plan ? askDetails : undefined,
    F9: turn.value?.plan && !over.value ? end : undefined,
  };
  const act = keys[event.key];
  if (!act) return;
  event.preventDefault();
  act();
}

/** Each desk's own window: two tabs with an interview each never show one resident the other's. */
const openWindow = () => window.open(`/staff#resident=${DESK_ID}`, `resident-${DESK_ID}`);

export function Interview() {
  useLayoutEffect(() => {
    close();
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, []);
  const now = turn.value;
  const number = visit.value?.number ?? "";
  return html`<main class="interview" aria-label=${W.title}>
    <header><h1>${number ? fill(W.title_of, number) : W.title}</h1>
      <p class="interview-keys">${W.keys.map(([key, does]) => html`<span key=${key}><kbd>${key}</kbd>${does}</span>`)}</p>
      <button type="button" class="desk-button" onClick=${() => (over.value = { kind: "official" })} data-act="official"><${Icon} name="plus" />${W.official}<kbd>F4</kbd></button>
      <button type="button" class="desk-button" onClick=${openWindow}><${Icon} name="people" />${W.resident}</button>
      <button type="button" class="desk-button" onClick=${() => (now?.understood.length ? (over.value = { kind: "end" }) : drop())} data-act="end-interview">${W.end}</button></header>
    ${trouble.value && html`<p class="refused" role="alert">${trouble.value}</p>`}
    ${touched.value && html`<p class=${`touched touched-${touched.value}`} role="status"><${Icon} name=${touched.value === "right" ? "check" : "alert"} />${W.resident_says[touched.value]}</p>`}
    <div class="interview-body">
      <div class="interview-talk">
        <${Over} />
        ${now && !over.value && html`<${Asked} key=${askedKey(now)} now=${now} />`}
        ${now?.interview && html`<${Order} given=${now.interview} />`}
      </div>
      <div class="interview-side">
        ${now?.interview && html`<${Mismatches} list=${now.interview.mismatches} />`}
        ${now && html`<${InterviewFacts} facts=${now.understood} />`}
        <${PlanSoFar} now=${now} />
        ${now?.plan && html`<footer class="interview-end">
          <button type="button" class="desk-button" onClick=${askDetails} data-act="details">${W.details_show}<kbd>F8</kbd></button>
          <button type="button" class="desk-button desk-primary" disabled=${busy.value} onClick=${end} data-act="to-case">${number ? fill(W.to_case_of, number) : W.to_case}<kbd>F9</kbd></button></footer>`}
      </div>
    </div>
  </main>`;
}

/** A new question gets a fresh line; the same one keeps what was typed. @param {Turn} now */
function askedKey(now) {
  return `${now.step.kind}:${now.step.question?.id}:${picked.value?.id ?? ""}`;
}

function Over() {
  const what = over.value;
  switch (what?.kind) {
    case "official":
      return html`<${InterviewOfficial} onClose=${close} />`;
    case "details":
      return html`<${InterviewDetails} asked=${what.asked} onClose=${close} onSave=${async (/** @type {Record<string, unknown>} */ given) => {
        await take({ details: given });
        if (!trouble.value) close();
      }} />`;
    case "number":
      return html`<${InterviewNumber} onClose=${close} />`;
    case "end":
      return html`<div class="block end-sure" role="alertdialog" aria-label=${W.end_sure}><p>${W.end_sure}</p>
        <button type="button" class="desk-button desk-primary" ref=${(/** @type {HTMLElement | null} */ button) => button?.focus()} onClick=${close}>${DESK.cancel}<kbd>Esc</kbd></button>
        <button type="button" class="desk-button" onClick=${drop} data-act="end-yes">${W.end_yes}</button></div>`;
    default:
      return null;
  }
}

/** @param {{now: Turn | null}} props */
function PlanSoFar({ now }) {
  const plan = now?.plan;
  if (!plan?.procedures.length) return html`<section class="block"><h2>${W.plan}</h2><p class="empty">${W.plan_none}</p></section>`;
  return html`<section class="block"><h2>${W.plan}</h2>
    <p>${minutesJa(plan.minutes)} / ${fill(DESK.signs, plan.writes)}</p>
    <ol class="plan-list">${plan.procedures.map((one) => html`<li key=${one.id}><b>${one.name_ja}</b><small>${[one.for_whom.map((person) => person.label).join("・"), one.deadline ? fill(DESK.deadline, dayJa(one.deadline)) : ""].filter(Boolean).join(" / ")}</small></li>`)}</ol>
    ${plan.bring.length > 0 && html`<p><b>${W.bring}</b> ${plan.bring.map((one) => one.name_ja).join("・")}</p>`}</section>`;
}
