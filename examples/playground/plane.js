/** The plane that is shown: its extent, its cells, and the shades of answers. Knows neither networks nor canvases. */
import { channelsOf } from './page.js';

/** @typedef {import('./page.js').Palette} Palette */

/** Half the side of the square that is shown. 0 is in its middle. */
export const EXTENT = 1.15;
export const SHADES = 256;

/** The middles of the cells, row after row from the top. @param {number} side Cells along a side. */
export function gridOf(side) {
  const grid = new Float32Array(side * side * 2);
  for (let i = 0; i < side * side; i++) {
    grid[2 * i] = EXTENT * (((i % side) + 0.5) * (2 / side) - 1);
    grid[2 * i + 1] = EXTENT * (1 - (Math.floor(i / side) + 0.5) * (2 / side));
  }
  return grid;
}

/**
 * Colours from one class to the other, with that of the surface between: pale where the network is unsure.
 * @param {Palette} palette
 * @param {boolean} isDiscrete Whether there are two colours only.
 */
export function shadesOf(palette, isDiscrete) {
  const surface = channelsOf(palette.surface);
  const ends = [channelsOf(palette['class-0']), channelsOf(palette['class-1'])];
  const bytes = new Uint8ClampedArray(SHADES * 4);
  for (let i = 0; i < SHADES; i++) {
    const answer = i / (SHADES - 1);
    const end = ends[answer < 0.5 ? 0 : 1] ?? surface;
    // A step at one half makes the boundary a line.
    const share = isDiscrete ? 0.4 : 0.06 + 0.34 * Math.abs(2 * answer - 1);
    const mix = (/** @type {'r' | 'g' | 'b'} */ channel) =>
      surface[channel] + share * (end[channel] - surface[channel]);
    bytes.set([mix('r'), mix('g'), mix('b'), 255], 4 * i);
  }
  return new Uint32Array(bytes.buffer);
}
