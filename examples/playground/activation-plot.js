/** Draws the activation of a session: the function, its derivative, and where the sums of the first hidden layer lie. */
import { hundredths, withMinus } from './numbers.js';
import { byId, clearedCanvas } from './page.js';
import { DASHES, drawCurve, drawLevel, drawReading, FONT, MARGIN, scaleOf } from './plots.js';
import { readable } from './readings.js';
import { FORMULAS } from './slopes.js';

/** @typedef {import('./page.js').Palette} Palette */
/** @typedef {import('./session.js').Session} Session */

/** The plot shows weighted sums from -SUMS to SUMS. */
const SUMS = 4;

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

/** The weighted sums of the first hidden layer, for the sample of the last step, or else for the first sample. @param {Session} session */
function sumsOf({ network, problem, sample }) {
  if (network === undefined || problem === undefined || network.layers.length < 2) return [];
  const row = sample?.row ?? [...problem.training.inputs.subarray(0, network.inputs)];
  const { weights, biases } = network.getParameters(0);
  return [...biases].map((bias, unit) =>
    row.reduce((sum, input, i) => sum + input * (weights[unit * row.length + i] ?? 0), bias),
  );
}

/**
 * Shows the activation of a session, and lets visitors read its values.
 * @param {Session} session
 * @param {() => void} onChange Called when it is to be drawn again.
 * @returns {(palette: Palette) => void} Draws it.
 */
export function activationOf(session, onChange) {
  const canvas = byId('activation-plot', HTMLCanvasElement);
  const text = byId('activation-read', HTMLElement);
  /** @type {number | undefined} */
  let read;
  readable(byId('activation-chart', HTMLElement), (share) => {
    read = share === undefined ? undefined : SUMS * (2 * share - 1);
    onChange();
  });
  return (palette) => {
    const { activation } = session.settled;
    const { value, slope } = FORMULAS[activation];
    drawActivation(canvas, activation, sumsOf(session), palette, read);
    const told =
      read === undefined
        ? ''
        : `At ${hundredths(read)}: ${hundredths(value(read))}, derivative ${hundredths(slope(read))}`;
    if (text.textContent !== told) text.textContent = told;
    const at = [-2, 0, 2].map((z) => `${value(z).toFixed(2)} at ${z}`);
    canvas.setAttribute('aria-label', `${activation} and its derivative: ${at.join(', ')}.`);
    byId('activation-name', HTMLElement).textContent = activation;
  };
}
