// Papers to bring, ticked when a clerk has seen them, and what the cards' holders agreed to.
import { html, useState } from "../shared/preact.js";
import { timeJa } from "../shared/format_ja.js";
import { Icon } from "../shared/icons.js";
import { act } from "./acts.js";
import { C } from "./case_words.js";
import { fill, word } from "./words.js";

/** @import { CasePaper, CaseWhole } from "../shared/case_types" */

const FEW = 2;
const TICKABLE = new Set(["called", "accepted"]);

/** Ticks the next paper that was not seen yet, for the key. @param {CaseWhole} shown */
export function seeNextPaper(shown) {
  const next = shown.papers.find((paper) => !paper.seen);
  if (!next || !TICKABLE.has(shown.state)) return false;
  act("papers", { paper: next.id, seen: true });
  return true;
}

/** @param {{shown: CaseWhole}} props */
export function Papers({ shown }) {
  if (!shown.papers.length) return null;
  return html`<section class="block papers"><h2>${C.papers}<small>${C.papers_hint}</small><kbd>W</kbd></h2>
    <ul>${shown.papers.map((paper) => html`<li key=${paper.id}><${Paper} paper=${paper} ready=${TICKABLE.has(shown.state)} /></li>`)}</ul></section>`;
}

/** @param {{paper: CasePaper, ready: boolean}} props */
function Paper({ paper, ready }) {
  const [ticking, setTicking] = useState(false);
  const tick = async () => {
    setTicking(true);
    await act("papers", { paper: paper.id, seen: !paper.seen });
    setTicking(false);
  };
  const kind = paper.seen ? "paper paper-seen" : paper.have === "no" ? "paper paper-missing" : "paper";
  return html`<label class=${kind}>
    <input type="checkbox" checked=${paper.seen !== ticking} disabled=${!ready} onChange=${tick} data-seen-paper=${paper.id} />
    <span title=${paper.note}><b>${paper.name_ja}</b>${!paper.seen && paper.instead.length > 0 && html`<small>${fill(C.paper_instead, paper.instead.join("、"))}</small>`}<small>${forWhat(paper.for)}</small></span>
    <em>${paper.seen ? html`<${Icon} name="check" />${C.paper_seen}` : html`${paper.have === "no" && html`<${Icon} name="alert" />`}${word(C.paper_have, paper.have)}`}</em></label>`;
}

/** @param {string[]} names */
function forWhat(names) {
  return names.length > FEW ? `${names.slice(0, FEW).join("・")} ${fill(C.and_more, names.length - FEW)}` : names.join("・");
}

/** @param {{shown: CaseWhole}} props */
export function Consents({ shown }) {
  if (!shown.consents.length && !shown.cards.length) return null;
  return html`<section class="block consents"><h2>${C.consent}</h2>
    ${shown.consents.length === 0
      ? html`<p class="hint">${C.consent_none}</p>`
      : html`<ul>${shown.consents.map((one, at) => html`<li key=${at} class=${one.withdrawn ? "consent-withdrawn" : ""}><b>${one.label}</b><span>${fill(C.consent_given, one.fields_ja.join("・"))}</span><small>${timeJa(one.given_at)}</small>${one.withdrawn && html`<em class="mark">${C.consent_withdrawn}</em>`}</li>`)}</ul>`}
  </section>`;
}
