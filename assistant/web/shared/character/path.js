// The outline of a mouth as numbers, so that one shape flows into the next.

/** @typedef {{letters: string, numbers: number[]}} Outline */

const COUNTS = /** @type {Record<string, number>} */ ({ M: 2, L: 2, H: 1, V: 1, C: 6, S: 4, Q: 4, T: 2, A: 7, Z: 0 });

/**
 * Letters and numbers of a path; null when it cannot be read.
 * @param {string} d
 * @returns {Outline | null}
 */
export function outlineOf(d) {
  const rest = d.replaceAll(/[a-z]|-?(\d+\.?\d*|\.\d+)(e-?\d+)?|[\s,]+/gi, "");
  if (rest || !/^\s*m/i.test(d)) return null;
  let letters = "";
  /** @type {number[]} */
  const numbers = [];
  for (const [, letter = "", values = ""] of d.matchAll(/([a-z])((?:[^a-df-z]|e-?\d)*)/gi)) {
    const given = (values.match(/-?(\d+\.?\d*|\.\d+)(e-?\d+)?/gi) ?? []).map(Number);
    const count = COUNTS[letter.toUpperCase()];
    if (count === undefined || (count === 0 ? given.length : !given.length || given.length % count)) return null;
    for (let at = 0; at < Math.max(1, given.length); at += count || 1) letters += letter;
    numbers.push(...given);
  }
  return { letters, numbers };
}

/**
 * The path of these letters and numbers.
 * @param {string} letters
 * @param {readonly number[]} numbers
 */
export function pathOf(letters, numbers) {
  let at = 0;
  return [...letters].map((letter) => letter + numbers.slice(at, (at += COUNTS[letter.toUpperCase()] ?? 0)).map((n) => Math.round(n * 10) / 10).join(" ")).join("");
}
