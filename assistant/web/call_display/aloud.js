// Calls aloud, one after the other: the chime, then the voice of the house; without a voice the chime alone.
import { fetchBlob } from "../shared/api.js";
import { canChime, chime, CHIME_MS, playFile } from "../shared/chime.js";

/** The call that is being heard; the next one waits for it. */
let heard = Promise.resolve();

/** @param {string} ticket */
export function callAloud(ticket) {
  heard = heard.then(() => say(ticket)).catch(() => undefined);
}

/** @param {string} ticket */
async function say(ticket) {
  if (!canChime()) return;
  chime();
  const voice = fetchBlob(`/api/v1/calls/${encodeURIComponent(ticket)}/announcement.wav`).catch(() => null);
  await new Promise((resolve) => setTimeout(resolve, CHIME_MS));
  const file = await voice;
  if (file) await playFile(await file.arrayBuffer());
}
