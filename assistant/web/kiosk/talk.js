// The conversation: one question at a time, a question not understood, a fact explained, the way to a person.
import { html, useState } from "../shared/preact.js";
import { Icon } from "../shared/icons.js";
import { ruby } from "../shared/ruby.js";
import { callStaff, openCase } from "./acts.js";
import { answer, answerUnknown, chooseCandidate } from "./turns.js";
import { Button, Scroll } from "./controls.js";
import { answersAtOnce, Choice, ValueInput } from "./inputs.js";
import { isHeld } from "./operator.js";
import { Plan } from "./plan.js";
import { ReadBack } from "./read_back.js";
import { Shell, progressLine } from "./shell.js";
import { TextLine } from "./text_line.js";
import { UnderstoodButton, UnderstoodStrip } from "./understood.js";
import { busy, explained, turn } from "./state.js";
import { fill, words } from "./words.js";

/** @import { Question, Step } from "../shared/api_types" */

const BIG_INPUTS = new Set(["people", "date", "number"]);
const MANY_OPTIONS = 6;

/** The screen of the step the server sent. */
export function Talk() {
  const step = turn.value?.step;
  if (!step) return null;
  if (step.kind === "answer" && !explained.value) return html`<${Explained} step=${step} />`;
  if (step.kind === "ask_again") return html`<${AskAgain} step=${step} />`;
  if (step.kind === "hand_over") return html`<${HandingOver} step=${step} />`;
  const question = step.question;
  if (step.kind === "confirm" || question?.id === "confirm") return html`<${ReadBack} />`;
  if (question) return html`<${Ask} key=${question.id} step=${step} question=${question} />`;
  return html`<${Plan} step=${step} />`;
}

/**
 * What stands above the question when the assistant says more than the question.
 * @param {Step} step
 * @param {string} text
 */
function leadOf(step, text) {
  return step.kind === "ask" && step.say !== text ? step.say.replace(text, "").trim() : "";
}

/** @param {{step: Step, question: Question}} props */
function Ask({ step, question }) {
  const w = words();
  const [value, setValue] = useState(/** @type {unknown} */ (null));
  /** @param {unknown} given */
  const commit = (given) => {
    if (!busy.value) answer(question.id, given);
  };
  const open = question.input === "text" && !question.options.length;
  const roomy = !BIG_INPUTS.has(question.input) && question.options.length <= MANY_OPTIONS;
  return html`<${Shell}
    say=${question.text}
    lead=${leadOf(step, question.text) || (question.multiple ? w.several : "")}
    mood="asking"
    progress=${progressLine()}
    kind=${`view-ask ask-${question.input}`}
    action=${html`
      <${UnderstoodButton} kind=${roomy ? "where-tight" : ""} />
      ${question.can_skip && html`<${Button} icon="dots" label=${w.dont_know} onPress=${() => answerUnknown(question.id)} name="dont-know" />`}
      ${!answersAtOnce(question) && !open && html`<${Button} kind="primary" icon="forward" label=${w.next} disabled=${value === null} onPress=${() => commit(value)} name="next" />`}
    `}
  >
    ${question.why && html`<p class="why"><${Icon} name="info" /><span><b>${ruby(w.why)}</b>${ruby(question.why)}</span></p>`}
    <${Scroll} kind="ask-body" label=${question.text}>
      ${open
        ? html`<${TextLine} label=${w.answer_in_words} />`
        : html`<${ValueInput} asked=${question} value=${value} onChange=${setValue} onCommit=${commit} />`}
      ${answersAtOnce(question) && html`<${TextLine} label=${w.answer_in_words} placeholder=${w.answer_in_words} />`}
    <//>
    ${roomy && html`<${UnderstoodStrip} />`}
  <//>`;
}

/** Not understood: what it may have been, and after two misses the way to a person (COUNTER_RULES 11). @param {{step: Step}} props */
function AskAgain({ step }) {
  const w = words();
  const [value, setValue] = useState(/** @type {unknown} */ (null));
  const candidates = step.options ?? [];
  const question = step.question && step.question.id !== "confirm" ? step.question : null;
  const typed = question?.input === "text" && !question.options.length;
  const commit = (/** @type {unknown} */ given) => question && answer(question.id, given);
  return html`<${Shell} say=${step.say} mood="puzzled" kind="view-ask view-again" progress=${progressLine()}
    action=${html`${turn.value?.understood.length ? html`<${UnderstoodButton} />` : ""}
      ${question && !typed && !answersAtOnce(question) && html`<${Button} kind="primary" icon="forward" label=${w.next} disabled=${value === null} onPress=${() => commit(value)} name="next" />`}`}>
    ${step.offer_person
      ? html`<section class="offer"><p>${ruby(w.offer_way_out)}</p>
          <div><${Button} icon="ticket" label=${w.ticket_only} onPress=${() => openCase(true)} /><${Button} icon="staff" label=${w.call_staff} onPress=${callStaff} /></div></section>`
      : html`<p class="why"><${Icon} name="info" /><span>${ruby(w.ask_again_hint)}</span></p>`}
    <${Scroll} label=${step.say}>
      ${candidates.length > 0 && html`<${Choice} asked=${{ id: "candidates", input: "choice", options: candidates }} value=${null} onCommit=${(/** @type {unknown} */ id) => chooseCandidate(String(id))} />`}
      <${TextLine} label=${w.say_here} />
      ${question && !typed && html`<section class="pending"><h2>${ruby(question.text)}</h2><${ValueInput} asked=${question} value=${value} onChange=${setValue} onCommit=${commit} /></section>`}
    <//>
  <//>`;
}

/** @param {{step: Step}} props */
function Explained({ step }) {
  const w = words();
  const record = step.answer;
  const goOn = () => {
    explained.value = true;
  };
  if (step.checking) {
    return html`<${Shell} say=${step.say} mood="thinking" kind="view-answer view-checking" progress=${progressLine()}
      action=${html`<${Button} icon="forward" label=${w.waiting_stop} onPress=${goOn} name="next" />`}>
      <section class="checking" role="status"><${Icon} name="staff" size="large" /><p>${ruby(w.checking)}</p></section>
    <//>`;
  }
  return html`<${Shell} say=${record?.name_ja ?? w.answer} kind="view-answer" progress=${progressLine()}
    action=${html`<${Button} kind="primary" icon="forward" label=${w.go_on} onPress=${goOn} name="next" />`}>
    <${Scroll} label=${w.answer}>
      <article class="explained">
        <p>${ruby(step.say)}</p>
        ${record?.why && html`<p>${ruby(record.why)}</p>`}
        ${record?.law && html`<footer><${Icon} name="scale" /><b>${w.answer_source}</b>${record.law}<small>${w.checked} ${record.checked}</small></footer>`}
      </article>
      <${TextLine} label=${w.say_here} />
    <//>
  <//>`;
}

/** @param {{step: Step}} props */
function HandingOver({ step }) {
  const w = words();
  const to = step.hand_over;
  const role = w.roles[/** @type {keyof typeof w.roles} */ (to?.to)] ?? w.hand_over_title;
  return html`<${Shell} say=${step.say} kind="view-hand-over"
    action=${html`<${Button} kind="primary" icon="ticket" label=${w.take_ticket} onPress=${() => openCase(true)} name="next" />`}>
    ${!isHeld() && html`<section class="handing">
      <span class="handing-mark"><${Icon} name="staff" size="large" /></span>
      <div>
        <h2>${ruby(role)}</h2>
        <ul class="handing-facts">
          ${to?.present !== false && typeof to?.people_ahead === "number" && html`<li><${Icon} name="people" />${fill(w.hand_over_ahead, to.people_ahead)}</li>`}
          ${to?.present !== false && typeof to?.minutes === "number" && html`<li><${Icon} name="clock" />${fill(w.hand_over_minutes, to.minutes)}</li>`}
        </ul>
        <p>${ruby(to?.present === false ? w.hand_over_nobody : w.hand_over_wait)}</p>
      </div>
    </section>`}
    <${TextLine} label=${w.say_here} />
  <//>`;
}
