// Where a ticket stands, on the resident's own phone. The code comes in the fragment of the address, so that no
// server log ever holds it; nothing personal is shown or kept.
import { html, render, useEffect, useState } from "../shared/preact.js";
import { about, loadAbout } from "../shared/about.js";
import { Problem, call } from "../shared/api.js";
import { hoursJa } from "../shared/format_ja.js";

const EVERY_S = 15;
const WAIT_HERE = "お待ちください。順番が来たらお呼びします";
const SCAN_AGAIN = "番号札の四角いコードを、もう一度読み取ってください。番号は窓口の表示でもご覧いただけます。";

/** @typedef {{ticket: string, counter: string, state: string, state_ja: string, filed: boolean, people_ahead: number | null, minutes: number | null}} Status */

function TicketStatus() {
  const [status, setStatus] = useState(/** @type {Status | null} */ (null));
  const [trouble, setTrouble] = useState("");
  useEffect(() => {
    const code = location.hash.slice(1);
    let timer = 0;
    async function ask() {
      if (!code) {
        setTrouble(SCAN_AGAIN);
        return;
      }
      try {
        setStatus(await call("POST", "/api/v1/status", { body: { code } }));
        setTrouble("");
      } catch (failure) {
        setTrouble(
          failure instanceof Problem
            ? failure.status === 422
              ? SCAN_AGAIN
              : `${failure.detail} ${failure.remedy}`
            : "いまつながりません。番号は窓口の表示でもご覧いただけます。",
        );
      }
      timer = window.setTimeout(ask, EVERY_S * 1000);
    }
    void ask();
    return () => window.clearTimeout(timer);
  }, []);
  const called = status?.state === "called";
  return html`<main class="ticket-status">
    ${about.value?.demo && html`<p><span class="demo">見本</span></p>`}
    <header><h1>${about.value?.municipality.name_ja ?? ""} 番号札の状況</h1></header>
    ${trouble && html`<p role="alert">${trouble}</p>`}
    ${status &&
    html`<p class="number">${status.ticket}</p>
      <p class=${called ? "state state-called" : "state"} role="status">${called ? `${status.counter}へお越しください` : status.people_ahead !== null ? WAIT_HERE : status.state_ja}</p>
      <dl>
        <dt>窓口</dt><dd>${status.counter}</dd>
        ${status.people_ahead !== null && html`<dt>お待ちの方</dt><dd>${status.people_ahead > 0 ? `${status.people_ahead}人` : "いません(次にお呼びします)"}</dd>`}
        ${status.minutes !== null && html`<dt>目安</dt><dd>${status.minutes > 0 ? `約${hoursJa(status.minutes)}` : "まもなく"}</dd>`}
      </dl>
      ${!status.filed && html`<p class="not-filed">まだ届出は済んでいません。窓口で確認して署名します。</p>`}`}
  </main>`;
}

void loadAbout();
const place = document.getElementById("status");
if (place) render(html`<${TicketStatus} />`, place);
