// Pages over the page: correct one fact, see all facts, mend what was said, one person, and giving up.
import { about } from "../shared/about.js";
import { html, useState } from "../shared/preact.js";
import { Icon } from "../shared/icons.js";
import { ruby } from "../shared/ruby.js";
import { PersonFigure } from "../shared/figures.js";
import { openCase } from "./acts.js";
import { correct, say, sayAgain } from "./turns.js";
import { Button, Covered, SheetBox } from "./controls.js";
import { answersAtOnce, ValueInput } from "./inputs.js";
import { household, inputOf, splitFact } from "../shared/household.js";
import { CallAsked, Callback, SharedPage, TalkSoFar } from "./human_sheets.js";
import { FactRow } from "./read_back.js";
import { mayMove, PhoneSheet, showPhoneCode } from "./phone_code.js";
import { PeopleInput } from "./people_input.js";
import { withdrawNow } from "./shell.js";
import { heard, sheet, ticket, turn } from "./state.js";
import { TextLine } from "./text_line.js";
import { VoicePanel } from "./voice_panel.js";
import { voiceWords } from "./voice_words.js";
import { fill, words } from "./words.js";

/** @import { Understood } from "../shared/api_types" */

const close = () => {
  sheet.value = null;
};

/** The sheet that is open, if any. */
export function Sheets() {
  const open = sheet.value;
  if (!open) return null;
  if (open.kind === "correct") return html`<${Correct} key=${open.item.fact} item=${open.item} />`;
  if (open.kind === "person") return html`<${PersonSheet} key=${open.person} id=${open.person} />`;
  if (open.kind === "all") return html`<${AllFacts} />`;
  if (open.kind === "heard") return html`<${Heard} />`;
  if (open.kind === "printed") return html`<${PrintedNumber} ticketOnly=${open.ticketOnly} />`;
  if (open.kind === "voice") return html`<${VoiceSheet} />`;
  if (open.kind === "phone") return html`<${PhoneSheet} />`;
  if (open.kind === "callback") return html`<${Callback} onClose=${close} />`;
  if (open.kind === "talk") return html`<${TalkSoFar} onClose=${close} />`;
  if (open.kind === "shared") return html`<${SharedPage} onClose=${close} />`;
  if (open.kind === "call") return html`<${CallAsked} />`;
  return html`<${Withdraw} />`;
}

/** @param {{item: Understood}} props */
function Correct({ item }) {
  const w = words();
  const town = item.type === "municipality";
  const asked = { id: item.fact, input: inputOf(item), options: optionsOf(item), multiple: item.type === "choices" };
  const first = town || asked.input === "yes_no" ? null : item.value;
  const [value, setValue] = useState(/** @type {unknown} */ (first));
  const save = (/** @type {unknown} */ given) => (town ? sayInstead(item, String(given)) : correct(item.fact, given));
  const atOnce = answersAtOnce(asked);
  return html`<${SheetBox}
    title=${fill(w.correct_title, item.label)}
    onClose=${close}
    foot=${html`<${Button} icon="erase" label=${w.correct_forget} onPress=${() => correct(item.fact, null)} name="forget" />
      ${!atOnce && html`<${Button} kind="primary" icon="check" label=${w.correct_save} disabled=${value === null || value === ""} onPress=${() => save(value)} name="save" />`}`}
  >
    <div class="now-and-others"><p class="now"><small>${w.correct_now}</small><${Covered} id=${`now:${item.fact}`} value=${item.value_label} covered=${item.masked === true} /></p>
    ${item.alternatives?.length &&
    html`<section class="alternatives"><h3>${w.correct_other}</h3>
      <ul class="options options-grid">${item.alternatives.map((other) => html`<li key=${other.label}><button type="button" class="option" onClick=${() => correct(item.fact, other.value)}><span>${other.label}</span></button></li>`)}</ul></section>`}</div>
    <${ValueInput} asked=${asked} value=${atOnce ? item.value : value} onChange=${setValue} onCommit=${save} />
  <//>`;
}

/** @param {Understood} item */
function optionsOf(item) {
  if (item.type !== "person") return item.options;
  return household(turn.value?.understood ?? [], words().you).map((person) => ({ value: person.id, label: person.label }));
}

/**
 * A municipality is corrected in words, for its value is a code nobody knows.
 * @param {Understood} item
 * @param {string} text
 */
async function sayInstead(item, text) {
  close();
  await say(fill(words().say_instead, item.label, text));
}

/** @param {{id: string | null}} props */
function PersonSheet({ id }) {
  const w = words();
  const people = household(turn.value?.understood ?? [], w.you);
  const person = people.find((one) => one.id === id);
  const [added, setAdded] = useState(/** @type {unknown} */ (null));
  const ids = people.filter((one) => one.id !== id).map((one) => ({ person: one.id, ...(one.relation ? { relation: one.relation } : {}) }));
  if (!person) {
    return html`<${SheetBox} title=${w.person_add} onClose=${close} kind="sheet-tall"
      foot=${html`<${Button} kind="primary" icon="check" label=${w.done} disabled=${!Array.isArray(added)} onPress=${() => correct("people", [...ids, .../** @type {object[]} */ (added)])} name="save" />`}>
      <${PeopleInput} people=${[]} onChange=${setAdded} />
    <//>`;
  }
  return html`<${SheetBox} title=${person.label} onClose=${close}
    foot=${person.id !== "p1" && html`<${Button} icon="close" label=${w.person_remove} onPress=${() => correct("people", ids)} name="remove" />`}>
    <div class="person-sheet">
      <span class="person-figure"><${PersonFigure} relation=${person.relation} age=${person.age} self=${person.id === "p1"} /></span>
      <ul>${person.facts.map((item) => html`<li key=${item.fact}><${FactRow} item=${item} alone=${true} /></li>`)}
        ${person.age === null && html`<li><button type="button" class="option" onClick=${() => (sheet.value = { kind: "correct", item: { fact: `people.${person.id}.age`, value: null, value_label: w.not_entered, label: fill("%1: %2", person.relation_label, w.age), origin: "said", confidence: 1, type: "age" } })}><span>${w.age}</span><em>${w.not_entered}</em></button></li>`}
      </ul>
    </div>
  <//>`;
}

function AllFacts() {
  const w = words();
  const items = (turn.value?.understood ?? []).filter((item) => item.fact !== "people");
  const people = household(items, w.you);
  const general = items.filter((item) => splitFact(item.fact)[0] === null);
  return html`<${SheetBox} title=${w.understood_title} onClose=${close} kind="sheet-tall">
    ${heard.value && html`<button type="button" class="heard" onClick=${() => (sheet.value = { kind: "heard" })}><span class="only-heard">${w.heard}</span><q>${heard.value}</q><${Icon} name="pencil" /><span>${ruby(w.edit)}</span></button>`}
    <p class="hint">${ruby(w.understood_hint)}</p>
    <ul class="fact-list">${general.map((item) => html`<li key=${item.fact}><${FactRow} item=${item} /></li>`)}</ul>
    ${people.map((person) => person.facts.length > 0 && html`<section key=${person.id} class="fact-person"><h3><span class="person-figure"><${PersonFigure} relation=${person.relation} age=${person.age} self=${person.id === "p1"} /></span>${person.label}</h3>
      <ul class="fact-list">${person.facts.map((item) => html`<li key=${item.fact}><${FactRow} item=${item} alone=${true} /></li>`)}</ul></section>`)}
  <//>`;
}

function Heard() {
  const w = words();
  return html`<${SheetBox} title=${w.heard_title} onClose=${close}>
    <${TextLine} label=${w.say_here} initial=${heard.value} send=${w.heard_send} onSend=${sayAgain} />
  <//>`;
}

function Withdraw() {
  const w = words();
  return html`<${SheetBox} title=${w.withdraw_title} onClose=${close}
    foot=${html`<${Button} icon="close" label=${w.withdraw_yes} onPress=${withdrawNow} name="withdraw" /><${Button} kind="primary" icon="back" label=${w.withdraw_keep} onPress=${close} name="keep" />`}>
    <p class="big">${ruby(w.withdraw_text)}${ticket.value ? ruby(w.withdraw_case) : ""}</p>
    ${!ticket.value && html`<${Button} icon="ticket" label=${w.withdraw_ticket} onPress=${() => openCase(true)} name="ticket-and-end" />`}
    ${mayMove() && html`<${Button} icon="phone" label=${w.phone} onPress=${showPhoneCode} name="phone" />`}
  <//>`;
}

/** A number of the town's own machine, typed as it is printed; without one, ours. @param {{ticketOnly: boolean}} props */
function PrintedNumber({ ticketOnly }) {
  const w = words();
  const examples = (about.value?.municipality.number_machine ?? []).map((one) => one.example);
  return html`<${SheetBox} title=${w.printed_title} onClose=${close}
    foot=${html`<${Button} kind="primary" icon="ticket" label=${w.take_ticket} onPress=${() => openCase(ticketOnly, "")} name="no-printed-number" />`}>
    <p class="hint">${ruby(w.printed_hint)}</p>
    <${TextLine} label=${w.printed_label} placeholder=${fill(w.printed_example, examples.join("・"))} send=${w.printed_send} onSend=${(/** @type {string} */ text) => openCase(ticketOnly, text)} />
  <//>`;
}

function VoiceSheet() {
  const w = voiceWords();
  return html`<${SheetBox} title=${w.panel} onClose=${close}
    foot=${html`<p class="hint">${ruby(w.reset_hint)}</p><${Button} kind="primary" icon="check" label=${words().done} onPress=${close} name="close-voice" />`}>
    <${VoicePanel} />
  <//>`;
}
