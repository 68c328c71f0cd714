// The drawn mouth while a person's live voice sounds: their sound has no phonemes, so its loudness opens the mouth.

/** @typedef {import("./character/spec").Shape} Shape */

/** From this loudness (RMS, 0 to 1) on the mouth has this shape. @type {[number, Shape][]} */
const SHAPES = [
  [0.1, "a"],
  [0.04, "e"],
  [0.012, "u"],
];
/** A shape stays this long, or lips tremble. */
const HOLD_MS = 70;

/**
 * Moves a mouth by the sound of a stream; returns how to stop it, mouth shut.
 * @param {MediaStream} stream
 * @param {(shape: Shape) => void} setMouth
 */
export function followLoudness(stream, setMouth) {
  const context = new AudioContext();
  const ear = context.createAnalyser();
  ear.fftSize = 1024;
  context.createMediaStreamSource(stream).connect(ear);
  const wave = new Float32Array(ear.fftSize);
  /** @type {Shape} */
  let shape = "closed";
  let since = 0;
  let frame = 0;
  const step = () => {
    ear.getFloatTimeDomainData(wave);
    const loud = Math.sqrt(wave.reduce((sum, one) => sum + one * one, 0) / wave.length);
    const wanted = SHAPES.find(([least]) => loud >= least)?.[1] ?? "closed";
    const now = performance.now();
    if (wanted !== shape && now - since >= HOLD_MS) {
      shape = wanted;
      since = now;
    }
    setMouth(shape); // every time: another screen draws its own mouth
    frame = requestAnimationFrame(step);
  };
  step();
  return () => {
    cancelAnimationFrame(frame);
    context.close();
    setMouth("closed");
  };
}
