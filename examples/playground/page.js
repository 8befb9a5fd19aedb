/** What the modules of the page share: they find and make elements, prepare canvases as sharp as the screen, and read colours. */

/**
 * The element with an id. Throws where the page has none of that kind.
 * @template {HTMLElement} T
 * @param {string} id
 * @param {new () => T} type
 * @returns {T}
 */
export function byId(id, type) {
  const element = document.getElementById(id);
  if (!(element instanceof type)) throw new TypeError(`The page has no ${type.name} with the id "${id}".`);
  return element;
}

/**
 * A new element with text or elements in it.
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} name
 * @param {Record<string, string>} attributes
 * @param {(string | Node)[]} children
 */
export function make(name, attributes, ...children) {
  const element = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) element.setAttribute(attribute, value);
  element.append(...children);
  return element;
}

/**
 * A box for content that may be wider than a phone. It scrolls on its own, with the keyboard too.
 * @param {string} label
 * @param {(string | Node)[]} children
 */
export function scroller(label, ...children) {
  return make('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': label }, ...children);
}

/**
 * Clears a canvas, to be drawn on in CSS pixels. Its bitmap gets as many pixels as the screen shows.
 * @param {HTMLCanvasElement} canvas
 * @returns {{ context: CanvasRenderingContext2D, width: number, height: number }}
 */
export function clearedCanvas(canvas) {
  const { clientWidth: width, clientHeight: height } = canvas;
  // Beyond 2 nobody sees a difference, and a phone would paint twice as much.
  const scale = Math.min(2, devicePixelRatio);
  const [w, h] = [Math.round(width * scale), Math.round(height * scale)];
  if (canvas.width !== w || canvas.height !== h) {
    canvas.width = w;
    canvas.height = h;
  }
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('This browser has no 2d canvas.');
  context.setTransform(scale, 0, 0, scale, 0, 0);
  context.clearRect(0, 0, width, height);
  return { context, width, height };
}

/**
 * Loads the style sheet of a part that comes later. Resolves once it holds, or cannot be had: then the part is there, but plain.
 * @param {'tables' | 'digits'} name
 * @returns {Promise<void>}
 */
export function withStyle(name) {
  const href = new URL(`./${name}.css`, import.meta.url).href;
  if (document.querySelector(`link[href="${href}"]`) !== null) return Promise.resolve();
  return new Promise((resolve) => {
    const link = make('link', { rel: 'stylesheet', href });
    link.onload = link.onerror = () => resolve();
    document.head.append(link);
  });
}

/** Colours that drawings share with colors.css. It registers them, so they are read as rgb(). */
const COLORS = /** @type {const} */ ([
  'surface',
  'ink',
  'muted',
  'grid',
  'class-0',
  'class-1',
  'positive',
  'negative',
  'training',
  'lit',
]);
/** @typedef {Record<typeof COLORS[number], string>} Palette */

/** @returns {Palette} */
export function readPalette() {
  const style = getComputedStyle(document.documentElement);
  const entries = COLORS.map((name) => [name, style.getPropertyValue(`--${name}`)]);
  return /** @type {Palette} */ (Object.fromEntries(entries));
}

/** Red, green and blue of `rgb(…)`, 0 to 255. @param {string} color */
export function channelsOf(color) {
  const [r = 0, g = 0, b = 0] = (color.match(/[\d.]+/g) ?? []).map(Number);
  return { r, g, b };
}
