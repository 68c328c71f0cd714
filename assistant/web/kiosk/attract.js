// The first screen: a greeting, everyday reasons as pictures, a line to write on, and the help one may wish for.
import { html, useState } from "../shared/preact.js";
import { Icon } from "../shared/icons.js";
import { ruby } from "../shared/ruby.js";
import { chooseCertificate, chooseReason } from "./turns.js";
import { Shell } from "./shell.js";
import { TextLine } from "./text_line.js";
import { LargeMicrophone } from "./voice_bar.js";
import { helpWished } from "./state.js";
import { REASONS } from "./reasons.js";
import { tongue, words } from "./words.js";

const HELP_ICONS = { writing: "pencil", sign_language: "sign", interpreter: "globe", wheelchair: "wheelchair", slowly: "slow" };

/** @typedef {{icon: string, label: string, easy: string, id?: string, text?: string, certificate?: string, more?: Reason[]}} Reason */

/** @param {Reason} reason */
function reasonLabel(reason) {
  return tongue.value === "easy" ? reason.easy : reason.label;
}

export function Attract() {
  const w = words();
  const [open, setOpen] = useState(/** @type {Reason | null} */ (null));
  /** @param {Reason} reason */
  const choose = (reason) => {
    if (reason.more) return setOpen(reason);
    if (reason.certificate) return chooseCertificate(reason.certificate);
    return chooseReason(reason.id ?? "", reason.text ?? "");
  };
  return html`<${Shell} say=${w.hello} mood="greeting" kind="view-attract" back=${false}>
    <div class="attract">
      <div class="ways-in"><${LargeMicrophone} /><${TextLine} placeholder=${w.say_example} label=${w.say_here} /></div>
      ${open
        ? html`<section class="reasons-more" aria-labelledby="more-title">
            <header><h2 id="more-title"><${Icon} name=${open.icon} />${ruby(reasonLabel(open))}</h2>
              <button type="button" class="button plain" onClick=${() => setOpen(null)}><${Icon} name="close" /><span>${ruby(w.close)}</span></button></header>
            <ul>${open.more?.map((reason) => html`<li key=${reason.label}><${ReasonButton} reason=${reason} onChoose=${choose} wide=${true} /></li>`)}</ul>
          </section>`
        : html`<ul class="reasons" aria-label=${w.or_choose}>
            ${REASONS.map((reason) => html`<li key=${reason.label}><${ReasonButton} reason=${reason} onChoose=${choose} /></li>`)}
          </ul>`}
      <${HelpWishes} />
    </div>
  <//>`;
}

/** @param {{reason: Reason, onChoose: (reason: Reason) => void, wide?: boolean}} props */
function ReasonButton({ reason, onChoose, wide = false }) {
  return html`<button type="button" class=${wide ? "reason reason-wide" : "reason"} onClick=${() => onChoose(reason)}>
    <${Icon} name=${reason.icon} size="large" /><span>${ruby(reasonLabel(reason))}</span>
  </button>`;
}

/** Help is chosen, never inferred (COUNTER_RULES 18). */
export function HelpWishes() {
  const w = words();
  const wished = helpWished.value;
  /** @param {string} help */
  const toggle = (help) => {
    helpWished.value = wished.includes(help) ? wished.filter((other) => other !== help) : [...wished, help];
  };
  return html`<section class="helps">
    <h2>${ruby(wished.length ? w.help_chosen : w.help_title)}</h2>
    <ul>
      ${Object.entries(HELP_ICONS).map(
        ([help, icon]) => html`<li key=${help}>
          <button type="button" class="help" aria-pressed=${String(wished.includes(help))} onClick=${() => toggle(help)}>
            <${Icon} name=${wished.includes(help) ? "check" : icon} /><span>${ruby(w.helps[/** @type {keyof typeof HELP_ICONS} */ (help)])}</span>
          </button>
        </li>`,
      )}
    </ul>
  </section>`;
}
