// Language, やさしい日本語, size of the type, contrast, and the help one may wish for.
import { html } from "../shared/preact.js";
import { Icon } from "../shared/icons.js";
import { ruby } from "../shared/ruby.js";
import { callStaff } from "./acts.js";
import { HelpWishes } from "./attract.js";
import { Button, Scroll } from "./controls.js";
import { Shell } from "./shell.js";
import { VoicePanel } from "./voice_panel.js";
import { helpWished, highContrast, textSize, turn, view, visit } from "./state.js";
import { OTHER_LANGUAGES } from "./reasons.js";
import { tongue, words } from "./words.js";

const SIZES = /** @type {const} */ (["normal", "large", "largest"]);
const TONGUES = /** @type {const} */ (["ja", "easy"]);

/** Somebody who reads no Japanese: an interpreter is wished, a person is called. */
function callInterpreter() {
  helpWished.value = [...new Set([...helpWished.value, "interpreter"])];
  return callStaff();
}

export function Language() {
  const w = words();
  return html`<${Shell} say=${w.language_title} kind="view-language"
    action=${html`<${Button} kind="primary" icon="check" label=${w.done} onPress=${() => (view.value = turn.value ? "talk" : "attract")} name="next" />`}>
    <${Scroll} label=${w.language_title}>
      <div class="language">
        <section><h2>${ruby(w.language)}</h2><div class="segments big-segments">
          ${TONGUES.map((one) => html`<button type="button" key=${one} class="segment" aria-pressed=${String(tongue.value === one)} onClick=${() => (tongue.value = one)}>${one === "ja" ? w.language_ja : w.language_easy}</button>`)}
        </div></section>
        <section><h2>${ruby(w.text_size)}</h2><div class="segments big-segments">
          ${SIZES.map((size) => html`<button type="button" key=${size} class=${`segment size-${size}`} aria-pressed=${String(textSize.value === size)} onClick=${() => (textSize.value = size)}>${ruby(w.sizes[size])}</button>`)}
        </div>
        <button type="button" role="switch" class="option option-check" aria-checked=${String(highContrast.value)} onClick=${() => (highContrast.value = !highContrast.value)}>
          <span class="tick" aria-hidden="true">${highContrast.value && html`<${Icon} name="check" />`}</span><span>${w.contrast}</span></button></section>
        <${VoicePanel} />
        ${!visit.value && html`<${HelpWishes} />`}
        <section><h2 lang="en">${w.language_other}</h2><ul class="other-languages">
          ${OTHER_LANGUAGES.map((other) => html`<li key=${other.lang} lang=${other.lang}><div><b>${other.name}</b><p>${other.text}</p></div><button type="button" class="button" onClick=${callInterpreter}><${Icon} name="staff" /><span>${other.button}</span></button></li>`)}
        </ul></section>
      </div>
    <//>
  <//>`;
}
