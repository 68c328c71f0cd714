// The history of a case: who did what and when, and of each correction what stood there before.
import { html } from "../shared/preact.js";
import { dayJa, timeJa } from "../shared/format_ja.js";
import { Icon } from "../shared/icons.js";
import { C } from "./case_words.js";
import { fill, W, word } from "./words.js";

/** @import { CaseWhole, FactChange, HistoryEntry } from "../shared/case_types" */

/** @param {{shown: CaseWhole}} props */
export function History({ shown }) {
  return html`<details class="block history"><summary>${fill(C.history, shown.history.length)}</summary>
    <ol>${shown.history.map((entry, at) => html`<li key=${shown.history.length - at}><${Entry} entry=${entry} on=${shown.on} /></li>`)}</ol></details>`;
}

/** @param {{entry: HistoryEntry, on: string}} props */
function Entry({ entry, on }) {
  const said = [entry.what, entry.to_counter && entry.event === "transfer" ? `${entry.from_counter} → ${entry.to_counter}` : "", entry.text].filter(Boolean);
  return html`<p><time datetime=${entry.at}>${entry.at.slice(0, 10) === on ? "" : dayJa(entry.at)} ${timeJa(entry.at)}</time><b>${entry.event_ja}</b><span>${word(W.actors, entry.by)}</span></p>
    ${said.length > 0 && html`<p class="history-said">${said.join(" ― ")}</p>`}
    ${entry.changes.length > 0 && html`<ul>${entry.changes.map((change) => html`<li key=${change.fact}><span>${change.label}</span>${change.blanked ? html`<i>${C.history_blanked}</i>` : html`<${FromTo} change=${change} />`}</li>`)}</ul>`}`;
}

/** @param {{change: FactChange}} props */
function FromTo({ change }) {
  return html`<span class="versus"><${Value} text=${change.before} origin=${change.before_origin} /><${Icon} name="forward" /><${Value} text=${change.after} origin=${change.after_origin} /></span>`;
}

/** @param {{text: string | null, origin: string | null}} props */
function Value({ text, origin }) {
  return html`${origin && html`<em class=${`origin origin-${origin}`}>${word(W.origins, origin)}</em>`}<b>${text ?? C.history_empty}</b>`;
}
