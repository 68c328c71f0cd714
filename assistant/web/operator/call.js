// The spoken call with the kiosk of the conversation one holds.
import { call } from "../shared/api.js";
import { makeLiveVoice } from "../shared/live_voice.js";
import * as state from "./state.js";

/** @import { Signalled } from "../shared/live_voice.js" */

/** Signals go out in their order. */
let sent = Promise.resolve();

const voice = makeLiveVoice({
  send: (signalled) => {
    const id = state.call.value?.conversation;
    if (!id) return;
    const path = `/api/v1/conversations/${encodeURIComponent(id)}/signal`;
    sent = sent.then(() => call("POST", path, { body: signalled })).then(
      () => undefined,
      () => {
        if (signalled.kind === "offer") dropCall(); // one address less is no loss
      },
    );
  },
  onState: (now, why) => {
    const current = state.call.value;
    if (current) state.call.value = { ...current, state: now, why };
  },
  onLevel: (bars) => (state.callLevel.value = bars),
});

/** Whether a call stands or is being made. */
export function isCalling() {
  return state.call.value !== null && state.call.value.state !== "off";
}

/** Asks the resident of the open conversation to speak; they touch はい or not. */
export function startCall() {
  const shown = state.open.value;
  if (!shown || !state.isMine.value || shown.kiosk_cut_off || isCalling()) return;
  state.muted.value = false;
  state.call.value = { conversation: shown.id, state: "off", why: null };
  voice.start();
}

export function endCall() {
  voice.end();
}

/** The conversation is no longer ours. */
export function dropCall() {
  voice.drop();
}

export function switchMuted() {
  state.muted.value = !state.muted.value;
  voice.mute(state.muted.value);
}

/** @param {string} id of the conversation @param {Signalled} signalled */
export function hearSignal(id, signalled) {
  if (state.call.value?.conversation === id) voice.hear(signalled);
}
