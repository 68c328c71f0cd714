// The line between a desk and its window towards the resident, both in one browser. Every message names its desk (one
// tab of the clerk's browser): a window opened from a desk follows that one only, a window opened by hand
// (/staff#resident) follows the first that speaks until its interview is over.
import { newId } from "../shared/api.js";

const MARK = "#resident";
export const FOR_RESIDENT = location.hash === MARK || location.hash.startsWith(`${MARK}=`);
/** Of the window: the desk it was opened from, "" when by hand. Of a desk: its own. */
export const DESK_ID = FOR_RESIDENT ? location.hash.slice(MARK.length + 1) : newId();

/** @returns {BroadcastChannel} */
export function residentChannel() {
  return new BroadcastChannel("resident-window");
}
