// The microphone of this machine as frames for the ear: mono s16le at 16 000 Hz, 20 ms each. It knows nothing of
// visits; it is open from openMicrophone() to close(), and the browser shows that to everybody.

const RATE_HZ = 16_000;

/** @typedef {"none" | "refused" | "busy" | "unplugged"} Trouble */

/** Why there is no sound to have. */
export class MicrophoneTrouble extends Error {
  /** @param {Trouble} reason */
  constructor(reason) {
    super(reason);
    this.reason = reason;
  }
}

/**
 * @typedef {object} Microphone
 * @property {boolean} cancels_echo our own voice is taken out of what it hears
 * @property {string} label of the device, for the lab
 * @property {number} rate_hz at which the device is read
 * @property {() => void} close
 */

/**
 * Asks for the microphone and listens; throws `MicrophoneTrouble`.
 * @param {object} listen
 * @param {(frame: ArrayBuffer, dbfs: number) => void} listen.onFrame
 * @param {() => void} listen.onGone the device went away by itself
 * @returns {Promise<Microphone>}
 */
export async function openMicrophone({ onFrame, onGone }) {
  const stream = await askForSound();
  const track = stream.getAudioTracks()[0];
  if (!track) throw new MicrophoneTrouble("none");
  /** @type {AudioContext | null} */
  let context = null;
  let open = true;
  const close = () => {
    open = false;
    navigator.mediaDevices.removeEventListener("devicechange", look);
    track.stop();
    context?.close().catch(() => undefined);
  };
  const gone = () => {
    if (!open) return;
    close();
    onGone();
  };
  const look = async () => {
    const id = track.getSettings().deviceId;
    const there = await navigator.mediaDevices.enumerateDevices();
    if (id && !there.some((device) => device.kind === "audioinput" && device.deviceId === id)) gone();
  };
  track.addEventListener("ended", gone);
  navigator.mediaDevices.addEventListener("devicechange", look);
  try {
    context = await readFrames(stream, (frame, dbfs) => open && onFrame(frame, dbfs));
  } catch {
    close();
    throw new MicrophoneTrouble("busy");
  }
  const settings = track.getSettings();
  return { cancels_echo: settings.echoCancellation === true, label: track.label, rate_hz: context.sampleRate, close };
}

/** Tells when a microphone was put in or taken out. @param {() => void} changed @returns {() => void} */
export function watchDevices(changed) {
  const devices = navigator.mediaDevices;
  if (!devices) return () => undefined;
  devices.addEventListener("devicechange", changed);
  return () => devices.removeEventListener("devicechange", changed);
}

async function askForSound() {
  const devices = navigator.mediaDevices;
  if (!devices?.getUserMedia || typeof AudioWorkletNode === "undefined") throw new MicrophoneTrouble("none");
  try {
    return await devices.getUserMedia({
      audio: { channelCount: 1, echoCancellation: true, noiseSuppression: true, autoGainControl: true },
    });
  } catch (failure) {
    throw new MicrophoneTrouble(reasonOf(failure instanceof Error ? failure.name : ""));
  }
}

/** @param {string} name @returns {Trouble} */
function reasonOf(name) {
  if (name === "NotAllowedError" || name === "SecurityError") return "refused";
  return name === "NotFoundError" || name === "OverconstrainedError" ? "none" : "busy";
}

/**
 * @param {MediaStream} stream
 * @param {(frame: ArrayBuffer, dbfs: number) => void} onFrame
 */
async function readFrames(stream, onFrame) {
  const [context, source] = readable(stream);
  await context.audioWorklet.addModule(new URL("./microphone_worklet.js", import.meta.url).href);
  const frames = new AudioWorkletNode(context, "microphone-frames", {
    numberOfInputs: 1,
    numberOfOutputs: 0,
    channelCount: 1,
    channelCountMode: "explicit",
  });
  frames.port.onmessage = ({ data }) => onFrame(data.frame, data.dbfs);
  source.connect(frames);
  await context.resume();
  return context;
}

/**
 * At the ear's rate where the browser can; else at the device's own, and the worklet changes it.
 * @param {MediaStream} stream
 * @returns {[AudioContext, MediaStreamAudioSourceNode]}
 */
function readable(stream) {
  const exact = new AudioContext({ sampleRate: RATE_HZ });
  try {
    return [exact, exact.createMediaStreamSource(stream)];
  } catch {
    exact.close().catch(() => undefined);
    const own = new AudioContext();
    return [own, own.createMediaStreamSource(stream)];
  }
}
