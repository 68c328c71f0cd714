// The drawn clerk. A town may bring its own character: whatever exports `Avatar` and `setMouth` in this shape fits.
// Speech, when there is sound, calls setMouth() with the shape of each moment; nothing else here moves by itself
// but a calm blink, and that only where motion is welcome.
import { html, signal } from "./preact.js";

/** @typedef {"closed" | "a" | "i" | "u" | "e" | "o" | "n"} Mouth */
/** @typedef {"calm" | "greeting" | "asking" | "puzzled" | "glad"} Mood */

/** @type {Record<Mouth, string>} */
const MOUTHS = {
  closed: "M276 292q24 17 48 0",
  a: "M274 288q26 -8 52 0q-4 34 -26 34t-26 -34z",
  i: "M270 290q30 -6 60 0q-8 16 -30 16t-30 -16z",
  u: "M290 290q10 -6 20 0q4 10 0 18q-10 6 -20 0q-4 -8 0 -18z",
  e: "M272 289q28 -7 56 0q-5 24 -28 24t-28 -24z",
  n: "M278 294q22 10 44 0q-6 8 -22 8t-22 -8z",
  o: "M284 287q16 -9 32 0q8 15 0 30q-16 9 -32 0q-8 -15 0 -30z",
};

/** @type {Record<Mood, {brows: string, tilt: string}>} */
const MOODS = {
  calm: { brows: "M226 196q20 -11 40 -4M334 192q20 -7 40 4", tilt: "" },
  greeting: { brows: "M226 192q20 -13 40 -6M334 186q20 -7 40 6", tilt: "avatar-bow" },
  asking: { brows: "M226 190q20 -13 40 -6M334 184q20 -7 40 6", tilt: "avatar-lean" },
  puzzled: { brows: "M226 198q20 -3 40 -10M334 186q20 0 40 12", tilt: "avatar-tilt" },
  glad: { brows: "M226 190q20 -15 40 -4M334 186q20 -11 40 4", tilt: "" },
};

/** @type {import("./preact.js").Signal<Mouth>} */
const mouth = signal("closed");

/**
 * The shape of the mouth now.
 * @param {Mouth} shape
 */
export function setMouth(shape) {
  mouth.value = shape;
}

/** @param {{mood?: Mood}} props */
export function Avatar({ mood = "calm" }) {
  const { brows, tilt } = MOODS[mood];
  return html`<svg class="avatar" viewBox="0 0 600 620" preserveAspectRatio="xMidYMax meet" aria-hidden="true" focusable="false">
    <g class=${`avatar-figure ${tilt}`}>
      <path class="avatar-hair" d="M300 62c-98 0 -142 70 -138 158c2 54 10 92 26 118c14 10 34 6 42 -6h140c8 12 28 16 42 6c16 -26 24 -64 26 -118c4 -88 -40 -158 -138 -158z" />
      <path class="avatar-skin" d="M258 318h84v70q-42 34 -84 0z" />
      <path class="avatar-shade" d="M258 336q42 30 84 0v22q-42 30 -84 0z" />
      <path class="avatar-vest" d="M74 720c0 -220 38 -296 112 -318l74 -22q40 40 80 0l74 22c74 22 112 98 112 318z" />
      <path class="avatar-shirt" d="M246 384l54 62l54 -62l30 10l-60 306h-48l-60 -306z" />
      <path class="avatar-line" d="M148 700c0 -122 4 -162 16 -204M452 700c0 -122 -4 -162 -16 -204" />
      <path class="avatar-collar" d="M258 372l-28 22l44 78l26 -28zM342 372l28 22l-44 78l-26 -28z" />
      <path class="avatar-scarf" d="M300 446l-26 22l10 30l16 -12l16 12l10 -30zM288 492l-10 74l22 16l22 -16l-10 -74l-12 -8z" />
      <g class="avatar-badge">
        <rect x="366" y="498" width="98" height="60" rx="8" />
        <text x="415" y="539" text-anchor="middle">案内</text>
      </g>
      <path class="avatar-skin" d="M190 210c-2 92 44 140 110 140s112 -48 110 -140c-2 -78 -44 -118 -110 -118s-108 40 -110 118z" />
      <path class="avatar-skin" d="M192 222c-20 -10 -30 4 -26 26c4 20 16 34 32 30zM408 222c20 -10 30 4 26 26c-4 20 -16 34 -32 30z" />
      <path class="avatar-hair" d="M300 70c-84 0 -124 52 -122 144c14 -8 22 -26 26 -46c58 -2 106 -20 134 -52c10 36 34 60 58 68c2 12 8 22 26 30c2 -92 -38 -144 -122 -144z" />
      <path class="avatar-gloss" d="M226 132q28 -30 66 -34" />
      <path class="avatar-brow" d=${brows} />
      <g class="avatar-eyes">
        <ellipse cx="247" cy="228" rx="10" ry="14" /><ellipse cx="353" cy="228" rx="10" ry="14" />
        <circle class="avatar-glint" cx="251" cy="222" r="3.6" /><circle class="avatar-glint" cx="357" cy="222" r="3.6" />
      </g>
      <path class="avatar-nose" d="M300 246q-6 12 2 16" />
      <ellipse class="avatar-cheek" cx="226" cy="268" rx="19" ry="11" /><ellipse class="avatar-cheek" cx="374" cy="268" rx="19" ry="11" />
      <path class=${`avatar-mouth ${mouth.value === "closed" ? "" : "avatar-mouth-open"}`} d=${MOUTHS[mouth.value]} />
    </g>
  </svg>`;
}
