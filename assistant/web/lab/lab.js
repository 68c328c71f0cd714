// The lab: what the ear and the voice do, stage by stage, on a visit of its own. Nothing is kept unless recording is
// switched on, which the page then says in red; a recording lives in this page's memory and goes with it.
import { call } from "../shared/api.js";
import { about, loadAbout } from "../shared/about.js";
import { openLive } from "../shared/live.js";
import { openMicrophone, MicrophoneTrouble } from "../shared/microphone.js";
import { makePlayer } from "../shared/player.js";
import { html, render, signal, useEffect } from "../shared/preact.js";
import { wavOf } from "./wav.js";

/** @import { Live } from "../shared/live.js" */
/** @import { Microphone } from "../shared/microphone.js" */
/** @import { Speech } from "../shared/player.js" */

/** A sample that may be a voice; only for the browser's own measure of when the last one left. */
const VOICED_DBFS = -45;
const CURVE = 300;
/** A voice after so much silence is one that begins. */
const PAUSE_MS = 400;
const FRAME_MS = 20;

/**
 * @typedef {{text: string, confidence: number, decided_ms: number, decoded_ms: number, decoding_ms: number, heard_ms: number | null, speech_ms: number | null, sound_ms: number | null}} Row
 * @typedef {{dbfs: number, sent: boolean}} Local
 */

/** @type {import("../shared/preact.js").Signal<Local[]>} */
const levels = signal([]);
/** @type {import("../shared/preact.js").Signal<{dbfs: number, voice: number}[]>} */
const vad = signal([]);
const partial = signal({ text: "", final: false });
/** @type {import("../shared/preact.js").Signal<Row[]>} */
const rows = signal([]);
const said = signal("");
/** How long it took to fall silent for each voice over ours. @type {import("../shared/preact.js").Signal<number[]>} */
const gaveWay = signal([]);
const state = signal("止まっています");
const device = signal("");
const recording = signal(false);
/** @type {import("../shared/preact.js").Signal<string | null>} */
const saved = signal(null);

/** @type {Live | null} */
let line = null;
/** @type {Microphone | null} */
let microphone = null;
/** @type {ArrayBuffer[]} */
let kept = [];
/** What is drawn ten times a second, and not at each message: drawing takes the time that is measured. @type {Local[]} */
let curve = [];
/** @type {{dbfs: number, voice: number}[]} */
let judged = [];
let voicedAt = 0;
/** When a voice began over ours that has not been given way yet. */
let overAt = 0;
let sounding = false;

const player = makePlayer({
  onCaption: (caption) => (said.value = caption?.words.map((word) => word.text).join("") ?? ""),
  onSounding: (now) => (sounding = now),
  onEnded: (place) => line?.send({ played: { ...place, ended: true } }),
  onFirst: (_, delay_ms) => fill("sound_ms", performance.now() + delay_ms),
});

/**
 * The first time something happens after a turn was heard, from the last voiced sample on.
 * @param {"speech_ms" | "sound_ms"} stage
 * @param {number} at
 */
function fill(stage, at) {
  const [newest, ...others] = rows.value;
  if (newest && newest[stage] === null && newest.heard_ms !== null) rows.value = [{ ...newest, [stage]: Math.round(at - voicedAt) }, ...others];
}

async function start() {
  player.unlock();
  state.value = "マイクを開いています";
  try {
    microphone = await openMicrophone({ onFrame, onGone: () => stop("マイクがはずれました") });
  } catch (failure) {
    state.value = `マイクがありません(${failure instanceof MicrophoneTrouble ? failure.reason : "busy"})`;
    return;
  }
  device.value = `${microphone.label || "既定のマイク"} / ${microphone.rate_hz} Hz / エコー除去 ${microphone.cancels_echo ? "あり" : "なし"}`;
  const visit = await call("POST", "/api/v1/visits", { body: { language: "ja" } });
  line = openLive(`/api/v1/visits/${encodeURIComponent(visit.visit_id)}/live`, {
    hello: () => ({ token: visit.token, resumed: true }),
    onMessage: hear,
    onState: (now) => (state.value = now === "open" ? "聞いています" : "通信がとぎれています"),
  });
}

/** @param {string} [why] */
function stop(why = "止まっています") {
  microphone?.close();
  microphone = null;
  line?.close();
  line = null;
  player.forget();
  state.value = why;
}

/**
 * @param {ArrayBuffer} frame
 * @param {number} dbfs
 */
function onFrame(frame, dbfs) {
  if (recording.value) kept.push(frame.slice(0));
  const sent = line?.sendSound(frame) ?? false;
  if (sent && dbfs > VOICED_DBFS) {
    const now = performance.now();
    if (now - voicedAt > PAUSE_MS) overAt = sounding ? now - FRAME_MS : 0;
    voicedAt = now;
  }
  curve = [...curve.slice(1 - CURVE), { dbfs, sent }];
}

/** @param {import("../shared/api_types").LiveMessage} message */
function hear(message) {
  const heard = /** @type {any} */ (message);
  if (heard.type === "level") judged = [...judged.slice(1 - CURVE), { dbfs: heard.dbfs, voice: heard.voice }];
  if (heard.type === "heard") partial.value = { text: heard.text, final: heard.final };
  if (heard.type === "heard" && heard.final) {
    const row = { text: heard.text, confidence: heard.confidence, ...heard.stages, heard_ms: Math.round(performance.now() - voicedAt), speech_ms: null, sound_ms: null };
    rows.value = [row, ...rows.value].slice(0, 30);
  }
  if (heard.type === "ear" && heard.state === "trouble") partial.value = { text: `(聞き取れませんでした: ${heard.trouble})`, final: true };
  if (heard.type === "ear" && heard.state === "down") stop("聞き取りが動いていません");
  if (heard.type === "ear" && heard.state === "elsewhere") stop("別の画面で続けています");
  if (heard.type === "speech") {
    fill("speech_ms", performance.now());
    player.hear(/** @type {Speech} */ (heard));
  }
  if (heard.type === "speech_end") player.end(heard.id);
  if (heard.type === "hold") {
    if (heard.on) giveWay();
    else player.hold(false);
  }
  if (heard.type === "hush") {
    giveWay();
    player.stop(heard.id);
  }
}

function giveWay() {
  const falls_ms = player.hold(true);
  if (overAt) gaveWay.value = [...gaveWay.value, Math.round(performance.now() - overAt + falls_ms)].slice(-20);
  overAt = 0;
}

function toggleRecording() {
  recording.value = !recording.value;
  if (recording.value) kept = [];
  if (saved.value) URL.revokeObjectURL(saved.value);
  saved.value = !recording.value && kept.length ? URL.createObjectURL(wavOf(kept)) : null;
}

function forgetRecording() {
  kept = [];
  recording.value = false;
  if (saved.value) URL.revokeObjectURL(saved.value);
  saved.value = null;
}

/** @param {number[]} values @param {number} low @param {number} high */
function path(values, low, high) {
  const y = (/** @type {number} */ value) => 100 - (100 * (Math.max(low, Math.min(high, value)) - low)) / (high - low);
  return values.map((value, at) => `${at ? "L" : "M"}${((CURVE - values.length + at) * 600) / CURVE} ${y(value).toFixed(1)}`).join("");
}

function Curves() {
  useEffect(() => {
    const timer = setInterval(() => {
      levels.value = curve;
      vad.value = judged;
    }, 100);
    return () => clearInterval(timer);
  }, []);
  const local = levels.value;
  return html`<svg viewBox="0 0 600 100" preserveAspectRatio="none" role="img" aria-label="音の大きさと、声らしさ">
    <path class="lab-sent" d=${path(local.map((one) => (one.sent ? 0.02 : -1)), 0, 1)} />
    <path class="lab-dbfs" d=${path(local.map((one) => one.dbfs), -80, 0)} />
    <path class="lab-vad" d=${path(vad.value.map((one) => one.voice), 0, 1)} />
  </svg>`;
}

function Judged() {
  const newest = vad.value.at(-1);
  return html`<dt>大きさ(サーバー)</dt><dd class="numbers">${newest ? `${newest.dbfs} dBFS` : "–"}</dd>
    <dt>声らしさ</dt><dd class="numbers">${newest?.voice ?? "–"}</dd>`;
}

/** @param {number | null | undefined} value */
const ms = (value) => (typeof value === "number" ? `${Math.round(value)}` : "–");

function Lab() {
  const now = about.value;
  if (!now) return html`<main class="lab"><h1>準備しています</h1></main>`;
  return html`<main class="lab">
    ${now.demo && html`<aside class="sample" aria-label="見本"><b>見本</b><span>これは見本です</span></aside>`}
    <header class="lab-head"><h1>音声の試験</h1><div class="lab-row">
      <span role="status">${state.value}</span>
      <button type="button" class="primary" data-name="run" onClick=${() => (microphone ? stop() : start())}>${microphone ? "止める" : "はじめる"}</button>
      <button type="button" onClick=${() => line?.send({ end_of_turn: true })}>話し終わった</button>
    </div></header>
    <section class=${recording.value ? "lab-recording" : ""}><div class="lab-row">
      <button type="button" role="switch" aria-checked=${String(recording.value)} data-name="record" onClick=${toggleRecording}>${recording.value ? "録音を止める" : "録音する"}</button>
      <p role="status">${recording.value ? "録音しています。まわりの声も入ります。この画面を閉じると消えます" : "録音していません"}</p>
      ${saved.value && html`<a class="lab-save" href=${saved.value} download="lab.wav">保存する</a><button type="button" onClick=${forgetRecording}>消す</button>`}
    </div></section>
    <div class="lab-two">
      <section><h2>入る音</h2><${Curves} />
        <p class="lab-row lab-key"><span><i></i>音の大きさ(−80〜0 dBFS)</span><span><i class="vad"></i>声らしさ(0〜1)</span><span><i class="sent"></i>送った音</span></p></section>
      <section><h2>いま</h2><dl>
        <dt>機器</dt><dd>${device.value || "–"}</dd>
        <${Judged} />
        <dt>聞き取り / 発声</dt><dd>${now.speech.in} / ${now.speech.out}</dd>
        <dt>声に黙るまで(ミリ秒)</dt><dd class="numbers" data-name="gave-way">${gaveWay.value.join(" ") || "–"}</dd>
        <dt>話している</dt><dd>${said.value || "–"}</dd></dl></section>
    </div>
    <section><h2>聞こえたことば</h2><p class=${partial.value.final ? "lab-partial" : "lab-partial going"} aria-live="polite">${partial.value.text || "–"}</p></section>
    <section class="lab-scroll"><h2>かかった時間(最後の声から、ミリ秒)</h2><table>
      <thead><tr><th scope="col">ことば</th><th scope="col">確かさ</th><th scope="col">終わりと判断</th><th scope="col">文字になった</th><th scope="col">認識だけ</th><th scope="col">画面に文字</th><th scope="col">声が届く</th><th scope="col">音が鳴る</th></tr></thead>
      <tbody>${rows.value.map((row, at) => html`<tr key=${rows.value.length - at}><td>${row.text}</td>${[row.confidence.toFixed(2), ms(row.decided_ms), ms(row.decoded_ms), ms(row.decoding_ms), ms(row.heard_ms), ms(row.speech_ms), ms(row.sound_ms)].map((value, column) => html`<td key=${column} class="numbers">${value}</td>`)}</tr>`)}</tbody>
    </table></section>
  </main>`;
}

render(html`<${Lab} />`, /** @type {Element} */ (document.querySelector("#lab")));
loadAbout();
