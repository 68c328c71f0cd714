// The resident's screen as it stands, small and read-only: the step, its choices, the line of the plan. Nothing that
// is being typed is here, and of the card's screens only that they are open.
import { html } from "../shared/preact.js";
import { minutesJa, yenJa } from "../shared/format_ja.js";
import { Icon } from "../shared/icons.js";
import { plain } from "../shared/ruby.js";
import { fill, W, word } from "./words.js";

/** @import { ConversationState, MirroredScreen } from "../shared/conversation_types" */
/** @import { Plan, Step } from "../shared/api_types" */

const CARD = new Set(["card", "card_read"]);
const TALKS = new Set(["talk", "attract", "language", "answer", "hand_over", ""]);
/** Screens that show the step; on the others it waits behind. */
const SHOWS_STEP = new Set(["talk", "attract", "answer", "hand_over", ""]);

/** @param {{screen: MirroredScreen, led: ConversationState}} props */
export function Mirror({ screen, led }) {
  const { view, step, plan } = screen;
  return html`<section class="mirror">
    <header><h2>${W.mirror}</h2><small><${Icon} name="eye" />${W.mirror_read_only}</small></header>
    <div class=${`mirror-screen mirror-${view}`} data-view=${view} tabindex="0" role="group" aria-label=${W.mirror}>
      <p class="mirror-view">${word(W.views, view)}</p>
      ${CARD.has(view)
        ? html`<p class="mirror-hidden"><${Icon} name="mask" />${W.mirror_card}</p>`
        : html`${!TALKS.has(view) && html`<p class="mirror-hidden"><${Icon} name="mask" />${W.mirror_hidden}</p>`}
            ${step ? SHOWS_STEP.has(view) && html`<${MirroredStep} step=${step} view=${view} led=${led} />` : html`<p class="empty">${W.mirror_none}</p>`}
            ${plan && plan.procedures.length > 0 && html`<${MirroredPlan} plan=${plan} />`}`}
    </div>
  </section>`;
}

/** @param {{step: Step, view: string, led: ConversationState}} props */
function MirroredStep({ step, view, led }) {
  if (step.kind === "hand_over") {
    return html`<div class="mirror-step"><small>${word(W.mirror_hand_over, led)}</small>
      <p class="mirror-say">${led === "held" ? W.mirror_talk : plain(step.say)}</p></div>`;
  }
  if (view === "answer") return html`<div class="mirror-step"><small>${W.step_kinds.answer}</small><p class="mirror-say">${plain(step.say)}</p></div>`;
  const question = step.question ?? null;
  const options = question?.input === "yes_no" ? W.yes_no : (question?.options ?? step.options ?? []).map((one) => plain(one.label));
  return html`<div class="mirror-step">
    <small>${question && step.kind === "answer" ? W.step_kinds.ask : word(W.step_kinds, step.kind)}</small>
    <p class="mirror-say">${plain(question?.text ?? step.say)}</p>
    ${question?.why && html`<p class="mirror-why">${plain(question.why)}</p>`}
    ${options.length > 0 && html`<ul>${options.map((label) => html`<li key=${label}>${label}</li>`)}</ul>`}
    ${question && options.length === 0 && word(W.step_inputs, question.input) !== question.input && html`<p class="mirror-why">${word(W.step_inputs, question.input)}</p>`}
  </div>`;
}

/** @param {{plan: Plan}} props */
function MirroredPlan({ plan }) {
  return html`<div class="mirror-plan"><p>${fill(W.plan_line, plan.counters_visited, minutesJa(plan.minutes), yenJa(plan.fee_yen))}</p>
    <ol>${plan.procedures.map((one) => html`<li key=${one.id}>${one.name_ja}</li>`)}</ol></div>`;
}
