// Sound of a page nobody touches: two soft tones made here, and what the house says, one after the other.

const TONES_HZ = [659.3, 523.3];
const TONE_S = 0.9;
const LOUDNESS = 0.22;
/** From the first tone until a voice may begin. */
export const CHIME_MS = 1400;

/** @type {AudioContext | null} */
let sound = null;

/** True when the browser lets this page be heard. */
export function canChime() {
  sound ??= new AudioContext();
  return sound.state === "running";
}

/** Asks the browser for sound; works inside a touch. */
export async function allowChime() {
  sound ??= new AudioContext();
  await sound.resume();
  return sound.state === "running";
}

export function chime() {
  if (!canChime() || !sound) return;
  TONES_HZ.forEach((hz, at) => {
    const context = /** @type {AudioContext} */ (sound);
    const start = context.currentTime + at * 0.45;
    const tone = context.createOscillator();
    const volume = context.createGain();
    tone.frequency.value = hz;
    volume.gain.setValueAtTime(0, start);
    volume.gain.linearRampToValueAtTime(LOUDNESS, start + 0.03);
    volume.gain.exponentialRampToValueAtTime(0.001, start + TONE_S);
    tone.connect(volume).connect(context.destination);
    tone.start(start);
    tone.stop(start + TONE_S);
  });
}

/**
 * Plays a sound to its end.
 * @param {ArrayBuffer} file
 */
export async function playFile(file) {
  if (!canChime() || !sound) return;
  const context = sound;
  const source = context.createBufferSource();
  source.buffer = await context.decodeAudioData(file);
  source.connect(context.destination);
  await new Promise((resolve) => {
    source.addEventListener("ended", resolve);
    source.start();
  });
}
