/** Draws sheets of ink and pictures of digits. Knows neither networks nor strokes. */
import { PICTURE, SHEET } from './ink.js';

/** @typedef {import('./page.js').Palette} Palette */

/**
 * @param {CanvasRenderingContext2D} context
 * @param {number} width
 * @param {Uint8Array} sheet
 * @param {Palette} palette
 */
export function drawSheet(context, width, sheet, palette) {
  const dot = width / SHEET;
  context.fillStyle = palette.ink;
  sheet.forEach((ink, i) => {
    // A little larger than a dot, so that there are no gaps between neighbours.
    if (ink > 0) context.fillRect((i % SHEET) * dot, Math.floor(i / SHEET) * dot, dot + 0.5, dot + 0.5);
  });
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {number} width
 * @param {Float32Array} picture
 * @param {Palette} palette
 */
export function drawPicture(context, width, picture, palette) {
  const cell = width / PICTURE;
  context.fillStyle = palette.ink;
  picture.forEach((pixel, i) => {
    context.globalAlpha = pixel;
    context.fillRect((i % PICTURE) * cell, Math.floor(i / PICTURE) * cell, cell, cell);
  });
  context.globalAlpha = 1;
}

/**
 * Draws the lines between pixels.
 * @param {CanvasRenderingContext2D} context
 * @param {number} width
 * @param {Palette} palette
 */
export function drawGrid(context, width, palette) {
  const cell = width / PICTURE;
  context.strokeStyle = palette.grid;
  context.lineWidth = 1;
  context.beginPath();
  for (let line = 1; line < PICTURE; line++) {
    const at = Math.round(line * cell) + 0.5;
    context.moveTo(at, 0);
    context.lineTo(at, width);
    context.moveTo(0, at);
    context.lineTo(width, at);
  }
  context.stroke();
}

/**
 * Marks the pixel that the keys are at.
 * @param {CanvasRenderingContext2D} context
 * @param {number} width
 * @param {Palette} palette
 * @param {{ column: number, row: number }} cursor
 */
export function drawCursor(context, width, palette, { column, row }) {
  const cell = width / PICTURE;
  context.strokeStyle = palette.training;
  context.lineWidth = 3;
  context.strokeRect(column * cell, row * cell, cell, cell);
}
