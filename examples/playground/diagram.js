/** Draws a network as units and the weights between them: the wider a line the larger the weight, its colour the sign. */
import { PICTURE } from './ink.js';
import { digits } from './numbers.js';
import { clearedCanvas, make } from './page.js';

/** @typedef {import('wasmlp').Network} Network */
/** @typedef {import('./page.js').Palette} Palette */

/** Units of a layer that are drawn one by one, and those that are drawn as pictures. */
const MOST_SHOWN = 16;
const MOST_PICTURES = 10;
const PADDING = { x: 34, top: 16, bottom: 34 };
/** Weights below this share of a layer's largest are left out: nobody sees them. */
const LEAST = 0.03;

/**
 * The columns of the diagram: the inputs, where they are no picture, and the layers.
 * @param {Pick<Network, 'inputs' | 'layers'>} network
 */
function columnsOf({ inputs, layers }) {
  const seesPicture = inputs === PICTURE * PICTURE;
  const columns = layers.map(({ units, activation }, layer) => {
    const most = seesPicture && layer === 0 ? MOST_PICTURES : MOST_SHOWN;
    return { units, shown: Math.min(units, most), name: activation };
  });
  return seesPicture ? columns : [{ units: inputs, shown: inputs, name: 'inputs' }, ...columns];
}

/**
 * Where the units of each column are drawn.
 * @param {readonly number[]} columns How many units each has.
 * @param {number} width
 * @param {number} height
 * @returns {{ x: number, y: number }[][]}
 */
export function positionsOf(columns, width, height) {
  const inner = height - PADDING.top - PADDING.bottom;
  return columns.map((units, column) => {
    const share = columns.length === 1 ? 0.5 : column / (columns.length - 1);
    const x = PADDING.x + share * (width - 2 * PADDING.x);
    const gap = Math.min(inner / units, 96);
    const top = PADDING.top + (inner - gap * units) / 2;
    return Array.from({ length: units }, (_, unit) => ({ x, y: top + gap * (unit + 0.5) }));
  });
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {Network} network
 * @param {Palette} palette
 */
export function drawDiagram(canvas, network, palette) {
  const { context, width, height } = clearedCanvas(canvas);
  const columns = columnsOf(network);
  const positions = positionsOf(
    columns.map(({ shown }) => shown),
    width,
    height,
  );
  const weights = network.layers.map((_, layer) => network.getParameters(layer).weights);
  const seesPicture = columns.length === weights.length;
  // Lines lead from one column to the next: of what sees a picture the first layer has none.
  (seesPicture ? weights.slice(1) : weights).forEach((values, i) => {
    const lines = { from: positions[i] ?? [], to: positions[i + 1] ?? [], inputs: columns[i]?.units ?? 0 };
    drawWeights(context, values, lines, palette);
  });
  if (seesPicture) drawPictures(context, weights[0] ?? new Float32Array(), positions[0] ?? [], palette);
  const crowd = Math.max(...positions.map(({ length }) => length));
  const radius = Math.max(3.5, Math.min(17, (height - PADDING.top - PADDING.bottom) / crowd / 2.6));
  drawUnits(context, positions.slice(seesPicture ? 1 : 0).flat(), radius, palette);
  if (radius > 12 && !seesPicture) drawUnitNames(context, positions, palette);
  if (columns.map(({ units }) => units).join('-') === '2-2-1') drawWeightNames(context, positions, palette);
  drawNames(context, columns, positions, height, palette);
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {readonly { x: number, y: number }[]} units
 * @param {number} radius
 * @param {Palette} palette
 */
function drawUnits(context, units, radius, palette) {
  context.fillStyle = palette.surface;
  context.strokeStyle = palette.ink;
  context.lineWidth = 1.5;
  for (const { x, y } of units) {
    context.beginPath();
    context.arc(x, y, radius, 0, 2 * Math.PI);
    context.fill();
    context.stroke();
  }
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Float32Array} weights (units, inputs)
 * @param {{ from: { x: number, y: number }[], to: { x: number, y: number }[], inputs: number }} lines
 * @param {Palette} palette
 */
function drawWeights(context, weights, { from, to, inputs }, palette) {
  const largest = weights.reduce((most, weight) => Math.max(most, Math.abs(weight)), 1e-6);
  to.forEach((end, unit) => {
    from.forEach((start, input) => {
      const weight = weights[unit * inputs + input] ?? 0;
      const share = Math.abs(weight) / largest;
      if (share < LEAST) return;
      context.globalAlpha = 0.15 + 0.75 * share;
      context.strokeStyle = weight > 0 ? palette.positive : palette.negative;
      context.lineWidth = 0.5 + 3.5 * share;
      context.beginPath();
      context.moveTo(start.x, start.y);
      context.lineTo(end.x, end.y);
      context.stroke();
    });
  });
  context.globalAlpha = 1;
}

/**
 * The names of the weights of a 2-2-1 network, as backpropagation.js has them: each on its line, near where it begins.
 * @param {CanvasRenderingContext2D} context
 * @param {{ x: number, y: number }[][]} positions
 * @param {Palette} palette
 */
function drawWeightNames(context, positions, palette) {
  const lines = positions
    .slice(1)
    .flatMap((to, i) => to.flatMap((end) => (positions[i] ?? []).map((start) => [start, end])));
  context.textBaseline = 'middle';
  lines.forEach(([start = { x: 0, y: 0 }, end = start], i) => {
    const [x, y] = [start.x + 0.3 * (end.x - start.x), start.y + 0.3 * (end.y - start.y)];
    context.fillStyle = palette.surface;
    context.fillRect(x - 12, y - 8, 24, 16);
    context.fillStyle = palette.muted;
    context.fillText(`w${i + 1}`, x, y + 1);
  });
  context.textBaseline = 'alphabetic';
}

/**
 * What units of the first layer look for: their weights as pictures of 8 by 8 pixels, the stronger the larger.
 * @param {CanvasRenderingContext2D} context
 * @param {Float32Array} weights (units, PICTURE * PICTURE)
 * @param {{ x: number, y: number }[]} units
 * @param {Palette} palette
 */
function drawPictures(context, weights, units, palette) {
  const [first, second] = units;
  const side = Math.min(56, (second?.y ?? 0) - (first?.y ?? 0) - 3);
  const pixel = (side > 0 ? side : 56) / PICTURE;
  const largest = weights.reduce((most, weight) => Math.max(most, Math.abs(weight)), 1e-6);
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
 * The names that formulas give to units: x enter, h are hidden, y leave; a number after it where there are several.
 * @param {CanvasRenderingContext2D} context
 * @param {{ x: number, y: number }[][]} positions
 * @param {Palette} palette
 */
function drawUnitNames(context, positions, palette) {
  context.fillStyle = palette.ink;
  context.font = '13px system-ui, sans-serif';
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  positions.forEach((units, layer) => {
    const name = layer === 0 ? 'x' : layer === positions.length - 1 ? 'y' : 'h';
    units.forEach(({ x, y }, unit) => {
      context.fillText(units.length === 1 ? name : `${name}${unit + 1}`, x, y + 1);
    });
  });
  context.textBaseline = 'alphabetic';
}

/**
 * Below each column how many units it has, and what they do.
 * @param {CanvasRenderingContext2D} context
 * @param {ReturnType<typeof columnsOf>} columns
 * @param {{ x: number, y: number }[][]} positions
 * @param {number} height
 * @param {Palette} palette
 */
function drawNames(context, columns, positions, height, palette) {
  context.fillStyle = palette.muted;
  context.font = '12px system-ui, sans-serif';
  context.textAlign = 'center';
  columns.forEach(({ units, shown, name }, column) => {
    const x = positions[column]?.[0]?.x ?? 0;
    context.fillText(name, x, height - 4);
    context.fillText(units > shown ? `${shown} of ${units}` : `${units}`, x, height - 19);
  });
}

/**
 * The same as text.
 * @param {Network} network
 */
export function describeDiagram(network) {
  const parts = network.layers.map(({ units, activation }) => `${units} ${activation}`);
  return `Network of ${network.inputs} inputs, ${parts.join(', ')}; ${network.parameterCount} parameters.`;
}

/**
 * The same as tables: a row for each unit, its bias and its weights.
 * @param {Network} network
 */
export function weightTables(network) {
  return network.layers.map(({ inputs, units, activation }, layer) => {
    const { weights, biases } = network.getParameters(layer);
    const rows = Array.from({ length: units }, (_, unit) => {
      const row = weights.subarray(unit * inputs, (unit + 1) * inputs);
      const cells = [biases[unit] ?? 0, ...row].map((value) => make('td', {}, digits(value)));
      return make('tr', {}, make('th', { scope: 'row' }, `${unit + 1}`), ...cells);
    });
    const head = ['unit', 'bias', ...Array.from({ length: inputs }, (_, input) => `from ${input + 1}`)];
    const caption = make('caption', {}, `Layer ${layer + 1}: ${units} ${activation}`);
    const header = make('tr', {}, ...head.map((text) => make('th', { scope: 'col' }, text)));
    return make('table', {}, caption, make('thead', {}, header), make('tbody', {}, ...rows));
  });
}
