// Two soft tones, made here: no file, no voice, nothing personal.

const TONES_HZ = [659.3, 523.3];
const TONE_S = 0.9;
const LOUDNESS = 0.22;

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
