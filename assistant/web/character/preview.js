// A designer's page: a character in every mood and every shape of the mouth, at the sizes of the screens, with what is
// wrong with it. Own files are read here and sent nowhere.
import { html, render, useEffect, useState } from "../shared/preact.js";
import { loadAbout } from "../shared/about.js";
import { call } from "../shared/api.js";
import { Avatar, followMouth, setMouth } from "../shared/avatar.js";
import { MOODS, SHAPES } from "../shared/character/contract.js";
import { BUILT_IN, BrokenCharacter, loadCharacter, readCharacter } from "../shared/character/load.js";
import { isMotionReduced, watchMotion } from "../shared/character/motion.js";
import { sampleTimeline } from "./sample.js";

/** @typedef {import("../shared/character/spec").Character} Character */
/** @typedef {{name: string, name_ja: string, base: string}} Listed */

/** @type {Record<import("../shared/character/spec").Mood, string>} */
const MOOD_NAMES = {
  calm: "ふつう",
  attentive: "待っている",
  greeting: "あいさつ",
  bowing: "おじぎ",
  asking: "たずねる",
  listening: "聞いている",
  thinking: "考えている",
  speaking: "話している",
  puzzled: "わからない",
  apologising: "おわび",
  pointing: "画面を示す",
  glad: "うれしい",
};
/** @type {Record<import("../shared/character/spec").Shape, string>} */
const SHAPE_NAMES = { a: "あ", i: "い", u: "う", e: "え", o: "お", n: "ん", closed: "とじる" };
const SIZES = [300, 600, 900];
const FPS_OVER_MS = 1000;

function Preview() {
  const [listed, setListed] = useState(/** @type {Listed[]} */ ([]));
  const [character, setCharacter] = useState(/** @type {Character | null} */ (null));
  const [problems, setProblems] = useState(/** @type {string[]} */ ([]));
  const [mood, setMood] = useState(/** @type {import("../shared/character/spec").Mood} */ ("calm"));
  const [size, setSize] = useState(600);

  /** @param {() => Promise<Character>} load */
  async function show(load) {
    try {
      setCharacter(await load());
      setProblems([]);
    } catch (reason) {
      setProblems(reason instanceof BrokenCharacter ? reason.problems : ["ファイルを読めません。もう一度選んでください"]);
      setCharacter(await loadCharacter(BUILT_IN));
    }
  }
  useEffect(() => {
    void call("GET", "/api/v1/characters").then(setListed);
    const begin = new URLSearchParams(location.search).get("name");
    void show(() => loadCharacter(begin ? `/web/characters/${begin.replaceAll(/\W/g, "")}` : BUILT_IN));
  }, []);

  return html`<main class="preview">
    <section class="preview-stage" aria-label="キャラクター">
      <div class=${`preview-size size-${size}`}><${Avatar} mood=${mood} character=${character} /></div>
    </section>
    <section class="preview-board">
      <h1>キャラクターの試し見</h1>
      ${problems.length > 0 &&
      html`<div class="preview-problems" role="alert"><h2>この絵は使えません。案内係が代わりに出ます</h2><ul>${problems.map((problem) => html`<li>${problem}</li>`)}</ul></div>`}
      ${character && character.removed.length > 0 && html`<p class="preview-removed" role="status">安全のため、絵から取り除いたもの: ${character.removed.join("、")}</p>`}
      <${Choice} legend="だれ" options=${listed.map((one) => [one.base, one.name_ja])} chosen=${character?.base} onChoose=${(/** @type {string} */ base) => show(() => loadCharacter(base))} />
      ${character && html`<p class="preview-by">${character.spec.name_ja} 作: ${character.spec.attribution.drawn_by} (${character.spec.attribution.licence})</p>`}
      <${Choice} legend="気持ち" options=${MOODS.map((one) => [one, MOOD_NAMES[one]])} chosen=${mood} onChoose=${setMood} />
      <${MouthControls} onSpeak=${() => setMood("speaking")} />
      <${Choice} legend="大きさ" options=${SIZES.map((one) => [one, `${one}px`])} chosen=${size} onChoose=${setSize} />
      <${Motion} />
      <${OwnFiles} onFiles=${(/** @type {File[]} */ files) => show(() => fromFiles(files))} />
    </section>
  </main>`;
}

/** @param {{legend: string, options: [string | number, string][], chosen: unknown, onChoose: (value: any) => void}} props */
function Choice({ legend, options, chosen, onChoose }) {
  return html`<fieldset class="preview-choice">
    <legend>${legend}</legend>
    ${options.map(([value, label]) => html`<button type="button" key=${value} data-value=${value} aria-pressed=${value === chosen} onClick=${() => onChoose(value)}>${label}</button>`)}
  </fieldset>`;
}

/** The shapes by hand, by slider, and as a voice would lead them. @param {{onSpeak: () => void}} props */
function MouthControls({ onSpeak }) {
  const [at, setAt] = useState(SHAPES.length - 1);
  const [playing, setPlaying] = useState(false);
  useEffect(() => {
    if (!playing) return undefined;
    onSpeak();
    const { visemes, length_s } = sampleTimeline();
    const begun = performance.now();
    const stop = followMouth(visemes, () => (performance.now() - begun) / 1000);
    const timer = window.setTimeout(() => setPlaying(false), length_s * 1000);
    return () => {
      stop();
      window.clearTimeout(timer);
    };
  }, [playing]);
  const take = (/** @type {number} */ next) => {
    setAt(next);
    setMouth(SHAPES[next] ?? "closed");
  };
  return html`<fieldset class="preview-choice">
    <legend>口</legend>
    ${SHAPES.map((shape, index) => html`<button type="button" key=${shape} data-value=${shape} aria-pressed=${index === at} onClick=${() => take(index)}>${SHAPE_NAMES[shape]}</button>`)}
    <label>なぞる<input type="range" min="0" max=${SHAPES.length - 1} value=${at} aria-valuetext=${SHAPE_NAMES[SHAPES[at] ?? "closed"]} onInput=${(/** @type {{currentTarget: HTMLInputElement}} */ event) => take(Number(event.currentTarget.value))} /></label>
    <button type="button" class="preview-play" data-value="play" aria-pressed=${playing} onClick=${() => setPlaying(!playing)}>${playing ? "とめる" : "見本の文を話す"}</button>
  </fieldset>`;
}

/** Rest, and how many frames a second this machine shows. */
function Motion() {
  const [, setLooks] = useState(0);
  const [measured, setMeasured] = useState("");
  useEffect(() => {
    const look = () => setLooks((count) => count + 1);
    const stop = watchMotion(look);
    let frames = 0;
    let begun = performance.now();
    let frame = requestAnimationFrame(function count(now) {
      frames += 1;
      if (now - begun >= FPS_OVER_MS) {
        setMeasured(`毎秒 ${Math.round((frames * 1000) / (now - begun))} こま`);
        look(); // a change missed while the page was hidden or slow shows within a second
        frames = 0;
        begun = now;
      }
      frame = requestAnimationFrame(count);
    });
    return () => {
      stop();
      cancelAnimationFrame(frame);
    };
  }, []);
  return html`<fieldset class="preview-choice">
    <legend>動き</legend>
    <label><input type="checkbox" checked=${isMotionReduced()} onChange=${(/** @type {{currentTarget: HTMLInputElement}} */ event) => {
      document.documentElement.dataset.motion = event.currentTarget.checked ? "reduced" : "full";
    }} />動きをひかえる(口だけ動く)</label>
    <span class="numbers" data-fps>${measured}</span>
  </fieldset>`;
}

/** @param {{onFiles: (files: File[]) => void}} props */
function OwnFiles({ onFiles }) {
  return html`<fieldset
    class="preview-choice preview-own"
    onDragOver=${(/** @type {DragEvent} */ event) => event.preventDefault()}
    onDrop=${(/** @type {DragEvent} */ event) => {
      event.preventDefault();
      onFiles([...(event.dataTransfer?.files ?? [])]);
    }}
  >
    <legend>自分の絵を試す</legend>
    <label>character.svg と character.json を二つ選ぶか、ここへ落とします(どこにも送りません)<input type="file" multiple accept=".svg,.json" onChange=${(/** @type {{currentTarget: HTMLInputElement}} */ event) => onFiles([...(event.currentTarget.files ?? [])])} /></label>
  </fieldset>`;
}

/** @param {File[]} files */
async function fromFiles(files) {
  const [svg, json] = [".svg", ".json"].map((ending) => files.find((file) => file.name.toLowerCase().endsWith(ending)));
  if (!svg || !json) throw new BrokenCharacter("files", ["SVGとJSONを一つずつ選んでください"]);
  return readCharacter("files", await svg.text(), await json.text());
}

render(html`<${Preview} />`, /** @type {Element} */ (document.querySelector("#character")));
void loadAbout();
