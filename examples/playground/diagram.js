/** Draws a network as units and the weights between them: the wider a line, the larger the weight. Its colour is the sign. */
import { PICTURE } from './ink.js';
import { digits, hundredths } from './numbers.js';
import { clearedCanvas, make } from './page.js';

/** @typedef {import('wasmlp').Network} Network */
/** @typedef {import('./page.js').Palette} Palette */

/** Most units of a layer that are drawn, and most that are drawn as pictures. */
const MOST_SHOWN = 16;
const MOST_PICTURES = 10;
const PADDING = { x: 34, top: 16, bottom: 34 };
/** Up to so many weights, each is drawn with its name and its number. */
const MOST_NAMED = 6;
const NOWHERE = { x: 0, y: 0 };

/**
 * The columns of the diagram: the inputs, unless they are a picture, and the layers.
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
    // With so few units, numbers are written between them.
    const gap = Math.min(inner / units, Math.max(...columns) <= 2 ? 150 : 96);
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
  const layers = network.layers.map((_, layer) => network.getParameters(layer));
  const weights = layers.map((layer) => layer.weights);
  const isNamed = weights.reduce((sum, { length }) => sum + length, 0) <= MOST_NAMED;
  // The opacity of a weight of 0: each line is visible, and many of them do not hide the large weights.
  const least = isNamed ? 0.5 : 0.25;
  const seesPicture = columns.length === weights.length;
  // Lines lead from one column to the next. Where the network sees a picture, the first layer has none.
  (seesPicture ? weights.slice(1) : weights).forEach((values, i) => {
    const lines = { from: positions[i] ?? [], to: positions[i + 1] ?? [], inputs: columns[i]?.units ?? 0, least };
    drawWeights(context, values, lines, palette);
  });
  if (seesPicture) drawPictures(context, weights[0] ?? new Float32Array(), positions[0] ?? [], palette);
  const crowd = Math.max(...positions.map(({ length }) => length));
  const radius = Math.max(3.5, Math.min(17, (height - PADDING.top - PADDING.bottom) / crowd / 2.6));
  drawUnits(context, positions.slice(seesPicture ? 1 : 0).flat(), radius, palette);
  if (radius > 12 && !seesPicture) drawUnitNames(context, positions, palette);
  if (isNamed) drawParameters(context, layers, positions, radius, palette);
  drawNames(context, columns, positions, height, palette);
}

/** The largest magnitude, above 0. @param {Float32Array} weights */
function largestOf(weights) {
  return weights.reduce((most, weight) => Math.max(most, Math.abs(weight)), 1e-6);
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
 * @param {{ from: { x: number, y: number }[], to: { x: number, y: number }[], inputs: number, least: number }} lines
 * @param {Palette} palette
 */
function drawWeights(context, weights, { from, to, inputs, least }, palette) {
  const largest = largestOf(weights);
  to.forEach((end, unit) => {
    from.forEach((start, input) => {
      const weight = weights[unit * inputs + input] ?? 0;
      const share = Math.abs(weight) / largest;
      context.globalAlpha = least + (0.9 - least) * share;
      context.strokeStyle = weight > 0 ? palette.positive : palette.negative;
      context.lineWidth = 0.8 + 3.2 * share;
      context.beginPath();
      context.moveTo(start.x, start.y);
      context.lineTo(end.x, end.y);
      context.stroke();
    });
  });
  context.globalAlpha = 1;
}

/**
 * Writes weights and biases with the names of backpropagation.js: a weight on its line, near its start, and a bias below its unit.
 * @param {CanvasRenderingContext2D} context
 * @param {readonly import('wasmlp').LayerParameters[]} layers
 * @param {{ x: number, y: number }[][]} positions
 * @param {number} radius
 * @param {Palette} palette
 */
function drawParameters(context, layers, positions, radius, palette) {
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
function drawPictures(context, weights, units, palette) {
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
 * Writes the names that units have in formulas: x for inputs, h for hidden units, y for outputs, numbered where there are several.
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
 * Writes below each column how many units it has, and their activation.
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
 * The diagram as text.
 * @param {Network} network
 */
export function describeDiagram(network) {
  const parts = network.layers.map(({ units, activation }) => `${units} ${activation}`);
  return `Network of ${network.inputs} inputs, ${parts.join(', ')}; ${network.parameterCount} parameters.`;
}

/**
 * The diagram as tables: a row for each unit, with its bias and its weights.
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
