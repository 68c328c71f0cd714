// What the voice says, as it says it: the sentence whole, the word that sounds now marked, readings above when wished.
// The words are for the eye; a screen reader has the heading of the screen.
import { html, useEffect, useRef } from "../shared/preact.js";
import { furigana } from "./voice_state.js";
import { tongue } from "./words.js";

/** @import { Caption as Said, CaptionWord } from "../shared/player.js" */

const KANJI = /[\p{Script=Han}々]/u;

/** @param {{caption: Said}} props */
export function Caption({ caption }) {
  const box = useRef(/** @type {HTMLElement | null} */ (null));
  const readings = furigana.value || tongue.value === "easy";
  useEffect(() => {
    const word = /** @type {HTMLElement | null | undefined} */ (box.current?.children[caption.at]);
    if (box.current && word) box.current.scrollTop = word.offsetTop - box.current.offsetTop - word.offsetHeight / 2;
  }, [caption]);
  return html`<p class=${readings ? "caption caption-readings" : "caption"} aria-hidden="true" ref=${box}>
    ${caption.words.map((word, at) => html`<span key=${at} class=${at === caption.at ? "caption-now" : at < caption.at ? "caption-said" : ""}>${readings ? reading(word) : word.text}</span>`)}
  </p>`;
}

/** @param {CaptionWord} word */
function reading(word) {
  if (!word.reading || !KANJI.test(word.text)) return word.text;
  const [, head = "", kanji = word.text, tail = ""] = /^([^\p{Script=Han}々]*)(.*?)([^\p{Script=Han}々]*)$/u.exec(word.text) ?? [];
  const inside = word.reading.startsWith(head) && word.reading.endsWith(tail) && word.reading.length > head.length + tail.length;
  if (!inside) return html`<ruby>${word.text}<rt aria-hidden="true">${word.reading}</rt></ruby>`;
  return html`${head}<ruby>${kanji}<rt aria-hidden="true">${word.reading.slice(head.length, word.reading.length - tail.length)}</rt></ruby>${tail}`;
}
