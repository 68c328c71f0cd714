// The frame of every kiosk screen: who speaks, what is asked, one primary button, and the ways out, always in the
// same places.
import { html } from "../shared/preact.js";
import { about } from "../shared/about.js";
import { Avatar } from "../shared/avatar.js";
import { Icon } from "../shared/icons.js";
import { ruby, sentences } from "../shared/ruby.js";
import { callStaff, openCase, withdraw } from "./acts.js";
import { goBack } from "./turns.js";
import { hasSound, talkState, VoiceBar } from "./voice_bar.js";
import { speaking, trouble } from "./voice_state.js";
import { Button, ScrollDown, useFocusOn, useMore } from "./controls.js";
import { HumanBand, HumanTalk, spokenByHuman } from "./human.js";
import { isHeld, isWantedOrHere } from "./operator.js";
import { notice, onPhone, sheet, ticket, turn, view, visit } from "./state.js";
import { fill, words } from "./words.js";

const LONG = 26;
const VERY_LONG = 90;

/**
 * The mood of the screen, unless the talk has one.
 * @param {import("../shared/avatar.js").Mood} usual
 * @returns {import("../shared/avatar.js").Mood}
 */
function moodNow(usual) {
  if (trouble.value) return "apologising";
  const state = talkState();
  if (state === "hearing") return "listening";
  if (state === "thinking") return "thinking";
  return speaking.value && usual === "calm" ? "speaking" : usual;
}

/** 見本, on every screen of the demo. */
export function Sample() {
  if (!about.value?.demo) return null;
  return html`<aside class="sample" aria-label="見本"><b>見本</b><span>${words().sample}</span></aside>`;
}

/**
 * @param {object} props
 * @param {string} props.say what the assistant says: the heading of the screen
 * @param {string} [props.lead] a shorter sentence before it
 * @param {import("../shared/avatar.js").Mood} [props.mood]
 * @param {string} [props.progress]
 * @param {unknown} [props.children]
 * @param {unknown} [props.action] the primary button and what stands beside it
 * @param {string} [props.kind]
 * @param {boolean} [props.back]
 */
export function Shell({ say, lead, mood = "calm", progress, children, action, kind = "", back = true }) {
  const w = words();
  const heading = useFocusOn(say);
  const [body, more] = useMore(children);
  const town = about.value?.municipality.name_ja ?? "";
  return html`<div class=${`kiosk ${kind} ${hasSound() ? "with-voice" : ""} ${isHeld() ? "with-human" : ""}`}>
    <${Sample} />
    <section class="stage" aria-label=${town}>
      <p class="town"><span class="town-mark" aria-hidden="true"></span>${town}<small>ご案内</small></p>
      <${Balloon} say=${say} lead=${lead} heading=${heading} />
      <div class="clerk"><${Avatar} mood=${moodNow(mood)} /></div>
      <div class="desk" aria-hidden="true"></div>
    </section>
    <header class="top">
      <p class="progress" role="status">${progress ? ruby(progress) : ""}</p>
      <${Button} kind="plain" icon="letters" label=${w.language} onPress=${() => (view.value = "language")} name="language" />
      ${visit.value &&
      html`${!onPhone.value && html`<${Button} kind="plain" icon="pause" label=${w.wait} onPress=${() => (view.value = "paused")} name="wait" />`}
        <${Button} kind="plain" icon="close" label=${w.stop} onPress=${() => (sheet.value = { kind: "withdraw" })} name="stop" />`}
    </header>
    <main class="work">
      <div class="panel"><${HumanBand} />
        <div class="panel-body" ref=${body} tabindex=${isHeld() ? "0" : undefined}><${HumanTalk} say=${say} /><${PartDown} />${children}</div>
        ${isHeld() && more && html`<${ScrollDown} box=${body} />`}</div>
      <div class="action">${action}</div>
    </main>
    <footer class="ways">
      ${back && (visit.value || view.value === "language") ? html`<${Button} icon="back" label=${w.back} onPress=${goBack} name="back" />` : html`<span></span>`}
      <${VoiceBar} />
      <p class="notice" role="status">${notice.value}</p>
      ${!ticket.value && html`<${Button} icon="ticket" label=${w.ticket_only} onPress=${() => openCase(true)} name="ticket-only" />`}
      ${!isWantedOrHere() && html`<${Button} kind="staff" icon="staff" label=${w.call_staff} onPress=${callStaff} name="call-staff" />`}
    </footer>
  </div>`;
}

/** Something does not work: said aloud, with what works instead (DESIGN decision 3). */
function PartDown() {
  const said = turn.value?.notice;
  return said ? html`<p class="part-down" role="status"><${Icon} name="info" />${said}</p>` : null;
}

/**
 * What the drawn clerk says: the assistant's sentence, or that of the person who speaks through it.
 * @param {{say: string, lead?: string, heading: import("../shared/preact.js").Ref<HTMLElement | null>}} props
 */
function Balloon({ say, lead, heading }) {
  const human = spokenByHuman();
  const text = human?.text ?? say;
  const above = human ? human.by : lead;
  const size = text.length > VERY_LONG ? "longest" : text.length > LONG ? "long" : "";
  return html`<div class="balloon">
    ${above && html`<p class="balloon-lead">${ruby(above)}</p>`}
    <h1 ref=${heading} tabindex="-1" class=${size} aria-live="polite">${sentences(text)}</h1>
  </div>`;
}

/** Asked before anything is thrown away. */
export function withdrawNow() {
  sheet.value = null;
  withdraw();
}

/** Progress line of the conversation. */
export function progressLine() {
  const now = turn.value;
  if (!now?.understood.length) return "";
  const left = now.step.remaining ?? now.plan?.open_questions.length ?? 0;
  return left > 0 ? fill(words().left_about, left) : words().left_last;
}
