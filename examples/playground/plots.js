/** Draws the losses of a training, and an activation with its derivative. Knows no network. */
import { FORMULAS } from './activations.js';
import { decadesOf } from './curve.js';
import { grouped, withMinus } from './numbers.js';
import { clearedCanvas } from './page.js';

/** @typedef {import('./page.js').Palette} Palette */
/** @typedef {import('./curve.js').Point} Point */
/** @typedef {{ toX: (x: number) => number, toY: (y: number) => number }} Scale */

const MARGIN = { left: 40, right: 10, top: 10, bottom: 22 };
const DASHES = [5, 4];
const FONT = '11px system-ui, sans-serif';

/**
 * @param {number} width
 * @param {number} height
 * @param {{ left: number, right: number, bottom: number, top: number }} range
 * @returns {Scale}
 */
function scaleOf(width, height, { left, right, bottom, top }) {
  const w = width - MARGIN.left - MARGIN.right;
  const h = height - MARGIN.top - MARGIN.bottom;
  return {
    toX: (x) => MARGIN.left + ((x - left) / (right - left)) * w,
    toY: (y) => MARGIN.top + ((top - y) / (top - bottom)) * h,
  };
}

/**
 * Draws a horizontal line with its number.
 * @param {CanvasRenderingContext2D} context
 * @param {number} y
 * @param {number} width
 * @param {string} label
 * @param {Palette} palette
 */
function drawLevel(context, y, width, label, palette) {
  context.strokeStyle = palette.grid;
  context.lineWidth = 1;
  context.beginPath();
  context.moveTo(MARGIN.left, y);
  context.lineTo(width - MARGIN.right, y);
  context.stroke();
  context.fillStyle = palette.muted;
  context.textAlign = 'right';
  context.textBaseline = 'middle';
  context.fillText(label, MARGIN.left - 6, y);
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {readonly { x: number, y: number }[]} points
 * @param {string} color
 * @param {number[]} dashes
 */
function drawCurve(context, points, color, dashes) {
  context.strokeStyle = color;
  context.lineWidth = 2;
  context.lineJoin = 'round';
  context.setLineDash(dashes);
  context.beginPath();
  for (const { x, y } of points) context.lineTo(x, y);
  context.stroke();
  context.setLineDash([]);
}

/** Most levels with a number. With more, the numbers would touch. */
const MOST_LEVELS = 6;
/** The room for a number along the epochs. */
const TICK_WIDTH = 100;

/**
 * The scale of the losses that are shown.
 * @param {readonly (readonly Point[])[]} curves
 * @param {number} width
 * @param {number} height
 */
export function lossScale(curves, width, height) {
  const { low, high } = decadesOf(curves.flat());
  const right = Math.max(10, ...curves.map((points) => points.at(-1)?.epoch ?? 0));
  return { low, high, right, ...scaleOf(width, height, { left: 1, right, bottom: low, top: high }) };
}

/**
 * Draws the losses over the epochs, on a logarithmic scale: training solid, validation dashed, and earlier trainings pale.
 * @param {HTMLCanvasElement} canvas
 * @param {readonly Point[]} points
 * @param {Palette} palette
 * @param {{ ghosts?: readonly (readonly Point[])[], read?: number | undefined }} [more] `read`: the epoch to mark.
 */
export function drawLosses(canvas, points, palette, { ghosts = [], read } = {}) {
  const { context, width, height } = clearedCanvas(canvas);
  context.font = FONT;
  if (points.length === 0 && ghosts.length === 0) return drawHint(context, width, height, palette);
  const { low, high, right, toX, toY } = lossScale([points, ...ghosts], width, height);
  const every = Math.ceil((high - low) / Math.min(MOST_LEVELS, height / 24));
  for (let decade = high; decade >= low; decade -= every) {
    drawLevel(context, toY(decade), width, decade < -3 ? `1e−${-decade}` : `${10 ** decade}`, palette);
  }
  drawEpochs(context, right, toX, width, height, palette);
  const at = (/** @type {number} */ loss) => toY(loss > 0 ? Math.log10(loss) : low);
  const curveOf = (/** @type {readonly Point[]} */ of, /** @type {'loss' | 'validationLoss'} */ key) =>
    of.map((point) => ({ x: toX(point.epoch), y: at(point[key]) }));
  context.globalAlpha = 0.3;
  for (const ghost of ghosts) drawCurve(context, curveOf(ghost, 'loss'), palette.training, []);
  context.globalAlpha = 1;
  drawCurve(context, curveOf(points, 'validationLoss'), palette.muted, DASHES);
  drawCurve(context, curveOf(points, 'loss'), palette.training, []);
  if (read !== undefined) drawReading(context, toX(read), height, palette);
}

/**
 * Writes the epochs along the lower edge.
 * @param {CanvasRenderingContext2D} context
 * @param {number} right
 * @param {(epoch: number) => number} toX
 * @param {number} width
 * @param {number} height
 * @param {Palette} palette
 */
function drawEpochs(context, right, toX, width, height, palette) {
  context.fillStyle = palette.muted;
  context.textBaseline = 'alphabetic';
  const step = niceStep((right * TICK_WIDTH) / width);
  for (let epoch = step; epoch <= right; epoch += step) {
    context.textAlign = epoch > 0.9 * right ? 'right' : 'center';
    context.fillText(epoch + step > right ? `epoch ${grouped(epoch)}` : grouped(epoch), toX(epoch), height - 4);
  }
}

/** 1, 2 or 5 times a power of ten, at least this. @param {number} least */
function niceStep(least) {
  const power = 10 ** Math.floor(Math.log10(least));
  return Math.max(1, power * ([1, 2, 5].find((factor) => factor * power >= least) ?? 10));
}

/**
 * Marks where a value is read.
 * @param {CanvasRenderingContext2D} context
 * @param {number} x
 * @param {number} height
 * @param {Palette} palette
 */
function drawReading(context, x, height, palette) {
  context.strokeStyle = palette.ink;
  context.lineWidth = 1;
  context.beginPath();
  context.moveTo(x, MARGIN.top);
  context.lineTo(x, height - MARGIN.bottom);
  context.stroke();
}

/**
 * Writes a hint where there is no curve yet.
 * @param {CanvasRenderingContext2D} context
 * @param {number} width
 * @param {number} height
 * @param {Palette} palette
 */
function drawHint(context, width, height, palette) {
  context.fillStyle = palette.muted;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.fillText('No curve yet: start the training.', width / 2, height / 2);
}

/** The plot shows weighted sums from -SUMS to SUMS. */
export const SUMS = 4;

/** The share of a chart's width, 0 to 1 between its margins, that a place has. @param {number} x @param {number} width */
export function shareOfWidth(x, width) {
  return Math.min(1, Math.max(0, (x - MARGIN.left) / (width - MARGIN.left - MARGIN.right)));
}

/**
 * Draws an activation (solid), its derivative (dashed), and where the weighted sums of units lie on the activation.
 * @param {HTMLCanvasElement} canvas
 * @param {import('./settings.js').Settings['activation']} activation
 * @param {readonly number[]} sums
 * @param {Palette} palette
 * @param {number} [read] The weighted sum to mark.
 */
export function drawActivation(canvas, activation, sums, palette, read) {
  const { context, width, height } = clearedCanvas(canvas);
  const { value, slope } = FORMULAS[activation];
  const bounded = activation === 'tanh' || activation === 'sigmoid';
  const [bottom, top] = bounded ? [-1.2, 1.2] : [-2, 4];
  const { toX, toY } = scaleOf(width, height, { left: -SUMS, right: SUMS, bottom, top });
  context.font = FONT;
  for (const level of bounded ? [-1, 0, 1] : [-2, 0, 2, 4])
    drawLevel(context, toY(level), width, withMinus(`${level}`), palette);
  context.textAlign = 'center';
  context.textBaseline = 'alphabetic';
  for (const z of [-SUMS, -2, 0, 2, SUMS]) context.fillText(withMinus(`${z}`), toX(z), height - 4);
  const curve = (/** @type {(z: number) => number} */ of) =>
    Array.from({ length: 161 }, (_, i) => {
      const z = SUMS * (i / 80 - 1);
      return { x: toX(z), y: toY(of(z)) };
    });
  // A derivative that jumps does so at 0. The jump is drawn upright, not as a slope between two points.
  const slopes = curve(slope);
  slopes.splice(81, 0, { x: toX(0), y: toY(slope(Number.MIN_VALUE)) });
  context.save();
  context.beginPath();
  context.rect(MARGIN.left, MARGIN.top - 2, width - MARGIN.left - MARGIN.right, toY(bottom) - MARGIN.top + 4);
  context.clip();
  drawCurve(context, slopes, palette.muted, DASHES);
  drawCurve(context, curve(value), palette.ink, []);
  context.restore();
  context.fillStyle = palette.training;
  for (const sum of sums) {
    const z = Math.min(SUMS, Math.max(-SUMS, sum));
    context.beginPath();
    context.arc(toX(z), Math.max(MARGIN.top, toY(value(z))), 3.5, 0, 2 * Math.PI);
    context.fill();
  }
  if (read !== undefined) drawReading(context, toX(read), height, palette);
}
