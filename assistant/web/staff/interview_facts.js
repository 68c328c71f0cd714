// What the interview has understood so far; a touch takes one fact back, to be said again.
import { html } from "../shared/preact.js";
import { household, shortLabel, splitFact } from "../shared/household.js";
import { take } from "./interview.js";
import { fill, INTERVIEW as W, W as DESK } from "./words.js";

/** @import { Understood } from "../shared/api_types" */

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
      <dt>${short ? shortLabel(fact.label) : fact.label}</dt><dd>${fact.value_label}${fact.doubtful && html`<em class="mark mark-weak_facts">${fill(DESK.weak, Math.round(fact.confidence * 100))}</em>`}
        ${fact.alternatives?.map((other) => html`<button type="button" key=${other.label} class="desk-button" onClick=${() => take({ correct: { fact: fact.fact, value: other.value } })}>${other.label}</button>`)}</dd>
      <dd><button type="button" class="desk-button" aria-label=${`${fact.label} ${W.forget}`} onClick=${() => take({ correct: { fact: fact.fact, value: null } })}>${W.forget}</button></dd></div>`)}</dl>`;
}
