// Which character this installation shows. A broken one never leaves an empty stage: the built-in clerk stands in, and
// what is wrong is told on the console and on the preview page.
import { problemsOf } from "./contract.js";
import { sanitise } from "./sanitise.js";
import { about } from "../about.js";
import { effect, signal } from "../preact.js";

/** @typedef {import("./spec").Character} Character */

const AGAIN_MS = 5000;
export const BUILT_IN = "/web/characters/clerk";

/** @type {import("../preact.js").Signal<Character | null>} */
export const chosenCharacter = signal(null);

/** What is wrong with a character: one line for each thing to mend. */
export class BrokenCharacter extends Error {
  /** @param {string} base @param {string[]} problems */
  constructor(base, problems) {
    super(`${base}: ${problems.join(" / ")}`);
    this.problems = problems;
  }
}

/**
 * A character out of the text of its two files; throws BrokenCharacter.
 * @param {string} base where it comes from
 * @param {string} svg
 * @param {string} json
 * @returns {Character}
 */
export function readCharacter(base, svg, json) {
  const { drawing, removed, problems } = sanitise(svg);
  /** @type {unknown} */
  let spec;
  try {
    spec = JSON.parse(json);
  } catch (reason) {
    problems.push(`character.json: JSONとして読めません(${reason instanceof Error ? reason.message : ""})`);
  }
  if (drawing && spec !== undefined) problems.push(...problemsOf(spec, drawing));
  if (!drawing || problems.length) throw new BrokenCharacter(base, problems);
  return { base, drawing, spec: /** @type {import("./spec").CharacterSpec} */ (spec), removed };
}

/**
 * The character in a folder of the server; throws BrokenCharacter.
 * @param {string} base
 */
export async function loadCharacter(base) {
  const [svg, json] = await Promise.all(["character.svg", "character.json"].map((name) => textOf(base, name)));
  return readCharacter(base, svg ?? "", json ?? "");
}

/** @param {string} base @param {string} name */
async function textOf(base, name) {
  const answer = await fetch(`${base}/${name}`).catch(() => null);
  if (!answer?.ok) throw new BrokenCharacter(base, [`${name}: ありません`]);
  return answer.text();
}

/**
 * The character at `base`, or the built-in one when it is broken.
 * @param {string} base
 */
export async function characterOrBuiltIn(base) {
  try {
    return await loadCharacter(base);
  } catch (reason) {
    if (base === BUILT_IN || !(reason instanceof BrokenCharacter)) throw reason;
    console.error(`The character is broken, the built-in one is shown. ${reason.message}`);
    return loadCharacter(BUILT_IN);
  }
}

let wanted = "";
effect(() => {
  const base = about.value?.municipality.character;
  if (!base || base === wanted) return;
  wanted = base;
  void showAsSoonAsPossible(base);
});

/** @param {string} base */
async function showAsSoonAsPossible(base) {
  while (base === wanted) {
    try {
      chosenCharacter.value = await characterOrBuiltIn(base);
      return;
    } catch (reason) {
      console.error(`No character can be loaded. ${reason instanceof Error ? reason.message : ""}`);
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    }
  }
}
