// A spoken call between an operator and a kiosk: WebRTC from browser to browser in the town's network, without any
// server between them. What the two say to each other to find one another goes through `send`; nothing is recorded.
// Each own address is told as soon as it is found, so that a machine with several networks need not know which is right.
import { followLoudness } from "./live_mouth.js";

/** No server tells the addresses: the two find each other in the same network. */
const CONFIGURATION = { iceServers: [] };
const LISTEN_EVERY_MS = 200;
const LEVELS = [0.003, 0.01, 0.03, 0.08, 0.2];

/**
 * @typedef {"off" | "asking" | "calling" | "ringing" | "connecting" | "on" | "broken"} CallState
 * `asking`: for our own microphone; `calling`: the other side has not answered; `ringing`: we are asked
 * @typedef {"refused" | "none" | "busy" | "declined" | "other_microphone" | "failed" | "ended"} CallEnd
 * @typedef {{kind: string, body?: any}} Signalled
 */

/**
 * @param {object} tell
 * @param {(signalled: Signalled) => void} tell.send to the other side
 * @param {(state: CallState, why: CallEnd | null) => void} tell.onState `why` when it became `off`
 * @param {(bars: number) => void} tell.onLevel how loud the other side is, 0 to 5
 * @param {(shape: import("./character/spec").Shape) => void} [tell.setMouth] of the character that speaks for them
 */
export function makeLiveVoice({ send, onState, onLevel, setMouth }) {
  /** @type {RTCPeerConnection | null} */
  let peer = null;
  /** @type {MediaStream | null} */
  let own = null;
  /** @type {RTCSessionDescriptionInit | null} */
  let offered = null;
  /** @type {CallState} */
  let state = "off";
  /** @type {ReturnType<typeof setInterval> | undefined} */
  let listening;
  /** @type {(() => void) | undefined} */
  let shutMouth;
  /** Addresses of the other side that came before we can take them. @type {RTCIceCandidateInit[]} */
  let early = [];
  const sound = new Audio();

  /** @param {CallState} next @param {CallEnd | null} [why] */
  const become = (next, why = null) => {
    state = next;
    onState(next, why);
  };

  /** @param {CallEnd} why */
  const close = (why) => {
    clearInterval(listening);
    shutMouth?.();
    shutMouth = undefined;
    early = [];
    peer?.close();
    for (const track of own?.getTracks() ?? []) track.stop();
    peer = null;
    own = null;
    offered = null;
    sound.srcObject = null;
    onLevel(0);
    if (state !== "off") become("off", why);
  };

  /** @param {CallEnd} why told to the other side too */
  const end = (why) => {
    if (state === "off") return;
    send({ kind: "bye", body: { why } });
    close(why);
  };

  /** @returns {Promise<RTCPeerConnection | null>} null when the call was ended meanwhile, or there is no microphone */
  const prepare = async () => {
    become("asking");
    try {
      const stream = await navigator.mediaDevices.getUserMedia({
        audio: { channelCount: 1, echoCancellation: true, noiseSuppression: true, autoGainControl: true },
      });
      if (state !== "asking") {
        for (const track of stream.getTracks()) track.stop();
        return null;
      }
      own = stream;
    } catch (failure) {
      if (state === "asking") end(microphoneTrouble(failure));
      return null;
    }
    const made = new RTCPeerConnection(CONFIGURATION);
    peer = made;
    for (const track of own.getTracks()) made.addTrack(track, own);
    made.addEventListener("track", ({ streams }) => {
      const theirs = streams[0] ?? null;
      sound.srcObject = theirs;
      sound.play().catch(() => undefined);
      shutMouth?.();
      if (theirs && setMouth) shutMouth = followLoudness(theirs, setMouth);
    });
    made.addEventListener("connectionstatechange", () => {
      if (peer !== made) return;
      if (made.connectionState === "connected") become("on");
      else if (made.connectionState === "disconnected") become("broken");
      else if (made.connectionState === "failed") end("failed");
    });
    listening = setInterval(async () => onLevel(bars(await loudness(made))), LISTEN_EVERY_MS);
    return made;
  };

  /** @param {RTCPeerConnection} made @param {"offer" | "answer"} kind */
  const describe = async (made, kind) => {
    made.addEventListener("icecandidate", ({ candidate }) => {
      if (peer === made && candidate) send({ kind: "candidate", body: candidate.toJSON() });
    });
    const description = kind === "offer" ? await made.createOffer() : await made.createAnswer();
    if (peer !== made) return;
    send({ kind, body: { sdp: description.sdp } });
    await made.setLocalDescription(description);
  };

  /** @param {RTCPeerConnection} made @param {RTCSessionDescriptionInit} theirs */
  const learn = async (made, theirs) => {
    await made.setRemoteDescription(theirs);
    for (const candidate of early.splice(0)) takeCandidate(made, candidate);
  };

  /** One of an earlier call, or of a kind this browser does not know, is no loss. @param {RTCPeerConnection} made @param {RTCIceCandidateInit} candidate */
  const takeCandidate = (made, candidate) => {
    made.addIceCandidate(candidate).catch(() => undefined);
  };

  return {
    /** Asks for the own microphone, then the other side. */
    async start() {
      if (state !== "off") return;
      const made = await prepare();
      if (!made) return;
      become("calling");
      await describe(made, "offer").catch(() => end("failed"));
    },
    /** We were asked, and said yes. */
    async accept() {
      const asked = offered;
      if (state !== "ringing" || !asked) return;
      const made = await prepare();
      if (!made) return;
      become("connecting");
      try {
        await learn(made, asked);
        await describe(made, "answer");
      } catch {
        end("failed");
      }
    },
    decline: () => end("declined"),
    end: () => end("ended"),
    /** The line or the conversation is gone: nobody is told. */
    drop: () => close("ended"),
    /** @param {boolean} muted our own voice */
    mute(muted) {
      for (const track of own?.getTracks() ?? []) track.enabled = !muted;
    },
    /** @param {Signalled} signalled by the other side */
    async hear({ kind, body }) {
      if (kind === "offer" && typeof body?.sdp === "string") {
        close("ended");
        offered = { type: "offer", sdp: body.sdp };
        become("ringing");
      } else if (kind === "answer" && state === "calling" && peer) {
        become("connecting");
        await learn(peer, { type: "answer", sdp: String(body?.sdp) }).catch(() => end("failed"));
      } else if (kind === "candidate" && state !== "off" && typeof body?.candidate === "string") {
        if (peer?.remoteDescription) takeCandidate(peer, body);
        else early.push(body);
      } else if (kind === "bye") close(otherEnd(body?.why));
    },
  };
}

/** @param {unknown} failure @returns {CallEnd} */
function microphoneTrouble(failure) {
  const name = failure instanceof Error ? failure.name : "";
  if (name === "NotAllowedError" || name === "SecurityError") return "refused";
  return name === "NotFoundError" || name === "OverconstrainedError" || name === "TypeError" ? "none" : "busy";
}

/** Why the other side ended it, as this side is told. @param {unknown} why @returns {CallEnd} */
function otherEnd(why) {
  if (why === "declined" || why === "failed") return why;
  return why === "refused" || why === "none" || why === "busy" ? "other_microphone" : "ended";
}

/** How loud what arrives is, 0 to 1. @param {RTCPeerConnection} peer */
async function loudness(peer) {
  if (peer.connectionState !== "connected") return 0;
  let loud = 0;
  (await peer.getStats()).forEach((/** @type {any} */ one) => {
    if (one.type === "inbound-rtp" && typeof one.audioLevel === "number") loud = Math.max(loud, one.audioLevel);
  });
  return loud;
}

/** @param {number} loud */
function bars(loud) {
  return LEVELS.filter((least) => loud > least).length;
}
