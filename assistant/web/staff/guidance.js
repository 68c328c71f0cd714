// For a new clerk, procedure by procedure: what to check, what to say, and the law with a link to its text.
import { html } from "../shared/preact.js";
import { Icon } from "../shared/icons.js";
import { C } from "./case_words.js";
import { W } from "./words.js";

/** @import { Guidance } from "../shared/case_types" */

/** @param {{list: Guidance[]}} props */
export function GuidanceList({ list }) {
  if (!list.length) return null;
  return html`<section class="block guidance"><h2>${W.guidance}</h2>${list.map(
    (one) => html`<details key=${one.id}><summary>${one.name_ja}<small>${one.law}</small></summary>
      <ol class="steps">
        <li><h3>${C.guidance_check}</h3><dl>${one.check.map((step, at) => html`<div key=${at}><dt>${step.label}</dt><dd>${step.text}</dd></div>`)}</dl></li>
        <li><h3>${C.guidance_say}</h3><ul>${one.say.map((text, at) => html`<li key=${at}>${text}</li>`)}</ul></li>
        <li><h3>${C.guidance_law}</h3><ul>${one.laws.map((law, at) => html`<li key=${at}>${law.address ? html`<a href=${law.address} target="_blank" rel="noreferrer noopener">${law.name}<${Icon} name="link" /></a>` : html`<b>${law.name}</b>`}<span>${law.says}</span></li>`)}</ul></li>
      </ol>
      ${one.not_verified.length > 0 && html`<p class="due">${W.not_verified}: ${one.not_verified.join(" / ")}</p>`}
    </details>`,
  )}</section>`;
}
