// One's own account: password, the code of one's phone, and where one is signed in.
import { loadAbout } from "../shared/about.js";
import { call } from "../shared/api.js";
import { doing, Office, told, when } from "../shared/office.js";
import { html, render, signal, useEffect, useLayoutEffect, useRef, useState } from "../shared/preact.js";
import { ChangePassword, Field, Gate, signed, whenSignedOut, whoAmI } from "../shared/session.js";
import { W } from "./words.js";

/** @import { OpenSession } from "../shared/office_types" */
/** @import { Signal } from "../shared/preact.js" */

const tab = signal("password");
/** @type {Signal<OpenSession[]>} */
const sessions = signal([]);
/** A second factor being set up. @type {Signal<{secret: string, qr_svg: string} | null>} */
const begun = signal(null);
/** Recovery codes to be written down now. @type {Signal<string[] | null>} */
const codes = signal(null);

whenSignedOut(() => {
  begun.value = null;
  codes.value = null;
  sessions.value = [];
  tab.value = "password";
});

function Password() {
  return html`<section class="block lines"><h2>${W.password}</h2>${signed.value?.elsewhere ? html`<p>${W.elsewhere}</p>` : html`<p class="hint">${W.password_hint}</p><${ChangePassword} onDone=${() => (told.value = { text: W.password_changed, good: true })} />`}</section>`;
}

function Totp() {
  const who = signed.value;
  if (who?.elsewhere) return html`<section class="block"><h2>${W.totp}</h2><p>${W.elsewhere}</p></section>`;
  return html`<${Codes} /><section class="block lines"><h2>${W.totp}</h2><p>${W.totp_hint}</p>
    <p><span class=${`state ${who?.totp ? "state-good" : ""}`}>${who?.totp ? W.totp_on : W.totp_off}</span></p>
    ${begun.value ? html`<${Confirm} now=${begun.value} />` : html`<${Prove} is_on=${who?.totp === true} />`}</section>`;
}

/** @param {{is_on: boolean}} props */
function Prove({ is_on }) {
  const [password, setPassword] = useState("");
  return html`<form class="row" onSubmit=${async (/** @type {Event} */ event) => {
    event.preventDefault();
    await doing(async () => {
      if (is_on) {
        await call("POST", "/api/v1/me/totp/stop", { body: { password } });
        signed.value = null;
      } else begun.value = await call("POST", "/api/v1/me/totp", { body: { password } });
    });
    setPassword("");
  }}><${Field} label=${W.prove} name="prove" type="password" autocomplete="current-password" value=${password} onValue=${setPassword} />
    <button type="submit" class="desk-button desk-primary" disabled=${!password}>${is_on ? W.stop : W.begin}</button></form>`;
}

/** @param {{now: {secret: string, qr_svg: string}}} props */
function Confirm({ now }) {
  const [code, setCode] = useState("");
  return html`<div class="lines"><p>${W.scan}</p><${Drawing} svg=${now.qr_svg} /><p class="hint">${W.by_hand} <code>${now.secret}</code></p>
    <form class="row" onSubmit=${async (/** @type {Event} */ event) => {
      event.preventDefault();
      await doing(async () => {
        codes.value = (await call("POST", "/api/v1/me/totp/confirm", { body: { code } })).recovery_codes;
        begun.value = null;
        await whoAmI();
        return W.totp_done;
      });
      setCode("");
    }}><${Field} label=${W.code} name="code" autocomplete="one-time-code" value=${code} onValue=${setCode} focus />
      <button type="submit" class="desk-button desk-primary" disabled=${!code}>${W.confirm}</button><button type="button" class="desk-button" onClick=${() => (begun.value = null)}>${W.cancel}</button></form></div>`;
}

/** A drawing the server made, put in as a picture and not as text of this page. @param {{svg: string}} props */
function Drawing({ svg }) {
  const place = useRef(/** @type {HTMLElement | null} */ (null));
  useLayoutEffect(() => {
    const drawing = new DOMParser().parseFromString(svg, "image/svg+xml").documentElement;
    place.current?.replaceChildren(document.importNode(drawing, true));
  }, [svg]);
  return html`<div class="qr" role="img" aria-label=${W.qr} ref=${place}></div>`;
}

function Codes() {
  if (!codes.value) return null;
  return html`<section class="once" role="status"><h2>${W.codes}</h2><ol>${codes.value.map((code) => html`<li key=${code}>${code}</li>`)}</ol><p>${W.codes_hint}</p>
    <button type="button" class="desk-button" onClick=${() => (codes.value = null)}>${W.written}</button></section>`;
}

async function read() {
  sessions.value = (await call("GET", "/api/v1/me/sessions")).sessions;
}

function Sessions() {
  useEffect(() => void doing(read), []);
  return html`<section class="block wide"><h2>${W.sessions}</h2><table><thead><tr>${W.sessions_head.map((head) => html`<th key=${head} scope="col">${head}</th>`)}</tr></thead><tbody>
    ${sessions.value.map((one) => html`<tr key=${one.session_id}><td class="numbers">${when(one.created_at)}</td><td class="numbers">${when(one.last_seen_at)}</td><td class="numbers">${when(one.expires_at)}</td>
      <td>${one.own ? W.own : html`<button type="button" class="desk-button" onClick=${() => doing(async () => {
        await call("DELETE", `/api/v1/me/sessions/${encodeURIComponent(one.session_id)}`);
        await read();
        return W.ended;
      })}>${W.end}</button>`}</td></tr>`)}</tbody></table></section>`;
}

function Screen() {
  const shown = { password: html`<${Password} />`, totp: html`<${Totp} />`, sessions: html`<${Sessions} />` }[tab.value];
  return html`<${Gate} title=${W.title} demo_user="counter_staff"><${Office} title=${W.title} tabs=${W.tabs} tab=${tab}>${shown}<//><//>`;
}

render(html`<${Screen} />`, /** @type {Element} */ (document.querySelector("#account")));
loadAbout();
whoAmI();
