// The conversation, middle: who holds it, what was said, what is being written.
import { html, useEffect, useRef } from "../shared/preact.js";
import { timeJa } from "../shared/format_ja.js";
import { Icon } from "../shared/icons.js";
import { act, say, take } from "./acts.js";
import { isCalling, startCall } from "./call.js";
import { CallBar } from "./call_bar.js";
import { Mirror } from "./mirror.js";
import { Panel } from "./panels.js";
import * as state from "./state.js";
import { fill, W } from "./words.js";

/** @import { Conversation } from "../shared/conversation_types" */

const LONGEST = 2000;
const ICONS = { assistant: "talk", waiting: "clock", mine: "staff", other: "people", callback: "phone", ended: "close" };

/** @param {Conversation} shown @returns {keyof typeof W.holder} */
export function holding(shown) {
  if (shown.state !== "held") return shown.state;
  return shown.held_by_me ? "mine" : "other";
}

export function Talk() {
  const shown = state.open.value;
  if (!shown) return html`<section class="talk talk-none"><p><b>${W.pick}</b><span>${W.pick_keys}</span></p></section>`;
  return html`<section class=${`talk talk-${holding(shown)}`} aria-label=${W.transcript} key=${shown.id}>
    <${Holder} shown=${shown} />
    ${shown.state === "held" && shown.kiosk_cut_off && html`<p class="kiosk-cut-off" role="status"><${Icon} name="offline" /><span><b>${W.kiosk_cut_off}</b><small>${W.kiosk_cut_off_hint}</small></span></p>`}
    <${CallBar} />
    <${Panel} shown=${shown} />
    <div class="talk-body">
      <${Transcript} shown=${shown} />
      <${Mirror} screen=${shown.screen} led=${shown.state} />
    </div>
    <${Composer} shown=${shown} />
  </section>`;
}

/** Who holds the conversation, so that nobody can doubt it: by colour, sign and words. @param {{shown: Conversation}} props */
function Holder({ shown }) {
  const held = holding(shown);
  const { may } = shown;
  const busy = state.busy.value;
  const me = state.me.value;
  const hint = held === "mine" && me ? fill(W.holder_hint.mine, `${W.shown_as[me.kind]} ${me.name}`) : W.holder_hint[held];
  return html`<header class=${`holder holder-${held}`} data-holder=${held}>
    <${Icon} name=${ICONS[held]} size="large" />
    <div role="status"><strong>${fill(W.holder[held], shown.held_by ?? "")}</strong><small>${hint}</small></div>
    <div class="holder-acts">
      ${may.take && html`<button type="button" class="desk-button desk-primary take" data-act="take" disabled=${busy} onClick=${take}>${W.take}<kbd>T</kbd></button>`}
      ${may.start && html`<button type="button" class="desk-button" data-act="start" onClick=${() => (state.panel.value = "start")}>${W.start}<kbd>P</kbd></button>`}
      ${may.share && html`<button type="button" class="desk-button" data-act="share" onClick=${() => (state.panel.value = "share")}>${W.share}<kbd>H</kbd></button>`}
      ${held === "mine" && !isCalling() && !shown.kiosk_cut_off && html`<button type="button" class="desk-button" data-act="voice" onClick=${startCall}><${Icon} name="microphone" />${W.voice}<kbd>V</kbd></button>`}
      ${may.transfer && html`<button type="button" class="desk-button" data-act="transfer" onClick=${() => (state.panel.value = "transfer")}>${W.transfer}<kbd>X</kbd></button>`}
      ${may.give_back && html`<button type="button" class="desk-button" data-act="give_back" onClick=${() => (state.panel.value = "give_back")}>${W.give_back}<kbd>G</kbd></button>`}
    </div>
  </header>`;
}

/** @param {{shown: Conversation}} props */
function Transcript({ shown }) {
  const box = useRef(/** @type {HTMLElement | null} */ (null));
  const waiting = state.outbox.value.filter((one) => one.conversation === shown.id);
  const count = shown.messages.length + waiting.length;
  useEffect(() => {
    if (box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [count]);
  return html`<section class="transcript" ref=${box} tabindex="0" aria-label=${W.transcript} role="log">
    ${shown.notes.length > 0 && html`<aside class="handed-note"><b>${W.notes}</b>${shown.notes.map((note, at) => html`<p key=${at}><small>${note.by_ja} ${timeJa(note.at)}</small>${note.text}</p>`)}</aside>`}
    ${count === 0 && html`<p class="empty">${W.transcript_empty}</p>`}
    <ol>
      ${shown.messages.map((one) => html`<li key=${one.seq} class=${`message message-${one.from}${one.hidden ? " message-hidden" : ""}`} data-seq=${one.seq}><small>${one.by_ja || W.from[one.from]} <time>${timeJa(one.at)}</time></small><p>${one.hidden && html`<${Icon} name="mask" />`}${one.text}</p></li>`)}
      ${waiting.map((one) => html`<li key=${one.message_id} class="outgoing message-operator"><small><${Icon} name=${one.state === "waiting" ? "offline" : "clock"} />${one.state === "waiting" ? W.unsent : W.sending}</small><p>${one.text}</p></li>`)}
    </ol>
  </section>`;
}

/** @param {{shown: Conversation}} props */
function Composer({ shown }) {
  const text = state.typed.value[shown.id] ?? "";
  const mine = shown.may.say;
  const submit = () => say(text);
  return html`<form class=${mine ? "composer" : "composer composer-off"} onSubmit=${(/** @type {Event} */ event) => {
    event.preventDefault();
    submit();
  }}>
    <label for="reply">${W.write}<small>${mine ? W.write_hint : W.write_not_mine}</small></label>
    <textarea id="reply" rows="3" maxlength=${LONGEST} disabled=${!mine} value=${text}
      onInput=${(/** @type {{currentTarget: HTMLTextAreaElement}} */ event) => state.setTyped(shown.id, event.currentTarget.value)}
      onKeyDown=${(/** @type {KeyboardEvent} */ event) => {
        if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
        event.preventDefault();
        submit();
      }}></textarea>
    <button type="submit" class="desk-button desk-primary" data-act="say" disabled=${!mine || !text.trim()}>${W.send}<kbd>Enter</kbd></button>
  </form>`;
}

/** Asks the machine what it would say next. */
export function suggest() {
  return act("suggest");
}
