// Pages over the page that a person in the talk brings: what was said, the page they show, whether to speak, and,
// when nobody came, the telephone.
import { html } from "../shared/preact.js";
import { Icon } from "../shared/icons.js";
import { ruby } from "../shared/ruby.js";
import { openCase } from "./acts.js";
import { Button, SheetBox } from "./controls.js";
import { Told } from "./human.js";
import { acceptCall, declineCall, townPhone } from "./operator.js";
import { Stop } from "./plan.js";
import { mayReadCards, operator, shared, ticket, turn } from "./state.js";
import { words } from "./words.js";

/** @param {{onClose: () => void}} props */
export function TalkSoFar({ onClose }) {
  return html`<${SheetBox} title=${words().human_talk_title} onClose=${onClose} kind="sheet-tall"><${Told} /><//>`;
}

/** @param {{onClose: () => void}} props */
export function SharedPage({ onClose }) {
  const w = words();
  const wanted = shared.value?.procedure ?? null;
  const procedures = (turn.value?.plan?.procedures ?? []).filter((one) => wanted === null || one.id === wanted);
  return html`<${SheetBox} title=${w.human_shared} onClose=${onClose} kind="sheet-tall sheet-human">
    ${procedures.length ? html`<ol class="shared-stops">${procedures.map((one) => html`<${Stop} key=${one.id} procedure=${one} />`)}</ol>` : html`<p class="big">${ruby(w.human_shared_gone)}</p>`}
  <//>`;
}

/** Nobody speaks before はい is touched. */
export function CallAsked() {
  const w = words();
  return html`<${SheetBox} title=${w.call_title} onClose=${declineCall} kind="sheet-human"
    foot=${html`<${Button} icon="keyboard" label=${w.call_no} onPress=${declineCall} name="call-no" /><${Button} kind="primary" icon="microphone" label=${w.call_yes} onPress=${acceptCall} name="call-yes" />`}>
    <p class="big">${ruby(w.call_text)}</p>
  <//>`;
}

/** Nobody came: the telephone and a note to take along. @param {{onClose: () => void}} props */
export function Callback({ onClose }) {
  const w = words();
  const note = operator.value?.note_ja ?? "";
  return html`<${SheetBox} title=${w.callback_title} onClose=${onClose} kind="sheet-callback"
    foot=${html`${mayReadCards.value && html`<${Button} icon="print" label=${w.callback_print} onPress=${() => print()} name="print-note" />`}
      ${!ticket.value && html`<${Button} icon="ticket" label=${w.ticket_only} onPress=${() => openCase(true)} name="callback-ticket" />`}
      <${Button} kind="primary" icon="forward" label=${w.callback_go_on} onPress=${onClose} name="go-on" />`}>
    <section class="callback-paper">
      <h3><${Icon} name="phone" />${ruby(w.callback_phone)}</h3>
      <p class="callback-phone numbers">${townPhone()}</p>
      ${note && html`<p class="callback-note">${note}</p>`}
    </section>
  <//>`;
}
