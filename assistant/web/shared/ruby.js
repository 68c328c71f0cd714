// ふりがな. Words carry readings as {番号札|ばんごうふだ}; the reading is for the eye only, so that a screen
// reader does not say everything twice.
import { html } from "./preact.js";

const READING = /\{([^|{}]+)\|([^|{}]+)\}/g;

/**
 * The text without its readings.
 * @param {string} text
 */
export function plain(text) {
  return text.replace(READING, "$1");
}

/**
 * The text as nodes, readings above their characters.
 * @param {string} text
 */
export function ruby(text) {
  if (!text.includes("{")) return unbroken(text);
  const nodes = [];
  let from = 0;
  for (const found of text.matchAll(READING)) {
    nodes.push(unbroken(text.slice(from, found.index)));
    nodes.push(html`<ruby>${found[1]}<rt aria-hidden="true">${found[2]}</rt></ruby>`);
    from = found.index + found[0].length;
  }
  nodes.push(unbroken(text.slice(from)));
  return html`<span>${nodes}</span>`;
}

/**
 * A heading, sentence by sentence: a line ends where a sentence ends before it ends anywhere else.
 * @param {string} text
 */
export function sentences(text) {
  const parts = text.split(/(?<=[。?!])\s*(?=.)/);
  if (parts.length < 2) return ruby(text);
  return html`<span>${parts.map((part) => html`<span class="sentence">${ruby(part)}</span>`)}</span>`;
}

/**
 * A text in which no name of a paper in 「」 breaks inside.
 * @param {string} text
 */
export function titles(text) {
  return html`<span>${text.split(/(「[^」]*」)/).map((part) => (part.startsWith("「") ? html`<span class="name-whole">${part}</span>` : part))}</span>`;
}

/**
 * Names in one line, each in one piece: 妻(39歳)・子(12歳).
 * @param {string[]} names
 * @param {string} [between]
 */
export function named(names, between = "・") {
  return html`<span>${names.map((name, at) => html`<span class="name-whole">${name}${at < names.length - 1 ? between : ""}</span>`)}</span>`;
}

/**
 * Numbers stay with their unit and ranges in one piece: 25〜40分 never breaks.
 * @param {string} text
 */
function unbroken(text) {
  const pieces = text.split(/(\d+(?:[〜~・]\d+)?(?:分|日|か所|件|人|円|歳|問|枚|回|番)?)/);
  if (pieces.length < 2) return text;
  return html`<span>${pieces.map((piece, at) => (at % 2 ? html`<span class="unbroken">${piece}</span>` : piece))}</span>`;
}
