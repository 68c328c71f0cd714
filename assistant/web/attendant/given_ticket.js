// The number just given, large on the tablet and as a slip for the printer; nothing on it says who it is for.
import { html } from "../shared/preact.js";
import { about } from "../shared/about.js";
import { dayJa } from "../shared/format_ja.js";
import { Icon } from "../shared/icons.js";
import { fill, W } from "./words.js";

/** @import { GivenTicket as Given } from "../shared/api_types" */

/** @param {{ticket: Given, reason: string, onNext: () => void}} props */
export function GivenTicket({ ticket, reason, onNext }) {
  const wait = [ticket.people_ahead > 0 ? fill(W.ahead, ticket.people_ahead) : W.next, ticket.minutes > 0 ? fill(W.minutes, ticket.minutes) : ""].filter(Boolean).join(" / ");
  return html`<main class="attendant-given">
    <article class="slip">
      ${about.value?.demo && html`<p class="slip-sample">見本</p>`}
      <p class="slip-town">${about.value?.municipality.name_ja ?? ""} ${dayJa(ticket.day)}</p>
      <h1>${W.ticket}</h1>
      <p class="slip-number numbers">${ticket.ticket}</p>
      <p class="slip-counter">${ticket.counter}</p>
      <p>${wait}</p>
      <p class="slip-talk"><b>${W.talk_later}</b><br />${W.not_filed}</p>
      <img src=${`data:image/svg+xml,${encodeURIComponent(ticket.status_qr_svg)}`} alt=${W.status} /><p class="slip-status">${W.status}</p>
    </article>
    <aside><p>${reason}</p>
      <button type="button" class="desk-button" onClick=${() => print()} data-act="print"><${Icon} name="print" />${W.print}</button>
      <button type="button" class="give" ref=${(/** @type {HTMLElement | null} */ button) => button?.focus()} onClick=${onNext} data-act="next-person"><${Icon} name="forward" />${W.next_person}</button></aside>
  </main>`;
}
