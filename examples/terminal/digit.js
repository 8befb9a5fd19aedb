/** Handwritten digits as shaded characters, two to a pixel, since a character is about twice as high as wide. */

const SHADES = [' ', '░', '▒', '▓', '█'];
const SIDE = 8;

/** Columns that a drawn digit takes. */
export const DIGIT_WIDTH = 2 * SIDE;

/**
 * @param {ArrayLike<number>} pixels 64 numbers from 0 (paper) to 1 (ink), row by row
 * @returns {string[]} 8 lines of 16 characters
 */
export function digitLines(pixels) {
  return Array.from({ length: SIDE }, (_, row) =>
    Array.from({ length: SIDE }, (_, column) => {
      const ink = pixels[row * SIDE + column] ?? 0;
      return (SHADES[Math.round(ink * (SHADES.length - 1))] ?? ' ').repeat(2);
    }).join(''),
  );
}

/**
 * Blocks of lines next to each other.
 * @param {readonly (readonly string[])[]} blocks of equal height and width
 * @param {string} gap
 */
export function sideBySide(blocks, gap) {
  return (blocks[0] ?? []).map((_, line) => blocks.map((block) => block[line]).join(gap)).join('\n');
}
