// What the kiosk knows of the talk by voice right now; it dies with the visit, as everything does.
import { batch, signal } from "../shared/preact.js";

/** @import { Caption } from "../shared/player.js" */
/** @import { Signal } from "../shared/preact.js" */

/**
 * @typedef {{on: boolean, speed: number, volume: number, private: boolean}} VoiceWish
 * @typedef {"off" | "asking" | "on" | "none" | "refused" | "busy" | "unplugged" | "down" | "elsewhere"} Mic
 * @typedef {{text: string, final: boolean, repairs: {heard: string, term: string}[]}} Words
 * @typedef {"unclear" | "buttons"} Trouble
 */

export const DEFAULT_WISH = Object.freeze({ on: true, speed: 1, volume: 1, private: false });

/** How this resident wants to be spoken to. @type {Signal<VoiceWish>} */
export const wish = signal({ ...DEFAULT_WISH });
/** Readings above the captions. */
export const furigana = signal(false);
/** The microphone, or why there is none. @type {Signal<Mic>} */
export const mic = signal("off");
/** The line carries sound. */
export const lineUp = signal(false);
/** Somebody speaks. */
export const hearing = signal(false);
/** What was said is being understood. */
export const thinking = signal(false);
/** Our voice sounds. */
export const speaking = signal(false);
/** @type {Signal<Words | null>} */
export const heardWords = signal(null);
/** @type {Signal<Caption | null>} */
export const caption = signal(null);
/** How loud it is, 0 to 5 bars. */
export const level = signal(0);
/** @type {Signal<Trouble | null>} */
export const trouble = signal(null);
/** Help was offered since anybody last did or said anything. */
export const helped = signal(false);
/** When words were last heard, on the page's clock; words count as a touch. */
export const wordsAt = signal(0);

/** For the next person. */
export function forgetVoice() {
  batch(() => {
    wish.value = { ...DEFAULT_WISH };
    furigana.value = false;
    forgetTalk();
  });
}

/** Everything but the wishes. */
export function forgetTalk() {
  batch(() => {
    hearing.value = false;
    thinking.value = false;
    heardWords.value = null;
    caption.value = null;
    level.value = 0;
    trouble.value = null;
    helped.value = false;
  });
}
