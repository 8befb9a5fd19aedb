/** Draws what a network answers everywhere in the plane, and the points it learns from. Knows no training. */
import { withMinus } from './numbers.js';
import { channelsOf, clearedCanvas } from './page.js';

/** @typedef {import('./datasets.js').Problem} Problem */
/** @typedef {import('./datasets.js').Samples} Samples */
/** @typedef {import('./page.js').Palette} Palette */

/** Half the side of the square that is shown. 0 is in its middle. */
export const EXTENT = 1.15;
/** Cells along a side: more cells draw a smoother boundary. While frames come, there are as many as their time allows. */
const SIDES = [24, 32, 48, 64, 96];
/** Cells along a side when nothing moves. */
const SIDE_AT_REST = 192;
/** The part of a frame's 16.7 ms for predictions and pixels. */
const MOST_MILLISECONDS = 3;
const SHADES = 256;

export class Boundary {
  #canvas;
  #side = 2;
  /** @type {Float32Array} */
  #grid = new Float32Array(0);
  /** One pixel per cell, stretched over the canvas. */
  #cells = document.createElement('canvas');
  /** @type {{ palette: Palette, shades: Uint32Array } | undefined} */
  #shades;
  #slow = 0;

  /** @param {HTMLCanvasElement} canvas */
  constructor(canvas) {
    this.#canvas = canvas;
  }

  /**
   * @param {import('wasmlp').Network} network With 2 inputs and 1 output.
   * @param {Problem} problem
   * @param {{ x: number, y: number } | undefined} probe A point to mark.
   * @param {Palette} palette
   * @param {boolean} moves Whether more frames are to come.
   */
  draw(network, { training, validation }, probe, palette, moves) {
    const started = performance.now();
    const { context, width, height } = clearedCanvas(this.#canvas);
    this.#paintCells(network, palette, moves ? (SIDES[this.#side] ?? 24) : SIDE_AT_REST);
    context.imageSmoothingQuality = 'high';
    context.drawImage(this.#cells, 0, 0, width, height);
    const toX = (/** @type {number} */ x) => ((x + EXTENT) / (2 * EXTENT)) * width;
    const toY = (/** @type {number} */ y) => ((EXTENT - y) / (2 * EXTENT)) * height;
    if (moves) this.#adapt(performance.now() - started);
    drawTicks(context, toX, toY, palette);
    drawPoints(context, toX, toY, validation, palette, false);
    drawPoints(context, toX, toY, training, palette, true);
    if (probe === undefined) return;
    context.strokeStyle = palette.ink;
    context.lineWidth = 2;
    context.beginPath();
    context.arc(toX(probe.x), toY(probe.y), 9, 0, 2 * Math.PI);
    context.stroke();
  }

  /**
   * @param {import('wasmlp').Network} network
   * @param {Palette} palette
   * @param {number} side
   */
  #paintCells(network, palette, side) {
    if (this.#cells.width !== side || this.#grid.length === 0) {
      this.#cells.width = side;
      this.#cells.height = side;
      this.#grid = gridOf(side);
    }
    if (this.#shades?.palette !== palette) this.#shades = { palette, shades: shadesOf(palette) };
    const { shades } = this.#shades;
    const answers = network.predict(this.#grid);
    const pixels = new Uint32Array(side * side);
    answers.forEach((answer, i) => {
      pixels[i] = shades[Math.round(answer * (SHADES - 1))] ?? 0;
    });
    const image = new ImageData(new Uint8ClampedArray(pixels.buffer), side, side);
    this.#cells.getContext('2d')?.putImageData(image, 0, 0);
  }

  /** Takes fewer cells after several slow frames, and more where there is plenty of time. @param {number} milliseconds */
  #adapt(milliseconds) {
    const change = milliseconds > MOST_MILLISECONDS ? 4 : milliseconds < MOST_MILLISECONDS / 2 ? -1 : 0;
    this.#slow = Math.max(-60, this.#slow + change);
    if (this.#slow > 12 && this.#side > 0) this.#side--;
    else if (this.#slow === -60 && this.#side < SIDES.length - 1) this.#side++;
    else return;
    this.#slow = 0;
  }
}

/** The middles of the cells, row after row from the top. @param {number} side */
function gridOf(side) {
  const grid = new Float32Array(side * side * 2);
  for (let i = 0; i < side * side; i++) {
    grid[2 * i] = EXTENT * (((i % side) + 0.5) * (2 / side) - 1);
    grid[2 * i + 1] = EXTENT * (1 - (Math.floor(i / side) + 0.5) * (2 / side));
  }
  return grid;
}

/** Colours from one class to the other, with that of the surface between: pale where the network is unsure. @param {Palette} palette */
function shadesOf(palette) {
  const surface = channelsOf(palette.surface);
  const ends = [channelsOf(palette['class-0']), channelsOf(palette['class-1'])];
  const bytes = new Uint8ClampedArray(SHADES * 4);
  for (let i = 0; i < SHADES; i++) {
    const answer = i / (SHADES - 1);
    const end = ends[answer < 0.5 ? 0 : 1] ?? surface;
    // A step at one half makes the boundary a line.
    const share = 0.06 + 0.34 * Math.abs(2 * answer - 1);
    const mix = (/** @type {'r' | 'g' | 'b'} */ channel) =>
      surface[channel] + share * (end[channel] - surface[channel]);
    bytes.set([mix('r'), mix('g'), mix('b'), 255], 4 * i);
  }
  return new Uint32Array(bytes.buffer);
}

/**
 * Writes the numbers and names of both inputs along the lower and the left edge.
 * @param {CanvasRenderingContext2D} context
 * @param {(x: number) => number} toX
 * @param {(y: number) => number} toY
 * @param {Palette} palette
 */
function drawTicks(context, toX, toY, palette) {
  context.fillStyle = palette.muted;
  context.font = '11px system-ui, sans-serif';
  const [left, bottom] = [toX(-EXTENT) + 5, toY(-EXTENT) - 5];
  for (const value of [-1, 0, 1]) {
    const text = withMinus(`${value}`);
    context.textAlign = 'center';
    context.textBaseline = 'alphabetic';
    context.fillText(text, toX(value), bottom);
    context.textAlign = 'left';
    context.textBaseline = 'middle';
    context.fillText(text, left, toY(value));
  }
  // At the ends, a line away from the numbers: on a phone there is no room after the last number.
  context.textBaseline = 'top';
  context.fillText('x2', left + 16, toY(EXTENT) + 5);
  context.textAlign = 'right';
  context.textBaseline = 'alphabetic';
  context.fillText('x1', toX(EXTENT) - 5, bottom - 16);
}

/**
 * Draws points: discs for training, rings for validation.
 * @param {CanvasRenderingContext2D} context
 * @param {(x: number) => number} toX
 * @param {(y: number) => number} toY
 * @param {Samples} samples
 * @param {Palette} palette
 * @param {boolean} filled
 */
function drawPoints(context, toX, toY, { inputs, targets }, palette, filled) {
  context.lineWidth = filled ? 1 : 1.5;
  // One by one: the edge of a point separates it from the points behind it.
  targets.forEach((target, i) => {
    const color = target === 0 ? palette['class-0'] : palette['class-1'];
    context.fillStyle = filled ? color : palette.surface;
    context.strokeStyle = filled ? palette.surface : color;
    context.beginPath();
    context.arc(toX(inputs[2 * i] ?? 0), toY(inputs[2 * i + 1] ?? 0), filled ? 4 : 3, 0, 2 * Math.PI);
    context.fill();
    context.stroke();
  });
}
