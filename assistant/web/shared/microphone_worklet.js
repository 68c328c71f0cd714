// Runs beside the sound card: what the microphone gives becomes frames of 20 ms, mono s16le at 16 000 Hz.
// Where the browser cannot open the microphone at that rate, the rate is changed here, through a low-pass filter.

const RATE_HZ = 16_000;
const FRAME = 320;
/** Samples on each side of a point that the filter looks at, at the rate that comes in. */
const REACH = 24;
const PASSES = 0.9;

class MicrophoneFrames extends AudioWorkletProcessor {
  constructor() {
    super();
    this.step = sampleRate / RATE_HZ;
    this.cut = Math.min(1, PASSES / this.step);
    this.kept = new Float32Array(0);
    this.at = REACH;
    this.frame = new Int16Array(FRAME);
    this.filled = 0;
    this.energy = 0;
  }

  /** @param {Float32Array[][]} inputs */
  process(inputs) {
    const heard = inputs[0]?.[0];
    if (!heard) return true;
    if (this.step === 1) {
      for (const sample of heard) this.put(sample);
    } else this.resample(heard);
    return true;
  }

  /** @param {Float32Array} heard */
  resample(heard) {
    const all = new Float32Array(this.kept.length + heard.length);
    all.set(this.kept);
    all.set(heard, this.kept.length);
    while (this.at + REACH < all.length) {
      const middle = Math.floor(this.at);
      let sum = 0;
      for (let near = middle - REACH + 1; near <= middle + REACH; near += 1) sum += (all[near] ?? 0) * this.weight(near - this.at);
      this.put(sum);
      this.at += this.step;
    }
    const from = Math.max(0, Math.floor(this.at) - REACH);
    this.kept = all.slice(from);
    this.at -= from;
  }

  /** Windowed sinc. @param {number} away in samples that come in */
  weight(away) {
    const x = Math.PI * away * this.cut;
    const sinc = Math.abs(x) < 1e-9 ? 1 : Math.sin(x) / x;
    return this.cut * sinc * (0.5 + 0.5 * Math.cos((Math.PI * away) / REACH));
  }

  /** @param {number} sample */
  put(sample) {
    const bounded = Math.max(-1, Math.min(1, sample));
    this.frame[this.filled] = Math.round(bounded * 32767);
    this.energy += bounded * bounded;
    this.filled += 1;
    if (this.filled < FRAME) return;
    const dbfs = 10 * Math.log10(this.energy / FRAME + 1e-10);
    const frame = this.frame.buffer;
    this.port.postMessage({ frame, dbfs }, [frame]);
    this.frame = new Int16Array(FRAME);
    this.filled = 0;
    this.energy = 0;
  }
}

registerProcessor("microphone-frames", MicrophoneFrames);
