// Who could put a card on the reader, by what was said.
import { household } from "../shared/household.js";
import { cards, turn } from "./state.js";
import { words } from "./words.js";

/** People who did not say that they have no card. */
export function holders() {
  const people = household(turn.value?.understood ?? [], words().you);
  return people.filter((person) => person.facts.find((item) => item.fact.endsWith(".has_my_number_card"))?.value !== false);
}

/** The visitor first, then others; nobody when all cards were read or nobody has one. */
export function nextHolder() {
  return holders().find((person) => cards.value[person.id] === undefined);
}
