// The conversations, left: who waits longest on top, then one's own, then what others and the machine lead.
import { html, useEffect, useState } from "../shared/preact.js";
import { Icon } from "../shared/icons.js";
import { show } from "./acts.js";
import * as state from "./state.js";
import { fill, W, word } from "./words.js";

/** @import { ConversationLine } from "../shared/conversation_types" */

const COUNT_EVERY_MS = 1000;

/** @type {{id: "waiting" | "mine" | "others" | "called_back" | "led", of: (line: ConversationLine) => boolean}[]} */
const GROUPS = [
  { id: "waiting", of: (line) => line.state === "waiting" },
  { id: "mine", of: (line) => line.state === "held" && line.held_by_me },
  { id: "others", of: (line) => line.state === "held" && !line.held_by_me },
  { id: "called_back", of: (line) => line.state === "callback" },
  { id: "led", of: (line) => line.state === "assistant" },
];

/** The lines as they stand on the screen, for the eye and for the keys. */
export function visibleLines() {
  return GROUPS.flatMap((group) => linesOf(group.of));
}

/** @param {(line: ConversationLine) => boolean} of */
function linesOf(of) {
  return state.lines.value.filter(of).sort((a, b) => (b.waiting_s ?? 0) - (a.waiting_s ?? 0));
}

export function Lines() {
  const [, count] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => count((n) => n + 1), COUNT_EVERY_MS);
    return () => clearInterval(timer);
  }, []);
  const waiting = linesOf((line) => line.state === "waiting").length;
  return html`<nav class="queue conversations" aria-label=${W.title}>
    <p class="pools">${state.pools.value.map((pool) => html`<span key=${pool.id}>${fill(W.pool, pool.name_ja, pool.waiting, pool.present)}</span>`)}</p>
    <div class="conversation-groups">
      ${GROUPS.map((group) => {
        const lines = linesOf(group.of);
        if (!lines.length && group.id !== "waiting") return null;
        return html`<section key=${group.id} class=${`group group-${group.id}`}><h2>${W[group.id]}<b class="numbers">${lines.length}</b></h2>
          ${lines.length > 0 && html`<ol>${lines.map((line) => html`<li key=${line.id}><${Line} line=${line} /></li>`)}</ol>`}
          ${group.id === "waiting" && !waiting && html`<p class="nobody"><${Icon} name="check" /><span>${W.nobody}<small>${W.nobody_hint}</small></span></p>`}</section>`;
      })}
    </div>
  </nav>`;
}

/** @param {{line: ConversationLine}} props */
function Line({ line }) {
  const isOpen = state.open.value?.id === line.id;
  const steps = [line.steps_ja].flat().filter(Boolean).join("・");
  return html`<button type="button" class=${`conversation conversation-${line.held_by_me ? "mine" : line.state} ${state.marked.value === line.id ? "line-marked" : ""}`}
    aria-current=${isOpen ? "true" : undefined} data-conversation=${line.id} onClick=${() => show(line.id)}>
    <b class="conversation-reason">${line.reason_ja || steps || W.from.assistant}</b>
    ${line.waiting_s !== null && line.state === "waiting" && html`<span class="conversation-wait numbers"><${Icon} name="clock" />${waitedJa(line.waiting_s)}</span>`}
    <span class="conversation-where">${[line.place || W.no_place, word(W.languages, line.language), line.reason_ja ? steps : ""].filter(Boolean).join(" / ")}</span>
    ${line.held_by && !line.held_by_me && html`<span class="conversation-holder"><${Icon} name="staff" />${line.held_by}</span>`}
    ${line.state !== "waiting" && line.last_ja && html`<span class="conversation-last">${line.last_ja}</span>`}
    ${line.transferred_note && html`<span class="marks"><em class="mark">${W.transferred}</em></span>`}
  </button>`;
}

/**
 * How long somebody waits by now: the server's count, and what has passed here since.
 * @param {number} waiting_s
 */
function waitedJa(waiting_s) {
  const seconds = Math.max(0, Math.floor(waiting_s + (performance.now() - state.linesAt.value) / 1000));
  if (seconds < 60) return fill(W.sec, seconds);
  return `${fill(W.min, Math.floor(seconds / 60))}${fill(W.sec, String(seconds % 60).padStart(2, "0"))}`;
}
