// The read-back: the household as people, the move as before → after, dates; every part is corrected by one touch.
import { html, useState } from "../shared/preact.js";
import { about } from "../shared/about.js";
import { PersonFigure } from "../shared/figures.js";
import { dayJa, eraDateJa } from "../shared/format_ja.js";
import { Icon } from "../shared/icons.js";
import { ruby } from "../shared/ruby.js";
import { answer } from "./turns.js";
import { Button, Covered, Scroll } from "./controls.js";
import { household, shortLabel, splitFact } from "../shared/household.js";
import { Shell, progressLine } from "./shell.js";
import { sheet, turn } from "./state.js";
import { TextLine } from "./text_line.js";
import { iconOf, saidValue } from "./understood.js";
import { fill, words } from "./words.js";

/** @import { Understood } from "../shared/api_types" */

const DRAWN = new Set(["moved_on", "previous_municipality", "people"]);

export function ReadBack() {
  const w = words();
  const [hint, setHint] = useState(false);
  const items = turn.value?.understood ?? [];
  const people = household(items, w.you);
  const moved = items.find((item) => item.fact === "moved_on");
  const from = items.find((item) => item.fact === "previous_municipality");
  const others = items.filter((item) => splitFact(item.fact)[0] === null && !DRAWN.has(item.fact));
  const personal = items.filter((item) => {
    const [person, name] = splitFact(item.fact);
    return person !== null && !["relation", "age", "moves"].includes(name);
  });
  return html`<${Shell}
    say=${w.read_back_title}
    mood="asking"
    kind="view-read-back"
    progress=${progressLine()}
    action=${html`
      <${Button} icon="pencil" label=${w.not_right} onPress=${() => setHint(true)} name="not-right" />
      <${Button} kind="primary" icon="check" label=${w.all_right} onPress=${() => answer("confirm", true)} name="next" />
    `}
  >
    ${hint && html`<section class="offer offer-write"><p>${ruby(w.not_right_hint)}</p><${TextLine} label=${w.say_here} /></section>`}
    <${Scroll} label=${w.read_back_title}>
      <section class="family" aria-labelledby="family-title">
        <h2 id="family-title"><span>${ruby(fill(moved ? w.family : w.household, people.length))}</span><small>${ruby(w.read_back_hint)}</small></h2>
        <ul>
          ${people.map(
            (person) => html`<li key=${person.id}>
              <button type="button" class=${`person-card ${person.moves ? "" : "person-stays"} ${person.facts.some((item) => item.doubtful) ? "person-doubtful" : ""}`} onClick=${() => (sheet.value = { kind: "person", person: person.id })}>
                <span class="person-figure"><${PersonFigure} relation=${person.relation} age=${person.age} self=${person.id === "p1"} /></span>
                <b>${person.relation_label}</b>
                <span class=${person.age === null ? "person-value person-open" : "person-value"}>${person.age === null ? w.age_later : `${person.age}${w.years}`}</span>
              </button>
            </li>`,
          )}
          <li><button type="button" class="person-card person-add" onClick=${() => (sheet.value = { kind: "person", person: null })}><${Icon} name="plus" size="large" /><b>${ruby(w.person_add)}</b></button></li>
        </ul>
      </section>
      ${(moved || from) &&
      html`<section class="move" aria-label=${w.move}>
        <${Place} label=${w.from} item=${from} empty=${w.unknown} />
        <button type="button" class=${moved?.doubtful ? "move-when doubtful" : "move-when"} disabled=${!moved} onClick=${() => moved && (sheet.value = { kind: "correct", item: moved })}>
          <span class="move-arrow" aria-hidden="true"></span>
          <span class="move-date"><${Icon} name="calendar" />${moved && typeof moved.value === "string" ? html`<b>${dayJa(moved.value)}</b><small>${eraDateJa(moved.value)}</small>` : w.unknown}</span>
          ${moved?.doubtful && html`<em>${ruby(w.doubtful)}</em>`}
        </button>
        <div class="place place-here"><span>${ruby(w.to)}</span><${Icon} name="house" size="large" /><b>${about.value?.municipality.name_ja ?? ""}</b></div>
      </section>`}
      ${others.length + personal.length > 0 &&
      html`<section class="facts"><h2 class="only-heard">${w.other_facts}</h2>
        <ul>${[...others, ...personal].map((item) => html`<li key=${item.fact}><${FactRow} item=${item} /></li>`)}</ul>
      </section>`}
    <//>
  <//>`;
}

/** @param {{label: string, item: Understood | undefined, empty: string}} props */
function Place({ label, item, empty }) {
  return html`<button type="button" class=${`place ${item?.doubtful ? "doubtful" : ""}`} disabled=${!item} onClick=${() => item && (sheet.value = { kind: "correct", item })}>
    <span>${ruby(label)}</span><${Icon} name="house" size="large" /><b>${item ? item.value_label : empty}</b>
  </button>`;
}

/** One fact with its value; a touch on the pencil corrects it. @param {{item: Understood, alone?: boolean}} props */
export function FactRow({ item, alone = false }) {
  const w = words();
  return html`<div class=${item.doubtful ? "fact-row doubtful" : "fact-row"}>
    <${Icon} name=${item.doubtful ? "alert" : iconOf(item)} />
    <div><small>${alone ? shortLabel(item.label) : item.label}${item.doubtful ? ` ${w.doubtful}` : ""}</small>
      <${Covered} id=${item.fact} value=${saidValue(item)} covered=${item.masked === true} /></div>
    <button type="button" class="button plain" aria-label=${`${item.label}を${w.edit}`} onClick=${() => (sheet.value = { kind: "correct", item })}><${Icon} name="pencil" /><span>${w.edit}</span></button>
  </div>`;
}
