/**
 * Draws ink on a sheet of 32 by 32 dots, and makes the 8 by 8 picture of it that a network sees. It does what was done for the digits of
 * the table: the drawing fills the sheet, and a pixel counts how many of its 4 by 4 dots have ink. Knows no page.
 */

export const SHEET = 32;
export const PICTURE = 8;
const CELL = SHEET / PICTURE;
/** Half the width of a stroke, in dots. The pens for the digits of the table were that wide. */
export const BRUSH = 1.9;

/**
 * Draws a line of ink. Coordinates in dots.
 * @param {Uint8Array} sheet (SHEET, SHEET), 1 where there is ink.
 * @param {{ x: number, y: number }} from
 * @param {{ x: number, y: number }} to
 */
export function drawLine(sheet, from, to) {
  const length = (to.x - from.x) ** 2 + (to.y - from.y) ** 2;
  for (let y = 0; y < SHEET; y++) {
    for (let x = 0; x < SHEET; x++) {
      const px = x + 0.5 - from.x;
      const py = y + 0.5 - from.y;
      const along = length === 0 ? 0 : (px * (to.x - from.x) + py * (to.y - from.y)) / length;
      const t = Math.min(1, Math.max(0, along));
      const distance = Math.hypot(px - t * (to.x - from.x), py - t * (to.y - from.y));
      if (distance <= BRUSH) sheet[y * SHEET + x] = 1;
    }
  }
}

/**
 * The smallest square that holds the ink, with the ink in its middle; undefined without ink.
 * @param {Uint8Array} sheet
 */
function squareOf(sheet) {
  let [left, top, right, bottom] = [SHEET, SHEET, -1, -1];
  sheet.forEach((ink, i) => {
    if (ink === 0) return;
    left = Math.min(left, i % SHEET);
    right = Math.max(right, i % SHEET);
    top = Math.min(top, Math.floor(i / SHEET));
    bottom = Math.max(bottom, Math.floor(i / SHEET));
  });
  if (right < 0) return undefined;
  const size = Math.max(right - left, bottom - top) + 1;
  return { x: (left + right + 1 - size) / 2, y: (top + bottom + 1 - size) / 2, size };
}

/**
 * The picture of a sheet: 64 numbers, 0 is paper and 1 is ink.
 * @param {Uint8Array} sheet
 * @returns {Float32Array}
 */
export function pictureOf(sheet) {
  const picture = new Float32Array(PICTURE * PICTURE);
  const square = squareOf(sheet);
  if (square === undefined) return picture;
  for (let y = 0; y < SHEET; y++) {
    for (let x = 0; x < SHEET; x++) {
      const column = Math.floor(square.x + ((x + 0.5) / SHEET) * square.size);
      const row = Math.floor(square.y + ((y + 0.5) / SHEET) * square.size);
      const inside = column >= 0 && column < SHEET && row >= 0 && row < SHEET;
      if (!inside || sheet[row * SHEET + column] === 0) continue;
      const pixel = Math.floor(y / CELL) * PICTURE + Math.floor(x / CELL);
      picture[pixel] = (picture[pixel] ?? 0) + 1 / (CELL * CELL);
    }
  }
  return picture;
}
