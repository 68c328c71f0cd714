// The floor map of the overlay, inlined so that the place to go can be marked. Scripts and links in the file are
// not taken over; the page's own policy would stop them as well.
import { html, useEffect, useRef } from "./preact.js";

const SVG = "http://www.w3.org/2000/svg";
const SHAPES = "rect, path, polygon, circle, ellipse";
const REFUSED = "script, foreignObject, a, style, image, iframe";

/**
 * @param {{place: string | undefined, label: string}} props
 */
export function FloorMap({ place, label }) {
  const box = useRef(/** @type {HTMLElement | null} */ (null));
  useEffect(() => {
    let gone = false;
    loadMap().then((svg) => {
      if (gone || !svg || !box.current) return;
      const map = /** @type {SVGElement} */ (svg.cloneNode(true));
      map.setAttribute("aria-hidden", "true");
      box.current.replaceChildren(map);
      const marked = [...map.querySelectorAll("[id]")].find((element) => element.id === place);
      if (marked instanceof SVGGraphicsElement) mark(marked);
    });
    return () => {
      gone = true;
    };
  }, [place]);
  return html`<div class="floor-map" role="img" aria-label=${label} ref=${box}></div>`;
}

/**
 * Paints the place, draws the way to it and puts a pin over it.
 * @param {SVGGraphicsElement} place
 */
function mark(place) {
  drawWay(place);
  (place.matches(SHAPES) ? place : (place.querySelector(SHAPES) ?? place)).classList.add("map-here");
  const { x, y, width } = place.getBBox();
  const pin = document.createElementNS(SVG, "g");
  pin.setAttribute("transform", `translate(${x + width / 2} ${y + 10})`);
  for (const [name, shape, value] of /** @type {const} */ ([
    ["map-pin", "path", "M0 0C-6 -16 -22 -24 -22 -42a22 22 0 0 1 44 0C22 -24 6 -16 0 0z"],
    ["map-pin-eye", "path", "M-9 -42a9 9 0 1 0 18 0a9 9 0 1 0 -18 0z"],
  ])) {
    const drawn = document.createElementNS(SVG, shape);
    drawn.setAttribute("class", name);
    drawn.setAttribute("d", value);
    pin.append(drawn);
  }
  place.ownerSVGElement?.append(pin);
  if (place.ownerSVGElement) place.ownerSVGElement.style.overflow = "visible";
}

const AISLE = 62;
const ARROW = 20;

/**
 * The way from where the kiosk stands: out into the aisle along the place, and up to it. Without `#kiosk` on the
 * map there is none.
 * @param {SVGGraphicsElement} place
 */
function drawWay(place) {
  const here = place.ownerSVGElement?.querySelector("#kiosk circle");
  if (!(here instanceof SVGGraphicsElement)) return;
  const from = here.getBBox();
  const to = place.getBBox();
  const x = from.x + from.width / 2;
  const goal = to.x + to.width / 2;
  const above = to.y < from.y;
  const edge = above ? to.y + to.height : to.y;
  const away = above ? 1 : -1;
  const drawn = {
    "map-way": `M${x} ${above ? from.y : from.y + from.height}V${edge + away * AISLE}H${goal}V${edge + away * ARROW}`,
    "map-arrow": `M${goal} ${edge + away * 4}l${ARROW} ${away * ARROW * 1.4}h${-2 * ARROW}z`,
  };
  for (const [name, shape] of Object.entries(drawn)) {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("class", name);
    path.setAttribute("d", shape);
    place.ownerSVGElement?.append(path);
  }
}

/** @type {Promise<Element | null> | null} */
let loaded = null;

function loadMap() {
  loaded ??= fetch("/api/v1/floor-map.svg")
    .then((response) => (response.ok ? response.text() : Promise.reject(new Error("no map"))))
    .then((text) => {
      const svg = new DOMParser().parseFromString(text, "image/svg+xml").documentElement;
      if (svg.nodeName !== "svg") return null;
      for (const refused of svg.querySelectorAll(REFUSED)) refused.remove();
      return svg;
    })
    .catch(() => {
      loaded = null;
      return null;
    });
  return loaded;
}
