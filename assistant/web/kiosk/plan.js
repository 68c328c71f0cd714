// The plan as a route: one sentence that matters, then the steps in order, like stops of a line.
import { html, useState } from "../shared/preact.js";
import { dayJa, tokyoDay, daysUntil, yenJa } from "../shared/format_ja.js";
import { Icon } from "../shared/icons.js";
import { named, ruby } from "../shared/ruby.js";
import { advance, openCase } from "./acts.js";
import { correct } from "./turns.js";
import { Button, Scroll } from "./controls.js";
import { mayMove, showPhoneCode } from "./phone_code.js";
import { Shell } from "./shell.js";
import { onPhone, today, turn } from "./state.js";
import { TextLine } from "./text_line.js";
import { UnderstoodStrip } from "./understood.js";
import { fill, words } from "./words.js";

/** @import { Bring, PlannedProcedure, Step } from "../shared/api_types" */

const SOON_DAYS = 3;

/** Whoever came for certificates alone gets the number next; the request form can still be filled first. */
function onlyCertificates() {
  const came = turn.value?.understood.find((one) => one.fact === "reasons")?.value;
  return Array.isArray(came) && came.length === 1 && came[0] === "certificates";
}

/** @param {{step: Step}} props */
export function Plan({ step }) {
  const w = words();
  const plan = turn.value?.plan;
  if (!plan) return html`<${Shell} say=${step.say} />`;
  const later = plan.procedures.filter((one) => one.today !== "yes");
  const groups = byCounter(plan.procedures);
  return html`<${Shell}
    say=${step.say}
    mood="glad"
    kind="view-plan"
    action=${html`<p class="estimate"><${Icon} name="info" />${ruby(w.estimate)}</p>
      ${onPhone.value
        ? html`<${Button} kind="primary" icon="ticket" label=${w.take_ticket} onPress=${() => openCase(false)} name="next" />`
        : onlyCertificates()
        ? html`<${Button} icon="pencil" label=${w.to_forms} onPress=${() => advance("consent")} name="forms-first" /><${Button} kind="primary" icon="ticket" label=${w.take_ticket} onPress=${() => openCase(false)} name="next" />`
        : html`<${Button} kind="primary" icon="forward" label=${w.to_forms} onPress=${() => advance("consent")} name="next" />`}`}
  >
    <${Scroll} label=${w.plan_title} kind="plan-scroll">
      ${!plan.complete && plan.open_questions.length > 0 && html`<p class="why"><${Icon} name="alert" /><span>${ruby(w.plan_open)}</span></p>`}
      <ul class="summary">
        ${later.length > 0 && html`<li class="summary-later"><${Icon} name="clock" /><span>${ruby(w.plan_later)}</span><b>${named(later.map((one) => one.name_ja), "、")}</b></li>`}
        <li><${Icon} name="pencil" /><span>${ruby(w.signs)}</span><b>${plan.writes > 0 ? fill(w.signs_count, plan.writes) : w.signs_none}</b></li>
        <li><${Icon} name="yen" /><span>${ruby(w.fee)}</span><b class="numbers">${yenJa(plan.fee_yen)}</b></li>
      </ul>
      ${groups.map(
        ([counter, procedures]) => html`<section class="route" key=${counter.label}>
          <h2><span class="counter-sign numbers">${counter.number}</span><span>${counter.name}<small>${ruby(w.plan_route_here)}</small></span></h2>
          <ol>${procedures.map((procedure) => html`<${Stop} key=${procedure.id} procedure=${procedure} />`)}</ol>
        </section>`,
      )}
      <${Bag} papers=${plan.bring} />
      <${Fold} icon="staff" title=${w.undecided} items=${plan.undecided.map((one) => [one.name_ja, one.why])} open=${true} />
      <${Offers} offers=${plan.offers} />
      <${Fold} icon="minus" title=${w.not_needed} items=${plan.not_needed.map((one) => [one.name_ja, one.why])} />
      <${Fold} icon="link" title=${w.elsewhere} items=${plan.elsewhere.map((one) => [one.name_ja, one.where])} />
      <${TextLine} label=${w.say_here} />
      <${UnderstoodStrip} />
      ${mayMove() && html`<p class="plan-phone"><${Button} icon="phone" label=${w.phone} onPress=${showPhoneCode} name="phone" /></p>`}
    <//>
  <//>`;
}

/**
 * @param {PlannedProcedure[]} procedures
 * @returns {[{label: string, number: string, name: string}, PlannedProcedure[]][]}
 */
function byCounter(procedures) {
  /** @type {Map<string, [{label: string, number: string, name: string}, PlannedProcedure[]]>} */
  const groups = new Map();
  for (const procedure of procedures) {
    const counter = counterOf(procedure.counter);
    const group = groups.get(counter.label) ?? [counter, []];
    group[1].push(procedure);
    groups.set(counter.label, group);
  }
  return [...groups.values()];
}

/**
 * 「1番 総合窓口」 in its parts.
 * @param {string} counter
 */
export function counterOf(counter) {
  const [, number = "", name = counter] = /^(\S+?)番\s*(.*)$/.exec(counter) ?? [];
  return { label: counter, number, name };
}

/** What to bring for everything, each paper once. @param {{papers: Bring[]}} props */
function Bag({ papers }) {
  const w = words();
  if (!papers.length) return null;
  return html`<section class="bag"><h2><${Icon} name="bag" />${ruby(w.bring)}</h2>
    <ul class="papers papers-long">${papers.map((paper) => html`<li key=${paper.id}><${Paper} paper=${paper} /><small>${[paper.note, ...paper.alternatives].filter(Boolean).join(" / ")}</small></li>`)}</ul></section>`;
}

/** @param {{paper: Bring}} props */
function Paper({ paper }) {
  const w = words();
  const word = { yes: w.have_yes, no: w.have_no, unknown: w.have_unknown }[paper.have];
  return html`<span class=${`paper paper-${paper.have}`}><${Icon} name=${{ yes: "check", no: "alert", unknown: "dots" }[paper.have]} />${paper.name_ja}<em>${word}</em></span>`;
}

/** @param {{procedure: PlannedProcedure}} props */
export function Stop({ procedure }) {
  const w = words();
  const [open, setOpen] = useState(false);
  const state = { yes: w.today_yes, partly: w.today_partly, no: w.today_no }[procedure.today];
  const until = deadlineJa(procedure);
  return html`<li class=${`stop stop-${procedure.today}`}>
    <div class="stop-head">
      <div><h3>${procedure.name_ja}</h3>
        ${procedure.plain_ja && procedure.plain_ja !== procedure.name_ja && html`<p class="stop-plain">${procedure.plain_ja}</p>`}</div>
      <span class="stop-state"><${Icon} name=${procedure.today === "yes" ? "check" : "clock"} />${ruby(state)}</span>
    </div>
    <p class="stop-who"><${Icon} name="person" />${procedure.for_whom.length ? named(procedure.for_whom.map((one) => one.label)) : ruby(w.whole_household)}</p>
    <p class="stop-why">${ruby(procedure.why)}</p>
    ${procedure.today !== "yes" && procedure.because && html`<p class="stop-because">${ruby(procedure.because)}</p>`}
    ${procedure.late && procedure.late_note && html`<p class="stop-because">${ruby(procedure.late_note)}</p>`}
    ${procedure.confirm_by_staff && html`<p class="stop-because">${ruby(w.confirm_by_staff)}</p>`}
    ${procedure.bring.length > 0 && html`<ul class="papers" aria-label=${w.bring}>${procedure.bring.map((paper) => html`<li key=${paper.id}><${Paper} paper=${paper} /></li>`)}</ul>`}
    <div class="stop-foot"><dl class="stop-facts">
      ${until && html`<div class=${until.soon ? "soon" : ""}><dt><${Icon} name="calendar" />${ruby(w.until)}</dt><dd>${until.text}${until.left && html`<b>${ruby(until.left)}</b>`}</dd></div>`}
      ${typeof procedure.fee_yen === "number" && html`<div><dt><${Icon} name="yen" />${ruby(w.fee)}</dt><dd>${yenJa(procedure.fee_yen)}</dd></div>`}
    </dl>
      ${procedure.law && html`<button type="button" class="button plain" aria-expanded=${String(open)} onClick=${() => setOpen(!open)}><${Icon} name="scale" /><span>${w.law}</span></button>`}</div>
    ${open && html`<p class="law">${procedure.law}${procedure.checked && html`<small>${w.checked} ${procedure.checked}</small>`}</p>`}
  </li>`;
}

/**
 * The last day with the days left, or what the law says when no day can be told.
 * @param {PlannedProcedure} procedure
 * @returns {{text: string, left: string, soon: boolean} | null}
 */
function deadlineJa(procedure) {
  const w = words();
  if (!procedure.deadline) return procedure.deadline_text ? { text: procedure.deadline_text, left: "", soon: false } : null;
  const left = daysUntil(procedure.deadline, today.value ?? tokyoDay(new Date()));
  const said = left > 0 ? fill(w.days_left, left) : left === 0 ? w.last_day : w.overdue;
  return { text: dayJa(procedure.deadline), left: said, soon: left <= SOON_DAYS };
}

/** Procedures nobody needs, for those who wish them. @param {{offers: {id: string, name_ja: string}[]}} props */
function Offers({ offers }) {
  const w = words();
  if (!offers.length) return null;
  return html`<section class="bag"><h2><${Icon} name="plus" />${ruby(w.offers)}</h2>
    <ul class="papers">${offers.map((one) => html`<li key=${one.id}><button type="button" class="chip" onClick=${() => correct(`wants_${one.id}`, true)}>${one.name_ja}</button></li>`)}</ul></section>`;
}

/** @param {{icon: string, title: string, items: [string, string][], open?: boolean}} props */
function Fold({ icon, title, items, open: first = false }) {
  const [open, setOpen] = useState(first);
  if (!items.length) return null;
  return html`<section class="fold">
    <h2><button type="button" aria-expanded=${String(open)} onClick=${() => setOpen(!open)}><${Icon} name=${icon} /><span>${ruby(title)}(${items.length})</span><${Icon} name=${open ? "minus" : "plus"} /></button></h2>
    ${open && html`<ul>${items.map(([name, why]) => html`<li key=${name}><b>${name}</b><span>${ruby(why)}</span></li>`)}</ul>`}
  </section>`;
}
