// A spoken sentence as phoneme times, as the voice sends them:
// 「こんにちは。今日は、どうされましたか。引っ越しや証明書など、そのままお話しください」

/** @typedef {import("../shared/character/spec").Shape} Shape */

/** Vowel after vowel; m is shut lips for a moment, a comma is a pause. */
const SPOKEN = "oniia,oua,ouaemaiaa,imoiaoumeiooao,ooomamaoaaiuaai,";
/** @type {Record<string, {shape: Shape, lasts_s: number}>} */
const SOUNDS = {
  a: { shape: "a", lasts_s: 0.14 },
  i: { shape: "i", lasts_s: 0.12 },
  u: { shape: "u", lasts_s: 0.12 },
  e: { shape: "e", lasts_s: 0.14 },
  o: { shape: "o", lasts_s: 0.14 },
  n: { shape: "n", lasts_s: 0.12 },
  m: { shape: "closed", lasts_s: 0.07 },
  ",": { shape: "closed", lasts_s: 0.35 },
};

/** @returns {{visemes: {at_s: number, shape: Shape}[], length_s: number}} */
export function sampleTimeline() {
  /** @type {{at_s: number, shape: Shape}[]} */
  const visemes = [];
  let at_s = 0;
  for (const letter of SPOKEN) {
    const { shape, lasts_s } = SOUNDS[letter] ?? { shape: "closed", lasts_s: 0 };
    visemes.push({ at_s, shape });
    at_s += lasts_s;
  }
  return { visemes, length_s: at_s };
}
