// The same screens at the resident's own phone: the code that was read becomes a visit of its own, once.
import { batch, html, signal } from "../shared/preact.js";
import { call, Problem } from "../shared/api.js";
import { ruby } from "../shared/ruby.js";
import { forgetPhone, keepOnPhone, keptOnPhone } from "./phone_memory.js";
import { receive } from "./receiving.js";
import { openVisitLine, persistently } from "./requests.js";
import { Sample } from "./shell.js";
import * as state from "./state.js";
import { words } from "./words.js";

/** @import { OpenedVisit, Turn } from "../shared/api_types" */

/** @type {import("../shared/preact.js").Signal<"opening" | "none" | "over" | {detail: string, remedy: string}>} */
const door = signal("opening");

/** Begins with the code of the address, or goes on with the visit of this tab. */
export async function startPhone() {
  const code = location.hash.slice(1);
  history.replaceState(null, "", location.pathname);
  const kept = keptOnPhone();
  try {
    if (code) await takeCode(code);
    else if (kept) await goOn(kept, await persistently(() => call("GET", `/api/v1/visits/${encodeURIComponent(kept.visit_id)}`, { token: kept.token })));
    door.value = code || kept ? "over" : "none";
  } catch (failure) {
    forgetPhone();
    const problem = failure instanceof Problem ? failure : null;
    door.value = kept && !code ? "over" : { detail: problem?.detail ?? words().sorry_title, remedy: problem?.remedy ?? words().sorry_text };
  }
}

/** @param {string} code */
async function takeCode(code) {
  const opened = /** @type {OpenedVisit} */ (await persistently(() => call("POST", "/api/v1/phone", { body: { code } })));
  const given = { visit_id: opened.visit_id, token: opened.token };
  keepOnPhone(given);
  state.today.value = opened.on.slice(0, 10);
  await goOn(given, opened);
}

/** @param {import("./state.js").Visit} given @param {Turn} turn */
function goOn(given, turn) {
  batch(() => {
    state.visit.value = given;
    if (turn.understood.length) receive(turn);
  });
  return openVisitLine();
}

/** Before the visit is there, and after it is over. */
export function PhoneDoor() {
  const w = words();
  const [title, text] =
    door.value === "opening" ? [w.starting, ""]
    : door.value === "none" ? [w.phone_none, w.phone_none_hint]
    : door.value === "over" ? [w.phone_over_title, w.phone_over_text]
    : [door.value.detail, door.value.remedy];
  return html`<div class="kiosk-plain"><${Sample} /><main aria-live="polite"><h1>${ruby(title)}</h1><p>${ruby(text)}</p></main></div>`;
}
