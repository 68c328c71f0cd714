// The administrator's screen: accounts, kiosks, sessions. Plain tables; what is shown once stays until it was written down.
import { about, loadAbout } from "../shared/about.js";
import { call } from "../shared/api.js";
import { doing, Office, when } from "../shared/office.js";
import { html, render, signal, useEffect, useState } from "../shared/preact.js";
import { Field, Gate, whenSignedOut, whoAmI } from "../shared/session.js";
import { Kiosks } from "./kiosks.js";
import { fill, W } from "./words.js";

/** @import { Account, OpenSession, RoleName } from "../shared/office_types" */
/** @import { Signal } from "../shared/preact.js" */

const tab = signal("users");
/** @type {Signal<Account[]>} */
const users = signal([]);
/** @type {Signal<RoleName[]>} */
const roleNames = signal([]);
/** @type {Signal<OpenSession[]>} */
const sessions = signal([]);
/** A password to be written down now. @type {Signal<{user: string, password: string} | null>} */
const once = signal(null);

whenSignedOut(() => {
  once.value = null;
  users.value = [];
  sessions.value = [];
  tab.value = "users";
});

async function readUsers() {
  const found = await call("GET", "/api/v1/users");
  users.value = found.users;
  roleNames.value = found.roles;
}

async function readSessions() {
  sessions.value = (await call("GET", "/api/v1/sessions")).sessions;
}

/**
 * One act on an account, then the list anew.
 * @param {Account} user
 * @param {string} act
 * @param {string} said
 * @param {unknown} [body]
 */
function act(user, act, said, body) {
  return doing(async () => {
    const found = await call("POST", `/api/v1/users/${encodeURIComponent(user.user)}/${act}`, body === undefined ? {} : { body });
    if (found.initial_password) once.value = { user: found.name_ja || found.user, password: found.initial_password };
    await readUsers();
    return said && fill(said, user.name_ja || user.user);
  });
}

function Users() {
  useEffect(() => void doing(readUsers), []);
  return html`<${Once} /><section class="block wide"><h2>${W.users}</h2>
      <table><thead><tr>${W.users_head.map((head) => html`<th key=${head} scope="col">${head}</th>`)}</tr></thead>
        <tbody>${users.value.map((user) => html`<${User} key=${user.user} user=${user} />`)}</tbody></table></section>
    <${NewUser} />`;
}

function Once() {
  const now = once.value;
  if (!now) return null;
  return html`<section class="once" role="status"><h2>${fill(W.first_password, now.user)}</h2><b class="secret">${now.password}</b><p>${W.once}</p>
    <button type="button" class="desk-button" onClick=${() => (once.value = null)}>${W.written}</button></section>`;
}

/** @param {{user: Account}} props */
function User({ user }) {
  const [asked, ask] = useState(/** @type {null | "roles" | "disable" | "password" | "totp/stop"} */ (null));
  const close = () => ask(null);
  const S = W.state;
  return html`<tr class=${user.disabled ? "off" : ""}><th scope="row">${user.user}<small>${user.name_ja}</small></th>
    <td>${asked === "roles" ? html`<${Roles} user=${user} onClose=${close} />` : user.roles_ja.join("、")}</td>
    <td>${user.disabled && html`<span class="state state-stop">${S.disabled}</span>`} ${user.signed_in && html`<span class="state state-good">${S.signed_in}</span>`}
      ${user.temporary_password && html`<span class="state state-care">${S.temporary}</span>`} ${user.totp && html`<span class="state">${S.totp}</span>`}
      ${user.elsewhere && html`<span class="state">${S.elsewhere}</span>`} ${user.demo && html`<span class="state">${S.demo}</span>`}</td>
    <td><div class="acts">${
      asked === "disable" || asked === "password" || asked === "totp/stop"
        ? html`<${Sure} what=${{ disable: W.disable, password: W.reset, "totp/stop": W.totp_off }[asked]} onNo=${close} onYes=${() => {
            close();
            act(user, asked, { disable: W.disabled, password: "", "totp/stop": W.totp_dropped }[asked]);
          }} />`
        : html`<${Button} label=${W.change_roles} about=${user.user} onClick=${() => ask("roles")} />
          ${!user.elsewhere && html`<${Button} label=${W.reset} about=${user.user} onClick=${() => ask("password")} />`}
          ${user.totp && html`<${Button} label=${W.totp_off} about=${user.user} onClick=${() => ask("totp/stop")} />`}
          ${user.disabled ? html`<${Button} label=${W.enable} about=${user.user} onClick=${() => act(user, "enable", W.enabled)} />` : html`<${Button} label=${W.disable} about=${user.user} onClick=${() => ask("disable")} />`}`
    }</div></td></tr>`;
}

/** @param {{label: string, about: string, onClick: () => void}} props */
function Button({ label, about, onClick }) {
  return html`<button type="button" class="desk-button" aria-label=${`${about} ${label}`} onClick=${onClick}>${label}</button>`;
}

/** @param {{what: string, onYes: () => void, onNo: () => void}} props */
function Sure({ what, onYes, onNo }) {
  return html`<span>${fill(W.sure, what)}</span><button type="button" class="desk-button desk-primary" autofocus onClick=${onYes}>${W.yes}</button><button type="button" class="desk-button" onClick=${onNo}>${W.cancel}</button>`;
}

/** @param {{user: Account, onClose: () => void}} props */
function Roles({ user, onClose }) {
  const [chosen, choose] = useState(user.roles);
  return html`<form class="lines" onSubmit=${async (/** @type {Event} */ event) => {
    event.preventDefault();
    if (await act(user, "roles", W.changed, { roles: chosen })) onClose();
  }}><${RoleBoxes} chosen=${chosen} choose=${choose} />
    <div class="acts"><button type="submit" class="desk-button desk-primary" disabled=${!chosen.length}>${W.save}</button><button type="button" class="desk-button" onClick=${onClose}>${W.cancel}</button></div></form>`;
}

/** @param {{chosen: string[], choose: (roles: string[]) => void}} props */
function RoleBoxes({ chosen, choose }) {
  return html`<fieldset><legend>${W.roles}</legend>${roleNames.value.map(
    (role) => html`<label key=${role.id}><input type="checkbox" name=${role.id} checked=${chosen.includes(role.id)}
      onChange=${() => choose(chosen.includes(role.id) ? chosen.filter((one) => one !== role.id) : [...chosen, role.id])} />${role.label}</label>`,
  )}</fieldset>`;
}

function NewUser() {
  const [user, setUser] = useState("");
  const [name, setName] = useState("");
  const [roles, setRoles] = useState(/** @type {string[]} */ ([]));
  return html`<section class="block"><h2>${W.new_user}</h2><form class="lines" onSubmit=${async (/** @type {Event} */ event) => {
    event.preventDefault();
    const worked = await doing(async () => {
      const made = await call("POST", "/api/v1/users", { body: { user, name_ja: name, roles } });
      once.value = { user: made.name_ja, password: made.initial_password };
      await readUsers();
      return fill(W.added, made.name_ja);
    });
    if (!worked) return;
    setUser("");
    setName("");
    setRoles([]);
  }}><div class="row"><${Field} label=${W.user} name="new-user" hint=${W.user_hint} value=${user} onValue=${setUser} />
      <${Field} label=${W.name_ja} name="new-name" hint=${W.name_hint} value=${name} onValue=${setName} /></div>
    <${RoleBoxes} chosen=${roles} choose=${setRoles} />
    <button type="submit" class="desk-button desk-primary" disabled=${!user || !roles.length}>${W.add}</button></form></section>`;
}

function Sessions() {
  useEffect(() => void doing(readSessions), []);
  return html`<section class="block wide"><h2>${W.sessions}</h2><table><thead><tr>${W.sessions_head.map((head) => html`<th key=${head} scope="col">${head}</th>`)}</tr></thead><tbody>
    ${sessions.value.map((one) => html`<tr key=${one.session_id}><th scope="row">${one.user}<small>${one.name_ja}</small></th><td class="numbers">${when(one.created_at)}</td><td class="numbers">${when(one.last_seen_at)}</td><td class="numbers">${when(one.expires_at)}</td>
      <td>${one.own ? W.own : html`<${Button} label=${W.end} about=${one.user} onClick=${() => doing(async () => {
        await call("DELETE", `/api/v1/sessions/${encodeURIComponent(one.session_id)}`);
        await readSessions();
        return fill(W.ended, one.name_ja || one.user);
      })} />`}</td></tr>`)}</tbody></table></section>`;
}

function Screen() {
  const shown = { users: html`<${Users} />`, kiosks: html`<${Kiosks} />`, sessions: html`<${Sessions} />` }[tab.value];
  return html`<${Gate} title=${W.title} roles=${["administrator"]} demo_user="administrator"><${Office} title=${W.title} tabs=${W.tabs} tab=${tab}>${about.value && shown}<//><//>`;
}

render(html`<${Screen} />`, /** @type {Element} */ (document.querySelector("#admin")));
loadAbout();
whoAmI();
