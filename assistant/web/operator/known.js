// What the assistant knows, right: its draft first, then ready replies, facts and the plan.
import { html, useEffect, useState } from "../shared/preact.js";
import { dayJa } from "../shared/format_ja.js";
import { Icon } from "../shared/icons.js";
import { act } from "./acts.js";
import * as state from "./state.js";
import { suggest } from "./talk.js";
import { fill, W, word } from "./words.js";

/** @import { Conversation, ConversationFact, Draft } from "../shared/conversation_types" */

const MOST_CANNED_KEYS = 9;

export function Known() {
  const shown = state.open.value;
  if (!shown) return html`<aside class="known"></aside>`;
  return html`<aside class="known" aria-label=${W.known} key=${shown.id}>
    ${shown.draft?.until && html`<${DraftBox} key=${shown.draft.id} draft=${shown.draft} may=${shown.may.approve} />`}
    <${Replies} shown=${shown} />
    <${Facts} facts=${shown.facts} />
    <${Plan} shown=${shown} />
  </aside>`;
}

/** The assistant's words on a risky topic, held until somebody of the town says so. @param {{draft: Draft, may: boolean}} props */
function DraftBox({ draft, may }) {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 500);
    return () => clearInterval(timer);
  }, []);
  const left = draft.until ? Math.ceil((Date.parse(draft.until) - now) / 1000) : null;
  const edit = state.edited.value?.id === draft.id ? state.edited.value.text : null;
  return html`<section class="draft" aria-label=${W.draft}>
    <h2><${Icon} name="pencil" />${W.draft}${left !== null && html`<b class="numbers" role="timer">${left > 0 ? fill(W.draft_left, left) : W.draft_over}</b>`}</h2>
    ${draft.topic_ja && html`<p class="draft-topic">${fill(W.draft_topic, draft.topic_ja)}</p>`}
    ${edit === null
      ? html`<p class="draft-text">${draft.text}</p>`
      : html`<textarea id="draft" rows="5" maxlength="2000" aria-label=${W.draft} value=${edit} onInput=${(/** @type {{currentTarget: HTMLTextAreaElement}} */ event) => (state.edited.value = { id: draft.id, text: event.currentTarget.value })}></textarea>`}
    <p class="hint">${may ? W.draft_wait : W.draft_not_yours}</p>
    ${may && html`<div class="draft-acts">
      <button type="button" class="desk-button desk-primary" data-act="approve" disabled=${state.busy.value || edit?.trim() === ""} onClick=${approve}>${edit === null || edit === draft.text ? W.approve : W.approve_edited}${edit === null && html`<kbd>A</kbd>`}</button>
      ${edit === null && html`<button type="button" class="desk-button" data-act="edit" onClick=${editDraft}>${W.edit}<kbd>E</kbd></button>`}
    </div>`}
  </section>`;
}

/** The draft as it stands, or as it was changed, goes to the resident. */
export function approve() {
  const draft = state.open.value?.draft;
  if (!draft || !state.open.value?.may.approve) return;
  const text = state.edited.value?.id === draft.id ? state.edited.value.text : draft.text;
  act("approve", { draft: draft.id, text });
}

export function editDraft() {
  const draft = state.open.value?.draft;
  if (!draft || !state.open.value?.may.approve) return;
  state.edited.value = { id: draft.id, text: draft.text };
  requestAnimationFrame(() => /** @type {HTMLElement | null} */ (document.querySelector("#draft"))?.focus());
}

/** @param {{shown: Conversation}} props */
function Replies({ shown }) {
  if (!shown.may.say) return null;
  const suggested = shown.draft && !shown.draft.until ? shown.draft : null;
  return html`<section class="block replies"><h2>${W.canned}</h2>
    <ol>${state.canned.value.map((one, at) => html`<li key=${one.id}><button type="button" class="reply" data-canned=${one.id} title=${one.text_ja} onClick=${() => write(one.text_ja)}>${at < MOST_CANNED_KEYS && html`<kbd>${at + 1}</kbd>`}<span>${one.label_ja}</span></button></li>`)}</ol>
    ${suggested
      ? html`<div class="suggested"><b>${W.suggestion}</b><p>${suggested.text}</p><button type="button" class="desk-button" data-act="use" onClick=${() => write(suggested.text)}>${W.use}</button></div>`
      : html`<button type="button" class="desk-button" data-act="suggest" disabled=${state.busy.value || shown.draft !== null} onClick=${suggest}>${W.suggest}<kbd>S</kbd></button>`}
  </section>`;
}

/** Puts words where they are written, to be read once more before they go out. @param {string} text */
function write(text) {
  const shown = state.open.value;
  if (!shown?.may.say) return;
  const before = state.typed.value[shown.id] ?? "";
  state.setTyped(shown.id, before.trim() ? `${before}\n${text}` : text);
  /** @type {HTMLElement | null} */ (document.querySelector("#reply"))?.focus();
}

/** The reply of a number key. @param {number} number */
export function writeCanned(number) {
  const reply = state.canned.value[number - 1];
  if (reply) write(reply.text_ja);
}

/** @param {{facts: ConversationFact[]}} props */
function Facts({ facts }) {
  return html`<section class="block known-facts"><h2>${W.facts}</h2>
    ${facts.length ? html`<dl>${facts.map((fact) => html`<div key=${fact.key} class=${fact.doubtful ? "fact-doubtful" : ""}><dt>${fact.label}</dt>
      <dd>${fact.value_label}${fact.doubtful && html`<em class="mark">${W.doubtful}</em>`}</dd>
      <dd class=${`origin origin-${fact.origin}`} title=${fill(W.confidence, Math.round(fact.confidence * 100))}>${word(W.origins, fact.origin)}${fact.confidence < 1 && html`<small class="numbers">${Math.round(fact.confidence * 100)}%</small>`}</dd></div>`)}</dl>` : html`<p class="hint">${W.facts_none}</p>`}
  </section>`;
}

/** @param {{shown: Conversation}} props */
function Plan({ shown }) {
  const procedures = shown.screen.plan?.procedures ?? [];
  return html`<section class="block known-plan"><h2>${W.plan}</h2>
    ${procedures.length ? html`<ol>${procedures.map((one) => html`<li key=${one.id}><div><b>${one.name_ja}</b><small>${[one.counter, one.deadline && fill(W.deadline, dayJa(one.deadline)), word(W.today, one.today)].filter(Boolean).join(" / ")}</small></div>
      ${shown.may.share && html`<button type="button" class="desk-button" disabled=${state.busy.value} data-share=${one.id} onClick=${() => act("share", { page: "procedure", procedure: one.id })}>${W.share_this}<span class="only-heard">${one.name_ja}</span></button>`}</li>`)}</ol>` : html`<p class="hint">${W.plan_none}</p>`}
  </section>`;
}
