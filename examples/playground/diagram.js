/** Draws a network as units and the weights between them: the wider a line the larger the weight, its colour the sign. */
import { clearedCanvas, digits, make } from './page.js';

/** @typedef {import('wasmlp').Network} Network */
/** @typedef {import('./page.js').Palette} Palette */

/** Units of a layer that are drawn one by one. */
const MOST_SHOWN = 16;
const PADDING = { x: 34, top: 16, bottom: 34 };
/** Weights below this share of a layer's largest are left out: nobody sees them. */
const LEAST = 0.03;

/**
 * Widths of a network's layers, the inputs first.
 * @param {Pick<Network, 'inputs' | 'layers'>} network
 */
export function widthsOf({ inputs, layers }) {
  return [inputs, ...layers.map(({ units }) => units)];
}

/**
 * Where the units of each layer are drawn. Of a wide layer the first ones.
 * @param {readonly number[]} widths
 * @param {number} width
 * @param {number} height
 * @returns {{ x: number, y: number }[][]}
 */
export function positionsOf(widths, width, height) {
  const inner = height - PADDING.top - PADDING.bottom;
  return widths.map((units, layer) => {
    const shown = Math.min(units, MOST_SHOWN);
    const x = PADDING.x + (layer * (width - 2 * PADDING.x)) / (widths.length - 1);
    const gap = Math.min(inner / shown, 96);
    const top = PADDING.top + (inner - gap * shown) / 2;
    return Array.from({ length: shown }, (_, unit) => ({ x, y: top + gap * (unit + 0.5) }));
  });
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {Network} network
 * @param {Palette} palette
 */
export function drawDiagram(canvas, network, palette) {
  const { context, width, height } = clearedCanvas(canvas);
  const widths = widthsOf(network);
  const positions = positionsOf(widths, width, height);
  network.layers.forEach((_, layer) => {
    const { weights } = network.getParameters(layer);
    const lines = { from: positions[layer] ?? [], to: positions[layer + 1] ?? [], inputs: widths[layer] ?? 0 };
    drawWeights(context, weights, lines, palette);
  });
  const crowd = Math.max(...positions.map(({ length }) => length));
  const radius = Math.max(3.5, Math.min(17, (height - PADDING.top - PADDING.bottom) / crowd / 2.6));
  context.fillStyle = palette.surface;
  context.strokeStyle = palette.ink;
  context.lineWidth = 1.5;
  for (const { x, y } of positions.flat()) {
    context.beginPath();
    context.arc(x, y, radius, 0, 2 * Math.PI);
    context.fill();
    context.stroke();
  }
  if (radius > 12) drawUnitNames(context, positions, palette);
  drawNames(context, network, positions, height, palette);
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
 * Below each layer how many units it has, and what they do.
 * @param {CanvasRenderingContext2D} context
 * @param {Network} network
 * @param {{ x: number, y: number }[][]} positions
 * @param {number} height
 * @param {Palette} palette
 */
function drawNames(context, network, positions, height, palette) {
  context.fillStyle = palette.muted;
  context.font = '12px system-ui, sans-serif';
  context.textAlign = 'center';
  widthsOf(network).forEach((units, layer) => {
    const shown = positions[layer] ?? [];
    const x = shown[0]?.x ?? 0;
    const name = layer === 0 ? 'inputs' : (network.layers[layer - 1]?.activation ?? '');
    context.fillText(name, x, height - 4);
    context.fillText(units > shown.length ? `${shown.length} of ${units}` : `${units}`, x, height - 19);
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
