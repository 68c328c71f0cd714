// To go on at one's own phone: the code to read, and what happens here once a phone has it (COUNTER_RULES 9).
import { about } from "../shared/about.js";
import { clockJa } from "../shared/format_ja.js";
import { html, useEffect, useState } from "../shared/preact.js";
import { Icon } from "../shared/icons.js";
import { ruby } from "../shared/ruby.js";
import { withdraw } from "./acts.js";
import { Button, SheetBox } from "./controls.js";
import { isWantedOrHere } from "./operator.js";
import { perform, visitCall } from "./requests.js";
import { notice, onPhone, phoneCode, sheet, ticket } from "./state.js";
import { fill, words } from "./words.js";

/** @import { PhoneCode } from "../shared/api_types" */

const WIPE_AFTER_S = 20;

/** Whether the visit may go on at a phone from here. */
export function mayMove() {
  return about.value?.phone === true && !onPhone.value && !ticket.value && !isWantedOrHere();
}

export function showPhoneCode() {
  return perform(words().working, async () => {
    phoneCode.value = /** @type {PhoneCode} */ (await visitCall("POST", "/phone"));
    sheet.value = { kind: "phone" };
  });
}

const close = () => {
  sheet.value = null;
  if (phoneCode.value === "moved") phoneCode.value = null;
};

export function PhoneSheet() {
  const given = phoneCode.value;
  if (given === "moved") return html`<${Moved} />`;
  return given && html`<${Code} key=${given.url} given=${given} />`;
}

/** @param {{given: PhoneCode}} props */
function Code({ given }) {
  const w = words();
  const left = useCountdown(given.lasts_s);
  const [url, setUrl] = useState("");
  useEffect(() => {
    const made = URL.createObjectURL(new Blob([given.qr_svg], { type: "image/svg+xml" }));
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [given.qr_svg]);
  return html`<${SheetBox} title=${w.phone_title} onClose=${close}>
    <div class="phone-code">
      ${left > 0 && url
        ? html`<img class="phone-qr" src=${url} alt=${w.phone_qr} />`
        : html`<div class="phone-qr phone-qr-over"><p class="big">${ruby(w.phone_over)}</p><${Button} kind="primary" icon="refresh" label=${w.phone_again} onPress=${showPhoneCode} name="phone-again" /></div>`}
      <div><ol class="phone-steps">${w.phone_steps.map((step) => html`<li key=${step}>${ruby(step)}</li>`)}</ol>
        <p class="phone-nameless"><${Icon} name="mask" />${ruby(w.phone_nameless)}</p>
        ${left > 0 && html`<p class="hint numbers" role="timer">${ruby(fill(w.phone_left, clockJa(left)))}</p>`}</div>
    </div>
  <//>`;
}

function Moved() {
  const w = words();
  const left = useCountdown(WIPE_AFTER_S);
  const end = () => {
    withdraw();
    notice.value = words().phone_moved_done;
  };
  useEffect(() => {
    if (left <= 0) end();
  }, [left]);
  return html`<${SheetBox} title=${w.phone_moved_title} onClose=${close}
    foot=${html`<${Button} icon="back" label=${w.phone_moved_stay} onPress=${close} name="stay-here" /><${Button} kind="primary" icon="check" label=${w.phone_moved_end} onPress=${end} name="moved" />`}>
    <p class="big phone-moved"><${Icon} name="phone" size="large" /><span role="timer">${ruby(fill(w.phone_moved, left))}</span></p>
  <//>`;
}

/** @param {number} seconds */
function useCountdown(seconds) {
  const [left, setLeft] = useState(seconds);
  useEffect(() => {
    const until_ms = performance.now() + seconds * 1000;
    const timer = setInterval(() => setLeft(Math.max(0, Math.ceil((until_ms - performance.now()) / 1000))), 500);
    return () => clearInterval(timer);
  }, [seconds]);
  return left;
}
