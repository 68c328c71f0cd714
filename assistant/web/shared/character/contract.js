// Whether a drawing and its JSON are a character (docs/character.md). Everything that is wrong is told at once, with the
// key and what to do, so that a designer mends it without reading code.
import { outlineOf } from "./path.js";

/** @typedef {import("./spec").Mood} Mood */
/** @typedef {import("./spec").Shape} Shape */

/** @type {readonly Shape[]} */
export const SHAPES = ["a", "i", "u", "e", "o", "n", "closed"];
/** @type {readonly Mood[]} */
export const MOODS = ["calm", "attentive", "greeting", "bowing", "asking", "listening", "thinking", "speaking", "puzzled", "apologising", "pointing", "glad"];

const KEYS = ["format", "name_ja", "attribution", "parts", "face", "blink", "breathing", "glances", "mouth", "moods"];
const MOST_MOVED = 200;
/** @type {Record<string, [number, number]>} */
const LIMITS = { x: [-MOST_MOVED, MOST_MOVED], y: [-MOST_MOVED, MOST_MOVED], rotate: [-45, 45], scale_x: [0, 2], scale_y: [0, 2], opacity: [0, 1] };
const SECONDS = /** @type {[number, number]} */ ([0.2, 30]);

/**
 * Every problem of `spec` beside this drawing; none means that it can be shown.
 * @param {unknown} spec
 * @param {SVGSVGElement} drawing
 */
export function problemsOf(spec, drawing) {
  /** @type {string[]} */
  const problems = [];
  const found = new Checker(problems, drawing);
  found.whole(spec);
  return problems;
}

/** @param {unknown} value @returns {Record<string, unknown> | null} */
function mapping(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? /** @type {Record<string, unknown>} */ (value) : null;
}

class Checker {
  /**
   * @param {string[]} problems
   * @param {SVGSVGElement} drawing
   */
  constructor(problems, drawing) {
    this.problems = problems;
    this.drawing = drawing;
    /** @type {Set<string>} */
    this.parts = new Set();
  }

  /** @param {string} key @param {string} reason */
  note(key, reason) {
    this.problems.push(`character.json ${key}: ${reason}`);
  }

  /** @param {unknown} value @param {string} key @param {readonly string[]} [allowed] */
  map(value, key, allowed) {
    const found = mapping(value);
    if (!found) this.note(key, value === undefined ? "ありません" : "{ } で書いてください");
    for (const name of allowed ? Object.keys(found ?? {}) : []) {
      if (!allowed?.includes(name)) this.note(`${key}.${name}`.replace("(全体).", ""), `知らない項目です(${allowed?.join("、")})`);
    }
    return found ?? {};
  }

  /** @param {unknown} value @param {string} key @param {[number, number]} limits */
  number(value, key, [least, most]) {
    if (typeof value !== "number" || !(value >= least && value <= most)) this.note(key, `${least}から${most}までの数を書いてください`);
  }

  /** @param {unknown} value @param {string} key */
  text(value, key) {
    if (typeof value !== "string" || !value.trim()) this.note(key, "文字で書いてください");
  }

  /** @param {unknown} value @param {string} key @param {readonly string[]} allowed @param {string} kind */
  names(value, key, allowed, kind) {
    if (!Array.isArray(value)) return this.note(key, "[ ] で書いてください");
    for (const name of value) if (!allowed.includes(name)) this.note(key, `「${name}」という${kind}はありません`);
  }

  /** @param {string} id @param {string} key @returns {Element | null} */
  drawn(id, key) {
    const element = this.drawing.querySelector(`[id="${CSS.escape(id)}"]`);
    if (!element) this.note(key, `character.svg に id="${id}" がありません`);
    return element;
  }

  /** @param {unknown} spec */
  whole(spec) {
    const all = this.map(spec, "(全体)", KEYS);
    const box = this.drawing.getAttribute("viewBox")?.split(/[\s,]+/).map(Number) ?? [];
    if (box.length !== 4 || !box.every(Number.isFinite) || !(Number(box[2]) > 0 && Number(box[3]) > 0)) this.problems.push('character.svg: svg に viewBox="0 0 幅 高さ" を書いてください');
    if (all.format !== 1) this.note("format", "1 と書いてください");
    this.text(all.name_ja, "name_ja");
    const attribution = this.map(all.attribution, "attribution", ["drawn_by", "licence"]);
    this.text(attribution.drawn_by, "attribution.drawn_by");
    this.text(attribution.licence, "attribution.licence");
    for (const [id, pivot] of Object.entries(this.map(all.parts, "parts"))) {
      this.parts.add(id);
      this.drawn(id, `parts.${id}`);
      if (!Array.isArray(pivot) || pivot.length !== 2 || !pivot.every(Number.isFinite)) this.note(`parts.${id}`, "回転の中心を [x, y] で書いてください");
    }
    this.names(all.face, "face", [...this.parts], "部分");
    const blink = this.map(all.blink, "blink", ["parts", "scale_y"]);
    this.names(blink.parts, "blink.parts", [...this.parts], "部分");
    this.number(blink.scale_y, "blink.scale_y", [0, 1]);
    this.gesture(all.breathing, "breathing");
    this.glances(this.map(all.glances, "glances", ["every_seconds", "hold_seconds", "moods", "looks"]));
    this.mouth(this.map(all.mouth, "mouth", ["paths", "groups"]));
    const moods = this.map(all.moods, "moods", MOODS);
    for (const mood of MOODS) this.mood(moods[mood], `moods.${mood}`);
  }

  /** @param {Record<string, unknown>} glances */
  glances(glances) {
    const every = glances.every_seconds;
    if (!Array.isArray(every) || every.length !== 2 || !(every[0] >= 1 && every[1] >= every[0])) this.note("glances.every_seconds", "[短い秒, 長い秒] で、1秒以上にしてください");
    this.number(glances.hold_seconds, "glances.hold_seconds", SECONDS);
    this.names(glances.moods, "glances.moods", MOODS, "気持ち");
    if (!Array.isArray(glances.looks)) this.note("glances.looks", "[ ] で書いてください");
    else glances.looks.forEach((look, at) => this.poses(look, `glances.looks[${at}]`));
  }

  /** @param {Record<string, unknown>} mouth */
  mouth(mouth) {
    if ((mouth.paths === undefined) === (mouth.groups === undefined)) return this.note("mouth", "paths か groups のどちらか一つを書いてください");
    if (mouth.groups !== undefined) {
      const groups = this.map(mouth.groups, "mouth.groups", SHAPES);
      for (const shape of SHAPES) this.drawn(String(groups[shape] ?? ""), `mouth.groups.${shape}`);
      return;
    }
    const paths = this.map(mouth.paths, "mouth.paths");
    if (!Object.keys(paths).length) this.note("mouth.paths", "口の輪郭を一つは書いてください");
    for (const [id, given] of Object.entries(paths)) {
      const key = `mouth.paths.${id}`;
      const element = this.drawn(id, key);
      if (element && element.localName !== "path") this.note(key, "SVGの path にしてください");
      const shapes = this.map(given, key, SHAPES);
      const closed = typeof shapes.closed === "string" ? outlineOf(shapes.closed) : null;
      for (const shape of SHAPES) {
        const outline = typeof shapes[shape] === "string" ? outlineOf(/** @type {string} */ (shapes[shape])) : null;
        if (!outline) this.note(`${key}.${shape}`, "path の d を書いてください");
        else if (closed && outline.letters !== closed.letters) this.note(`${key}.${shape}`, `命令が ${outline.letters} です。closed と同じ ${closed.letters} の順にすると、なめらかに動きます`);
      }
    }
  }

  /** @param {unknown} value @param {string} key */
  mood(value, key) {
    if (value === undefined) return this.note(key, "ありません。動かないなら {} と書いてください");
    const mood = this.map(value, key, ["pose", "once", "loop", "shows", "hides", "rest"]);
    if (mood.pose !== undefined) this.poses(mood.pose, `${key}.pose`);
    if (mood.once !== undefined) this.shownParts(this.gesture(mood.once, `${key}.once`, ["shows", "hides"]), `${key}.once`);
    if (mood.loop !== undefined) this.gesture(mood.loop, `${key}.loop`);
    if (mood.rest !== undefined) this.names([mood.rest], `${key}.rest`, SHAPES, "口の形");
    this.shownParts(mood, key);
  }

  /** @param {Record<string, unknown>} value @param {string} key */
  shownParts(value, key) {
    for (const name of ["shows", "hides"]) if (value[name] !== undefined) this.names(value[name], `${key}.${name}`, [...this.parts], "部分");
  }

  /** @param {unknown} value @param {string} key */
  poses(value, key) {
    for (const [part, pose] of Object.entries(this.map(value, key, [...this.parts]))) this.pose(pose, `${key}.${part}`);
  }

  /** @param {unknown} value @param {string} key @param {readonly string[]} [more] */
  pose(value, key, more = []) {
    const pose = this.map(value, key, [...Object.keys(LIMITS), ...more]);
    for (const [name, limits] of Object.entries(LIMITS)) if (pose[name] !== undefined) this.number(pose[name], `${key}.${name}`, limits);
    return pose;
  }

  /** @param {unknown} value @param {string} key @param {readonly string[]} [more] */
  gesture(value, key, more = []) {
    const gesture = this.map(value, key, ["seconds", "parts", ...more]);
    this.number(gesture.seconds, `${key}.seconds`, SECONDS);
    for (const [part, frames] of Object.entries(this.map(gesture.parts, `${key}.parts`, [...this.parts]))) {
      const place = `${key}.parts.${part}`;
      if (!Array.isArray(frames) || frames.length < 2) this.note(place, "二つ以上のこまを [ ] で書いてください");
      else {
        const times = frames.map((frame, at) => Number(this.pose(frame, `${place}[${at}]`, ["at"]).at));
        const ordered = times[0] === 0 && times.at(-1) === 1 && times.every((time, at) => at === 0 || time >= Number(times[at - 1]));
        if (!ordered) this.note(place, "at は 0 で始まり、1 で終わり、順に大きくしてください");
      }
    }
    return gesture;
  }
}
