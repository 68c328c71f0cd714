// The character on the screen, whichever the town chose (docs/character.md): a screen gives the mood, the voice moves
// the mouth, and everything else is in the character's own two files.
import { html, useEffect, useRef } from "./preact.js";
import { chosenCharacter } from "./character/load.js";
import { followVisemes } from "./character/mouth.js";
import { Rig } from "./character/rig.js";

/** @typedef {import("./character/spec").Shape} Mouth */
/** @typedef {import("./character/spec").Mood} Mood */

/** @type {Set<Rig>} */
const rigs = new Set();

/**
 * The shape of the mouth now, reached softly within 50 ms.
 * @param {Mouth} shape
 */
export function setMouth(shape) {
  for (const rig of rigs) rig.mouth.show(shape);
}

/**
 * Moves the mouth by exact phoneme times; returns how to stop, mouth shut.
 * @param {readonly {at_s: number, shape: Mouth}[]} visemes in order
 * @param {() => number} elapsed_s seconds since the sound began, by the clock that plays it (AudioContext.currentTime)
 */
export function followMouth(visemes, elapsed_s) {
  return followVisemes(visemes, elapsed_s, setMouth);
}

/** @param {{mood?: Mood, character?: import("./character/spec").Character | null}} props */
export function Avatar({ mood = "calm", character = chosenCharacter.value }) {
  const place = useRef(/** @type {Element | null} */ (null));
  const rig = useRef(/** @type {Rig | null} */ (null));
  useEffect(() => {
    if (!place.current || !character) return undefined;
    const made = new Rig(place.current, character);
    rig.current = made;
    rigs.add(made);
    return () => {
      rigs.delete(made);
      made.remove();
    };
  }, [character]);
  useEffect(() => rig.current?.setMood(mood), [mood, character]);
  return html`<span class="avatar" aria-hidden="true" ref=${place}></span>`;
}
