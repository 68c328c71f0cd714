// Who could put a card on the reader, by what was said.
import { household } from "../shared/household.js";
import { cards, turn } from "./state.js";
import { words } from "./words.js";

/** @import { Understood } from "../shared/api_types" */

const PIN_BY_REPRESENTATIVE_UNDER = 15;

/** People who are here, as far as was said, and did not say that they have no card. */
export function holders() {
  const known = turn.value?.understood ?? [];
  const inAnothersPlace = valueOf(known, "visitor_role") === "proxy";
  return household(known, words().you).filter((person) => {
    const has = person.facts.find((item) => item.fact.endsWith(".has_my_number_card"))?.value !== false;
    return has && (!inAnothersPlace || person.id === "p1" || isRepresented(known, person.id));
  });
}

/**
 * A child under 15 whose parent or guardian came; the cards of others who are not here go to the clerk unread.
 * @param {Understood[]} known
 * @param {string} person
 */
function isRepresented(known, person) {
  const age = valueOf(known, `people.${person}.age`);
  const byLaw =
    valueOf(known, `people.${person}.relation`) === "child" || ["parent", "guardian"].includes(String(valueOf(known, "proxy_authority")));
  return byLaw && typeof age === "number" && age < PIN_BY_REPRESENTATIVE_UNDER;
}

/**
 * @param {Understood[]} known
 * @param {string} fact
 */
function valueOf(known, fact) {
  return known.find((item) => item.fact === fact)?.value;
}

/** The visitor first, then others; nobody when all cards were read or nobody has one. */
export function nextHolder() {
  return holders().find((person) => cards.value[person.id] === undefined);
}
