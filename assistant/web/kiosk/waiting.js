// Screens that wait: hidden for a moment, quiet, idle, working, offline, and when something went wrong.
import { html, useEffect, useRef, useState } from "../shared/preact.js";
import { clockJa } from "../shared/format_ja.js";
import { Icon } from "../shared/icons.js";
import { ruby } from "../shared/ruby.js";
import { callStaff, openCase, withdraw } from "./acts.js";
import { reset } from "./requests.js";
import { Button } from "./controls.js";
import { mayMove, showPhoneCode } from "./phone_code.js";
import { Sample } from "./shell.js";
import { isInCall } from "./operator.js";
import { busy, notice, offline, operator, sheet, sorry, ticket, told, turn, view, visit } from "./state.js";
import { warnAloud } from "./voice.js";
import { helped, lineUp, speaking, wordsAt } from "./voice_state.js";
import { fill, words } from "./words.js";

const PAUSE_S = 300;
const IDLE_S = 90;
const IDLE_TICKET_S = 60;
/** With a person in the talk one also listens and thinks. */
const IDLE_HELD_S = 240;
/** One waits for the line to come back; for ever nothing stays on a screen that nobody looks at. */
const IDLE_CUT_S = 600;
/** Greeted, and nobody said anything: there is nothing to lose and nothing to warn of. */
const IDLE_GREETED_S = 45;
const IDLE_QUIET_S = 300;
/** The code is read with a phone that has to be found first. */
const IDLE_PHONE_S = 300;
const WARN_S = 30;
const NOTICE_S = 8;
const WAIT_SHOWN_MS = 600;
const WAIT_LONG_MS = 3000;

/** The screen hidden for five minutes (COUNTER_RULES 11). */
export function Paused() {
  const w = words();
  const [left, setLeft] = useState(PAUSE_S);
  useEffect(() => {
    const timer = setInterval(() => setLeft((before) => before - 1), 1000);
    return () => clearInterval(timer);
  }, []);
  useEffect(() => {
    if (left <= 0) leave(w.expired);
  }, [left]);
  return html`<div class="kiosk-plain paused"><${Sample} /><main>
    <${Icon} name="pause" size="large" />
    <h1>${ruby(w.pause_title)}</h1><p>${ruby(w.pause_text)}</p><p class="numbers" role="timer">${fill(w.pause_left, clockJa(left))}</p>
    <div class="plain-buttons"><${Button} icon="close" label=${w.stop} onPress=${withdraw} />${mayMove() && html`<${Button} icon="phone" label=${w.phone} onPress=${showPhoneCode} name="phone" />`}<${Button} kind="primary" icon="forward" label=${w.pause_back} onPress=${() => (view.value = ticket.value ? "ticket" : turn.value ? "talk" : "attract")} name="resume" /></div>
  </main></div>`;
}

/** Neutral on purpose: nothing here says why (COUNTER_RULES 7). */
export function Quiet() {
  const w = words();
  return html`<div class="kiosk-plain quiet"><${Sample} /><main>
    <h1>${ruby(w.quiet_title)}</h1><p>${ruby(w.quiet_text)}</p>
    <div class="plain-buttons"><${Button} icon="close" label=${w.quiet_leave} onPress=${() => reset()} name="leave" /></div>
  </main></div>`;
}

/** @param {string} notice */
function leave(notice) {
  if (ticket.value) reset(notice);
  else {
    withdraw();
    reset(notice);
  }
}

/** How long nobody may touch the screen that is up. */
function idleLimit_s() {
  if (ticket.value) return IDLE_TICKET_S;
  const now = operator.value;
  if (now?.state === "held" && lineUp.value && !now.cut_off) return IDLE_HELD_S;
  if (now?.state === "held" || now?.state === "waiting") return IDLE_CUT_S;
  if (sheet.value?.kind === "phone") return IDLE_PHONE_S;
  return view.value === "quiet" ? IDLE_QUIET_S : IDLE_S;
}

/** Warns, then wipes, when nobody touches the screen. */
export function IdleGuard() {
  const w = words();
  const [left, setLeft] = useState(/** @type {number | null} */ (null));
  const since = useRef(performance.now());
  const warned = useRef(false);
  const greeted = view.value === "attract" && visit.value !== null;
  const watched = greeted || (view.value !== "attract" && view.value !== "paused" && view.value !== "end");
  useEffect(() => {
    const touched = () => {
      if (!warned.current) since.current = performance.now();
    };
    const kinds = ["pointerdown", "keydown", "scroll", "input"];
    for (const kind of kinds) window.addEventListener(kind, touched, { capture: true, passive: true });
    const timer = setInterval(() => {
      const answers = speaking.value && !helped.value && !warned.current; // our offer of help is nobody's use
      const waits = (operator.value?.state === "waiting" && lineUp.value) || isInCall();
      if (busy.value || offline.value || waits || answers) since.current = performance.now();
      const quiet_s = (performance.now() - since.current) / 1000;
      if (view.value === "attract") {
        setLeft(quiet_s >= IDLE_GREETED_S ? 0 : null);
        return;
      }
      const limit_s = idleLimit_s();
      if (!warned.current && quiet_s >= limit_s) warnAloud();
      warned.current = quiet_s >= limit_s;
      setLeft(warned.current ? Math.ceil(limit_s + WARN_S - quiet_s) : null);
    }, 500);
    return () => {
      for (const kind of kinds) window.removeEventListener(kind, touched, { capture: true });
      clearInterval(timer);
    };
  }, []);
  const stay = () => {
    warned.current = false;
    since.current = performance.now();
    setLeft(null);
  };
  const now = operator.value;
  // what the same line tells again after a cut is nobody's use
  useEffect(stay, [view.value, visit.value?.visit_id, wordsAt.value, now?.state, now?.who?.name_ja, told.value.length]);
  useEffect(() => {
    if (watched && left !== null && left <= 0) leave(ticket.value || greeted ? "" : w.expired);
  }, [left, watched]);
  if (!watched || left === null || left <= 0) return null;
  return html`<div class="veil"><section class="veil-box" role="alertdialog" aria-labelledby="idle-title">
    <${Icon} name="clock" size="large" /><h2 id="idle-title">${ruby(w.idle_title)}</h2><p class="numbers">${ruby(fill(w.idle_text, left))}</p>
    <${Button} kind="primary" icon="forward" label=${w.idle_stay} onPress=${stay} name="stay" />
  </section></div>`;
}

/** Says what is being waited for, when it takes longer than a blink. */
export function Working() {
  const w = words();
  const [shown, setShown] = useState(/** @type {"" | "short" | "long"} */ (""));
  const label = busy.value?.label ?? "";
  useEffect(() => {
    setShown("");
    if (!label) return undefined;
    const first = setTimeout(() => setShown("short"), WAIT_SHOWN_MS);
    const second = setTimeout(() => setShown("long"), WAIT_LONG_MS);
    return () => {
      clearTimeout(first);
      clearTimeout(second);
    };
  }, [label]);
  if (!label || !shown || offline.value) return null;
  return html`<div class="working" role="status"><span class="working-bar" aria-hidden="true"></span><p>${ruby(label)}${shown === "long" ? html`<small>${ruby(w.working_long)}</small>` : ""}</p></div>`;
}

/** No answer from the server: what still works, and what to do. */
export function OfflineVeil() {
  const w = words();
  const now = offline.value;
  if (!now) return null;
  return html`<div class="veil"><section class="veil-box" role="alertdialog" aria-labelledby="offline-title">
    <${Icon} name="offline" size="large" /><h2 id="offline-title">${ruby(w.offline_title)}</h2>
    <p>${ruby(w.offline_text)}</p><p class="numbers" role="timer">${ruby(fill(w.offline_wait, now.seconds))}</p><p>${ruby(w.offline_counter)}</p>
    <div class="plain-buttons">
      <button type="button" class="button" onClick=${() => reset()}><${Icon} name="close" /><span>${w.restart}</span></button>
      <button type="button" class="button primary" onClick=${now.retry}><${Icon} name="refresh" /><span>${w.offline_retry}</span></button></div>
  </section></div>`;
}

/** The server said no: what it said to do, and the ways on. */
export function SorryVeil() {
  const w = words();
  const now = sorry.value;
  if (!now) return null;
  return html`<div class="veil"><section class="veil-box" role="alertdialog" aria-labelledby="sorry-title">
    <${Icon} name="info" size="large" /><h2 id="sorry-title">${ruby(now.title)}</h2><p>${now.detail}</p>${now.remedy && html`<p><b>${now.remedy}</b></p>`}
    <div class="plain-buttons">
      ${visit.value && !ticket.value && html`<${Button} icon="ticket" label=${w.ticket_only} onPress=${() => openCase(true)} />`}
      ${visit.value && html`<${Button} icon="staff" label=${w.call_staff} onPress=${callStaff} />`}
      <${Button} kind="primary" icon="back" label=${w.close} onPress=${() => (sorry.value = null)} name="close-sorry" />
    </div>
  </section></div>`;
}

/** Takes a notice away after a while. */
export function useNoticeClock() {
  useEffect(() => {
    if (!notice.value) return undefined;
    const timer = setTimeout(() => (notice.value = ""), NOTICE_S * 1000);
    return () => clearTimeout(timer);
  }, [notice.value]);
}
