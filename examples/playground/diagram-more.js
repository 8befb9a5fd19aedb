/** Draws what few networks have in the drawing: weights with names and numbers, weights of pixels as pictures, the numbers of a stage. */
import { largestOf } from './diagram.js';
import { PICTURE } from './ink.js';
import { hundredths } from './numbers.js';

/** @typedef {import('./page.js').Palette} Palette */
/** @typedef {import('./places.js').Place} Place */
/** @typedef {ReturnType<typeof import('./places.js').placesOf>} Places */

const NOWHERE = { x: 0, y: 0 };

/**
 * Writes weights and biases with their names: a weight on its line, near its start, and a bias below its unit.
 * @param {CanvasRenderingContext2D} context
 * @param {readonly import('wasmlp').LayerParameters[]} layers
 * @param {{ x: number, y: number }[][]} positions
 * @param {number} radius
 * @param {Palette} palette
 */
export function drawParameters(context, layers, positions, radius, palette) {
  const lines = positions.slice(1).flatMap((to, i) => {
    const from = positions[i] ?? [];
    // Halfway, lines cross, and two names would overlap.
    const share = Math.min(from.length, to.length) > 1 ? 0.35 : 0.5;
    return to.flatMap((end) => from.map((start) => ({ start, end, share })));
  });
  // On a phone the number goes below the name.
  const isNarrow = (positions[1]?.[0]?.x ?? 0) - (positions[0]?.[0]?.x ?? 0) < 150;
  const label = (
    /** @type {string} */ name,
    /** @type {number} */ value,
    /** @type {number} */ x,
    /** @type {number} */ y,
  ) => {
    const texts = isNarrow ? [name, hundredths(value)] : [`${name} ${hundredths(value)}`];
    const half = Math.max(...texts.map((text) => context.measureText(text).width)) / 2 + 2;
    const top = y - 7 * texts.length;
    context.fillStyle = palette.surface;
    context.fillRect(x - half, top, 2 * half, 14 * texts.length);
    context.fillStyle = palette.ink;
    texts.forEach((text, i) => {
      context.fillText(text, x, top + 14 * i + 8);
    });
  };
  context.font = '12px system-ui, sans-serif';
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  layers
    .flatMap(({ weights }) => [...weights])
    .forEach((weight, i) => {
      const { start = NOWHERE, end = start, share = 0.5 } = lines[i] ?? {};
      const [x, y] = [start.x + share * (end.x - start.x), start.y + share * (end.y - start.y)];
      label(`w${i + 1}`, weight, x, y);
    });
  const units = positions.slice(1).flat();
  layers
    .flatMap(({ biases }) => [...biases])
    .forEach((bias, i) => {
      const { x, y } = units[i] ?? NOWHERE;
      label(`b${i + 1}`, bias, x, y + radius + (isNarrow ? 16 : 12));
    });
  context.textBaseline = 'alphabetic';
}

/**
 * Draws what units of the first layer look for: their weights as pictures of 8 by 8 pixels. The larger a weight, the stronger its colour.
 * @param {CanvasRenderingContext2D} context
 * @param {Float32Array} weights (units, PICTURE * PICTURE)
 * @param {{ x: number, y: number }[]} units
 * @param {Palette} palette
 */
export function drawPictures(context, weights, units, palette) {
  const [first, second] = units;
  const side = Math.min(56, (second?.y ?? 0) - (first?.y ?? 0) - 3);
  const pixel = (side > 0 ? side : 56) / PICTURE;
  const largest = largestOf(weights);
  units.forEach(({ x, y }, unit) => {
    const [left, top] = [x - (PICTURE * pixel) / 2, y - (PICTURE * pixel) / 2];
    context.fillStyle = palette.surface;
    context.fillRect(left, top, PICTURE * pixel, PICTURE * pixel);
    for (let i = 0; i < PICTURE * PICTURE; i++) {
      const weight = weights[unit * PICTURE * PICTURE + i] ?? 0;
      context.globalAlpha = Math.sqrt(Math.abs(weight) / largest);
      context.fillStyle = weight > 0 ? palette.positive : palette.negative;
      context.fillRect(left + (i % PICTURE) * pixel, top + Math.floor(i / PICTURE) * pixel, pixel, pixel);
    }
    context.globalAlpha = 1;
  });
}

/**
 * Writes which digit each output stands for beside it.
 * @param {CanvasRenderingContext2D} context
 * @param {readonly Place[]} units
 * @param {number} side
 * @param {Palette} palette
 */
export function drawDigitNames(context, units, side, palette) {
  context.fillStyle = palette.ink;
  context.font = '13px system-ui, sans-serif';
  context.textAlign = 'left';
  context.textBaseline = 'middle';
  units.forEach(({ x, y }, digit) => {
    context.fillText(`${digit}`, x + side / 2 + 6, y + 1);
  });
  context.textBaseline = 'alphabetic';
}

/**
 * Writes the numbers of a stage below their units.
 * @param {CanvasRenderingContext2D} context
 * @param {Places} places
 * @param {import('./walk.js').Stage} stage
 * @param {Palette} palette
 */
export function drawStage(context, { columns, positions, side }, { values, sign = '' }, palette) {
  context.font = '11px system-ui, sans-serif';
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  columns.forEach(({ layer }, column) => {
    (positions[column] ?? []).forEach(({ x, y }, unit) => {
      const value = values[layer + 1]?.[unit];
      if (value === undefined) return;
      const text = `${sign}${hundredths(value)}`;
      const half = context.measureText(text).width / 2 + 3;
      // Below a unit with room, over a unit without.
      const middle = side > 30 ? y + side / 2 + 4 : y;
      context.fillStyle = palette.surface;
      context.fillRect(x - half, middle - 7, 2 * half, 14);
      context.fillStyle = palette.ink;
      context.fillText(text, x, middle + 1);
    });
  });
  context.textBaseline = 'alphabetic';
}
