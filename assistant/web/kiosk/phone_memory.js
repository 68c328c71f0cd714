// What a phone keeps of its visit, in the memory of its tab alone: a phone throws pages away when another one is looked
// at. A kiosk keeps nothing.
import { onPhone } from "./state.js";

/** @import { Visit } from "./state.js" */

const KEPT = "visit";

/** @param {Visit} visit */
export function keepOnPhone(visit) {
  sessionStorage.setItem(KEPT, JSON.stringify(visit));
}

/** @returns {Visit | null} */
export function keptOnPhone() {
  try {
    return JSON.parse(sessionStorage.getItem(KEPT) ?? "null");
  } catch {
    return null;
  }
}

export function forgetPhone() {
  if (onPhone.value) sessionStorage.removeItem(KEPT);
}
