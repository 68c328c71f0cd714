// A person in the talk, on every screen: who they are and which kind (COUNTER_RULES 16), what was said, a line to
// answer on; and, while one waits for them, the place in line and the way to go on without.
import { html } from "../shared/preact.js";
import { Icon } from "../shared/icons.js";
import { ruby } from "../shared/ruby.js";
import { Button } from "./controls.js";
import { endCall, isHeld, isInCall, sayToOperator, switchMuted } from "./operator.js";
import { call, callLevel, muted, operator, shared, sheet, told, turn, view } from "./state.js";
import { lineUp } from "./voice_state.js";
import { TextLine } from "./text_line.js";
import { takeTurn } from "./turns.js";
import { fill, words } from "./words.js";

/** @import { OperatorNow } from "../shared/conversation_types" */

const SHOWN = 4;
const BARS = 5;
/** Here nothing is typed but a PIN or a consent touched. */
const NO_LINE = new Set(["card", "consent", "end"]);

/** 職員(遠隔) 山田 @param {OperatorNow} now */
function kindAndName(now) {
  const w = words();
  return `${w.human_kinds[now.who?.kind ?? "town"]}${now.who?.name_ja ? ` ${now.who.name_ja}` : ""}`;
}

/** What the drawn clerk says for a person: the newest words, or who has come. */
export function spokenByHuman() {
  const now = operator.value;
  if (now?.state !== "held" || NO_LINE.has(view.value)) return null;
  const last = told.value.findLast((one) => one.from === "operator");
  const { state, after } = call.value;
  if (state === "on") {
    const written = last && last.seq > after ? last.text : words().call_now;
    return { by: fill(words().call_caption, kindAndName(now)), text: written };
  }
  return { by: kindAndName(now), text: last?.text ?? now.announce_ja };
}

export function HumanBand() {
  const now = operator.value;
  if (!now || view.value === "end") return null;
  if (!lineUp.value && (now.state === "waiting" || now.state === "held")) return html`<${Cut} now=${now} />`;
  if (now.state === "waiting") return html`<${Waiting} now=${now} />`;
  if (now.state === "held") return html`<${Here} now=${now} />`;
  if (now.state === "callback") return html`<${CalledBack} now=${now} />`;
  return html`<section class="human human-back" role="status"><${Icon} name="info" size="large" /><div><strong>${ruby(now.announce_ja || words().human_back)}</strong></div></section>`;
}

/** @param {{now: OperatorNow}} props */
function Waiting({ now }) {
  const w = words();
  const place = [
    typeof now.people_ahead === "number" ? fill(w.hand_over_ahead, now.people_ahead) : "",
    typeof now.minutes === "number" ? fill(w.hand_over_minutes, now.minutes) : "",
  ].filter(Boolean);
  return html`<section class="human human-waiting">
    <${Icon} name="clock" size="large" />
    <div role="status"><strong>${ruby(now.announce_ja || w.called_staff)}</strong><p>${place.length > 0 && html`<b class="numbers">${place.join(" / ")}</b>`}<span>${ruby(w.waiting_screen)}</span></p></div>
    <${Button} icon="forward" label=${w.waiting_stop} onPress=${() => takeTurn({ back: true })} name="stop-waiting" />
  </section>`;
}

/** The line of this kiosk is down while somebody is waited for or here. @param {{now: OperatorNow}} props */
function Cut({ now }) {
  const w = words();
  return html`<section class="human human-cut">
    <${Icon} name="offline" size="large" />
    <div role="status"><strong>${ruby(w.offline_title)}</strong><p>${ruby(now.state === "held" ? w.human_cut : w.waiting_cut)}</p></div>
  </section>`;
}

/** @param {{now: OperatorNow}} props */
function Here({ now }) {
  const w = words();
  const alone = NO_LINE.has(view.value);
  const hint = now.who?.kind === "contract" ? w.human_hint_contract : w.human_hint;
  if (now.cut_off) {
    return html`<section class="human human-cut">
      <${Icon} name="offline" size="large" />
      <div role="status"><strong>${ruby(fill(w.human_away, kindAndName(now)))}</strong><p>${ruby(w.human_away_hint)}</p></div>
    </section>`;
  }
  return html`<section class="human human-held">
    <${Icon} name="staff" size="large" />
    <div role="status"><strong>${ruby(fill(w.human_here, kindAndName(now)))}</strong><p>${ruby(alone ? w.human_hint_card : hint)}</p></div>
    ${!alone && told.value.length > 0 && html`<${Button} icon="talk" label=${fill(w.human_talk, told.value.length)} onPress=${() => (sheet.value = { kind: "talk" })} name="talk-so-far" />`}
    ${!alone && shared.value && html`<${Button} icon="paper" label=${w.human_shared_open} onPress=${() => (sheet.value = { kind: "shared" })} name="open-shared" />`}
  </section>`;
}

/** @param {{now: OperatorNow}} props */
function CalledBack({ now }) {
  const w = words();
  return html`<section class="human human-callback">
    <${Icon} name="phone" size="large" />
    <div role="status"><strong>${ruby(now.announce_ja || w.callback_title)}</strong><p>${ruby(w.callback_on)}</p></div>
    <${Button} icon="phone" label=${w.callback_again} onPress=${() => (sheet.value = { kind: "callback" })} name="callback" />
  </section>`;
}

/** The screen waits for the person who is here now. */
function isForPerson() {
  return view.value === "talk" && turn.value?.step.kind === "hand_over";
}

/** The talk with a person above what the screen asks. @param {{say: string}} props */
export function HumanTalk({ say }) {
  const w = words();
  if (!isHeld() || NO_LINE.has(view.value)) return null;
  return html`<section class="human-talk" aria-label=${w.human_talk_title}>
    <${CallLine} />
    <${Told} last=${SHOWN} />
    <${TextLine} label=${w.human_write} onSend=${sayToOperator} />
  </section>
  ${!isForPerson() && html`<h2 class="human-question"><small>${ruby(w.human_question)}</small>${ruby(say)}</h2>`}`;
}

/** What both said, the newest last. @param {{last?: number}} props */
export function Told({ last = Infinity }) {
  const w = words();
  const shown = told.value.slice(Math.max(0, told.value.length - last));
  if (!shown.length) return null;
  return html`<div class="told" role="log" tabindex="0" aria-label=${w.human_talk_title}><ol>${shown.map((one, at) => html`<li key=${Number.isInteger(one.seq) ? one.seq : `r${at}`} class=${`told-${one.from}`} data-seq=${one.seq}><small>${one.from === "operator" ? one.by_ja : ruby(w.human_you)}</small><p>${one.text}</p></li>`)}</ol></div>`;
}

/** How the spoken call stands. */
function CallLine() {
  const w = words();
  const { state, why } = call.value;
  if (!isInCall()) return why && w.call_ends[why] ? html`<p class="call-line call-over" role="status"><${Icon} name="microphone_off" />${w.call_ends[why]}</p>` : null;
  const label = w.call_states[/** @type {keyof typeof w.call_states} */ (state)];
  return html`<section class=${`call-line call-${state}`}>
    <p role="status"><${Icon} name=${muted.value ? "microphone_off" : "microphone"} /><b>${ruby(label)}</b></p>
    ${state === "on" && html`<span class="meter meter-call" role="img" aria-label=${w.call_level} data-level=${callLevel.value}>${Array.from({ length: BARS }, (_, at) => html`<i key=${at} class=${at < callLevel.value ? "on" : ""}></i>`)}</span>`}
    ${state !== "asking" && html`<${Button} icon=${muted.value ? "microphone" : "microphone_off"} label=${muted.value ? w.call_unmute : w.call_mute} pressed=${muted.value} onPress=${switchMuted} name="mute" />`}
    <${Button} icon="close" label=${w.call_end} onPress=${endCall} name="end-call" />
  </section>`;
}
