// Who is signed in, on every screen of the office: the login, the first change of a password given on paper, the time
// that is left, and the door that lets only the right roles in.
import { about } from "./about.js";
import { call, Problem } from "./api.js";
import { Icon } from "./icons.js";
import { effect, html, signal, useEffect, useState } from "./preact.js";

/** @import { Signed } from "./case_types" */
/** @import { Child, Signal } from "./preact.js" */

/** @type {Signal<Signed | null | undefined>} undefined: not asked yet */
export const signed = signal(undefined);
/** When `signed` was learnt, by this machine's own count. */
const learnt_ms = signal(0);
/** Why the last login did not come about. @type {Signal<string>} */
const refused = signal("");

const ASK_EVERY_MS = 30_000;
const COUNT_EVERY_MS = 5_000;
const WARN_BELOW_S = 300;

export const S = {
  login: "ログイン",
  user: "利用者名",
  password: "パスワード",
  totp: "確認コード",
  totp_hint: "設定した方だけ。スマートフォンの6桁、または控えの回復コード",
  login_demo: ["見本の利用者名", "パスワード"],
  sign_on: "庁内の認証でログイン",
  logout: "ログアウト",
  unreachable: "つながりません。少し待って、もう一度押してください。",
  no_role: "この画面を使う役割がありません。",
  no_role_hint: "情報システム担当に確かめるか、別の利用者でログインしてください。",
  home: "画面を選ぶ",
  first_change: "はじめに、パスワードを自分のものに変えてください",
  old: "今のパスワード",
  fresh: "新しいパスワード",
  again: "新しいパスワード(もう一度)",
  rule: "12字以上。関係のない言葉をいくつかつなぐと、覚えやすく安全です",
  change: "変える",
  differ: "新しいパスワードの2つが違います。",
  left: "操作がないため、あと%1でログアウトします",
  left_whatever: "決められた時間になるため、あと%1でログアウトします",
  keep: "続ける",
  sample: "見本の環境です。実在の人の手続きはできません",
};

/** @type {Record<string, string>} */
const SIGN_ON_REFUSED = {
  oidc_off: "庁内の認証は使えません。利用者名とパスワードで入ってください。",
  oidc_unreachable: "庁内の認証につながりません。少し待って、もう一度押してください。",
  oidc_state: "ログインの途中で時間が過ぎたか、別の画面に移りました。もう一度押してください。",
  oidc_refused: "庁内の認証でログインが取りやめられました。",
  oidc_invalid: "庁内の認証からの返事を確かめられませんでした。情報システム担当に知らせてください。",
  oidc_no_role: "この画面を使う役割がありません。情報システム担当に確かめてください。",
  oidc_disabled: "この利用者は停止されています。情報システム担当に確かめてください。",
};

/**
 * What a screen forgets once nobody is signed in: the next person at it finds nothing of the one before.
 * @param {() => void} forget
 */
export function whenSignedOut(forget) {
  effect(() => {
    if (signed.value === null) forget();
  });
}

/** @param {Signed | null} who */
function learn(who) {
  learnt_ms.value = performance.now();
  signed.value = who;
}

export async function whoAmI() {
  const told = SIGN_ON_REFUSED[location.hash.slice(1)];
  if (told) {
    refused.value = told;
    history.replaceState(null, "", location.pathname);
  }
  try {
    learn(await call("GET", "/api/v1/me", { background: true }));
  } catch (failure) {
    if (failure instanceof Problem || signed.value === undefined) learn(null);
  }
}

/**
 * @param {string} user
 * @param {string} password
 * @param {string} totp
 */
async function login(user, password, totp) {
  refused.value = "";
  try {
    learn(await call("POST", "/api/v1/login", { body: totp ? { user, password, totp } : { user, password } }));
  } catch (failure) {
    refused.value = words(failure);
  }
}

export async function logout() {
  await call("POST", "/api/v1/logout").catch(() => undefined);
  learn(null);
}

/**
 * What a refusal says to whoever reads the screen; a session that is over shows the login.
 * @param {unknown} failure
 */
export function words(failure) {
  if (!(failure instanceof Problem)) return S.unreachable;
  if (failure.status === 401 && signed.value) learn(null);
  return `${failure.detail}${failure.remedy}`;
}

/**
 * Lets in who has one of the roles, or anybody signed in when none is named.
 * @param {{title: string, roles?: string[], demo_user: string, children?: Child}} props
 */
export function Gate({ title, roles, demo_user, children }) {
  const who = signed.value;
  if (who === undefined) return null;
  if (who === null) return html`<${Login} title=${title} demo_user=${demo_user} />`;
  if (who.temporary_password) {
    return html`<main class="login"><${Sample} /><div class="block"><h1>${S.first_change}</h1><${ChangePassword} /></div></main>`;
  }
  if (roles && !roles.some((role) => who.roles.includes(role))) {
    return html`<main class="login"><${Sample} /><div class="block"><h1>${S.no_role}</h1><p>${S.no_role_hint}</p>
      <a class="desk-button" href="/">${S.home}</a><button type="button" class="desk-button desk-primary" onClick=${logout}>${S.logout}</button></div></main>`;
  }
  return children;
}

export function Sample() {
  return about.value?.demo ? html`<aside class="sample" aria-label="見本"><b>見本</b><span>${S.sample}</span></aside>` : null;
}

/** @param {{title: string, demo_user: string}} props */
function Login({ title, demo_user }) {
  const [user, setUser] = useState("");
  const [password, setPassword] = useState("");
  const [totp, setTotp] = useState("");
  return html`<main class="login"><${Sample} />
    <form class="block" onSubmit=${(/** @type {Event} */ event) => {
      event.preventDefault();
      login(user, password, totp.trim());
      setPassword("");
      setTotp("");
    }}>
      <h1>${about.value?.municipality.name_ja ?? ""} ${title}</h1>
      <${Field} label=${S.user} name="user" autocomplete="username" value=${user} onValue=${setUser} focus />
      <${Field} label=${S.password} name="password" type="password" autocomplete="current-password" value=${password} onValue=${setPassword} />
      <${Field} label=${S.totp} name="totp" autocomplete="one-time-code" hint=${S.totp_hint} value=${totp} onValue=${setTotp} />
      ${refused.value && html`<p class="refused" role="alert">${refused.value}</p>`}
      <button type="submit" class="desk-button desk-primary" disabled=${!user || !password}>${S.login}</button>
      ${about.value?.single_sign_on && html`<a class="desk-button" href=${`/api/v1/oidc/start?back_to=${encodeURIComponent(location.pathname)}`}><${Icon} name="lock" />${S.sign_on}</a>`}
      ${about.value?.demo && html`<p class="hint">${S.login_demo[0]} <code>${demo_user}</code> ${S.login_demo[1]} <code>demo</code></p>`}
    </form></main>`;
}

/**
 * One labelled line to type in.
 * @param {{label: string, name: string, value: string, onValue: (value: string) => void, type?: string, autocomplete?: string, hint?: string, focus?: boolean}} props
 */
export function Field({ label, name, value, onValue, type = "text", autocomplete = "off", hint, focus }) {
  return html`<div class="field"><label for=${`field-${name}`}>${label}</label>
    <input id=${`field-${name}`} name=${name} type=${type} autocomplete=${autocomplete} autofocus=${focus} value=${value} aria-describedby=${hint ? `hint-${name}` : undefined}
      onInput=${(/** @type {{currentTarget: HTMLInputElement}} */ event) => onValue(event.currentTarget.value)} />
    ${hint && html`<span class="hint" id=${`hint-${name}`}>${hint}</span>`}</div>`;
}

/** A new password of one's own; every other session of the account ends. @param {{onDone?: () => void}} props */
export function ChangePassword({ onDone }) {
  const [old, setOld] = useState("");
  const [fresh, setFresh] = useState("");
  const [again, setAgain] = useState("");
  const [why, setWhy] = useState("");
  return html`<form class="lines" onSubmit=${async (/** @type {Event} */ event) => {
    event.preventDefault();
    if (fresh !== again) return setWhy(S.differ);
    try {
      learn(await call("POST", "/api/v1/me/password", { body: { old, new: fresh } }));
      onDone?.();
    } catch (failure) {
      setWhy(words(failure));
    }
    setOld("");
    setFresh("");
    setAgain("");
  }}>
    <${Field} label=${S.old} name="old" type="password" autocomplete="current-password" value=${old} onValue=${setOld} />
    <${Field} label=${S.fresh} name="fresh" type="password" autocomplete="new-password" hint=${S.rule} value=${fresh} onValue=${setFresh} />
    <${Field} label=${S.again} name="again" type="password" autocomplete="new-password" value=${again} onValue=${setAgain} />
    ${why && html`<p class="refused" role="alert">${why}</p>`}
    <button type="submit" class="desk-button desk-primary" disabled=${!old || !fresh || !again}>${S.change}</button></form>`;
}

/** Tells before a session ends, and lets who is there go on; a session that ended elsewhere shows the login. */
export function SessionClock() {
  const [, count] = useState(0);
  useEffect(() => {
    const asking = setInterval(whoAmI, ASK_EVERY_MS);
    const counting = setInterval(() => count((n) => n + 1), COUNT_EVERY_MS);
    return () => {
      clearInterval(asking);
      clearInterval(counting);
    };
  }, []);
  const who = signed.value;
  if (!who) return null;
  const left_s = Math.max(0, who.left_s - Math.round((performance.now() - learnt_ms.value) / 1000));
  if (left_s > WARN_BELOW_S) return null;
  const told = left_s >= 60 ? `${Math.ceil(left_s / 60)}分` : `${left_s}秒`;
  const is_last = who.expires_at === who.ends_at;
  return html`<p class="session-clock" role="alert"><${Icon} name="clock" />${(is_last ? S.left_whatever : S.left).replace("%1", told)}
    ${!is_last && html`<button type="button" class="desk-button" onClick=${keep}>${S.keep}</button>`}</p>`;
}

async function keep() {
  try {
    learn(await call("POST", "/api/v1/me/keep"));
  } catch (failure) {
    words(failure);
  }
}
