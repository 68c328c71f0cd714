// A town's drawing, made harmless: rebuilt element by element from what a drawing needs and nothing else. No script, no
// foreign content, no address outside itself. Style attributes become plain attributes, since the page allows no
// inline styles; that is also how Inkscape and Illustrator write colours.

const SVG = "http://www.w3.org/2000/svg";
const XLINK = "http://www.w3.org/1999/xlink";
const XML = "http://www.w3.org/XML/1998/namespace";
const MOST_CHARACTERS = 500_000;
const MOST_ELEMENTS = 1500;
/** Colours that follow the town's accent; the fill drawn in the file stands wherever there is no town. */
const CLASSES = new Set(["town-accent", "town-accent-deep"]);

const ELEMENTS = new Set(
  "svg g path rect circle ellipse line polyline polygon text tspan defs linearGradient radialGradient stop clipPath use title desc".split(" "),
);

/** Read under another name: a browser reports inline styles even in a document that is never shown. */
const STYLE = /(\s)style(\s*=)/g;

const PAINT =
  "fill fill-opacity fill-rule clip-rule clip-path stroke stroke-width stroke-opacity stroke-linecap stroke-linejoin stroke-miterlimit stroke-dasharray stroke-dashoffset opacity color stop-color stop-opacity font-size font-weight font-style letter-spacing text-anchor dominant-baseline paint-order display visibility";
const SHAPE =
  "id class viewBox d points x y x1 y1 x2 y2 cx cy fx fy r rx ry dx dy width height offset transform gradientUnits gradientTransform spreadMethod clipPathUnits href";
const PAINTED = new Set(PAINT.split(" "));
const ATTRIBUTES = new Set([...PAINTED, ...SHAPE.split(" ")]);

/** What drawing programs leave behind; dropped without a word. */
const EXPECTED_LEFTOVERS = new Set(["version", "baseProfile", "xml:space", "enable-background", "preserveAspectRatio", "font-family", "style-", "role", "data-name"]);

/**
 * The drawing rebuilt, with what was taken out; null and the reason when it is no drawing.
 * @param {string} text
 * @returns {{drawing: SVGSVGElement | null, removed: string[], problems: string[]}}
 */
export function sanitise(text) {
  /** @param {string} reason */
  const refused = (reason) => ({ drawing: null, removed: [], problems: [`character.svg: ${reason}`] });
  if (text.length > MOST_CHARACTERS) return refused(`大きすぎます(${MOST_CHARACTERS / 1000} kBまで)。不要なデータを減らしてください`);
  const root = new DOMParser().parseFromString(text.replaceAll(STYLE, "$1style-$2"), "image/svg+xml").documentElement;
  if (root.namespaceURI !== SVG || root.localName !== "svg" || root.querySelector("parsererror")) return refused("SVGとして読めません。書き出し直してください");
  if (root.querySelectorAll("*").length > MOST_ELEMENTS) return refused(`要素が多すぎます(${MOST_ELEMENTS}個まで)。図形をまとめてください`);
  /** @type {Set<string>} */
  const removed = new Set();
  const drawing = /** @type {SVGSVGElement} */ (rebuilt(root, removed));
  return { drawing, removed: [...removed], problems: [] };
}

/**
 * @param {Element} source
 * @param {Set<string>} removed
 */
function rebuilt(source, removed) {
  const made = document.createElementNS(SVG, source.localName);
  for (const { name, value } of declarations(source.getAttribute("style-") ?? "")) setSafely(made, name, value, removed);
  for (const attribute of source.attributes) {
    const foreign = attribute.namespaceURI !== null && attribute.namespaceURI !== XLINK && attribute.namespaceURI !== XML;
    if (!foreign && !attribute.name.startsWith("xmlns")) setSafely(made, attribute.name === "xlink:href" ? "href" : attribute.name, attribute.value, removed);
  }
  for (const child of source.childNodes) {
    if (child.nodeType === Node.TEXT_NODE || child.nodeType === Node.CDATA_SECTION_NODE) made.append(document.createTextNode(child.nodeValue ?? ""));
    if (!(child instanceof Element)) continue;
    if (child.namespaceURI === SVG && ELEMENTS.has(child.localName)) made.append(rebuilt(child, removed));
    else if (child.namespaceURI === SVG && child.localName !== "metadata") removed.add(`<${child.localName}>`);
    else if (child.namespaceURI === "http://www.w3.org/1999/xhtml") removed.add(`<${child.localName}>`);
  }
  return made;
}

/**
 * @param {Element} made
 * @param {string} name
 * @param {string} value
 * @param {Set<string>} removed
 */
function setSafely(made, name, value, removed) {
  if (!ATTRIBUTES.has(name)) {
    if (!EXPECTED_LEFTOVERS.has(name) && !name.startsWith("-")) removed.add(name);
    return;
  }
  const leadsOut = name === "href" ? !/^#[\w-]+$/.test(value) : value.replaceAll(/url\(\s*["']?#[\w-]+["']?\s*\)/gi, "").match(/url\(|@import|expression/i);
  if (leadsOut) {
    removed.add(`${name}="${value.slice(0, 40)}"`);
    return;
  }
  if (name === "class") value = value.split(/\s+/).filter((one) => CLASSES.has(one)).join(" ");
  if (value) made.setAttribute(name, value);
}

/** @param {string} style */
function declarations(style) {
  return style
    .split(";")
    .map((one) => one.split(":"))
    .map(([name = "", ...value]) => ({ name: name.trim(), value: value.join(":").trim() }))
    .filter(({ name }) => PAINTED.has(name));
}
