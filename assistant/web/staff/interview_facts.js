// What the interview has understood so far and what in it does not fit; a touch takes one fact back, to be said again.
import { html } from "../shared/preact.js";
import { Icon } from "../shared/icons.js";
import { household, shortLabel, splitFact } from "../shared/household.js";
import { take } from "./interview_visit.js";
import { INTERVIEW as W } from "./interview_words.js";
import { fill, W as DESK, word } from "./words.js";

/** @import { Mismatch, Understood } from "../shared/api_types" */

const LOUD_ORIGINS = new Set(["official", "card", "staff"]);

/** What the record says and what was said, where they differ: the record stands. @param {{list: Mismatch[]}} props */
export function Mismatches({ list }) {
  if (!list.length) return null;
  return html`<section class="block loud-block" data-block="mismatches"><h2><${Icon} name="alert" />${W.mismatches}</h2><ul>${list.map(
    (one) => html`<li key=${one.fact}><b>${one.label}</b><span class="versus"><em class=${`origin origin-${one.origin}`}>${word(DESK.origins, one.origin)}</em>${one.value_label}<i>≠</i><em class=${`origin origin-${one.other_origin}`}>${word(DESK.origins, one.other_origin)}</em><s>${one.other_value_label}</s></span></li>`,
  )}</ul></section>`;
}

/** @param {{facts: Understood[]}} props */
export function InterviewFacts({ facts }) {
  const shown = facts.filter((fact) => fact.fact !== "people" && fact.fact !== "people.p1.relation");
  const quiet = shown.filter((fact) => fact.value === false && !fact.doubtful);
  const loud = shown.filter((fact) => !quiet.includes(fact));
  const visit = loud.filter((fact) => splitFact(fact.fact)[0] === null);
  return html`<section class="block"><h2>${W.understood}<b class="numbers">${shown.length}</b></h2><${Rows} facts=${visit} />
    ${household(facts, W.you).map((one) => {
      const own = loud.filter((fact) => splitFact(fact.fact)[0] === one.id);
      return own.length > 0 && html`<div key=${one.id} class="fact-group"><h3>${one.label}</h3><${Rows} facts=${own} short=${true} /></div>`;
    })}
    ${quiet.length > 0 && html`<details class="fact-negatives"><summary>${fill(DESK.negatives, quiet.length)}</summary><${Rows} facts=${quiet} /></details>`}</section>`;
}

/** @param {{facts: Understood[], short?: boolean}} props */
function Rows({ facts, short = false }) {
  return html`<dl class="interview-facts">${facts.map((fact) => html`<div key=${fact.fact} class=${fact.doubtful ? "fact fact-weak" : "fact"}>
      <dt>${short ? shortLabel(fact.label) : fact.label}</dt><dd>${fact.value_label}${LOUD_ORIGINS.has(fact.origin) && html`<em class=${`origin origin-${fact.origin}`}>${word(DESK.origins, fact.origin)}</em>`}${fact.doubtful && html`<em class="mark mark-weak_facts">${fill(DESK.weak, Math.round(fact.confidence * 100))}</em>`}
        ${fact.alternatives?.map((other) => html`<button type="button" key=${other.label} class="desk-button" onClick=${() => take({ correct: { fact: fact.fact, value: other.value } })}>${other.label}</button>`)}</dd>
      <dd><button type="button" class="desk-button" aria-label=${`${fact.label} ${W.forget}`} onClick=${() => take({ correct: { fact: fact.fact, value: null } })}>${W.forget}</button></dd></div>`)}</dl>`;
}
