/** A sheet to draw a digit on, by pointer or by keys, and what a network says it is. Knows no training. */
import { drawLine, PICTURE, pictureOf, SHEET } from './ink.js';
import { drawCursor, drawGrid, drawPicture, drawSheet } from './ink-draw.js';
import { percent } from './numbers.js';
import { byId, clearedCanvas, make } from './page.js';

/** @typedef {import('./page.js').Palette} Palette */
/** @typedef {{ x: number, y: number }} Place */

const CELL = SHEET / PICTURE;
/** Time without a stroke before the answer is announced to screen readers. */
const REST_MILLISECONDS = 700;
/** Time between announcements for a finished drawing while the network trains. */
const TELL_MILLISECONDS = 4000;

/**
 * Makes the sheet and what stands around it, before the first `Pad`.
 * @param {() => void} onAnother Called when the visitor asks for a digit of the data.
 */
export function makeDigits(onAnother) {
  const sheet = make('canvas', { id: 'sheet', class: 'square' });
  const role = { role: 'application', 'aria-label': 'A sheet of 8 by 8 pixels to draw a digit on' };
  const another = make('button', { type: 'button', id: 'another' }, 'Show a digit');
  another.addEventListener('click', onAnother);
  const seen = make('canvas', { id: 'seen', role: 'img', 'aria-label': 'What the network sees of the drawing' });
  const tools = make(
    'div',
    { class: 'tools' },
    make('p', { id: 'answer' }, 'Draw a digit'),
    make('p', { id: 'truth', class: 'hint' }),
    make('figure', {}, seen, make('figcaption', {}, 'what it sees')),
    another,
    make('button', { type: 'button', id: 'clear' }, 'Clear'),
  );
  const pad = make('div', { id: 'pad', ...role, 'aria-describedby': 'pad-how' }, sheet);
  const bars = make('ol', { id: 'bars', 'aria-label': 'Probability of each digit' });
  const how = 'Draw by pointer, or by keys: arrows move, space or Shift with an arrow draws, Delete clears.';
  byId('digits', HTMLElement).replaceChildren(
    make('div', { class: 'drawing' }, pad, tools, bars),
    make('p', { id: 'pad-how', class: 'hint' }, how),
    make('p', { id: 'pad-said', class: 'unseen', role: 'status' }),
  );
}

export class Pad {
  #sheet = new Uint8Array(SHEET * SHEET);
  /** What the network sees. */
  picture = new Float32Array(PICTURE * PICTURE);
  #pad = byId('pad', HTMLElement);
  #canvas = byId('sheet', HTMLCanvasElement);
  #seen = byId('seen', HTMLCanvasElement);
  #answer = byId('answer', HTMLElement);
  #truth = byId('truth', HTMLElement);
  #said = byId('pad-said', HTMLElement);
  #list = byId('bars', HTMLOListElement);
  #bars = makeBars(this.#list);
  /** The timer of the next announcement. @type {ReturnType<typeof setTimeout> | undefined} */
  #rest;
  /** The digit that the network answers; undefined without ink. @type {number | undefined} */
  #best;
  /** The digit that was announced last for this picture. @type {number | undefined} */
  #told;
  /** Whether the picture was drawn on the sheet. */
  #isDrawing = true;
  /** The cell that the keys are at. */
  #cursor = { column: 3, row: 3 };
  /** Whether keys draw, not the pointer. Then their cell is marked. */
  #hasKeys = false;
  /** The pointer that draws, and where it was last. A second finger draws nothing. @type {{ id: number, place: Place } | undefined} */
  #pointer;
  #onChange;

  /** @param {() => void} onChange Called when there is something new to draw and to classify. */
  constructor(onChange) {
    this.#onChange = onChange;
    const pad = this.#pad;
    pad.tabIndex = 0;
    pad.addEventListener('pointerdown', (event) => this.#begin(event));
    pad.addEventListener('pointermove', (event) => this.#move(event));
    for (const end of /** @type {const} */ (['pointerup', 'pointercancel'])) {
      pad.addEventListener(end, (event) => this.#end(event));
    }
    pad.addEventListener('keydown', (event) => this.#key(event));
    for (const change of ['focus', 'blur']) {
      pad.addEventListener(change, () => {
        this.#hasKeys = pad.matches(':focus-visible');
        onChange();
      });
    }
    byId('clear', HTMLButtonElement).addEventListener('click', () => this.#clear());
  }

  /**
   * Shows a digit of the data instead of a drawing. The next stroke begins a new drawing.
   * @param {{ row: number[], target: number }} digit
   */
  show({ row, target }) {
    this.#sheet.fill(0);
    this.picture.set(row);
    this.#isDrawing = false;
    this.#changed(`Really: ${target}`);
  }

  /**
   * Draws the sheet, what the network sees of it, and its answer.
   * @param {import('wasmlp').Network} network With 64 inputs and 10 outputs.
   * @param {Palette} palette
   */
  draw(network, palette) {
    const { context, width } = clearedCanvas(this.#canvas);
    drawGrid(context, width, palette);
    if (this.#isDrawing) drawSheet(context, width, this.#sheet, palette);
    else drawPicture(context, width, this.picture, palette);
    if (this.#hasKeys) drawCursor(context, width, palette, this.#cursor);
    const seen = clearedCanvas(this.#seen);
    drawPicture(seen.context, seen.width, this.picture, palette);
    const empty = this.picture.every((pixel) => pixel === 0);
    const outputs = network.predict([...this.picture]);
    const best = outputs.indexOf(Math.max(...outputs));
    this.#list.classList.toggle('none', empty);
    this.#bars.forEach(({ item, bar, value }, digit) => {
      const share = outputs[digit] ?? 0;
      item.classList.toggle('best', digit === best);
      bar.style.transform = `scaleX(${share})`;
      value.textContent = percent(share);
    });
    this.#best = empty ? undefined : best;
    // Training may have changed the answer since it was announced.
    const isOld = this.#told !== undefined && this.#told !== this.#best;
    if (isOld && this.#rest === undefined) this.#tellIn(TELL_MILLISECONDS);
    const text = empty ? 'Draw a digit' : `${best}, ${percent(outputs[best] ?? 0)} sure`;
    if (this.#answer.textContent !== text) this.#answer.textContent = text;
  }

  /** @param {PointerEvent} event @returns {Place} In dots. */
  #placeOf(event) {
    const { left, top, width, height } = this.#canvas.getBoundingClientRect();
    return { x: ((event.clientX - left) / width) * SHEET, y: ((event.clientY - top) / height) * SHEET };
  }

  /** @param {PointerEvent} event */
  #begin(event) {
    if (event.button !== 0 || this.#pointer !== undefined) return;
    this.#pad.setPointerCapture(event.pointerId);
    this.#hasKeys = false;
    const place = this.#placeOf(event);
    this.#pointer = { id: event.pointerId, place };
    this.#ink(place, place);
  }

  /** @param {PointerEvent} event */
  #move(event) {
    if (this.#pointer?.id !== event.pointerId) return;
    const place = this.#placeOf(event);
    this.#ink(this.#pointer.place, place);
    this.#pointer.place = place;
  }

  /** @param {PointerEvent} event */
  #end(event) {
    if (this.#pointer?.id === event.pointerId) this.#pointer = undefined;
  }

  /** @param {Place} from @param {Place} to */
  #ink(from, to) {
    this.#isDrawing = true;
    drawLine(this.#sheet, from, to);
    this.picture.set(pictureOf(this.#sheet));
    this.#changed('');
  }

  /** The picture has changed. Its answer is announced once no more strokes come. @param {string} truth What it really is. */
  #changed(truth) {
    this.#truth.textContent = truth;
    this.#told = undefined;
    this.#tellIn(REST_MILLISECONDS);
    this.#onChange();
  }

  /** @param {number} milliseconds */
  #tellIn(milliseconds) {
    clearTimeout(this.#rest);
    this.#rest = setTimeout(() => {
      this.#rest = undefined;
      // The answer may have changed back.
      if (this.#best === undefined || this.#best === this.#told) return;
      this.#told = this.#best;
      const truth = this.#truth.textContent;
      this.#say(`The network says ${this.#answer.textContent}.${truth && ` ${truth}.`}`);
    }, milliseconds);
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (step === undefined && ![' ', 'Enter', 'Delete'].includes(event.key)) return;
    event.preventDefault();
    this.#hasKeys = true;
    if (event.key === 'Delete') return this.#clear();
    const within = (/** @type {number} */ cell) => Math.min(PICTURE - 1, Math.max(0, cell));
    const [right = 0, down = 0] = step ?? [];
    const before = this.#cursor;
    this.#cursor = { column: within(before.column + right), row: within(before.row + down) };
    const middle = (/** @type {{ column: number, row: number }} */ { column, row }) => ({
      x: (column + 0.5) * CELL,
      y: (row + 0.5) * CELL,
    });
    const where = `row ${this.#cursor.row + 1}, column ${this.#cursor.column + 1}`;
    if (step === undefined || event.shiftKey) {
      this.#ink(middle(before), middle(this.#cursor));
      this.#say(`Ink at ${where}.`);
    } else {
      this.#onChange();
      this.#say(where);
    }
  }

  #clear() {
    this.#sheet.fill(0);
    this.picture.fill(0);
    this.#changed('');
    clearTimeout(this.#rest);
    this.#rest = undefined;
    this.#say('The sheet is empty.');
  }

  /** @param {string} text */
  #say(text) {
    this.#said.textContent = text;
  }
}

/** A bar for each digit. @param {HTMLOListElement} list */
function makeBars(list) {
  return Array.from({ length: 10 }, (_, digit) => {
    const bar = make('span', { class: 'bar' });
    const value = make('span', { class: 'value' });
    const item = make(
      'li',
      {},
      make('span', { class: 'digit' }, `${digit}`),
      make('span', { class: 'track' }, bar),
      value,
    );
    list.append(item);
    return { item, bar, value };
  });
}
