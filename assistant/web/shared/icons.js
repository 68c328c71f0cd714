// Line drawings of 48 × 48, one weight, drawn for these screens. A picture never stands without its word,
// so all of them are hidden from screen readers.
import { html } from "./preact.js";

/** @type {Record<string, string>} */
const PATHS = {
  back: "M20 12 8 24l12 12M8 24h32",
  forward: "M28 12l12 12-12 12M40 24H8",
  check: "M8 25l11 11L40 13",
  close: "M12 12l24 24M36 12 12 36",
  pause: "M17 11v26M31 11v26",
  plus: "M24 10v28M10 24h28",
  minus: "M10 24h28",
  down: "M11 18l13 13 13-13",
  eye: "M4 24s7-13 20-13 20 13 20 13-7 13-20 13S4 24 4 24zM24 18a6 6 0 1 0 0 12 6 6 0 0 0 0-12z",
  pencil: "M9 39l2-9L31 10a4 4 0 0 1 6 0l1 1a4 4 0 0 1 0 6L18 37l-9 2zM27 14l7 7",
  calendar: "M8 12h32v28H8zM8 20h32M16 7v9M32 7v9M15 27h4M22 27h4M29 27h4M15 34h4M22 34h4",
  clock: "M24 6a18 18 0 1 0 0 36 18 18 0 0 0 0-36zM24 14v10l7 5",
  person: "M24 6a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM7 42c1-10 8-14 17-14s16 4 17 14",
  people: "M17 10a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM4 40c0-8 5-12 13-12s13 4 13 12M32 12a6 6 0 1 1 0 12M36 28c5 1 8 5 8 12",
  staff: "M24 5a8 8 0 1 0 0 16 8 8 0 0 0 0-16zM8 42c0-10 5-16 16-16s16 6 16 16M19 27l5 6 5-6M24 33v9",
  talk: "M6 10h24v16H18l-6 6v-6H6zM34 18h8v16h-4v6l-6-6H20v-3",
  house: "M6 23 24 8l18 15M11 20v20h26V20M20 40V28h8v12",
  truck: "M4 12h24v22H4zM28 20h9l7 8v6H28M12 34a4 4 0 1 0 .1 0M36 34a4 4 0 1 0 .1 0",
  baby: "M24 8a10 10 0 1 0 0 20 10 10 0 0 0 0-20zM24 8c-3-4 3-6 4-3M20 18h.1M28 18h.1M21 23c2 2 4 2 6 0M12 42c0-8 5-12 12-12s12 4 12 12",
  rings: "M18 18a12 12 0 1 0 .1 0M30 18a12 12 0 1 1-6 2M15 18l-3-6h10l-3 6M12 12l3-4h4l3 4",
  apart: "M15 10a6 6 0 1 0 .1 0M33 10a6 6 0 1 1-.1 0M6 40c0-9 3-14 9-14 3 0 6 2 7 5M42 40c0-9-3-14-9-14-3 0-6 2-7 5M24 8v6M24 19v6M24 36v6",
  flower: "M24 20a4 4 0 1 0 .1 0M24 20c-5-6-3-12 0-13 3 1 5 7 0 13zM28 23c4-7 10-7 12-5 0 4-4 8-12 5zM27 27c8 1 9 7 7 9-4 1-8-3-7-9zM21 27c1 6-3 10-7 9-2-2-1-8 7-9zM20 23c-8 3-12-1-12-5 2-2 8-2 12 5zM24 29v14",
  paper: "M11 5h18l9 9v29H11zM29 5v9h9M17 22h14M17 29h14M17 36h9",
  shield: "M24 5l16 6v11c0 10-6 17-16 21C14 39 8 32 8 22V11zM24 31c-6-4-8-7-8-10a4 4 0 0 1 8-1 4 4 0 0 1 8 1c0 3-2 6-8 10z",
  yen: "M24 5a19 19 0 1 0 0 38 19 19 0 0 0 0-38zM16 14l8 11 8-11M24 25v11M17 26h14M17 31h14",
  dots: "M11 24a1.4 1.4 0 1 0 .1 0M24 24a1.4 1.4 0 1 0 .1 0M37 24a1.4 1.4 0 1 0 .1 0",
  ticket: "M6 14h36v7a4 4 0 0 0 0 7v7H6v-7a4 4 0 0 0 0-7zM30 14v4M30 22v4M30 31v4",
  card: "M5 11h38v27H5zM5 18h38M11 26h10v7H11zM27 27h10M27 32h6",
  globe: "M24 5a19 19 0 1 0 0 38 19 19 0 0 0 0-38zM5 24h38M24 5c6 5 8 12 8 19s-2 14-8 19c-6-5-8-12-8-19s2-14 8-19z",
  letters: "M5 38 15 11h2l10 27M8 30h16M29 38l6-17h2l6 17M31 33h10",
  keyboard: "M4 13h40v23H4zM11 20h.1M18 20h.1M25 20h.1M32 20h5M11 28h3M19 28h12M36 28h2",
  hand: "M15 25V13a3 3 0 0 1 6 0v9M21 21V9a3 3 0 0 1 6 0v12M27 21V11a3 3 0 0 1 6 0v13M33 24v-6a3 3 0 0 1 6 0v12c0 8-5 13-12 13-6 0-9-3-12-9l-6-9a3 3 0 0 1 5-3l5 6",
  wheelchair: "M19 8a3 3 0 1 0 .1 0M19 15v13h13l6 11h4M19 20h10M15 22a11 11 0 1 0 15 14",
  sign: "M10 26V14a3 3 0 0 1 6 0v9M16 22V10a3 3 0 0 1 6 0v12M22 22v-9a3 3 0 0 1 6 0v13M10 24l-3-3a3 3 0 0 0-4 4l7 11c2 4 6 6 10 6 6 0 10-4 10-9M34 12c3 2 4 5 4 8M38 7c4 3 6 8 6 13",
  slow: "M6 34h30M8 34c-2-12 6-19 14-19s14 7 14 19M36 26c0-4 3-7 6-5 2 2 1 7-4 9M13 34v5M30 34v5M16 22l6 4 6-4M22 26v8",
  pin: "M24 44S9 30 9 19a15 15 0 0 1 30 0c0 11-15 25-15 25zM24 13a6 6 0 1 0 .1 0",
  bag: "M10 17h28l2 25H8zM17 22v-8a7 7 0 0 1 14 0v8",
  scale: "M24 7v34M14 41h20M8 13h32M8 13 3 27h11zM40 13l-6 14h11z",
  phone: "M14 4h20v40H14zM21 38h6",
  print: "M13 17V6h22v11M13 34H5V17h38v17h-8M13 28h22v14H13zM36 22h2",
  star: "M24 6l5 12 13 1-10 8 3 13-11-7-11 7 3-13-10-8 13-1z",
  alert: "M24 6 44 41H4zM24 18v11M24 35v.1",
  info: "M24 5a19 19 0 1 0 0 38 19 19 0 0 0 0-38zM24 22v12M24 14v.1",
  mask: "M4 24s7-13 20-13 20 13 20 13-7 13-20 13S4 24 4 24zM8 8l32 32",
  link: "M8 24h24M24 14l10 10-10 10M42 10v28",
  lock: "M11 21h26v21H11zM16 21v-6a8 8 0 0 1 16 0v6M24 29v6",
  erase: "M16 11h26v26H16L5 24zM23 19l10 10M33 19 23 29",
  refresh: "M40 20A17 17 0 0 0 9 17M8 28a17 17 0 0 0 31 3M9 8v9h9M39 40v-9h-9",
  school: "M4 18 24 8l20 10-20 10zM12 22v12c7 6 17 6 24 0V22M44 18v12",
  sound: "M6 18v12h8l11 9V9L14 18zM32 17c4 4 4 10 0 14M37 11c7 7 7 19 0 26",
  microphone: "M24 5a7 7 0 0 0-7 7v12a7 7 0 0 0 14 0V12a7 7 0 0 0-7-7zM10 23a14 14 0 0 0 28 0M24 37v7M16 44h16",
  microphone_off: "M17 17v7a7 7 0 0 0 11 6M31 22V12a7 7 0 0 0-13-3M10 23a14 14 0 0 0 22 11M38 23a14 14 0 0 1-1 5M24 37v7M16 44h16M6 6l36 36",
  headphone: "M8 30v-6a16 16 0 0 1 32 0v6M8 28h6v13H8zM34 28h6v13h-6z",
  queue: "M6 12h24M6 24h24M6 36h24M38 10v28M32 32l6 6 6-6",
  offline: "M6 18c10-9 26-9 36 0M13 26c6-6 16-6 22 0M24 35h.1M8 40 40 8",
};

/**
 * @param {{name: string, size?: string}} props
 */
export function Icon({ name, size }) {
  return html`<svg class=${`icon ${size ?? ""}`} viewBox="0 0 48 48" aria-hidden="true" focusable="false">
    <path d=${PATHS[name] ?? PATHS.dots} />
  </svg>`;
}
