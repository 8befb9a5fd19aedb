/** The maps of units: what each one answers everywhere in the plane, as small pictures. Knows no training. */
import { extended } from './datasets.js';
import { layersOf, outputsOf, shareOf } from './forward.js';
import { gridOf, SHADES, shadesOf } from './plane.js';

/** @typedef {import('wasmlp').Network} Network */
/** @typedef {import('./page.js').Palette} Palette */
/** @typedef {import('./settings.js').Settings} Settings */

/** Cells along the side of a map, in a network of many units and in one of few. */
const SIDES = { many: 12, few: 20 };
const MANY_UNITS = 24;

export class Maps {
  /** All maps, one below the other. */
  #atlas = document.createElement('canvas');
  #side = 0;
  /** The index of each column's first map. @type {number[]} */
  #starts = [];
  /** @type {{ palette: Palette, isDiscrete: boolean, shades: Uint32Array } | undefined} */
  #shades;
  /** @type {{ side: number, extra: Settings['extra'], rows: Float32Array } | undefined} */
  #grid;

  /**
   * Computes the maps of a network: of its inputs, and of the units of each layer.
   * @param {Network} network
   * @param {Settings['extra']} extra
   * @param {Palette} palette
   * @param {boolean} isDiscrete
   */
  update(network, extra, palette, isDiscrete) {
    const layers = layersOf(network);
    const units = layers.reduce((sum, layer) => sum + layer.units, 0);
    const side = units > MANY_UNITS ? SIDES.many : SIDES.few;
    if (this.#grid?.side !== side || this.#grid.extra !== extra) {
      this.#grid = { side, extra, rows: extended(gridOf(side), extra) };
    }
    const { rows } = this.#grid;
    const cells = side * side;
    this.#side = side;
    this.#starts = [0];
    const count = network.inputs + units;
    const shades = this.#shadesOf(palette, isDiscrete);
    const pixels = new Uint32Array(count * cells);
    for (let i = 0; i < rows.length; i++) {
      const input = i % network.inputs;
      pixels[input * cells + Math.floor(i / network.inputs)] = shadeOf(shades, 'tanh', rows[i] ?? 0);
    }
    let at = network.inputs;
    outputsOf(layers, rows).forEach((outputs, l) => {
      this.#starts.push(at);
      const activation = layers[l]?.activation ?? '';
      for (let i = 0; i < outputs.length; i++) pixels[at * cells + i] = shadeOf(shades, activation, outputs[i] ?? 0);
      at += layers[l]?.units ?? 0;
    });
    paint(this.#atlas, pixels, side, side * count);
  }

  /**
   * Draws the map of a unit into a square.
   * @param {CanvasRenderingContext2D} context
   * @param {number} layer -1 for an input
   * @param {number} unit
   * @param {{ x: number, y: number, side: number }} square Its upper left corner.
   */
  draw(context, layer, unit, { x, y, side }) {
    const from = ((this.#starts[layer + 1] ?? 0) + unit) * this.#side;
    context.drawImage(this.#atlas, 0, from, this.#side, this.#side, x, y, side, side);
  }

  /** @param {Palette} palette @param {boolean} isDiscrete */
  #shadesOf(palette, isDiscrete) {
    if (this.#shades?.palette !== palette || this.#shades.isDiscrete !== isDiscrete) {
      this.#shades = { palette, isDiscrete, shades: shadesOf(palette, isDiscrete) };
    }
    return this.#shades.shades;
  }
}

/** @param {Uint32Array} shades @param {string} activation @param {number} output */
function shadeOf(shades, activation, output) {
  return shades[Math.round(shareOf(activation, output) * (SHADES - 1))] ?? 0;
}

/** @param {HTMLCanvasElement} canvas @param {Uint32Array<ArrayBuffer>} pixels @param {number} width @param {number} height */
export function paint(canvas, pixels, width, height) {
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width;
    canvas.height = height;
  }
  const image = new ImageData(new Uint8ClampedArray(pixels.buffer), width, height);
  canvas.getContext('2d')?.putImageData(image, 0, 0);
}
