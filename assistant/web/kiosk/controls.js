// Small parts that every kiosk screen is made of.
import { html, useEffect, useLayoutEffect, useRef, useState } from "../shared/preact.js";
import { Icon } from "../shared/icons.js";
import { plain, ruby } from "../shared/ruby.js";
import { busy, uncovered } from "./state.js";
import { words } from "./words.js";

const COVER_AGAIN_S = 15;
const MASK = "●●●●●";

/**
 * @param {{icon?: string, label: string, onPress: () => void, kind?: string, disabled?: boolean, pressed?: boolean, name?: string}} props
 */
export function Button({ icon, label, onPress, kind = "", disabled = false, pressed, name }) {
  return html`<button
    type="button"
    class=${`button ${kind}`}
    disabled=${disabled}
    aria-disabled=${busy.value ? "true" : undefined}
    aria-pressed=${pressed === undefined ? undefined : String(pressed)}
    data-name=${name}
    onClick=${() => {
      if (!busy.value) onPress();
    }}
  >
    ${icon && html`<${Icon} name=${icon} />`}<span>${ruby(label)}</span>
  </button>`;
}

/**
 * A value that is covered until it is touched, and covers itself again.
 * @param {{id: string, value: string, covered: boolean}} props
 */
export function Covered({ id, value, covered }) {
  const open = !covered || uncovered.value.has(id);
  useEffect(() => {
    if (!covered || !open) return undefined;
    const timer = setTimeout(() => cover(id), COVER_AGAIN_S * 1000);
    return () => clearTimeout(timer);
  }, [covered, open, id]);
  if (!covered) return html`<span class="value">${value}</span>`;
  return html`<button type="button" class="covered" aria-pressed=${String(open)} onClick=${() => (open ? cover(id) : uncover(id))}>
    <span class="value">${open ? value : html`<span aria-hidden="true">${MASK}</span>`}</span>
    <span class="covered-hint"><${Icon} name=${open ? "mask" : "eye"} />${open ? words().shown : words().masked}</span>
  </button>`;
}

/** @param {string} id */
function uncover(id) {
  uncovered.value = new Set([...uncovered.value, id]);
}

/** @param {string} id */
function cover(id) {
  uncovered.value = new Set([...uncovered.value].filter((other) => other !== id));
}

/**
 * A box of which more is below what is seen; looked at anew when its content changes.
 * @param {unknown} content
 * @returns {[import("../shared/preact.js").Ref<HTMLElement | null>, boolean]}
 */
export function useMore(content) {
  const box = useRef(/** @type {HTMLElement | null} */ (null));
  const [more, setMore] = useState(false);
  useEffect(() => {
    const element = box.current;
    if (!element) return undefined;
    const look = () => setMore(element.scrollHeight - element.scrollTop - element.clientHeight > 24);
    look();
    element.addEventListener("scroll", look, { passive: true });
    const watch = new ResizeObserver(look);
    watch.observe(element);
    for (const child of element.children) watch.observe(child);
    return () => {
      element.removeEventListener("scroll", look);
      watch.disconnect();
    };
  }, [content]);
  return [box, more];
}

/** @param {{box: import("../shared/preact.js").Ref<HTMLElement | null>}} props */
export function ScrollDown({ box }) {
  return html`<button type="button" class="scroll-down" aria-hidden="true" tabindex="-1" onClick=${() => box.current?.scrollBy({ top: box.current.clientHeight * 0.8, behavior: "smooth" })}>
    <${Icon} name="down" />${words().scroll_more}
  </button>`;
}

/**
 * Content that may be longer than the screen, with a button that says so.
 * @param {{children?: unknown, label?: string, kind?: string}} props
 */
export function Scroll({ children, label, kind = "" }) {
  const [box, more] = useMore(children);
  return html`<div class=${`scroll ${kind} ${more ? "scroll-more" : ""}`}>
    <div class="scroll-box" ref=${box} tabindex="0" role="group" aria-label=${label ? plain(label) : undefined}><div class="scroll-inner">${children}</div></div>
    ${more && html`<${ScrollDown} box=${box} />`}
  </div>`;
}

/**
 * Moves the focus to a new screen's heading, so that a screen reader starts there.
 * @param {unknown} when
 */
export function useFocusOn(when) {
  const target = useRef(/** @type {HTMLElement | null} */ (null));
  useLayoutEffect(() => {
    target.current?.focus({ preventScroll: true });
    window.scrollTo(0, 0);
    for (const box of document.querySelectorAll(".scroll-box, .panel-body")) box.scrollTop = 0;
  }, [when]);
  return target;
}

/**
 * A page over the page, closed with Escape.
 * @param {{title: string, onClose: () => void, children?: unknown, foot?: unknown, kind?: string}} props
 */
export function SheetBox({ title, onClose, children, foot, kind = "" }) {
  const box = useRef(/** @type {HTMLDialogElement | null} */ (null));
  useLayoutEffect(() => {
    if (box.current && !box.current.open) box.current.showModal();
  }, []);
  return html`<dialog class=${`sheet ${kind}`} ref=${box} aria-labelledby="sheet-title" onCancel=${(/** @type {Event} */ event) => {
    event.preventDefault();
    onClose();
  }}>
    <header class="sheet-head">
      <h2 id="sheet-title">${ruby(title)}</h2>
      <button type="button" class="button plain" onClick=${onClose}><${Icon} name="close" /><span>${ruby(words().close)}</span></button>
    </header>
    <div class="sheet-body">${children}</div>
    ${foot && html`<footer class="sheet-foot">${foot}</footer>`}
  </dialog>`;
}
