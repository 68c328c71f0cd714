// The mouth of one drawn character, and a mouth that follows the phonemes of a voice.
import { outlineOf, pathOf } from "./path.js";

/** @typedef {import("./spec").Shape} Shape */

/** More than half of the way is done in the very first frame, so that lips and sound agree. */
const TRANSITION_MS = 50;
const HEAD_START_MS = 18;
/** A frame is seen about this much after it is asked for; of the two, lips may rather be early than late. */
const LEAD_S = 0.02;

/** Moves the outlines of one character from shape to shape. */
export class Mouth {
  /**
   * @param {import("./spec").MouthSpec} spec
   * @param {(id: string) => Element | null} part
   */
  constructor(spec, part) {
    this.outlines = Object.entries(spec.paths ?? {}).map(([id, shapes]) => ({
      element: part(id),
      letters: outlineOf(shapes.closed)?.letters ?? "",
      shapes: Object.fromEntries(Object.entries(shapes).map(([shape, d]) => [shape, outlineOf(d)?.numbers ?? []])),
      from: /** @type {number[]} */ ([]),
      now: outlineOf(shapes.closed)?.numbers ?? [],
    }));
    this.groups = [...new Set(Object.values(spec.groups ?? {}))].map((id) => ({ id, element: part(id), from: 0, now: 0 }));
    this.groupOf = spec.groups;
    this.frame = 0;
    this.rest = /** @type {Shape} */ ("closed");
    this.asked = /** @type {Shape} */ ("closed");
    this.shape = /** @type {Shape | ""} */ ("");
    this.show("closed", true);
  }

  /** @param {Shape} shape how the mouth of this mood is when it is silent */
  setRest(shape) {
    this.rest = shape;
    this.show(this.asked);
  }

  /**
   * Goes softly to a shape, or is in it `atOnce`.
   * @param {Shape} asked
   */
  show(asked, atOnce = false) {
    this.asked = asked;
    const shape = asked === "closed" ? this.rest : asked;
    if (shape === this.shape) return;
    this.shape = shape;
    for (const outline of this.outlines) outline.from = outline.now;
    for (const group of this.groups) group.from = group.now;
    const begun = performance.now() - HEAD_START_MS;
    cancelAnimationFrame(this.frame);
    const step = () => {
      const share = atOnce ? 1 : Math.min(1, (performance.now() - begun) / TRANSITION_MS);
      this.draw(shape, 1 - (1 - share) ** 3);
      if (share < 1) this.frame = requestAnimationFrame(step);
    };
    step();
  }

  /** @param {Shape} shape @param {number} share */
  draw(shape, share) {
    for (const outline of this.outlines) {
      const target = outline.shapes[shape] ?? outline.now;
      outline.now = target.map((value, at) => (outline.from[at] ?? value) + (value - (outline.from[at] ?? value)) * share);
      outline.element?.setAttribute("d", pathOf(outline.letters, outline.now));
    }
    for (const group of this.groups) {
      group.now = group.from + (Number(group.id === this.groupOf?.[shape]) - group.from) * share;
      group.element?.setAttribute("opacity", group.now.toFixed(2));
    }
  }

  stop() {
    cancelAnimationFrame(this.frame);
  }
}

/**
 * Leads a mouth through phoneme times by the clock of the sound; returns how to stop it, mouth shut.
 * @param {readonly {at_s: number, shape: Shape}[]} visemes in order
 * @param {() => number} elapsed_s seconds since the sound began, by the clock that plays it
 * @param {(shape: Shape) => void} setMouth
 */
export function followVisemes(visemes, elapsed_s, setMouth) {
  let at = -1;
  let frame = 0;
  const step = () => {
    const now = elapsed_s() + LEAD_S;
    const before = at;
    while (at + 1 < visemes.length && Number(visemes[at + 1]?.at_s) <= now) at += 1;
    const current = visemes[at];
    if (at !== before && current) setMouth(current.shape);
    if (at + 1 < visemes.length) frame = requestAnimationFrame(step);
  };
  step();
  return () => {
    cancelAnimationFrame(frame);
    setMouth("closed");
  };
}
