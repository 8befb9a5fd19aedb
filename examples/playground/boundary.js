/** Draws what a network answers everywhere in the plane, and the points it learns from. Knows no training. */
import { extended } from './datasets.js';
import { layersOf, outputsOf, shareOf } from './forward.js';
import { paint } from './maps.js';
import { withMinus } from './numbers.js';
import { channelsOf, clearedCanvas } from './page.js';
import { EXTENT, gridOf, SHADES, shadesOf } from './plane.js';

/** @typedef {import('wasmlp').Network} Network */
/** @typedef {import('./datasets.js').Problem} Problem */
/** @typedef {import('./datasets.js').Samples} Samples */
/** @typedef {import('./page.js').Palette} Palette */
/** @typedef {{ layer: number, unit: number }} Unit The inputs are layer -1. */
/**
 * What else the drawing shows.
 * @typedef {object} Look
 * @property {import('./settings.js').Settings['extra']} [extra] Inputs besides the place.
 * @property {boolean} [isDiscrete] Whether there are two colours only.
 * @property {Unit} [unit] The unit that is shown instead of the answers.
 * @property {{ x: number, y: number }} [cursor] Where the keys are.
 */

/** Without extra inputs; always the same, so that a grid made for it fits again. @type {never[]} */
const NONE = [];
/** Cells along a side: more cells draw a smoother boundary. While frames come, there are as many as their time allows. */
const SIDES = [24, 32, 48, 64, 96];
/** Cells along a side when nothing moves; fewer for a unit, which is computed here and not by the library. */
const SIDE_AT_REST = 192;
const SIDE_OF_UNIT = 64;
/** A line of text needs this much height. */
const LINE = 18;
/** The part of a frame's 16.7 ms for predictions and pixels. */
const MOST_MILLISECONDS = 3;

const MARKS = [-1, 0, 1].map((at) => ({ at, text: withMinus(`${at}`) }));
/** The axes of points that came from no table. @type {NonNullable<Problem['axes']>} */
const PLAIN = [
  { name: 'x1', marks: MARKS },
  { name: 'x2', marks: MARKS },
];

export class Boundary {
  #canvas;
  #side = 2;
  /** @type {{ side: number, extra: NonNullable<Look['extra']>, rows: Float32Array } | undefined} */
  #grid;
  /** One pixel per cell, stretched over the canvas. */
  #cells = document.createElement('canvas');
  /** @type {{ palette: Palette, isDiscrete: boolean, shades: Uint32Array } | undefined} */
  #shades;
  #slow = 0;
  /** Whether the last drawing was the first, with few cells: many at once would be a long task. Then draw again. */
  isRough = false;

  /** @param {HTMLCanvasElement} canvas */
  constructor(canvas) {
    this.#canvas = canvas;
  }

  /**
   * @param {Network} network With 1 output.
   * @param {Problem} problem
   * @param {{ x: number, y: number } | undefined} probe A point to mark.
   * @param {Palette} palette
   * @param {boolean} moves Whether more frames are to come.
   * @param {Look} [look]
   */
  draw(network, { training, validation, axes = PLAIN }, probe, palette, moves, look = {}) {
    const { cursor, unit, isDiscrete = false } = look;
    const started = performance.now();
    const { context, width, height } = clearedCanvas(this.#canvas);
    const moving = SIDES[this.#side] ?? 24;
    this.isRough = this.#grid === undefined && !moves;
    this.#paintCells(
      network,
      palette,
      look,
      unit !== undefined ? Math.min(moving, SIDE_OF_UNIT) : moves || this.isRough ? moving : SIDE_AT_REST,
    );
    context.imageSmoothingEnabled = !isDiscrete;
    context.imageSmoothingQuality = 'high';
    context.drawImage(this.#cells, 0, 0, width, height);
    const toX = (/** @type {number} */ x) => ((x + EXTENT) / (2 * EXTENT)) * width;
    const toY = (/** @type {number} */ y) => ((EXTENT - y) / (2 * EXTENT)) * height;
    if (moves) this.#adapt(performance.now() - started);
    drawTicks(context, toX, toY, palette, axes);
    drawPoints(context, toX, toY, validation, palette, false);
    drawPoints(context, toX, toY, training, palette, true);
    context.strokeStyle = palette.ink;
    context.lineWidth = 2;
    if (probe !== undefined) {
      context.beginPath();
      context.arc(toX(probe.x), toY(probe.y), 9, 0, 2 * Math.PI);
      context.stroke();
    }
    if (cursor !== undefined) context.strokeRect(toX(cursor.x) - 8, toY(cursor.y) - 8, 16, 16);
  }

  /** @param {Network} network @param {Palette} palette @param {Look} look @param {number} side */
  #paintCells(network, palette, { extra = NONE, isDiscrete = false, unit }, side) {
    if (this.#grid?.side !== side || this.#grid.extra !== extra) {
      this.#grid = { side, extra, rows: extended(gridOf(side), extra) };
    }
    if (this.#shades?.palette !== palette || this.#shades.isDiscrete !== isDiscrete) {
      this.#shades = { palette, isDiscrete, shades: shadesOf(palette, isDiscrete) };
    }
    const { shades } = this.#shades;
    const { activation, answers } = answersOf(network, this.#grid.rows, unit);
    const pixels = new Uint32Array(side * side);
    for (let i = 0; i < pixels.length; i++) {
      pixels[i] = shades[Math.round(shareOf(activation, answers[i] ?? 0) * (SHADES - 1))] ?? 0;
    }
    paint(this.#cells, pixels, side, side);
  }

  /** Takes fewer cells after several slow frames, and more where there is plenty of time. @param {number} milliseconds */
  #adapt(milliseconds) {
    const change = milliseconds > MOST_MILLISECONDS ? 4 : milliseconds < MOST_MILLISECONDS / 2 ? -1 : 0;
    this.#slow = Math.max(-60, this.#slow + change);
    if (this.#slow > 12 && this.#side > 0) this.#side--;
    else if (this.#slow === -60 && this.#side < SIDES.length - 1) this.#side++;
    else return;
    this.#slow = 0;
  }
}

/**
 * What the network, or one of its units, answers to each row.
 * @param {Network} network
 * @param {Float32Array} rows
 * @param {Unit} [shown]
 */
function answersOf(network, rows, shown) {
  const output = network.layers.length - 1;
  const { layer, unit } = shown ?? { layer: output, unit: 0 };
  const activation = network.layers[layer]?.activation ?? 'linear';
  if (layer === output) return { activation, answers: network.predict(rows) };
  const width = network.inputs;
  const points = rows.length / width;
  if (layer < 0)
    return { activation, answers: Float32Array.from({ length: points }, (_, i) => rows[i * width + unit] ?? 0) };
  const outputs = outputsOf(layersOf(network), rows, layer + 1).at(-1) ?? new Float32Array();
  return { activation, answers: outputs.subarray(unit * points, (unit + 1) * points) };
}

/**
 * Writes the numbers and names of both inputs along the lower and the left edge.
 * @param {CanvasRenderingContext2D} context
 * @param {(x: number) => number} toX
 * @param {(y: number) => number} toY
 * @param {Palette} palette
 * @param {NonNullable<Problem['axes']>} axes
 */
function drawTicks(context, toX, toY, palette, [across, up]) {
  // Not muted: behind it are colours.
  context.fillStyle = palette.ink;
  context.font = '11px system-ui, sans-serif';
  const [left, bottom] = [toX(-EXTENT) + 5, toY(-EXTENT) - 5];
  context.textBaseline = 'alphabetic';
  for (const { at, text } of across.marks) {
    const half = context.measureText(text).width / 2;
    context.textAlign = 'center';
    context.fillText(text, Math.min(Math.max(toX(at), left + half), toX(EXTENT) - 5 - half), bottom);
  }
  context.textAlign = 'left';
  context.textBaseline = 'middle';
  for (const { at, text } of up.marks) {
    // In the corner the number along the lower edge stands for both, or has the room.
    if (toY(at) < bottom - LINE) context.fillText(text, left, toY(at));
  }
  // At the ends, a line away from the numbers: on a phone there is no room after the last number.
  context.textBaseline = 'top';
  const widths = up.marks.map(({ text }) => context.measureText(text).width);
  context.fillText(up.name, left + 6 + Math.max(10, ...widths), toY(EXTENT) + 5);
  context.textAlign = 'right';
  context.textBaseline = 'alphabetic';
  context.fillText(across.name, toX(EXTENT) - 5, bottom - 16);
}

/**
 * Draws points: discs for training, rings for validation.
 * @param {CanvasRenderingContext2D} context
 * @param {(x: number) => number} toX
 * @param {(y: number) => number} toY
 * @param {Samples} samples
 * @param {Palette} palette
 * @param {boolean} filled
 */
function drawPoints(context, toX, toY, { inputs, targets }, palette, filled) {
  context.lineWidth = filled ? 1 : 1.5;
  const width = inputs.length / targets.length;
  const colorOf = targets instanceof Uint8Array ? classColors(palette) : valueColors(palette);
  // One by one: the edge of a point separates it from the points behind it.
  targets.forEach((target, i) => {
    const color = colorOf(target);
    context.fillStyle = filled ? color : palette.surface;
    context.strokeStyle = filled ? palette.surface : color;
    context.beginPath();
    context.arc(toX(inputs[width * i] ?? 0), toY(inputs[width * i + 1] ?? 0), filled ? 4 : 3, 0, 2 * Math.PI);
    context.fill();
    context.stroke();
  });
}

/** @param {Palette} palette */
function classColors(palette) {
  return (/** @type {number} */ target) => (target === 0 ? palette['class-0'] : palette['class-1']);
}

/** Between the colours of the classes, through grey. @param {Palette} palette */
function valueColors(palette) {
  const [low, middle, high] = [palette['class-0'], palette.muted, palette['class-1']].map(channelsOf);
  return (/** @type {number} */ value) => {
    const end = value < 0 ? low : high;
    const share = Math.sqrt(Math.min(1, Math.abs(value)));
    const mix = (/** @type {'r' | 'g' | 'b'} */ channel) =>
      Math.round((middle?.[channel] ?? 0) + share * ((end?.[channel] ?? 0) - (middle?.[channel] ?? 0)));
    return `rgb(${mix('r')}, ${mix('g')}, ${mix('b')})`;
  };
}
