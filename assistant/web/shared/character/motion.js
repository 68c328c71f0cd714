// Whether bodies may move: not where the machine, the installation or the resident asks for rest.

const asked = matchMedia("(prefers-reduced-motion: reduce)");

/** True when nothing but the mouth may move. */
export function isMotionReduced() {
  return asked.matches || document.documentElement.dataset.motion === "reduced";
}

/**
 * Calls `changed` whenever the answer may be another; returns how to stop.
 * @param {() => void} changed
 */
export function watchMotion(changed) {
  const observer = new MutationObserver(changed);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ["data-motion"] });
  asked.addEventListener("change", changed);
  return () => {
    observer.disconnect();
    asked.removeEventListener("change", changed);
  };
}
