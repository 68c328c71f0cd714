// At a new kiosk: type the code an administrator gives out, once.
import { about, loadAbout } from "../shared/about.js";
import { call, Problem } from "../shared/api.js";
import { html, render, signal, useState } from "../shared/preact.js";
import { Field, S, Sample } from "../shared/session.js";

/** @import { Signal } from "../shared/preact.js" */

const W = {
  title: "キオスクの登録",
  hint: "情報システム担当が「利用者とキオスクの管理」の画面で出した登録番号を、この機械で入れてください。",
  code: "登録番号",
  go: "登録する",
  paired: "この機械は登録されています",
  local_demo: "見本では、この機械は登録なしで動きます。登録を試すこともできます。",
  unpaired: "この機械はまだ登録されていません。カードの読み取りと印刷ができません。",
  to_kiosk: "住民の方の画面を開く",
};

/** @type {Signal<{paired: boolean, name_ja: string | null, needed: boolean} | null>} */
const own = signal(null);

async function look() {
  own.value = await call("GET", "/api/v1/kiosks/own").catch(() => null);
}

function Pair() {
  const [code, setCode] = useState("");
  const [why, setWhy] = useState("");
  const now = own.value;
  return html`<main class="login pair"><${Sample} /><div class="block">
    <h1>${about.value?.municipality.name_ja ?? ""} ${W.title}</h1>
    ${now && html`<p role="status"><span class=${`state ${now.paired ? "state-good" : "state-care"}`}>${now.paired ? W.paired : now.needed ? W.unpaired : W.local_demo}</span></p>`}
    ${now?.paired && html`<p><b>${now.name_ja}</b></p>`}
    ${!now?.paired && html`<p>${W.hint}</p><form class="lines" onSubmit=${async (/** @type {Event} */ event) => {
      event.preventDefault();
      try {
        await call("POST", "/api/v1/kiosks/pair", { body: { code } });
        setWhy("");
        await look();
      } catch (failure) {
        setWhy(failure instanceof Problem ? `${failure.detail}${failure.remedy}` : S.unreachable);
      }
      setCode("");
    }}><${Field} label=${W.code} name="code" value=${code} onValue=${setCode} focus />
      ${why && html`<p class="refused" role="alert">${why}</p>`}
      <button type="submit" class="desk-button desk-primary" disabled=${!code.trim()}>${W.go}</button></form>`}
    <a class="desk-button" href="/kiosk">${W.to_kiosk}</a></div></main>`;
}

render(html`<${Pair} />`, /** @type {Element} */ (document.querySelector("#pair")));
loadAbout();
look();
