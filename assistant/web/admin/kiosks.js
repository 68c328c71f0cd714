// Kiosks as the town's devices: added, given a pairing code, taken back.
import { call } from "../shared/api.js";
import { doing, when } from "../shared/office.js";
import { html, signal, useEffect, useState } from "../shared/preact.js";
import { Field, whenSignedOut } from "../shared/session.js";
import { fill, W } from "./words.js";

/** @import { KioskDevice } from "../shared/office_types" */
/** @import { Signal } from "../shared/preact.js" */

/** @type {Signal<KioskDevice[]>} */
const kiosks = signal([]);
const localDemo = signal(false);
/** A code to be typed at a kiosk now. @type {Signal<{name: string, code: string} | null>} */
const code = signal(null);

whenSignedOut(() => {
  code.value = null;
  kiosks.value = [];
});

const MARKS = { paired: "state-good", waiting: "state-care", unpaired: "", revoked: "state-stop" };

async function read() {
  const found = await call("GET", "/api/v1/kiosks");
  kiosks.value = found.kiosks;
  localDemo.value = found.local_demo;
}

/** @param {KioskDevice & {pairing_code: string}} made */
function show(made) {
  code.value = { name: made.name_ja, code: made.pairing_code };
}

export function Kiosks() {
  useEffect(() => void doing(read), []);
  const now = code.value;
  return html`${now && html`<section class="once" role="status"><h2>${fill(W.pairing, now.name)}</h2><b class="secret">${now.code}</b><p>${W.pairing_hint}</p>
      <button type="button" class="desk-button" onClick=${() => (code.value = null)}>${W.written}</button></section>`}
    <section class="block wide"><h2>${W.kiosks}</h2><p class="hint">${localDemo.value ? W.local_demo : W.kiosk_hint}</p>
      ${kiosks.value.length ? html`<table><thead><tr>${W.kiosks_head.map((head) => html`<th key=${head} scope="col">${head}</th>`)}</tr></thead><tbody>${kiosks.value.map((one) => html`<${Line} key=${one.kiosk_id} kiosk=${one} />`)}</tbody></table>` : html`<p class="empty">${W.no_kiosks}</p>`}</section>
    <${NewKiosk} />`;
}

/** @param {{kiosk: KioskDevice}} props */
function Line({ kiosk }) {
  const path = `/api/v1/kiosks/${encodeURIComponent(kiosk.kiosk_id)}`;
  return html`<tr class=${kiosk.state === "revoked" ? "off" : ""}><th scope="row">${kiosk.name_ja}</th>
    <td><span class=${`state ${MARKS[kiosk.state]}`}>${W.kiosk_states[kiosk.state]}</span></td><td class="numbers">${when(kiosk.last_seen_at)}</td>
    <td><div class="acts"><button type="button" class="desk-button" aria-label=${`${kiosk.name_ja} ${W.code}`} onClick=${() => doing(async () => {
      show(await call("POST", `${path}/code`));
      await read();
    })}>${W.code}</button>
    ${kiosk.state !== "revoked" && html`<button type="button" class="desk-button" aria-label=${`${kiosk.name_ja} ${W.revoke}`} onClick=${() => doing(async () => {
      await call("POST", `${path}/revoke`);
      await read();
      return fill(W.revoked, kiosk.name_ja);
    })}>${W.revoke}</button>`}</div></td></tr>`;
}

function NewKiosk() {
  const [name, setName] = useState("");
  return html`<section class="block"><h2>${W.new_kiosk}</h2><form class="row" onSubmit=${async (/** @type {Event} */ event) => {
    event.preventDefault();
    const worked = await doing(async () => {
      show(await call("POST", "/api/v1/kiosks", { body: { name_ja: name } }));
      await read();
    });
    if (worked) setName("");
  }}><${Field} label=${W.place} name="place" hint=${W.place_hint} value=${name} onValue=${setName} />
    <button type="submit" class="desk-button desk-primary" disabled=${!name.trim()}>${W.add}</button></form></section>`;
}
