// One character brought to life: poses by transitions, gestures by Web Animations, blinks and glances at irregular
// moments. Every part has a wrapper that sways, so that pose and gesture never overwrite each other.
import { isMotionReduced, watchMotion } from "./motion.js";
import { Mouth } from "./mouth.js";

/** @typedef {import("./spec").Mood} Mood */
/** @typedef {import("./spec").Pose} Pose */

const SVG = "http://www.w3.org/2000/svg";
const BLINK_MS = 150;
const BLINK_EVERY_MS = /** @type {[number, number]} */ ([3000, 6000]);
/** Now and then a blink comes twice, as people do. */
const SECOND_BLINK = 0.15;

let drawn = 0;

/** @param {[number, number]} range */
const between = ([least, most]) => least + Math.random() * (most - least);

/** @param {Pose} pose */
function transformOf({ x = 0, y = 0, rotate = 0, scale_x = 1, scale_y = 1 }) {
  return `translate(${x}px, ${y}px) rotate(${rotate}deg) scale(${scale_x}, ${scale_y})`;
}

/** @param {Pose} one @param {Pose} other */
function together(one, other) {
  return {
    x: (one.x ?? 0) + (other.x ?? 0),
    y: (one.y ?? 0) + (other.y ?? 0),
    rotate: (one.rotate ?? 0) + (other.rotate ?? 0),
    scale_x: (one.scale_x ?? 1) * (other.scale_x ?? 1),
    scale_y: (one.scale_y ?? 1) * (other.scale_y ?? 1),
    opacity: (one.opacity ?? 1) * (other.opacity ?? 1),
  };
}

/** A copy of the drawing in the page, and what moves it. */
export class Rig {
  /**
   * @param {Element} place
   * @param {import("./spec").Character} character
   */
  constructor(place, character) {
    this.spec = character.spec;
    drawn += 1;
    this.prefix = `c${drawn}-`;
    this.svg = this.copied(character.drawing);
    this.parts = new Map(Object.entries(this.spec.parts).map(([id, pivot]) => [id, this.prepared(id, pivot)]));
    this.shown = new Set(Object.values(this.spec.moods).flatMap((mood) => [...(mood.shows ?? []), ...(mood.once?.shows ?? [])]));
    this.mouth = new Mouth(this.spec.mouth, (id) => this.element(id));
    /** @type {Animation[]} */
    this.running = [];
    this.blinking = 0;
    this.glancing = 0;
    this.mood = /** @type {Mood} */ ("calm");
    this.look = /** @type {Record<string, Pose>} */ ({});
    place.replaceChildren(this.svg);
    this.unwatch = watchMotion(() => this.setMood(this.mood));
  }

  /** @param {SVGSVGElement} drawing */
  copied(drawing) {
    const svg = /** @type {SVGSVGElement} */ (drawing.cloneNode(true));
    svg.classList.add("avatar-drawing");
    svg.setAttribute("preserveAspectRatio", "xMidYMax meet");
    svg.setAttribute("focusable", "false");
    for (const name of ["width", "height", "x", "y"]) svg.removeAttribute(name);
    for (const element of svg.querySelectorAll("*")) {
      for (const { name, value } of [...element.attributes]) {
        if (name === "id") element.setAttribute(name, this.prefix + value);
        else if (name === "href") element.setAttribute(name, `#${this.prefix}${value.slice(1)}`);
        else if (value.includes("url(")) element.setAttribute(name, value.replaceAll(/url\(\s*["']?#([\w-]+)["']?\s*\)/gi, `url(#${this.prefix}$1)`));
      }
    }
    return svg;
  }

  /** @param {string} id @returns {SVGElement | null} */
  element(id) {
    return this.svg.querySelector(`[id="${CSS.escape(this.prefix + id)}"]`);
  }

  /** @param {string} id @param {[number, number]} pivot */
  prepared(id, [x, y]) {
    const element = /** @type {SVGElement} */ (this.element(id));
    const sway = document.createElementNS(SVG, "g");
    const pose = document.createElementNS(SVG, "g");
    element.replaceWith(sway);
    sway.append(pose);
    pose.append(element);
    pose.classList.add("avatar-part");
    for (const wrapper of [sway, pose]) wrapper.style.transformOrigin = `${x}px ${y}px`;
    return { sway, pose };
  }

  /** @param {Mood} mood */
  setMood(mood) {
    const spec = this.spec.moods[mood];
    const still = isMotionReduced();
    this.mood = mood;
    this.look = {};
    this.svg.dataset.mood = mood;
    this.takePose();
    this.mouth.setRest(spec.rest ?? "closed");
    this.showParts(still ? undefined : spec.once);
    for (const animation of this.running) animation.cancel();
    clearTimeout(this.blinking);
    clearTimeout(this.glancing);
    if (still) {
      this.running = [];
      return;
    }
    const loops = { ...played(this.spec.breathing), ...(spec.loop ? played(spec.loop) : {}) };
    const once = Object.entries(spec.once ? played(spec.once) : {}).map(([part, gesture]) => this.play(part, gesture, 1));
    if (once[0]) once[0].onfinish = () => this.showParts();
    this.running = [...Object.entries(loops).map(([part, gesture]) => this.play(part, gesture, Infinity)), ...once];
    this.blinkLater();
    if (this.spec.glances.moods.includes(mood)) this.glanceLater();
  }

  /** @param {{shows?: string[], hides?: string[]}} [gesture] the one that plays now */
  showParts(gesture) {
    const spec = this.spec.moods[this.mood];
    const shows = new Set([...(spec.shows ?? []), ...(gesture?.shows ?? [])]);
    const hides = new Set([...(spec.hides ?? []), ...(gesture?.hides ?? [])]);
    for (const [id, { pose }] of this.parts) pose.classList.toggle("avatar-hidden", hides.has(id) || (this.shown.has(id) && !shows.has(id)));
  }

  takePose() {
    const poses = this.spec.moods[this.mood].pose ?? {};
    const still = isMotionReduced();
    for (const [id, { pose }] of this.parts) {
      /** @type {Pose} */
      const taken = still && !this.spec.face.includes(id) ? {} : together(poses[id] ?? {}, this.look[id] ?? {});
      pose.style.transform = transformOf(taken);
      pose.style.opacity = taken.opacity === undefined || taken.opacity === 1 ? "" : String(taken.opacity);
    }
  }

  /** @param {string} part @param {{ms: number, frames: Keyframe[]}} gesture @param {number} times */
  play(part, { ms, frames }, times) {
    const sway = /** @type {SVGGElement} */ (this.parts.get(part)?.sway);
    return sway.animate(frames, { duration: ms, iterations: times });
  }

  blinkLater() {
    this.blinking = window.setTimeout(() => {
      const { parts, scale_y } = this.spec.blink;
      const times = Math.random() < SECOND_BLINK ? 2 : 1;
      for (const part of parts) {
        this.parts.get(part)?.sway.animate([{ transform: transformOf({}) }, { transform: transformOf({ scale_y }), offset: 0.45 }, { transform: transformOf({}) }], { duration: BLINK_MS, iterations: times, easing: "ease-in-out" });
      }
      this.blinkLater();
    }, between(BLINK_EVERY_MS));
  }

  glanceLater() {
    const { looks, every_seconds, hold_seconds } = this.spec.glances;
    const lookAt = (/** @type {Record<string, Pose>} */ look) => {
      this.look = look;
      this.takePose();
    };
    this.glancing = window.setTimeout(() => {
      lookAt(looks[Math.floor(Math.random() * looks.length)] ?? {});
      this.glancing = window.setTimeout(() => {
        lookAt({});
        this.glanceLater();
      }, hold_seconds * 1000);
    }, between(every_seconds) * 1000);
  }

  remove() {
    for (const animation of this.running) animation.cancel();
    clearTimeout(this.blinking);
    clearTimeout(this.glancing);
    this.mouth.stop();
    this.unwatch();
    this.svg.remove();
  }
}

/**
 * The frames of each part of a gesture, as Web Animations take them.
 * @param {import("./spec").Gesture} gesture
 * @returns {Record<string, {ms: number, frames: Keyframe[]}>}
 */
function played(gesture) {
  return Object.fromEntries(
    Object.entries(gesture.parts).map(([part, frames]) => [
      part,
      {
        ms: gesture.seconds * 1000,
        frames: frames.map(({ at, opacity, ...pose }) => ({
          offset: at,
          easing: "ease-in-out",
          transform: transformOf(pose),
          ...(opacity === undefined ? {} : { opacity }),
        })),
      },
    ]),
  );
}
