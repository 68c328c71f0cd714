// The acts that are possible now, the likeliest first, each with its key; and the ten seconds to take one back.
import { html, useEffect, useState } from "../shared/preact.js";
import { Icon } from "../shared/icons.js";
import { act, hasSlip, printForms, printSlip } from "./acts.js";
import { C } from "./case_words.js";
import * as state from "./state.js";
import { fill, W } from "./words.js";

/** @import { CaseStateId, CaseWhole } from "../shared/case_types" */

/** @typedef {"call" | "recall" | "skip" | "accept" | "return" | "transfer" | "hold" | "finish" | "reopen"} ActName */

const UNDO_S = 10;

/** Acts by state, as the counter's table allows them; the first is the likely one. @type {Record<CaseStateId, ActName[]>} */
export const POSSIBLE = {
  prepared: ["call", "accept", "transfer"],
  transferred: ["call", "accept", "transfer"],
  absent: ["call", "accept", "transfer"],
  returned: ["call", "accept", "transfer"],
  called: ["accept", "recall", "skip", "return", "transfer"],
  accepted: ["finish", "hold", "return", "transfer"],
  on_hold: ["reopen"],
  finished: [],
  withdrawn: [],
};

const KEY = { call: "C", recall: "C", skip: "S", accept: "A", return: "R", transfer: "T", hold: "H", finish: "F", reopen: "O" };
const ASKS = new Set(["return", "transfer", "hold", "finish", "reopen"]);

/** @param {ActName} name */
export function perform(name) {
  const shown = state.open.value;
  if (!shown || !POSSIBLE[shown.state].includes(name)) return;
  if (ASKS.has(name)) state.panel.value = /** @type {"return" | "transfer" | "hold" | "finish" | "reopen"} */ (name);
  else act(name);
}

/** @param {{shown: CaseWhole}} props */
export function ActBar({ shown }) {
  return html`<div class="acts" role="group">
    ${POSSIBLE[shown.state].map(
      (name, at) => html`<button type="button" key=${name} class=${at === 0 ? "desk-button desk-primary" : "desk-button"} disabled=${state.busy.value} data-act=${name} onClick=${() => perform(name)}>${W.acts[name]}<kbd>${KEY[name]}</kbd></button>`,
    )}
    ${hasSlip(shown) && html`<button type="button" class="desk-button" data-act="slip" onClick=${printSlip}><${Icon} name="ticket" />${C.slip}<kbd>L</kbd></button>`}
    <button type="button" class="desk-button" disabled=${!shown.forms.length} data-act="print" title=${W.print} aria-label=${W.print} onClick=${printForms}><${Icon} name="print" /><kbd>P</kbd></button>
  </div>`;
}

/** What was done, with the way back while there is one. */
export function DoneToast() {
  const done = state.done.value;
  const [left, setLeft] = useState(UNDO_S);
  useEffect(() => {
    setLeft(UNDO_S);
    if (!done) return undefined;
    const timer = setInterval(() => setLeft((before) => before - 1), 1000);
    return () => clearInterval(timer);
  }, [done]);
  useEffect(() => {
    if (left <= 0) state.done.value = null;
  }, [left]);
  if (!done) return null;
  return html`<div class="toast" role="status"><${Icon} name="check" /><span>${done.text}</span>
    ${done.undo && html`<button type="button" class="desk-button" onClick=${undo} data-act="undo">${W.acts.undo}<kbd>U</kbd><small class="numbers">${fill(W.undo_left, Math.max(left, 0))}</small></button>`}</div>`;
}

export function undo() {
  if (state.done.value?.undo) act("undo");
}
