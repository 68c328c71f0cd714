// Reading a card: tries left before anything is typed, a masked pad, progress, and what was read.
// The PIN lives in one variable of this module, is never state, markup, URL or history, and is wiped when it is
// sent or the screen goes.
import { html, useEffect, useState } from "../shared/preact.js";
import { about } from "../shared/about.js";
import { call, Problem, Unreachable } from "../shared/api.js";
import { Icon } from "../shared/icons.js";
import { ruby } from "../shared/ruby.js";
import { advance, askConsent, withdrawConsent } from "./acts.js";
import { perform } from "./requests.js";
import { goWithoutCard } from "./consent.js";
import { Button, Covered, Scroll } from "./controls.js";
import { holders } from "./holders.js";
import { NumberPad } from "./number_pad.js";
import { Shell } from "./shell.js";
import { cardFacts, cardRead, cards, consent, holder, visit } from "./state.js";
import { fill, words } from "./words.js";

/** @import { CardState, Understood } from "../shared/api_types" */

const PIN_DIGITS = 4;
const LOOK_EVERY_MS = 1500;

/** @type {string[]} */
let digits = [];

function wipe() {
  digits.fill("");
  digits = [];
}

/** @typedef {"typing" | "last" | "reading" | "read" | "locked"} Stage */

export function Card() {
  const w = words();
  const [count, setCount] = useState(0);
  const [stage, setStage] = useState(/** @type {Stage} */ ("typing"));
  const [card, setCard] = useState(/** @type {CardState} */ ({ present: true, tries_left: null }));
  const [said, setSaid] = useState("");
  const [really, setReally] = useState(false);
  const clear = () => {
    wipe();
    setCount(0);
  };
  useEffect(() => wipe, []);
  useEffect(() => {
    cardRead.value = stage === "read";
    return () => {
      cardRead.value = false;
    };
  }, [stage]);
  useEffect(() => {
    if (stage !== "typing") return undefined;
    let gone = false;
    const look = () => lookAtCard().then((found) => !gone && found && setCard(found));
    look();
    const timer = setInterval(look, LOOK_EVERY_MS);
    return () => {
      gone = true;
      clearInterval(timer);
    };
  }, [stage]);
  useEffect(() => {
    if (stage !== "typing") return;
    if (card.tries_left === 0 || card.code === "pin_locked") setStage("locked");
    else if (card.tries_left === 1 && !really) setStage("last");
  }, [card, stage, really]);

  const send = () =>
    perform("", async () => {
      const pin = digits.join("");
      clear();
      setStage("reading");
      setSaid("");
      try {
        const body = { consent_id: consent.value?.consent_id, person: holder.value, pin, ...(really ? { really: true } : {}) };
        const read = await visitCallOnce("/card", body);
        cardFacts.value = read.facts ?? [];
        cards.value = { ...cards.value, [holder.value]: "read" };
        setStage("read");
      } catch (failure) {
        if (!(failure instanceof Problem)) {
          setStage("typing");
          if (failure instanceof Unreachable) setSaid(w.offline_title);
          else throw failure;
          return;
        }
        refused(failure);
      }
    });
  /** @param {Problem} problem */
  const refused = (problem) => {
    setReally(false);
    if (problem.code === "pin_locked") return setStage("locked");
    if (problem.code === "pin_last_try") return setStage("last");
    if (typeof problem.tries_left === "number") setCard({ present: true, tries_left: problem.tries_left });
    setSaid(problem.code === "pin_wrong" ? w.pin_wrong : `${problem.detail}${problem.remedy}`);
    return setStage("typing");
  };
  /** @param {string} digit */
  const type = (digit) => {
    if (digits.length >= PIN_DIGITS) return;
    digits.push(digit);
    setCount(digits.length);
  };
  const whose = holders().find((one) => one.id === holder.value)?.label ?? w.you;
  if (stage === "reading") return html`<${Reading} done=${false} />`;
  if (stage === "read") return html`<${ReadDone} />`;
  if (stage === "locked" || stage === "last") return html`<${Stopped} stage=${stage} onTry=${() => {
    setReally(true);
    setStage("typing");
  }} />`;
  return html`<${Shell}
    say=${w.pin_title}
    lead=${fill(w.pin_for, whose)}
    mood="asking"
    kind="view-pin"
    action=${html`<${Button} icon="pencil" label=${w.pin_without} onPress=${goWithoutCard} name="without-card" />
      <${Button} kind="primary" icon="check" label=${w.done} disabled=${count < PIN_DIGITS || !card.present} onPress=${send} name="next" />`}
  >
    <div class="pin">
      <div class="pin-state">
        <${Tries} left=${card.tries_left} />
        <p class=${card.present ? "pin-keep" : "pin-keep pin-missing"} role="status"><${Icon} name="card" size="large" />${ruby(card.present ? w.pin_keep : w.pin_put)}</p>
        ${!card.present && card.code && card.code !== "card_absent" && html`<p class="pin-said">${card.detail}</p>`}
        ${said && html`<p class="pin-said" role="alert"><${Icon} name="alert" />${said}</p>`}
        ${about.value?.demo && html`<${DemoPins} />`}
      </div>
      <div class="pin-entry">
        <p class="pin-dots" role="status"><span class="only-heard">${fill(w.pin_entered, count)}</span>
          ${Array.from({ length: PIN_DIGITS }, (_, at) => html`<i key=${at} class=${at < count ? "on" : ""} aria-hidden="true"></i>`)}</p>
        <${NumberPad} label=${w.pin_title} disabled=${!card.present} onDigit=${type} onErase=${() => {
          digits.pop();
          setCount(digits.length);
        }} onClear=${clear} onEnter=${() => count === PIN_DIGITS && send()} />
      </div>
    </div>
  <//>`;
}

/** @returns {Promise<CardState | null>} */
async function lookAtCard() {
  const given = visit.value;
  if (!given) return null;
  try {
    return await call("GET", `/api/v1/visits/${encodeURIComponent(given.visit_id)}/card`, { token: given.token, timeout_s: 4 });
  } catch {
    return null;
  }
}

/**
 * A PIN is sent once and never again by itself.
 * @param {string} path
 * @param {unknown} body
 */
async function visitCallOnce(path, body) {
  const given = visit.value;
  if (!given) throw new Unreachable();
  return call("POST", `/api/v1/visits/${encodeURIComponent(given.visit_id)}${path}`, { token: given.token, body, timeout_s: 30 });
}

/** @param {{left: number | null | undefined}} props */
function Tries({ left }) {
  const w = words();
  if (typeof left !== "number") return html`<p class="tries"><span>${w.pin_tries_unknown}</span></p>`;
  return html`<p class=${left === 1 ? "tries tries-last" : "tries"}>
    <span class="tries-dots" aria-hidden="true">${Array.from({ length: 3 }, (_, at) => html`<i key=${at} class=${at < left ? "on" : ""}></i>`)}</span>
    <span>${ruby(fill(w.pin_tries, left))}</span></p>`;
}

/** The PINs of the sample persons, which are no secret. */
function DemoPins() {
  const w = words();
  const persons = about.value?.persons ?? [];
  if (!persons.length) return null;
  return html`<details class="demo-pins"><summary>${w.pin_demo}</summary>
    <ul>${persons.map((person) => html`<li key=${person.id}>${person.name}<small>${person.label_ja}</small><b class="numbers">${person.pin}</b></li>`)}</ul></details>`;
}

/** @param {{stage: "last" | "locked", onTry: () => void}} props */
function Stopped({ stage, onTry }) {
  const w = words();
  const last = stage === "last";
  return html`<${Shell} say=${last ? w.pin_last_title : w.pin_locked_title} kind="view-stopped"
    action=${html`<div class="equal">
      <button type="button" class="button choice-yes" data-name="without-card" onClick=${goWithoutCard}><${Icon} name="pencil" /><span>${ruby(w.pin_without)}</span></button>
      ${last && html`<button type="button" class="button choice-no" data-name="really" onClick=${onTry}><${Icon} name="lock" /><span>${ruby(w.pin_last_try)}</span></button>`}
    </div>`}>
    <section class="stopped">
      <${Icon} name="alert" size="large" />
      <div><p class="big">${ruby(last ? w.pin_last : w.pin_locked)}</p>${last && html`<p>${ruby(w.pin_last_hint)}</p>`}</div>
    </section>
  <//>`;
}

/** @param {{done: boolean}} props */
function Reading({ done }) {
  const w = words();
  return html`<${Shell} say=${w.reading_title} lead=${w.reading_keep} kind="view-reading">
    <section class="reading">
      <div class="reader" aria-hidden="true"><span class="reader-card"><i></i><b></b></span><span class="reader-wave"></span></div>
      <ol class=${done ? "steps done" : "steps"}>${w.reading_steps.map((step, at) => html`<li key=${step} class=${`step-${at}`}><span aria-hidden="true"></span>${step}</li>`)}</ol>
    </section>
  <//>`;
}

function ReadDone() {
  const w = words();
  const others = holders().filter((one) => cards.value[one.id] === undefined);
  return html`<${Shell} say=${w.read_done} lead="" mood="glad" kind="view-read"
    action=${html`<${Button} icon="erase" label=${w.consent_withdraw} onPress=${async () => {
        await withdrawConsent();
        await askConsent();
      }} name="withdraw-consent" />
      <${Button} kind="primary" icon="forward" label=${w.consent_enough} onPress=${() => advance("details")} name="next" />`}>
    <${Scroll} label=${w.read_done}>
      <p class="taken"><${Icon} name="card" size="large" />${ruby(w.take_card)}</p>
      <ul class="fact-list read-list">${cardFacts.value.map((/** @type {Understood} */ item) => html`<li key=${item.fact} class="fact-row from-card"><${Icon} name="card" /><div><small>${item.label}</small><${Covered} id=${`card:${item.fact}`} value=${item.value_label} covered=${item.masked === true} /></div></li>`)}</ul>
      <p class="hint">${ruby(w.read_note)}</p>
      ${others.length > 0 && html`<section class="others"><h2>${ruby(w.consent_other)}</h2><p>${ruby(w.consent_other_hint)}</p>
        <ul>${others.map((one) => html`<li key=${one.id}><button type="button" class="button" onClick=${() => {
          holder.value = one.id;
          askConsent();
        }}><${Icon} name="card" /><span>${one.label}</span></button></li>`)}</ul></section>`}
    <//>
  <//>`;
}
