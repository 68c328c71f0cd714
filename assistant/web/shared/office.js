// The frame of the office's plain screens: name, tabs, who is signed in, and what was done or refused.
import { about } from "./about.js";
import { Icon } from "./icons.js";
import { html, signal } from "./preact.js";
import { logout, S, Sample, SessionClock, signed, whenSignedOut, words } from "./session.js";

/** @import { Child, Signal } from "./preact.js" */

/** What was done or refused last. @type {Signal<{text: string, good: boolean} | null>} */
export const told = signal(null);

whenSignedOut(() => (told.value = null));

const OWN_ACCOUNT = "自分の設定";
const CLOSE = "閉じる";

/**
 * Runs a request and tells what came of it.
 * @param {() => Promise<string | void>} request gives what to say when it worked
 * @returns {Promise<boolean>} whether it worked
 */
export async function doing(request) {
  try {
    const said = await request();
    told.value = said ? { text: said, good: true } : null;
    return true;
  } catch (failure) {
    told.value = { text: words(failure), good: false };
    return false;
  }
}

/**
 * @param {{title: string, tabs: [string, string][], tab: Signal<string>, children?: Child}} props
 */
export function Office({ title, tabs, tab, children }) {
  const who = signed.value;
  const now = told.value;
  return html`<div class="desk office"><${Sample} />
    <header class="desk-top"><h1>${about.value?.municipality.name_ja ?? ""} <small>${title}</small></h1>
      <nav class="tabs" aria-label=${title}>${tabs.map(([id, label]) => html`<button key=${id} type="button" aria-pressed=${tab.value === id} onClick=${() => {
        told.value = null;
        tab.value = id;
      }}>${label}</button>`)}</nav>
      <span class="push"></span>
      <a class="desk-button" href="/">${S.home}</a>
      ${location.pathname !== "/account" && html`<a class="desk-button" href="/account">${OWN_ACCOUNT}</a>`}
      <button type="button" class="desk-button" onClick=${logout}>${who?.name_ja || who?.user} ${S.logout}</button></header>
    <${SessionClock} />
    <div aria-live="polite">${now && html`<p class=${now.good ? "told told-good" : "told refused"}><${Icon} name=${now.good ? "check" : "alert"} /><span>${now.text}</span><button type="button" class="desk-button" onClick=${() => (told.value = null)}>${CLOSE}</button></p>`}</div>
    <main class="office-main">${children}</main></div>`;
}

/**
 * A time as the office writes it: 11月29日 16:05.
 * @param {string | null} at
 */
export function when(at) {
  if (!at) return "―";
  return new Date(at).toLocaleString("ja-JP", { month: "long", day: "numeric", hour: "2-digit", minute: "2-digit", timeZone: "Asia/Tokyo" });
}
