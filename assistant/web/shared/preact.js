// The one door to Preact, its hooks, signals and htm, so that a screen imports from one place and a change of
// version touches one file.
import { Component, Fragment, h, render } from "./vendor/preact.mjs";
import { useEffect, useLayoutEffect, useRef, useState } from "./vendor/preact-hooks.mjs";
import { batch, computed, effect, signal } from "./vendor/signals.mjs";
import htm from "./vendor/htm.mjs";

const html = htm.bind(h);

export { Component, Fragment, batch, computed, effect, h, html, render, signal, useEffect, useLayoutEffect, useRef, useState };
