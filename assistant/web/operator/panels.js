// Acts that ask for something first: to whom with what note, what was agreed, which procedure, which page.
import { html, useEffect, useLayoutEffect, useRef, useState } from "../shared/preact.js";
import { act, findProcedures } from "./acts.js";
import * as state from "./state.js";
import { fill, W } from "./words.js";

/** @import { Child } from "../shared/preact.js" */
/** @import { Conversation } from "../shared/conversation_types" */

/** After the last letter typed. */
const PAUSE_MS = 200;

/** @param {{shown: Conversation}} props */
export function Panel({ shown }) {
  switch (state.panel.value) {
    case "transfer":
      return html`<${Transfer} />`;
    case "give_back":
      return html`<${GiveBack} />`;
    case "start":
      return html`<${Start} shown=${shown} />`;
    case "share":
      return html`<${Share} shown=${shown} />`;
    default:
      return null;
  }
}

function close() {
  state.panel.value = null;
}

/**
 * @param {import("./acts.js").Act} name
 * @param {object} body
 */
async function finish(name, body) {
  if (await act(name, body)) close();
}

/** @param {{title: string, hint?: string, children?: Child, onSubmit: () => void}} props */
function Frame({ title, hint, children, onSubmit }) {
  const form = useRef(/** @type {HTMLFormElement | null} */ (null));
  useLayoutEffect(() => /** @type {HTMLElement | null | undefined} */ (form.current?.querySelector("input, select, textarea, .found button"))?.focus(), []);
  return html`<form class="ask-first block" ref=${form} aria-label=${title} onSubmit=${(/** @type {Event} */ event) => {
    event.preventDefault();
    onSubmit();
  }}><header><h2>${title}</h2><button type="button" class="desk-button" onClick=${close}>${W.cancel}<kbd>Esc</kbd></button></header>
    ${hint && html`<p class="hint">${hint}</p>`}${children}</form>`;
}

/** @param {{id: string, label: string, value: string, onValue: (value: string) => void}} props */
function Note({ id, label, value, onValue }) {
  return html`<label for=${id}>${label}</label><textarea id=${id} rows="2" maxlength="1000" value=${value} onInput=${(/** @type {{currentTarget: HTMLTextAreaElement}} */ event) => onValue(event.currentTarget.value)}></textarea>`;
}

function Transfer() {
  const pools = state.pools.value;
  const [to, setTo] = useState(pools[0]?.id ?? "");
  const [note, setNote] = useState("");
  return html`<${Frame} title=${W.transfer} onSubmit=${() => finish("transfer", { to, note })}>
    <label for="transfer-to">${W.transfer_to}</label>
    <select id="transfer-to" value=${to} onChange=${(/** @type {{currentTarget: HTMLSelectElement}} */ event) => setTo(event.currentTarget.value)}>${pools.map((pool) => html`<option key=${pool.id} value=${pool.id}>${fill(W.transfer_pool, pool.name_ja, pool.present)}</option>`)}${state.colleagues.value.map((one) => html`<option key=${`user:${one.user}`} value=${one.user}>${fill(W.transfer_colleague, one.name_ja, one.pool)}</option>`)}</select>
    <${Note} id="transfer-note" label=${W.transfer_note} value=${note} onValue=${setNote} />
    <button type="submit" class="desk-button desk-primary" data-act="do-transfer" disabled=${!to || !note.trim() || state.busy.value}>${W.transfer}</button><//>`;
}

function GiveBack() {
  const [note, setNote] = useState("");
  const [agreed, setAgreed] = useState("");
  return html`<${Frame} title=${W.give_back_title} hint=${W.give_back_hint} onSubmit=${() => finish("give_back", agreed.trim() ? { note, agreed } : { note })}>
    <${Note} id="agreed" label=${W.agreed} value=${agreed} onValue=${setAgreed} />
    <${Note} id="give-back-note" label=${W.give_back_note} value=${note} onValue=${setNote} />
    <button type="submit" class="desk-button desk-primary" data-act="do-give-back" disabled=${state.busy.value}>${W.give_back}</button><//>`;
}

/** @param {{shown: Conversation}} props */
function Start({ shown }) {
  const [text, setText] = useState("");
  const [found, setFound] = useState(/** @type {{id: string, name_ja: string}[]} */ (shown.screen.plan?.offers ?? []));
  const wanted = text.trim();
  useEffect(() => {
    if (!wanted) return undefined;
    const timer = setTimeout(async () => setFound(await findProcedures(shown.id, wanted)), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [wanted]);
  const start = (/** @type {string} */ procedure) => finish("start", { procedure });
  return html`<${Frame} title=${W.start_title} hint=${W.start_hint} onSubmit=${() => found[0] && start(found[0].id)}>
    <label for="start-search">${W.start_search}</label>
    <input id="start-search" type="search" autocomplete="off" maxlength="60" value=${text} onInput=${(/** @type {{currentTarget: HTMLInputElement}} */ event) => setText(event.currentTarget.value)} />
    ${(wanted || found.length > 0) && html`<${Found} found=${found} onChoose=${start} />`}<//>`;
}

/** @param {{shown: Conversation}} props */
function Share({ shown }) {
  const procedures = shown.screen.plan?.procedures ?? [];
  return html`<${Frame} title=${W.share_title} onSubmit=${() => undefined}>
    <${Found} found=${[{ id: "", name_ja: W.share_plan }, ...procedures]} onChoose=${(/** @type {string} */ procedure) => finish("share", procedure ? { page: "procedure", procedure } : { page: "plan" })} /><//>`;
}

/** @param {{found: {id: string, name_ja: string}[], onChoose: (id: string) => void}} props */
function Found({ found, onChoose }) {
  if (!found.length) return html`<p class="hint" role="status">${W.start_none}</p>`;
  return html`<ul class="found">${found.map((one) => html`<li key=${one.id}><button type="button" class="reply" disabled=${state.busy.value} onClick=${() => onChoose(one.id)}><span>${one.name_ja}</span></button></li>`)}</ul>`;
}
