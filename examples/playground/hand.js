/** The visitor's hand on the plane: it reads answers, and brushes points, by pointer or by keys. Knows neither networks nor points. */
import { byId } from './page.js';
import { EXTENT } from './plane.js';

/** @typedef {{ x: number, y: number }} Place */
/** @typedef {'0' | '1' | 'erase'} Brush */

/** How far a key moves; with Shift, a tenth of it. */
const STEP = 0.1;
/** The distance between the points of a stroke. */
const GAP = 0.07;

export class Hand {
  #plane = byId('plane', HTMLElement);
  /** Where the keys are, while they are used. @type {Place | undefined} */
  #cursor;
  /** @type {Place} */
  #at = { x: 0, y: 0 };
  /** Where the stroke left its last point. @type {Place | undefined} */
  #stroke;
  #listener;

  /**
   * @param {object} listener
   * @param {(place: Place | undefined, isKey: boolean) => void} listener.onRead Where the visitor points, or nowhere, and whether by keys.
   * @param {(place: Place, brush: Brush, isNew: boolean) => void} listener.onBrush `isNew` where a stroke begins.
   * @param {() => void} listener.onTurnOn A key has turned the brush on.
   */
  constructor(listener) {
    this.#listener = listener;
    const plane = this.#plane;
    plane.addEventListener('pointermove', (event) => this.#move(event));
    plane.addEventListener('pointerdown', (event) => {
      this.#cursor = undefined;
      if (event.button !== 0 || this.#brush() === undefined) return;
      // Not of a press that is told again: by then it may be over.
      if (event.isTrusted) plane.setPointerCapture(event.pointerId);
      this.#paint(this.#placeOf(event));
    });
    for (const end of ['pointerup', 'pointercancel']) {
      plane.addEventListener(end, () => {
        this.#stroke = undefined;
      });
    }
    plane.addEventListener('pointerleave', () => listener.onRead(this.#cursor, true));
    plane.addEventListener('keydown', (event) => this.#key(event));
    plane.addEventListener('blur', () => {
      this.#cursor = undefined;
      listener.onRead(undefined, false);
    });
    const showBrush = () => plane.classList.toggle('brushed', this.#brush() !== undefined);
    byId('brush', HTMLElement).addEventListener('change', showBrush);
    showBrush();
  }

  /** The brush that is chosen. @returns {Brush | undefined} */
  #brush() {
    const chosen = byId('brush', HTMLElement).querySelector('input:checked');
    const value = chosen instanceof HTMLInputElement ? chosen.value : 'off';
    return value === '0' || value === '1' || value === 'erase' ? value : undefined;
  }

  /** Who presses the key of the brush wants to brush: it is turned on where it is chosen, so that the page shows it. @returns {Brush} */
  #turnOn() {
    const box = byId('brush', HTMLElement).querySelector('input[value="1"]');
    if (box instanceof HTMLInputElement) {
      box.checked = true;
      box.dispatchEvent(new Event('change', { bubbles: true }));
    }
    this.#listener.onTurnOn();
    return '1';
  }

  /** @param {PointerEvent} event @returns {Place} */
  #placeOf({ clientX, clientY }) {
    const { left, top, width, height } = byId('boundary', HTMLCanvasElement).getBoundingClientRect();
    return { x: EXTENT * ((2 * (clientX - left)) / width - 1), y: EXTENT * (1 - (2 * (clientY - top)) / height) };
  }

  /** @param {PointerEvent} event */
  #move(event) {
    const place = this.#placeOf(event);
    const last = this.#stroke;
    if (last !== undefined && Math.hypot(place.x - last.x, place.y - last.y) >= GAP) this.#paint(place);
    this.#listener.onRead(place, false);
  }

  /** @param {Place} place */
  #paint(place) {
    const brush = this.#brush();
    if (brush === undefined) return;
    const isNew = this.#stroke === undefined;
    this.#stroke = place;
    this.#listener.onBrush(place, brush, isNew);
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const move = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
    const brush =
      event.key === ' ' || event.key === 'Enter'
        ? (this.#brush() ?? this.#turnOn())
        : event.key === 'Delete'
          ? 'erase'
          : undefined;
    if (move === undefined && brush === undefined) return;
    event.preventDefault();
    const size = event.shiftKey ? STEP / 10 : STEP;
    const within = (/** @type {number} */ value) => Math.min(1.1, Math.max(-1.1, value));
    const [right = 0, up = 0] = move ?? [];
    this.#at = { x: within(this.#at.x + right * size), y: within(this.#at.y + up * size) };
    this.#cursor = this.#at;
    if (brush !== undefined) this.#listener.onBrush(this.#at, brush, true);
    this.#listener.onRead(this.#at, true);
  }
}
