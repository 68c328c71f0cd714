// The line of the talk: the microphone with its state, what is being heard, what is being said. It stands at the
// same place on every screen; the first screen has the microphone large as well.
import { html } from "../shared/preact.js";
import { Icon } from "../shared/icons.js";
import { ruby } from "../shared/ruby.js";
import { Caption } from "./captions.js";
import { isInCall } from "./operator.js";
import { heard, sheet, view, visit } from "./state.js";
import { endTurn, hasEar, hasVoice, pressMicrophone } from "./voice.js";
import { caption, heardWords, hearing, level, lineUp, mic, speaking, thinking, trouble } from "./voice_state.js";
import { voiceWords } from "./voice_words.js";

const BARS = 5;
/** States in which there is no microphone, with a sentence each. */
const WITHOUT = new Set(["none", "refused", "busy", "unplugged", "down", "elsewhere"]);

/**
 * What the microphone is doing now, in one word.
 * @returns {"off" | "asking" | "listening" | "hearing" | "thinking" | "without"}
 */
export function talkState() {
  if (WITHOUT.has(mic.value)) return "without";
  if (mic.value !== "on") return mic.value === "asking" ? "asking" : "off";
  if (visit.value && !lineUp.value) return "without";
  if (hearing.value) return "hearing";
  return thinking.value ? "thinking" : "listening";
}

/** Whether this kiosk has sound in either direction. */
export function hasSound() {
  return hasEar.value || hasVoice.value;
}

/** The line at the foot of every screen. */
export function VoiceBar() {
  if (!hasSound()) return null;
  const w = voiceWords();
  const state = talkState();
  const large = view.value === "attract";
  return html`<section class=${`voice-bar voice-${state}`} aria-label=${w.panel}>
    ${hasEar.value && !large && !isInCall() && html`<${Microphone} />`}
    <div class="voice-lines"><${HeardLine} /><${SaidLine} state=${state} /></div>
    ${state === "hearing" && html`<button type="button" class="button voice-done" data-name="end-turn" onClick=${endTurn}><${Icon} name="check" /><span>${ruby(w.done_talking)}</span></button>`}
    <button type="button" class="button voice-settings" data-name="voice" onClick=${() => (sheet.value = { kind: "voice" })}><${Icon} name="sound" /><span>${ruby(w.panel)}</span></button>
  </section>`;
}

/** The large microphone of the first screen. */
export function LargeMicrophone() {
  return hasEar.value ? html`<${Microphone} large=${true} />` : null;
}

/** @param {{large?: boolean}} props */
function Microphone({ large = false }) {
  const w = voiceWords();
  const state = talkState();
  const on = mic.value === "on";
  const label = state === "without" ? (mic.value === "elsewhere" ? w.take_here : w.try_again) : on ? w.mic_off : w.talk;
  return html`<button type="button" class=${`microphone microphone-${state} ${large ? "microphone-large" : ""}`} aria-pressed=${String(on)} data-name="microphone" onClick=${pressMicrophone}>
    <span class="microphone-sign"><${Icon} name=${state === "without" ? "microphone_off" : "microphone"} />${on && html`<${Meter} />`}</span>
    <b>${ruby(large && on ? w.listening_button : label)}</b>
    ${large && html`<small>${ruby(on ? w.mic_off : w.talk_hint)}</small>`}
  </button>`;
}

/** How loud it is. */
function Meter() {
  return html`<span class="meter" aria-hidden="true">${Array.from({ length: BARS }, (_, at) => html`<i key=${at} class=${at < level.value ? "on" : ""}></i>`)}</span>`;
}

/** What was heard, to be mended by touch where it became a turn. */
function HeardLine() {
  const w = voiceWords();
  const words = heardWords.value;
  if (!words?.text) return null;
  const mendable = words.final && words.text === heard.value;
  return html`<p class=${words.final ? "voice-heard" : "voice-heard voice-partial"} role="status">
    <span class="only-heard">${ruby(w.you_said)}</span><q>${words.text}</q>
    ${words.repairs.map((one) => html`<small key=${one.heard}>「${one.heard}」→「${one.term}」</small>`)}
    ${mendable && html`<button type="button" class="voice-mend" onClick=${() => (sheet.value = { kind: "heard" })}><${Icon} name="pencil" /><span>${ruby(w.edit)}</span></button>`}
  </p>`;
}

/** What is said, or what the microphone waits for. @param {{state: ReturnType<typeof talkState>}} props */
function SaidLine({ state }) {
  const w = voiceWords();
  if (state === "without") return html`<p class="voice-said voice-trouble" role="status">${ruby(w[withoutWhy()])}</p>`;
  if (caption.value && (speaking.value || state !== "hearing")) return html`<${Caption} caption=${caption.value} />`;
  if (trouble.value) return html`<p class="voice-said voice-trouble" role="status">${ruby(w[trouble.value])}</p>`;
  const said = { off: hasEar.value ? w.off : "", asking: w.asking, listening: w.listening, hearing: w.hearing, thinking: w.thinking }[state];
  if (heardWords.value?.text && state !== "thinking") return null;
  return html`<p class="voice-said" role="status">${ruby(said)}${state === "thinking" && html`<span class="voice-dots" aria-hidden="true"><i></i><i></i><i></i></span>`}</p>`;
}

/** @returns {"none" | "refused" | "busy" | "unplugged" | "down" | "elsewhere" | "line"} */
function withoutWhy() {
  const why = mic.value;
  return why === "off" || why === "asking" || why === "on" ? "line" : why;
}
