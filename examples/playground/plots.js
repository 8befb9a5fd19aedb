/** Draws the losses of a training, and what charts have in common. Knows no network. */
import { decadesOf } from './curve.js';
import { grouped } from './numbers.js';
import { clearedCanvas } from './page.js';

/** @typedef {import('./page.js').Palette} Palette */
/** @typedef {import('./curve.js').Point} Point */
/** @typedef {{ toX: (x: number) => number, toY: (y: number) => number }} Scale */

export const MARGIN = { left: 40, right: 10, top: 10, bottom: 22 };
export const DASHES = [5, 4];
export const FONT = '11px system-ui, sans-serif';

/**
 * @param {number} width
 * @param {number} height
 * @param {{ left: number, right: number, bottom: number, top: number }} range
 * @returns {Scale}
 */
export function scaleOf(width, height, { left, right, bottom, top }) {
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
export function drawLevel(context, y, width, label, palette) {
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
export function drawCurve(context, points, color, dashes) {
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
  const { low: least, high } = decadesOf(curves.flat());
  const every = Math.ceil((high - least) / Math.min(MOST_LEVELS, height / 24));
  // The lowest level has a number too.
  const low = high - every * Math.ceil((high - least) / every);
  const right = Math.max(10, ...curves.map((points) => points.at(-1)?.epoch ?? 0));
  return { low, high, every, right, ...scaleOf(width, height, { left: 1, right, bottom: low, top: high }) };
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
  if (points.length === 0 && ghosts.length === 0) return;
  const { low, high, every, right, toX, toY } = lossScale([points, ...ghosts], width, height);
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
export function drawReading(context, x, height, palette) {
  context.strokeStyle = palette.ink;
  context.lineWidth = 1;
  context.beginPath();
  context.moveTo(x, MARGIN.top);
  context.lineTo(x, height - MARGIN.bottom);
  context.stroke();
}
