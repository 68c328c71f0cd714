// How the spoken call stands, with mute and end; what ended it stays until it is read.
import { html } from "../shared/preact.js";
import { Icon } from "../shared/icons.js";
import { endCall, isCalling, switchMuted } from "./call.js";
import * as state from "./state.js";
import { W } from "./words.js";

const BARS = 5;

export function CallBar() {
  const now = state.call.value;
  if (!now || now.conversation !== state.open.value?.id) return null;
  if (!isCalling()) {
    return now.why && html`<p class=${`call-bar call-over call-${now.why}`} role="status"><${Icon} name="microphone_off" /><span>${W.call_end[now.why]}</span>
      <button type="button" class="desk-button" onClick=${() => (state.call.value = null)}>${W.close}</button></p>`;
  }
  const level = state.callLevel.value;
  return html`<section class=${`call-bar call-${now.state}`} aria-label=${W.call_title}>
    <${Icon} name=${state.muted.value ? "microphone_off" : "microphone"} /><strong role="status">${W.call[now.state]}</strong>
    ${now.state === "on" && html`<span class="level" role="img" aria-label=${W.their_level} data-level=${level}>${Array.from({ length: BARS }, (_, at) => html`<i key=${at} class=${at < level ? "on" : ""}></i>`)}</span>`}
    ${(now.state === "on" || now.state === "broken") && html`<button type="button" class="desk-button" data-act="mute" aria-pressed=${String(state.muted.value)} onClick=${switchMuted}>${state.muted.value ? W.unmute : W.mute}</button>`}
    <button type="button" class="desk-button" data-act="hang-up" onClick=${endCall}>${W.hang_up}<kbd>V</kbd></button>
  </section>`;
}
