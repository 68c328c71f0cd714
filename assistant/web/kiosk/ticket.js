// The ticket: a number to be read from far, that nothing is filed yet, where to go, how long, and what to hold
// ready. And the end, which wipes the screen.
import { html, useEffect, useState } from "../shared/preact.js";
import { fetchBlob } from "../shared/api.js";
import { FloorMap } from "../shared/floor_map.js";
import { hoursJa } from "../shared/format_ja.js";
import { Icon } from "../shared/icons.js";
import { ruby } from "../shared/ruby.js";
import { printPlan, printTicket } from "./acts.js";
import { reset } from "./requests.js";
import { Button, Scroll } from "./controls.js";
import { counterOf } from "./plan.js";
import { Shell } from "./shell.js";
import { calledTo, cards, mayReadCards, sheet, ticket, turn, view, visit } from "./state.js";
import { fill, words } from "./words.js";

const WIPE_AFTER_S = 20;

export function TicketScreen() {
  const w = words();
  const given = ticket.value;
  if (!given) return null;
  const counter = counterOf(given.counter);
  const planned = (turn.value?.plan?.procedures.length ?? 0) > 0;
  const papers = new Set((turn.value?.plan?.bring ?? []).filter((one) => one.have !== "no").map((one) => one.name_ja));
  return html`<${Shell}
    say=${calledTo.value === null ? w.ticket_not_filed : fill(w.called_go, calledTo.value)}
    lead=${calledTo.value === null ? "" : w.ticket_not_filed}
    mood="glad"
    kind=${calledTo.value === null ? "view-ticket" : "view-ticket view-called"}
    back=${false}
    action=${html`${mayReadCards.value && html`<${Button} icon="print" label=${planned ? w.ticket_paper : w.ticket_slip} onPress=${planned ? printPlan : printTicket} name="print" />`}
      ${planned && html`<${Button} icon="pencil" label=${w.ticket_change} onPress=${() => (sheet.value = { kind: "all" })} name="change" />`}
      <${Button} kind="primary" icon="check" label=${w.ticket_finish} onPress=${() => (view.value = "end")} name="next" />`}
  >
    <${Scroll} label=${w.ticket_title}>
      <div class="ticket">
        <section class="ticket-number" aria-label=${w.ticket_title}>
          <h2>${ruby(w.ticket_title)}</h2>
          <p class="numbers">${given.ticket}</p>
          <dl>
            <div><dt>${ruby(w.ticket_ahead)}</dt><dd>${given.people_ahead > 0 ? fill(w.ticket_ahead_count, given.people_ahead) : ruby(w.ticket_next)}</dd></div>
            ${given.minutes > 0 && html`<div><dt>${ruby(w.ticket_minutes)}</dt><dd>${hoursJa(given.minutes)}</dd></div>`}
          </dl>
        </section>
        <section class="ticket-where">
          <h2>${ruby(calledTo.value === null ? w.ticket_counter : w.called_title)}</h2>
          <p class="ticket-counter"><span class="counter-sign numbers">${counter.number}</span>${counter.name}<small>${given.floor}</small></p>
          <${FloorMap} place=${given.place} label=${`${w.ticket_counter} ${counter.number}番 ${counter.name}`} />
        </section>
        <section class="ticket-qr"><${StatusQr} /><div><h2>${ruby(w.ticket_qr)}</h2><p>${ruby(w.ticket_qr_hint)}</p></div></section>
        ${papers.size > 0 && html`<section class="ticket-hold"><h2><${Icon} name="bag" />${ruby(w.ticket_hold)}</h2><ul>${[...papers].map((name) => html`<li key=${name}>${name}</li>`)}</ul></section>`}
      </div>
    <//>
  <//>`;
}

/** A code that only tells the place in line; it carries nothing personal (COUNTER_RULES 9). */
function StatusQr() {
  const [url, setUrl] = useState("");
  useEffect(() => {
    const given = visit.value;
    let made = "";
    if (given) {
      fetchBlob(`/api/v1/visits/${encodeURIComponent(given.visit_id)}/status-qr.svg`, { token: given.token })
        .then((blob) => {
          made = URL.createObjectURL(blob);
          setUrl(made);
        })
        .catch(() => undefined);
    }
    return () => URL.revokeObjectURL(made);
  }, []);
  return url ? html`<img class="qr" src=${url} alt=${words().ticket_qr} />` : html`<span class="qr" aria-hidden="true"></span>`;
}

export function End() {
  const w = words();
  const [left, setLeft] = useState(WIPE_AFTER_S);
  useEffect(() => {
    const timer = setInterval(() => setLeft((before) => before - 1), 1000);
    return () => clearInterval(timer);
  }, []);
  useEffect(() => {
    if (left <= 0) reset();
  }, [left]);
  const used = Object.values(cards.value).includes("read");
  return html`<${Shell} say=${w.end_title} mood="greeting" kind="view-end" back=${false}
    action=${html`<${Button} kind="primary" icon="check" label=${w.end_now} onPress=${() => reset()} name="next" />`}>
    <section class="end">
      ${used && html`<p class="end-card"><${Icon} name="card" size="large" /><b>${ruby(w.end_card)}</b></p>`}
      ${ticket.value && html`<p class="end-ticket"><span>${ruby(w.end_ticket)}</span><b class="numbers">${ticket.value.ticket}</b></p>`}
      <p class="end-wipe" role="timer">${ruby(fill(w.end_wipe, left))}</p>
    </section>
  <//>`;
}
