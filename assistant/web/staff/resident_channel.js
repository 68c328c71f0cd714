// The line between the desk and its window towards the resident, both in one browser.

export const FOR_RESIDENT = location.hash === "#resident";

/** @returns {BroadcastChannel} */
export function residentChannel() {
  return new BroadcastChannel("resident-window");
}
