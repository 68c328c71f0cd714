// What this installation is: which town, and whether it is the demo. Also paints the town's accent.
import { call } from "./api.js";
import { signal } from "./preact.js";

/** @type {import("./preact.js").Signal<import("./api_types").About | null>} */
export const about = signal(null);

const LEAST_CONTRAST = 7.1;

/** Asks until the server answers; the screen says meanwhile that it is getting ready. */
export async function loadAbout() {
  for (let wait_ms = 500; ; wait_ms = Math.min(wait_ms * 2, 5000)) {
    try {
      about.value = await call("GET", "/api/v1/about");
      break;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, wait_ms));
    }
  }
  if (about.value?.reduced_motion) document.documentElement.dataset.motion = "reduced";
  const accent = about.value?.municipality.accent;
  if (accent && /^#[0-9a-f]{6}$/i.test(accent)) {
    document.documentElement.style.setProperty("--town-accent", darkEnough(accent));
  }
}

/**
 * The same hue, dark enough to carry white text and to be text on white.
 * @param {string} hex
 */
export function darkEnough(hex) {
  let rgb = [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
  while (1.05 / (luminance(rgb) + 0.05) < LEAST_CONTRAST) rgb = rgb.map((channel) => Math.floor(channel * 0.96));
  return `rgb(${rgb.join(" ")})`;
}

/** @param {number[]} rgb */
function luminance(rgb) {
  const [r, g, b] = rgb.map((channel) => {
    const part = channel / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * (r ?? 0) + 0.7152 * (g ?? 0) + 0.0722 * (b ?? 0);
}
