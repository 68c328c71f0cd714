// The kiosk: chooses the screen, keeps the wishes about type on the page, and catches what breaks.
import { Component, effect, html, render } from "../shared/preact.js";
import { about, loadAbout } from "../shared/about.js";
import { Attract } from "./attract.js";
import { Card } from "./card.js";
import { Consent } from "./consent.js";
import { Details } from "./details.js";
import { Forms } from "./forms.js";
import { Language } from "./language.js";
import { Sheets } from "./sheets.js";
import { Talk } from "./talk.js";
import { End, TicketScreen } from "./ticket.js";
import { IdleGuard, OfflineVeil, Paused, Quiet, SorryVeil, useNoticeClock, Working } from "./waiting.js";
import { forgetAll, highContrast, holder, mayReadCards, onPhone, textSize, view, visit } from "./state.js";
import { PhoneDoor, startPhone } from "./phone.js";
import { startOperator } from "./operator.js";
import { askMayReadCards } from "./requests.js";
import { startVoice } from "./voice.js";
import { words } from "./words.js";

/** @import { View } from "./state.js" */

/** @type {Record<View, () => unknown>} */
const SCREENS = {
  attract: Attract,
  language: Language,
  talk: Talk,
  consent: Consent,
  card: Card,
  details: Details,
  forms: Forms,
  ticket: TicketScreen,
  end: End,
  quiet: Quiet,
  paused: Paused,
};

function Kiosk() {
  useNoticeClock();
  const w = words();
  if (!about.value) return html`<div class="kiosk-plain"><main aria-live="polite"><h1>${w.starting}</h1></main></div>`;
  if (onPhone.value && !visit.value) return html`<${PhoneDoor} /><${OfflineVeil} />`;
  const Screen = SCREENS[view.value];
  return html`<${Screen} key=${`${view.value}:${holder.value}`} /><${Sheets} /><${SorryVeil} /><${OfflineVeil} />${!onPhone.value && html`<${IdleGuard} />`}<${Working} />`;
}

/** A screen that breaks leaves a way on instead of a blank page. */
class Guard extends Component {
  constructor() {
    super({});
    this.state = { broken: false };
  }
  /** @param {unknown} failure */
  componentDidCatch(failure) {
    console.error("screen failed", failure instanceof Error ? failure.name : "");
    this.setState({ broken: true });
  }
  render() {
    const w = words();
    if (!(/** @type {{broken: boolean}} */ (this.state).broken)) return html`<${Kiosk} />`;
    return html`<div class="kiosk-plain"><main><h1>${w.stumbled}</h1><div class="plain-buttons"><button type="button" class="button primary" onClick=${() => {
      forgetAll();
      this.setState({ broken: false });
    }}><span>${w.restart}</span></button></div></main></div>`;
  }
}

effect(() => {
  const root = document.documentElement;
  root.dataset.text = textSize.value;
  root.dataset.contrast = highContrast.value ? "high" : "normal";
});
onPhone.value = location.pathname === "/phone";
render(html`<${Guard} />`, /** @type {Element} */ (document.querySelector("#kiosk")));
startOperator();
loadAbout();
if (onPhone.value) {
  mayReadCards.value = false;
  startPhone();
} else {
  startVoice();
  askMayReadCards();
}
