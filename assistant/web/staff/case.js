// One case: the first line answers in ten seconds, then what is doubtful, loud; what is certain, quiet.
import { html, useEffect, useState } from "../shared/preact.js";
import { dayJa, minutesJa } from "../shared/format_ja.js";
import { Icon } from "../shared/icons.js";
import { named } from "../shared/ruby.js";
import { act } from "./acts.js";
import { ActBar } from "./act_bar.js";
import { CorrectFact } from "./facts.js";
import { C } from "./case_words.js";
import { Finish, Hold, Identify, Reopen, Return, Transfer } from "./finish.js";
import { GuidanceList } from "./guidance.js";
import { History } from "./history.js";
import { Official } from "./official.js";
import { Consents, Papers } from "./papers.js";
import { Mark } from "./queue.js";
import * as state from "./state.js";
import { fill, W, word } from "./words.js";

/** @import { CaseProcedure, CaseWhole } from "../shared/case_types" */

const TICKABLE = new Set(["called", "accepted"]);

export function CaseView() {
  const shown = state.open.value;
  if (!shown) return html`<section class="case case-none"><p>${W.pick}</p></section>`;
  return html`<section class="case" aria-label=${shown.ticket} key=${shown.case_id}>
    <${Head} shown=${shown} />
    <${ActBar} shown=${shown} />
    <div class="case-body">
      <${Panel} shown=${shown} />
      <${Checks} shown=${shown} />
      <${Doubtful} shown=${shown} />
      <${Procedures} shown=${shown} />
      <${Papers} shown=${shown} />
      <${Note} shown=${shown} />
      <${Consents} shown=${shown} />
      <${GuidanceList} list=${shown.guidance} />
      <${History} shown=${shown} />
    </div>
  </section>`;
}

/** @param {{shown: CaseWhole}} props */
function Panel({ shown }) {
  switch (state.panel.value) {
    case "finish":
      return html`<${Finish} shown=${shown} />`;
    case "identify":
      return html`<${Identify} />`;
    case "reopen":
      return html`<${Reopen} shown=${shown} />`;
    case "transfer":
      return html`<${Transfer} shown=${shown} />`;
    case "return":
      return html`<${Return} />`;
    case "hold":
      return html`<${Hold} shown=${shown} />`;
    case "official":
      return html`<${Official} shown=${shown} />`;
    default:
      return null;
  }
}

/**
 * Who came, and of somebody who came for another: for whom, by what authority.
 * @param {CaseWhole} shown
 */
function visitor(shown) {
  const role = shown.facts.find((fact) => fact.fact === "visitor_role")?.value;
  if (role === "same_household") return W.same_household;
  if (role !== "proxy" && role !== "companion") return role === "mover" ? W.self : W.who_unknown;
  /** @param {string} name */
  const said = (name) => shown.facts.find((fact) => fact.fact === name)?.value_label;
  const named = shown.people.filter((one) => shown.facts.some((fact) => fact.fact === `people.${one.id}.principal` && fact.value === true));
  const whom = named.map((one) => one.label).join("・") || said("principal_kind");
  return [role === "proxy" ? W.proxy : W.companion, whom && fill(W.for_whom, whom), said("proxy_authority")].filter(Boolean).join(" ");
}

/**
 * Cards by state: whose was read by name, the others counted.
 * @param {CaseWhole} shown
 */
function cardsLine(shown) {
  /** @type {Map<string, string[]>} */
  const states = new Map();
  for (const card of shown.cards) states.set(card.state, [...(states.get(card.state) ?? []), shown.people.find((one) => one.id === card.person)?.label ?? ""]);
  return [...states].map(([one, people]) => `${word(W.cards, one)} ${one === "read" ? people.join("・") : fill(W.people_count, people.length)}`);
}

/** @param {{shown: CaseWhole}} props */
function Head({ shown }) {
  const missing = new Set(shown.papers.filter((one) => one.have === "no" && !one.seen).map((one) => one.name_ja));
  const days = shown.plan.flatMap((one) => [one.deadline, one.claim_by]).filter((day) => day !== null).sort();
  const first = days[0];
  const cards = cardsLine(shown);
  const help = shown.help_wished.map((one) => word(W.helps, one));
  /** @type {[string, string[], boolean][]} */
  const cells = [
    [W.facts_line.who, [visitor(shown)], shown.marks.includes("proxy") || shown.marks.includes("companion")],
    [C.reasons, shown.reasons, false],
    [W.facts_line.procedures, [fill(W.count, shown.plan.length)], false],
    [W.facts_line.missing, [...missing], missing.size > 0],
    [W.facts_line.deadline, first ? [first <= shown.on ? W.today_is : dayJa(first)] : [], Boolean(first && first <= shown.on)],
    [W.facts_line.card, cards, shown.holder_is_not_visitor],
    [W.facts_line.help, help, help.length > 0],
    [`${W.facts_line.time}・${W.facts_line.signs}`, [minutesJa(shown.minutes), fill(W.signs, shown.writes)], false],
  ];
  return html`<header class="head">
    <div class="head-top">
      <h1 class="numbers">${shown.ticket}</h1>
      <div><p class="head-state">${shown.state_ja}</p>${shown.held_by && html`<p class="head-holder">${fill(W.held_by, state.holderName(shown.held_by))}</p>`}
        <p class=${shown.filed ? "head-filed" : shown.state === "prepared" ? "only-heard" : "head-open"}><${Icon} name=${shown.filed ? "check" : "info"} />${shown.filed ? W.filed : W.not_filed}</p></div>
      <p class="marks">${shown.marks.map((mark) => html`<${Mark} key=${mark} mark=${mark} />`)}${shown.ticket_only && html`<em class="mark">${shown.procedures.length ? W.ticket_only_talked : W.ticket_only}</em>`}</p>
    </div>
    <dl class="head-line">${cells.map(([label, value, loud]) => html`<div key=${label} class=${loud ? "loud" : ""}><dt>${label}</dt><dd>${value.length ? value.map((part) => html`<span key=${part}>${part}</span>`) : W.none}</dd></div>`)}</dl>
  </header>`;
}

/** Ticks the next check that is open, for the key. @param {CaseWhole} shown */
export function tickNext(shown) {
  const next = shown.checks.find((check) => !check.done);
  if (!next || !TICKABLE.has(shown.state)) return false;
  act("tick", { checks: [next.id] });
  return true;
}

/** @param {{shown: CaseWhole}} props */
function Checks({ shown }) {
  const ready = TICKABLE.has(shown.state);
  const [ticking, setTicking] = useState("");
  /** The tick stands while it is on its way. @param {string} id */
  const tick = async (id) => {
    setTicking(id);
    await act("tick", { checks: [id] });
    setTicking("");
  };
  return html`<section class="block checks"><h2>${W.checks}<small>${C.next_check}</small><kbd>V</kbd></h2>
    ${shown.times_reopened > 0 && shown.state === "accepted" && html`<p class="reopened"><${Icon} name="refresh" /><b>${fill(C.reopened_label, shown.times_reopened)}</b>${C.reopened}</p>`}
    <${ChangedSince} given=${shown.changed_since} />
    <ul>${shown.checks.map(
      (check, at) => html`<li key=${check.id}><label class=${check.done ? "check check-done" : check.required ? "check check-first" : "check"}>
        <input type="checkbox" checked=${check.done || ticking === check.id} disabled=${check.done || !ready} onChange=${() => tick(check.id)} data-check=${check.id} />
        <span>${check.label}</span>${at === 0 && !check.done && html`<em>${W.check_first}</em>`}</label></li>`,
    )}</ul></section>`;
}

/** What another day changed: what to ask first, then what reads otherwise. @param {{given: CaseWhole["changed_since"]}} props */
function ChangedSince({ given }) {
  if (!given) return null;
  const since = dayJa(given.since);
  if (!given.changes.length) return html`<p class="changed-none"><${Icon} name="check" />${fill(C.changed_none, since)}</p>`;
  return html`<section class="changed-since" aria-label=${C.changed}><h3>${C.changed}<small>${fill(C.changed_from, since)}</small></h3>
    <ul>${given.changes.map((one) => html`<li key=${one.name_ja + one.text_ja} class=${`changed-${one.kind}`}><em>${C.changed_kinds[one.kind]}</em><b>${one.name_ja}</b><span>${one.text_ja}</span></li>`)}</ul></section>`;
}

/**
 * 妻: 生年月日 and 子(6歳): 生年月日 as one line, 生年月日 ― 妻・子(6歳).
 * @param {string[]} labels
 */
function openByLabel(labels) {
  /** @type {Map<string, string[]>} */
  const whose = new Map();
  for (const label of new Set(labels)) {
    const [, person = "", what = label] = /^([^:]+):\s*(.+)$/.exec(label) ?? [];
    whose.set(what, [...(whose.get(what) ?? []), ...(person ? [person] : [])]);
  }
  return [...whose];
}

/** What a clerk must look at, before everything else. @param {{shown: CaseWhole}} props */
function Doubtful({ shown }) {
  const weak = shown.facts.filter((fact) => fact.weak);
  const quiet = !weak.length && !shown.mismatches.length && !shown.open_questions.length && !shown.undecided.length && !shown.blanked.length;
  if (quiet) return html`<section class="block calm"><h2>${W.doubtful}</h2><p><${Icon} name="check" />${W.nothing_doubtful}</p></section>`;
  return html`<section class="block loud-block"><h2><${Icon} name="alert" />${W.doubtful}</h2>
    <ul>
      ${shown.mismatches.map((one) => html`<li key=${`m${one.fact}`}><b>${W.mismatch}</b><span>${one.label}</span><span class="versus"><em class=${`origin origin-${one.origin}`}>${word(W.origins, one.origin)}</em>${one.value_label}<i>≠</i><em class=${`origin origin-${one.other_origin}`}>${word(W.origins, one.other_origin)}</em>${one.other_value_label}</span></li>`)}
      ${weak.map((fact) => html`<li key=${fact.fact}><b>${fill(W.weak, Math.round(fact.confidence * 100))}</b><span>${fact.label}</span><${CorrectFact} fact=${fact} /></li>`)}
      ${shown.open_questions.length > 0 && html`<li><b>${W.open_question}</b><span class="wide">${openByLabel(shown.open_questions.map((one) => one.label)).map(([what, people]) => html`<span key=${what}>${what}${people.length > 0 && html` ― ${named(people)}`}</span>`)}</span></li>`}
      ${shown.undecided.length > 0 && html`<li><b>${W.undecided}</b><span class="wide">${shown.undecided.map((one) => one.name_ja).join("、")}</span></li>`}
      ${shown.blanked.length > 0 && html`<li><b>${W.blanked}</b><span>${fill(W.count, shown.blanked.length)}</span></li>`}
    </ul></section>`;
}

/** @param {{shown: CaseWhole}} props */
function Procedures({ shown }) {
  return html`<section class="block"><h2>${W.procedures}</h2>
    <table class="procedures"><tbody>${shown.plan.map((one) => html`<${ProcedureRow} key=${one.id} one=${one} today=${shown.on} />`)}</tbody></table></section>`;
}

/** @param {{one: CaseProcedure, today: string}} props */
function ProcedureRow({ one, today }) {
  return html`<tr class=${one.result ? "decided" : ""}>
    <th scope="row">${one.name_ja}<small>${one.for_whom.join("・")}</small></th>
    <td>${one.deadline && html`<span class=${one.deadline <= today ? "due" : ""}>${fill(W.deadline, dayJa(one.deadline))}</span>`}${one.claim_by && html`<span class=${one.claim_by <= today ? "due" : ""}>${fill(W.claim_by, dayJa(one.claim_by))}</span>`}</td>
    <td>${one.missing_papers.map((paper) => html`<em key=${paper} class="mark mark-missing_papers">${paper}</em>`)}${one.confirm_by_staff && html`<em class="mark">${W.confirm_by_staff}</em>`}</td>
    <td>${one.result && html`<b class=${`result result-${one.result}`}>${one.result}</b>`}</td>
  </tr>`;
}

/** @param {{shown: CaseWhole}} props */
function Note({ shown }) {
  const [text, setText] = useState(shown.note);
  useEffect(() => setText(shown.note), [shown.note]);
  return html`<section class="block"><h2><label for="note">${W.note}</label></h2>
    <div class="note"><textarea id="note" rows="3" maxlength="300" value=${text} onInput=${(/** @type {{currentTarget: HTMLTextAreaElement}} */ event) => setText(event.currentTarget.value)}></textarea>
      <button type="button" class="desk-button" disabled=${text === shown.note || state.busy.value} onClick=${() => act("note", { note: text })}>${W.save}</button></div></section>`;
}
