// The talk by voice: the microphone to the server, the server's voice to the loudspeaker, and what both say to the
// screen. Nothing is begun here that needs a consent or a PIN (COUNTER_RULES 4); a quiet page has no sound at all.
import { about } from "../shared/about.js";
import { followMouth } from "../shared/avatar.js";
import { openMicrophone, MicrophoneTrouble, watchDevices } from "../shared/microphone.js";
import { makePlayer } from "../shared/player.js";
import { batch, computed, effect } from "../shared/preact.js";
import { openCase } from "./acts.js";
import { listenToLine, sendLine, sendSound } from "./line.js";
import { beginVisit, openVisitLine } from "./requests.js";
import { isInCall, keepSaid } from "./operator.js";
import * as state from "./state.js";
import * as voice from "./voice_state.js";
import { carryOut } from "./voice_commands.js";

/** @import { LiveMessage } from "../shared/api_types" */
/** @import { Microphone } from "../shared/microphone.js" */
/** @import { Speech } from "../shared/player.js" */
/** @import { VoiceWish } from "./voice_state.js" */

const SILENCE_S = 18;
const UNANSWERED_MS = 15_000;
/** Frames kept while the line of a visit is being opened: one second. */
const MOST_WAITING = 50;
/** After our own voice, where its echo is not taken out. */
const ECHO_MS = 250;
const LEVELS = [-50, -42, -35, -28, -21];
const NO_SOUND = new Set(["quiet"]);
const NO_HELP = new Set(["paused", "end", "quiet", "card"]);

const player = makePlayer({
  followMouth,
  onCaption: (caption) => (voice.caption.value = caption),
  onSounding: (sounding) => {
    voice.speaking.value = sounding;
    soundedAt = performance.now();
    lastAt = performance.now();
  },
  onEnded: (place) => sendLine({ played: { ...place, ended: true } }),
});

/** @type {Microphone | null} */
let microphone = null;
/** @type {ArrayBuffer[]} */
let waiting = [];
let soundedAt = 0;
/** When anybody last did, said or heard anything. */
let lastAt = performance.now();
/** @type {ReturnType<typeof setTimeout> | undefined} */
let unanswered;

/** Whether this kiosk has an ear at all. */
export const hasEar = computed(() => !state.onPhone.value && (about.value?.speech.in ?? "off") !== "off");
/** Whether this kiosk has a voice at all. */
export const hasVoice = computed(() => !state.onPhone.value && (about.value?.speech.out ?? "off") !== "off");

/** The microphone button: listens, or stops listening. */
export function pressMicrophone() {
  player.unlock();
  if (isInCall()) return Promise.resolve();
  if (voice.mic.value === "on") return stopListening();
  if (voice.mic.value === "asking") return Promise.resolve();
  return startListening();
}

async function startListening() {
  const born = state.generation;
  const retaken = voice.mic.value === "elsewhere";
  voice.mic.value = "asking";
  waiting = [];
  try {
    const opened = await openMicrophone({ onFrame: sendFrame, onGone: () => lose("unplugged") });
    if (born !== state.generation || NO_SOUND.has(state.view.value)) return opened.close();
    microphone = opened;
    voice.mic.value = "on";
    lastAt = performance.now();
  } catch (failure) {
    if (born === state.generation) lose(failure instanceof MicrophoneTrouble ? failure.reason : "busy");
  }
  if (retaken) await openVisitLine();
  else if (!state.visit.value) await beginVisit();
  if (!state.visit.value && microphone) stopListening();
}

/** The resident switched it off, or the visit is over. */
function stopListening() {
  if (microphone) sendLine({ listening: false });
  lose("off");
}

/** @param {import("./voice_state.js").Mic} reason */
function lose(reason) {
  player.hold(false);
  microphone?.close();
  microphone = null;
  waiting = [];
  batch(() => {
    voice.mic.value = reason;
    voice.level.value = 0;
    voice.hearing.value = false;
    if (!voice.heardWords.value?.final) voice.heardWords.value = null;
  });
}

/**
 * @param {ArrayBuffer} frame
 * @param {number} dbfs
 */
function sendFrame(frame, dbfs) {
  const bars = LEVELS.filter((least) => dbfs > least).length;
  if (bars !== voice.level.value) voice.level.value = bars > voice.level.value ? bars : voice.level.value - 1;
  const echo = voice.speaking.value || performance.now() - soundedAt < ECHO_MS;
  if (microphone && !microphone.cancels_echo && echo) return;
  if (voice.lineUp.value) {
    for (const kept of waiting.splice(0)) sendSound(kept);
    sendSound(frame);
  } else if (waiting.push(frame) > MOST_WAITING) waiting.shift();
}

/** The words are complete: no need to wait for silence. */
export function endTurn() {
  sendLine({ end_of_turn: true });
}

/** A touch or a key: we fall silent at once, and say how far we were. */
function touched() {
  lastAt = performance.now();
  voice.helped.value = false;
  const place = player.stop();
  if (place) sendLine({ stop_speaking: true, played: { ...place, ended: false } });
}

/** How far we were when a voice stopped us. @param {import("../shared/player.js").Place | null} place */
function tellStopped(place) {
  if (place) sendLine({ played: { ...place, ended: false } });
}

/**
 * How one is spoken to, from now on.
 * @param {Partial<VoiceWish>} change
 */
export function setWish(change) {
  voice.wish.value = { ...voice.wish.value, ...change };
  if (!voice.wish.value.on) player.stop();
  sendLine({ voice: voice.wish.value });
}

/** The warning before everything is forgotten is spoken too. */
export function warnAloud() {
  sendLine({ say: "idle" });
}

/** Somebody stands before the kiosk: it greets. */
async function wake() {
  player.unlock();
  if (state.view.value !== "attract" || state.visit.value || state.busy.value || !hasVoice.value) return;
  if (about.value?.kiosk.listens_on_waking && hasEar.value) await startListening();
  else await beginVisit();
}

/** @param {LiveMessage} message */
function hear(message) {
  const heard = /** @type {any} */ (message);
  switch (message.type) {
    case "speech":
      answered();
      if (voice.wish.value.on && !isInCall() && !NO_SOUND.has(state.view.value)) player.hear(/** @type {Speech} */ (heard));
      break;
    case "speech_end":
      player.end(heard.id);
      break;
    case "hold":
      player.hold(heard.on);
      break;
    case "hush":
      tellStopped(player.stop(heard.id));
      break;
    case "heard":
      hearWords({ text: heard.text, final: heard.final, repairs: heard.repairs ?? [] });
      break;
    case "ear":
      hearEar(heard.state, heard.offer_buttons === true);
      break;
    case "voice":
      voice.wish.value = { on: heard.on, speed: heard.speed, volume: heard.volume, private: heard.private };
      break;
    case "command":
      answered();
      carryOut(heard.command);
      break;
    case "step":
      answered();
      if (heard.spoken) hearAnswer(heard.command);
      else voice.heardWords.value = null;
      break;
    case "problem":
      answered();
      if (heard.code !== "message_unknown") state.sorry.value = { title: heard.detail, detail: "", remedy: heard.remedy ?? "" };
      break;
    default:
  }
}

/** @param {import("./voice_state.js").Words} words */
function hearWords(words) {
  lastAt = performance.now();
  voice.helped.value = false;
  batch(() => {
    voice.wordsAt.value = lastAt;
    voice.trouble.value = null;
    voice.heardWords.value = words;
    voice.hearing.value = !words.final;
    voice.thinking.value = words.final;
  });
  clearTimeout(unanswered);
  if (words.final) unanswered = setTimeout(answered, UNANSWERED_MS);
}

/** What was said became a turn: it can be mended now as what was written can. @param {string | undefined} command */
function hearAnswer(command) {
  if (command === "ticket_only") openCase(true);
  else if (!command && voice.heardWords.value) {
    keepSaid(voice.heardWords.value.text);
    state.heard.value = voice.heardWords.value.text;
  }
}

/**
 * @param {"voice" | "trouble" | "down" | "elsewhere"} ear
 * @param {boolean} buttons
 */
function hearEar(ear, buttons) {
  if (ear === "voice") {
    batch(() => {
      voice.hearing.value = true;
      voice.heardWords.value = null;
      voice.trouble.value = null;
    });
  } else if (ear === "trouble") {
    batch(() => {
      voice.hearing.value = false;
      voice.thinking.value = false;
      voice.heardWords.value = null;
      voice.trouble.value = buttons ? "buttons" : "unclear";
    });
  } else {
    player.stop();
    lose(ear);
  }
}

function answered() {
  clearTimeout(unanswered);
  voice.thinking.value = false;
}

/** Help once, when the one who was asked says nothing for long. */
function offerHelp() {
  if (voice.helped.value || voice.mic.value !== "on" || voice.speaking.value || voice.hearing.value || voice.thinking.value) return;
  if (state.busy.value || NO_HELP.has(state.view.value) || performance.now() - lastAt < SILENCE_S * 1000) return;
  voice.helped.value = sendLine({ say: "silence" });
}

/** Connects line, screen, keys and devices; called once. */
export function startVoice() {
  listenToLine({
    hear,
    changed: (line) => {
      player.forget();
      voice.lineUp.value = line === "open";
      if (line === "open") {
        sendLine({ voice: voice.wish.value });
        sendLine({ screen: state.screen.value });
      } else voice.forgetTalk();
      if (line === "closed") stopListening();
    },
  });
  effect(() => {
    const shown = state.screen.value;
    lastAt = performance.now();
    voice.helped.value = false;
    sendLine({ screen: shown });
    if (NO_SOUND.has(shown)) {
      player.forget();
      stopListening();
      voice.forgetTalk();
    }
  });
  let wasListening = false;
  effect(() => {
    if (isInCall()) {
      wasListening ||= voice.mic.peek() === "on";
      player.stop();
      stopListening();
    } else if (wasListening) {
      wasListening = false;
      if (state.visit.peek()) startListening();
    }
  });
  window.addEventListener("pointerdown", (event) => {
    touched();
    player.unlock();
    const target = /** @type {Element | null} */ (event.target);
    if (!target?.closest?.("button, a, label, textarea, input, summary")) wake();
  }, { capture: true });
  window.addEventListener("keydown", (event) => {
    if (event.key === about.value?.kiosk.wake_key) {
      wake();
      return;
    }
    touched();
    player.unlock();
  }, { capture: true });
  watchDevices(() => {
    if (voice.mic.value === "unplugged") startListening();
  });
  setInterval(offerHelp, 1000);
}
