// How one is spoken to: whether at all, how fast, how loud, whether privately, and readings above the captions.
// Everything returns to usual for the next person.
import { html } from "../shared/preact.js";
import { Icon } from "../shared/icons.js";
import { ruby } from "../shared/ruby.js";
import { hasVoice, setWish } from "./voice.js";
import { furigana, wish } from "./voice_state.js";
import { voiceWords } from "./voice_words.js";

const SPEEDS = /** @type {const} */ ({ slow: 0.8, normal: 1, fast: 1.25 });
const VOLUMES = /** @type {const} */ ({ quiet: 0.6, normal: 1, loud: 1.6 });

/** The settings of the voice, as a section of a page. */
export function VoicePanel() {
  const w = voiceWords();
  if (!hasVoice.value) return null;
  const now = wish.value;
  return html`<section class="voice-panel"><h2>${ruby(w.panel_title)}</h2>
    <${Switch} on=${now.on} label=${w.voice_on} onPress=${() => setWish({ on: !now.on })} />
    <div class="voice-choices">
      <div><h3>${ruby(w.speed)}</h3><${Choices} of=${SPEEDS} labels=${w.speeds} now=${now.speed} disabled=${!now.on} onChoose=${(/** @type {number} */ speed) => setWish({ speed })} /></div>
      <div><h3>${ruby(w.volume)}</h3><${Choices} of=${VOLUMES} labels=${w.volumes} now=${now.volume} disabled=${!now.on} onChoose=${(/** @type {number} */ volume) => setWish({ volume })} /></div>
    </div>
    <${Switch} on=${now.private} label=${w.private} hint=${w.private_hint} icon="headphone" onPress=${() => setWish({ private: !now.private })} />
    <${Switch} on=${furigana.value} label=${w.furigana} onPress=${() => (furigana.value = !furigana.value)} />
  </section>`;
}

/** @param {{on: boolean, label: string, hint?: string, icon?: string, onPress: () => void}} props */
function Switch({ on, label, hint, icon, onPress }) {
  return html`<button type="button" role="switch" class="option option-check" aria-checked=${String(on)} onClick=${onPress}>
    <span class="tick" aria-hidden="true">${on && html`<${Icon} name="check" />`}</span>${icon && html`<${Icon} name=${icon} />`}
    <span>${ruby(label)}${hint && html`<small>${ruby(hint)}</small>`}</span></button>`;
}

/**
 * The step nearest to the value is the chosen one: the voice may also have been changed by word.
 * @param {{of: Record<string, number>, labels: Record<string, string>, now: number, disabled: boolean, onChoose: (value: number) => void}} props
 */
function Choices({ of, labels, now, disabled, onChoose }) {
  const distance = (/** @type {number} */ value) => Math.abs(Math.log(value / now));
  const nearest = Math.min(...Object.values(of).map(distance));
  return html`<div class="segments big-segments">${Object.entries(of).map(
    ([name, value]) => html`<button type="button" key=${name} class="segment" disabled=${disabled} aria-pressed=${String(distance(value) === nearest)} onClick=${() => onChoose(value)}>${ruby(labels[name] ?? name)}</button>`,
  )}</div>`;
}
