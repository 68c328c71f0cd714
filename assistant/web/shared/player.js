// Plays what the voice says, sentence after sentence without a gap, and tells by the clock of the sound which shape
// the mouth has and which word sounds. Where the browser does not let us sound yet, the captions run all the same.

/** Until a sentence that is there begins: what the browser needs to begin it in time. */
const LEAD_S = 0.01;
const FADE_S = 0.03;
const CAPTION_STAYS_MS = 4000;

/** @typedef {import("./character/spec").Shape} Shape */

/**
 * @typedef {{at_s: number, shape: Shape}} Viseme
 * @typedef {{text: string, reading: string, at_s: number, until_s: number}} CaptionWord
 * @typedef {{words: CaptionWord[], at: number}} Caption the sentence that sounds and which of its words
 * @typedef {{id: number, seq: number, rate_hz: number, pcm16_base64: string, visemes: Viseme[], captions: CaptionWord[]}} Speech
 * @typedef {{id: number, seq: number, at_s: number}} Place how far a talk has sounded
 * @typedef {{seq: number, starts_s: number, length_s: number, visemes: Viseme[], words: CaptionWord[], source: AudioBufferSourceNode | null}} Sentence
 * @typedef {{id: number, sentences: Sentence[], whole: boolean, ends_s: number, audible: boolean, gain: GainNode | null}} Talk
 */

/**
 * @param {object} tell
 * @param {(visemes: Viseme[], elapsed_s: () => number) => () => void} [tell.followMouth] leads the mouth through a
 *   sentence by the clock of its sound; returns how to stop, mouth shut
 * @param {(caption: Caption | null) => void} tell.onCaption
 * @param {(sounding: boolean) => void} tell.onSounding
 * @param {(place: Place) => void} tell.onEnded a talk has sounded to its end
 * @param {(id: number, delay_ms: number) => void} [tell.onFirst] a talk begins to sound after so many milliseconds
 */
export function makePlayer({ followMouth, onCaption, onSounding, onEnded, onFirst }) {
  /** @type {AudioContext | null} */
  let context = null;
  /** @type {Talk | null} */
  let talk = null;
  let newest = 0;
  /** @type {(() => void) | undefined} */
  let shutMouth;
  /** @type {{sentence: Sentence | null, word: number}} */
  let shown = { sentence: null, word: -1 };
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let fading;

  /** @param {Talk} of */
  const clock_s = (of) => (of.audible && context ? context.currentTime : performance.now() / 1000);
  /** What is heard now left the clock so long ago. @param {Talk} of */
  const delay_s = (of) => (of.audible && context ? context.outputLatency || context.baseLatency || 0 : 0);
  /** @param {Talk} of @param {Sentence} sentence */
  const move = (of, sentence) => {
    shutMouth?.();
    shutMouth = followMouth?.(sentence.visemes, () => clock_s(of) - delay_s(of) - sentence.starts_s);
  };

  /** @param {Talk} ending */
  const close = (ending) => {
    if (ending.gain && context) {
      ending.gain.gain.setTargetAtTime(0, context.currentTime, FADE_S / 3);
      for (const { source } of ending.sentences) source?.stop(context.currentTime + FADE_S);
    }
    talk = null;
    shutMouth?.();
    shutMouth = undefined;
    onSounding(false);
    if (shown.sentence) onCaption({ words: shown.sentence.words, at: shown.sentence.words.length });
    shown = { sentence: null, word: -1 };
    clearTimeout(fading);
    fading = setTimeout(() => onCaption(null), CAPTION_STAYS_MS);
  };

  /** @param {Talk} of @returns {{sentence: Sentence, at_s: number} | null} */
  const now = (of) => {
    const at_s = clock_s(of) - delay_s(of);
    const sentence = of.sentences.findLast((one) => one.starts_s <= at_s);
    return sentence ? { sentence, at_s: at_s - sentence.starts_s } : null;
  };

  const tick = () => {
    const running = talk;
    if (!running) return;
    const here = now(running);
    if (here) {
      const { sentence, at_s } = here;
      if (shown.sentence !== sentence) move(running, sentence);
      const word = sentence.words.findLastIndex((one) => one.at_s <= at_s);
      if (shown.sentence !== sentence || shown.word !== word) {
        shown = { sentence, word };
        onCaption({ words: sentence.words, at: word });
      }
    }
    const last = running.sentences.at(-1);
    if (running.whole && clock_s(running) - delay_s(running) >= running.ends_s) {
      close(running);
      onEnded({ id: running.id, seq: last?.seq ?? 0, at_s: last?.length_s ?? 0 });
      return;
    }
    requestAnimationFrame(tick);
  };

  /** @param {number} id @returns {Talk} */
  const begin = (id) => {
    if (talk) close(talk);
    clearTimeout(fading);
    newest = id;
    const audible = context?.state === "running";
    const gain = audible && context ? context.createGain() : null;
    if (gain && context) gain.connect(context.destination);
    const begun = { id, sentences: [], whole: false, ends_s: 0, audible, gain };
    talk = begun;
    onSounding(true);
    requestAnimationFrame(tick);
    return begun;
  };

  return {
    /** Called from a touch or a key: from then on sound is allowed. */
    unlock() {
      context ??= new AudioContext({ latencyHint: "interactive" });
      if (context.state === "suspended") context.resume().catch(() => undefined);
    },
    /** @param {Speech} speech a sentence of the newest talk; what belongs to one that was stopped is dropped */
    hear(speech) {
      if (speech.id < newest || (speech.id === newest && !talk)) return;
      const running = talk?.id === speech.id ? talk : begin(speech.id);
      const pcm = samplesOf(speech.pcm16_base64);
      const length_s = pcm.length / speech.rate_hz;
      const starts_s = Math.max(running.ends_s, clock_s(running) + LEAD_S);
      const source = running.gain && context && pcm.length ? soundOf(context, running.gain, pcm, speech.rate_hz) : null;
      source?.start(starts_s);
      if (!running.sentences.length) onFirst?.(speech.id, (starts_s - clock_s(running) + delay_s(running)) * 1000);
      running.sentences.push({ seq: speech.seq, starts_s, length_s, visemes: speech.visemes, words: speech.captions, source });
      running.ends_s = starts_s + length_s;
    },
    /** Nothing more comes of this talk. @param {number} id */
    end(id) {
      if (talk?.id === id) talk.whole = true;
      else if (id > newest) {
        newest = id;
        onEnded({ id, seq: 0, at_s: 0 });
      }
    },
    /**
     * Falls silent; tells how far it was, or null when nothing sounded.
     * @param {number} [id] of the talk meant, when not any
     * @returns {Place | null}
     */
    stop(id) {
      if (!talk || (id !== undefined && id !== talk.id)) {
        if (id !== undefined && id > newest) newest = id;
        return null;
      }
      const stopping = talk;
      const here = now(stopping);
      close(stopping);
      return { id: stopping.id, seq: here?.sentence.seq ?? 0, at_s: Math.min(here?.at_s ?? 0, here?.sentence.length_s ?? 0) };
    },
    /**
     * Holds the breath while somebody may be speaking, or goes on: the talk runs, unheard.
     * @param {boolean} on
     * @returns {number} milliseconds until that is heard
     */
    hold(on) {
      if (!talk?.gain || !context) return 0;
      talk.gain.gain.setTargetAtTime(on ? 0 : 1, context.currentTime, FADE_S / 3);
      return (FADE_S + delay_s(talk)) * 1000;
    },
    /** Falls silent, forgets the captions, and begins to count anew: another socket counts from one. */
    forget() {
      if (talk) close(talk);
      newest = 0;
      clearTimeout(fading);
      onCaption(null);
    },
  };
}

/** @param {string} base64 */
function samplesOf(base64) {
  const bytes = atob(base64);
  const samples = new Float32Array(bytes.length >> 1);
  for (let at = 0; at < samples.length; at += 1) {
    const value = bytes.charCodeAt(2 * at) | (bytes.charCodeAt(2 * at + 1) << 8);
    samples[at] = (value < 0x8000 ? value : value - 0x10000) / 0x8000;
  }
  return samples;
}

/**
 * @param {AudioContext} context
 * @param {AudioNode} into
 * @param {Float32Array<ArrayBuffer>} pcm
 * @param {number} rate_hz
 */
function soundOf(context, into, pcm, rate_hz) {
  const buffer = context.createBuffer(1, pcm.length, rate_hz);
  buffer.copyToChannel(pcm, 0);
  const source = context.createBufferSource();
  source.buffer = buffer;
  source.connect(into);
  return source;
}
