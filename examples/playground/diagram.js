/**
 * Draws a network: a map for each unit, and a line for each weight. The wider a line, the larger the weight; a negative one is dashed and
 * has another colour.
 */
import { shareOf } from './forward.js';
import { namesOf } from './names.js';
import { clearedCanvas } from './page.js';
import { placesOf } from './places.js';

/** @typedef {import('wasmlp').Network} Network */
/** @typedef {import('./page.js').Palette} Palette */
/** @typedef {import('./places.js').Edge} Edge */
/** @typedef {import('./places.js').Place} Place */
/** @typedef {ReturnType<typeof placesOf>} Places */
/**
 * What else the drawing shows.
 * @typedef {object} Extras
 * @property {Pick<import('./maps.js').Maps, 'draw'>} [maps] Without them, units are plain.
 * @property {readonly string[]} [inputs] The names of the inputs.
 * @property {readonly Float32Array[]} [lit] What the units of each layer answer to one sample.
 * @property {import('./walk.js').Stage} [stage] The numbers of a stage of backpropagation.
 * @property {Edge} [marked] The weight that is pointed at.
 * @property {typeof import('./diagram-more.js')} [more] Draws what few networks have: pictures, numbers. Without it, they stay away.
 */

/** Up to so many weights, each is drawn with its name and its number. */
export const MOST_NAMED = 6;
/** How a negative weight is dashed. */
const DASHES = [5, 3];

/**
 * @param {HTMLCanvasElement} canvas
 * @param {Network} network
 * @param {Palette} palette
 * @param {Extras} [extras]
 */
export function drawDiagram(canvas, network, palette, extras = {}) {
  const { context, width, height } = clearedCanvas(canvas);
  const places = placesOf(network, width, height);
  const { columns, positions, side } = places;
  const layers = network.layers.map((_, layer) => network.getParameters(layer));
  const weights = layers.map((layer) => layer.weights);
  const isNamed = weights.reduce((sum, { length }) => sum + length, 0) <= MOST_NAMED;
  // The opacity of a weight of 0: each line is visible, and many of them do not hide the large weights.
  const least = isNamed ? 0.5 : 0.25;
  const seesPicture = columns[0]?.layer === 0;
  // Lines lead from one column to the next. Where the network sees a picture, the first layer has none.
  columns.slice(1).forEach(({ layer }, i) => {
    const isDim = extras.stage?.layer !== undefined && extras.stage.layer !== layer;
    const lines = {
      from: positions[i] ?? [],
      to: positions[i + 1] ?? [],
      inputs: columns[i]?.units ?? 0,
      least: isDim ? 0.08 : least,
    };
    drawWeights(
      context,
      weights[layer] ?? new Float32Array(),
      lines,
      palette,
      extras.marked?.layer === layer ? extras.marked : undefined,
    );
  });
  if (seesPicture) extras.more?.drawPictures(context, weights[0] ?? new Float32Array(), positions[0] ?? [], palette);
  drawUnits(context, places, network, extras, palette);
  if (seesPicture) extras.more?.drawDigitNames(context, positions.at(-1) ?? [], side, palette);
  else if (side > 22) drawUnitNames(context, places, network, extras.inputs, palette);
  if (extras.stage !== undefined) extras.more?.drawStage(context, places, extras.stage, palette);
  else if (isNamed) extras.more?.drawParameters(context, layers, positions, side / 2, palette);
  drawNames(context, columns, positions, height, palette);
}

/** The largest magnitude, above 0. @param {Float32Array} weights */
export function largestOf(weights) {
  return weights.reduce((most, weight) => Math.max(most, Math.abs(weight)), 1e-6);
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Places} places
 * @param {Pick<Network, 'layers'>} network
 * @param {Extras} extras
 * @param {Palette} palette
 */
function drawUnits(context, { columns, positions, side }, { layers }, { maps, lit }, palette) {
  context.strokeStyle = palette.ink;
  context.lineWidth = 1.5;
  columns.forEach(({ layer }, column) => {
    // Their pictures are drawn already.
    if (layer === 0 && column === 0) return;
    (positions[column] ?? []).forEach(({ x, y }, unit) => {
      const square = { x: x - side / 2, y: y - side / 2, side };
      context.fillStyle = palette.surface;
      context.fillRect(square.x, square.y, side, side);
      const output = lit?.[layer]?.[unit];
      if (output !== undefined) {
        context.globalAlpha = shareOf(layers[layer]?.activation ?? '', output);
        context.fillStyle = palette.lit;
        context.fillRect(square.x, square.y, side, side);
        context.globalAlpha = 1;
      } else maps?.draw(context, layer, unit, square);
      context.beginPath();
      context.rect(square.x, square.y, side, side);
      context.stroke();
    });
  });
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Float32Array} weights (units, inputs)
 * @param {{ from: Place[], to: Place[], inputs: number, least: number }} lines
 * @param {Palette} palette
 * @param {Edge | undefined} marked
 */
function drawWeights(context, weights, { from, to, inputs, least }, palette, marked) {
  const largest = largestOf(weights);
  const most = least < 0.1 ? 0.3 : 0.9;
  to.forEach((end, unit) => {
    from.forEach((start, input) => {
      const weight = weights[unit * inputs + input] ?? 0;
      const share = Math.abs(weight) / largest;
      const isMarked = marked?.unit === unit && marked.input === input;
      context.globalAlpha = isMarked ? 1 : least + (most - least) * share;
      context.strokeStyle = weight > 0 ? palette.positive : palette.negative;
      context.lineWidth = 0.8 + 3.2 * share + (isMarked ? 2 : 0);
      context.setLineDash(weight < 0 ? DASHES : []);
      context.beginPath();
      context.moveTo(start.x, start.y);
      context.lineTo(end.x, end.y);
      context.stroke();
    });
  });
  context.setLineDash([]);
  context.globalAlpha = 1;
}

/**
 * Writes the names that units have in formulas: x for inputs, h for hidden units, y for outputs, numbered where there are several.
 * @param {CanvasRenderingContext2D} context
 * @param {Places} places
 * @param {Pick<Network, 'layers'>} network
 * @param {readonly string[] | undefined} inputs
 * @param {Palette} palette
 */
function drawUnitNames(context, { columns, positions, side }, { layers }, inputs, palette) {
  const names = namesOf(layers);
  context.fillStyle = palette.ink;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  columns.forEach(({ layer }, column) => {
    const units = layer < 0 ? (inputs ?? names.inputs) : (names.layers[layer]?.outputs ?? []);
    (positions[column] ?? []).forEach(({ x, y }, unit) => {
      let name = units[unit] ?? '';
      context.font = `${name.length > 4 ? 10 : 13}px system-ui, sans-serif`;
      // Cut until it fits, before its end: sin 3x1 and sin 3x2 differ there.
      while (name.length > 3 && context.measureText(name).width > side) name = `${name.slice(0, -4)}…${name.slice(-2)}`;
      context.fillText(name, x, y + 1);
    });
  });
  context.textBaseline = 'alphabetic';
}

/**
 * Writes below each column its activation, and how many of its units are drawn.
 * @param {CanvasRenderingContext2D} context
 * @param {Places['columns']} columns
 * @param {Place[][]} positions
 * @param {number} height
 * @param {Palette} palette
 */
function drawNames(context, columns, positions, height, palette) {
  context.fillStyle = palette.muted;
  context.font = '12px system-ui, sans-serif';
  context.textAlign = 'center';
  columns.forEach(({ units, shown, name }, column) => {
    const text = units > shown ? `${name}, ${shown} of ${units}` : name;
    // Whole, also at the edge of the drawing.
    const x = Math.max(context.measureText(text).width / 2, positions[column]?.[0]?.x ?? 0);
    context.fillText(text, x, height - 5);
  });
}
