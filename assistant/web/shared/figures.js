// People of a household as small drawn figures: who they are is told by height, hair and the words below.
// A figure is a help for the eye; it never decides or claims anything about a person.
import { html } from "./preact.js";

const WOMEN = new Set(["wife", "unregistered_wife", "mother", "mother_in_law", "grandmother", "older_sister", "younger_sister"]);
const MEN = new Set(["husband", "unregistered_husband", "father", "father_in_law", "grandfather", "older_brother", "younger_brother"]);
const OLD_RELATIONS = new Set(["grandfather", "grandmother"]);
const ADULT_HEIGHT = 190;
const OLD_AGE = 70;

/**
 * Height of the drawing in its own units; a child grows with age.
 * @param {number | null} age
 * @param {string | undefined} relation
 */
function height(age, relation) {
  if (age === null) return relation === "child" || relation === "grandchild" ? 140 : ADULT_HEIGHT;
  if (age >= 16) return age >= OLD_AGE ? 182 : ADULT_HEIGHT;
  return 92 + age * 5.4;
}

/**
 * @param {{relation?: string, age?: number | null, self?: boolean}} props
 */
export function PersonFigure({ relation, age = null, self = false }) {
  const tall = height(age, relation);
  const child = tall < 172;
  const head = child ? 23 : 21;
  const top = 200 - tall;
  const neck = top + head * 2;
  const hip = neck + (200 - neck) * 0.58;
  const woman = relation !== undefined && WOMEN.has(relation);
  const man = relation !== undefined && MEN.has(relation);
  const old = (age !== null && age >= OLD_AGE) || (age === null && relation !== undefined && OLD_RELATIONS.has(relation));
  const half = child ? 19 : man ? 27 : 24;
  const cx = 50;
  const kind = self ? "self" : child ? "child" : woman ? "woman" : man ? "man" : "other";
  const body = woman
    ? `M${cx - half + 4} ${neck + 6}q${half - 4} -10 ${2 * half - 8} 0l10 ${hip - neck + 18}q-${half + 6} 8 -${2 * half + 12} 0z`
    : `M${cx - half} ${neck + 12}q0 -12 12 -12h${2 * half - 24}q12 0 12 12v${hip - neck - 4}h-${2 * half}z`;
  const hair = woman
    ? `M${cx - head - 1} ${top + head + 12}q-6 -${head + 16} ${head + 1} -${head + 14}q${head + 7} -2 ${head + 1} ${head + 14}q-5 2 -7 -2q-1 -9 -3 -11q-12 0 -19 -5q-6 5 -8 16q-2 4 -6 2z`
    : `M${cx - head} ${top + head}q0 -${head + 4} ${head} -${head + 3}q${head} -1 ${head} ${head + 3}q-6 -6 -9 -9q-14 2 -22 -3q-4 4 -9 12z`;
  return html`<svg class=${`figure figure-${kind} ${old ? "figure-old" : ""}`} viewBox="0 0 100 206" aria-hidden="true" focusable="false">
    <ellipse class="figure-ground" cx="50" cy="200" rx=${child ? 26 : 34} ry="5" />
    <path class="figure-leg" d=${`M${cx - half * 0.42} ${hip}V196M${cx + half * 0.42} ${hip}V196`} />
    <path class="figure-body" d=${body} />
    <path class="figure-line" d=${`M${cx - half + (woman ? 9 : 8)} ${neck + 26}v${(hip - neck) * 0.45}M${cx + half - (woman ? 9 : 8)} ${neck + 26}v${(hip - neck) * 0.45}`} />
    <circle class="figure-head" cx=${cx} cy=${top + head} r=${head} />
    <path class="figure-hair" d=${hair} />
    <path class="figure-line" d=${`M${cx - 8} ${top + head + 3}v3M${cx + 8} ${top + head + 3}v3M${cx - 5} ${top + head + 11}q5 4 10 0`} />
  </svg>`;
}
