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
const FONT = '12px system-ui, sans-serif';

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

/**
 * Draws the losses over the epochs, on a logarithmic scale: training solid, validation dashed.
 * @param {HTMLCanvasElement} canvas
 * @param {readonly Point[]} points
 * @param {Palette} palette
 */
export function drawLosses(canvas, points, palette) {
  const { context, width, height } = clearedCanvas(canvas);
  context.font = FONT;
  const last = points.at(-1)?.epoch;
  if (last === undefined) return drawHint(context, width, height, palette);
  const { low, high } = decadesOf(points);
  const right = Math.max(10, last);
  const { toX, toY } = scaleOf(width, height, { left: 1, right, bottom: low, top: high });
  const every = Math.ceil((high - low) / MOST_LEVELS);
  for (let decade = high; decade >= low; decade -= every) {
    drawLevel(context, toY(decade), width, decade < -3 ? `1e−${-decade}` : `${10 ** decade}`, palette);
  }
  context.textBaseline = 'alphabetic';
  context.fillText(`epoch ${grouped(right)}`, width - MARGIN.right, height - 4);
  const at = (/** @type {number} */ loss) => toY(loss > 0 ? Math.log10(loss) : low);
  const validation = points.map(({ epoch, validationLoss }) => ({ x: toX(epoch), y: at(validationLoss) }));
  drawCurve(context, validation, palette.muted, DASHES);
  const training = points.map(({ epoch, loss }) => ({ x: toX(epoch), y: at(loss) }));
  drawCurve(context, training, palette.training, []);
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
const SUMS = 4;

/**
 * Draws an activation (solid), its derivative (dashed), and where the weighted sums of units lie on the activation.
 * @param {HTMLCanvasElement} canvas
 * @param {import('./settings.js').Settings['activation']} activation
 * @param {readonly number[]} sums
 * @param {Palette} palette
 */
export function drawActivation(canvas, activation, sums, palette) {
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
}
