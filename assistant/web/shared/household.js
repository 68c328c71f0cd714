// The household as the screens draw it, read out of what was understood. Pure.

/** @import { FactType, InputKind, Understood } from "./api_types" */

/**
 * @typedef {object} Person
 * @property {string} id
 * @property {string} [relation]
 * @property {string} label how this visit calls the person: あなた, 妻, 子(6歳)
 * @property {string} relation_label
 * @property {number | null} age
 * @property {boolean} moves
 * @property {Understood[]} facts
 */

/**
 * Person id and name of a fact.
 * @param {string} fact
 * @returns {[string | null, string]}
 */
export function splitFact(fact) {
  const [first, person, name] = fact.split(".");
  return first === "people" && person && name ? [person, name] : [null, fact];
}

/**
 * @param {Understood[]} understood
 * @param {string} you word for the visitor
 * @returns {Person[]}
 */
export function household(understood, you) {
  /** @type {Map<string, Understood[]>} */
  const facts = new Map([["p1", []]]);
  const listed = understood.find((item) => item.fact === "people")?.value;
  for (const id of Array.isArray(listed) ? listed : []) facts.set(id, facts.get(id) ?? []);
  for (const item of understood) {
    const [person] = splitFact(item.fact);
    if (person && item.fact !== "people.p1.relation") facts.set(person, [...(facts.get(person) ?? []), item]);
  }
  const people = [...facts].map(([id, own]) => person(id, own, you));
  return people.sort((a, b) => Number(a.id.slice(1)) - Number(b.id.slice(1)));
}

/**
 * @param {string} id
 * @param {Understood[]} facts
 * @param {string} you
 * @returns {Person}
 */
function person(id, facts, you) {
  /** @param {string} name */
  const find = (name) => facts.find((item) => item.fact === `people.${id}.${name}`);
  const relation = find("relation");
  const age = find("age")?.value;
  const relation_label = id === "p1" ? you : (relation?.value_label ?? "");
  const years = typeof age === "number" ? age : null;
  return {
    id,
    relation: id === "p1" ? "self" : typeof relation?.value === "string" ? relation.value : undefined,
    relation_label,
    label: id !== "p1" && years !== null ? `${relation_label}(${years}歳)` : relation_label,
    age: years,
    moves: find("moves")?.value !== false,
    facts,
  };
}

/** @type {Partial<Record<FactType, InputKind>>} */
const INPUTS = { bool: "yes_no", int: "number", age: "number", date: "date", choice: "choice", choices: "choice", person: "choice" };

/**
 * How a fact is best typed.
 * @param {Understood} item
 * @returns {InputKind}
 */
export function inputOf(item) {
  return (item.type && INPUTS[item.type]) ?? "text";
}

/**
 * The label of a fact without the person it is of: 妻: 年齢 → 年齢.
 * @param {string} label
 */
export function shortLabel(label) {
  return label.replace(/^[^:]+:\s*(?=.)/, "");
}
