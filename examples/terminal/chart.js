/** A line chart for the terminal: braille dots, two by four to a character, with both axes labelled. */
import { cyan, dim } from './style.js';

/** Bits of the dots of a braille character, from the top, left column then right. Unicode block U+2800. */
const DOTS = [
  [0x01, 0x02, 0x04, 0x40],
  [0x08, 0x10, 0x20, 0x80],
];
const LABEL_WIDTH = 7;

/**
 * Draws values[0], values[1], … as points 1, 2, … of the x axis.
 * @param {readonly number[]} values two or more; above 0 for a log scale
 * @param {{ width: number, height: number, log?: boolean, xLabel: string }} options in characters, axes included
 * @returns {string} lines without the last line break
 */
export function lineChart(values, { width, height, log = false, xLabel }) {
  const plotWidth = width - LABEL_WIDTH - 2;
  const plotHeight = height - 2;
  const scale = yScale(values, log);
  const rowOf = (/** @type {number} */ value) => (1 - scale.position(value)) * (plotHeight - 0.25);
  const cells = plot(values, plotWidth, plotHeight, (value) => Math.floor(4 * rowOf(value)));
  /** @type {Map<number, string>} */
  const labels = new Map();
  for (const tick of scale.ticks) labels.set(Math.floor(rowOf(tick)), String(tick));
  const lines = cells.map((row, y) => {
    const label = labels.get(y);
    const dots = row.map((bits) => (bits === 0 ? ' ' : String.fromCharCode(0x2800 + bits))).join('');
    return `${(label ?? '').padStart(LABEL_WIDTH)} ${dim(label === undefined ? '│' : '┤')}${cyan(dots.trimEnd())}`;
  });
  return [...lines, ...xAxis(values.length, plotWidth, xLabel)].join('\n');
}

/**
 * Braille bits of every character. Dots of neighbouring columns are joined, so that a steep curve has no holes.
 * @param {readonly number[]} values
 * @param {number} width
 * @param {number} height
 * @param {(value: number) => number} dotRowOf
 */
function plot(values, width, height, dotRowOf) {
  const cells = Array.from({ length: height }, () => new Array(width).fill(0));
  const dotColumns = 2 * width;
  let previous = dotRowOf(at(values, 0));
  for (let x = 0; x < dotColumns; x++) {
    const y = dotRowOf(at(values, (x / (dotColumns - 1)) * (values.length - 1)));
    const from = y === previous ? y : previous + Math.sign(y - previous);
    for (let row = Math.min(from, y); row <= Math.max(from, y); row++) {
      const cell = cells[row >> 2];
      if (cell !== undefined) cell[x >> 1] |= DOTS[x % 2]?.[row % 4] ?? 0;
    }
    previous = y;
  }
  return cells;
}

/**
 * The value at a position between two indexes, by a straight line.
 * @param {readonly number[]} values
 * @param {number} index
 */
function at(values, index) {
  const low = Math.floor(index);
  const first = values[low] ?? 0;
  const second = values[low + 1] ?? first;
  return first + (second - first) * (index - low);
}

/**
 * Where a value lies between the ends of the axis, from 0 to 1, and the round values to label.
 * @param {readonly number[]} values
 * @param {boolean} log
 */
function yScale(values, log) {
  const lowest = Math.min(...values);
  const highest = Math.max(...values);
  if (!log) {
    const low = Math.min(lowest, 0);
    const step = roundStep((highest - low || 1) / 4);
    const ticks = multiples(low, highest, step);
    return { position: (/** @type {number} */ value) => (value - low) / (highest - low || 1), ticks };
  }
  const span = Math.log(highest / lowest) || 1;
  const ticks = [];
  for (let power = Math.floor(Math.log10(lowest)); power <= Math.log10(highest); power++) {
    for (const digit of span > 3 ? [1, 3] : [1, 2, 5]) {
      const tick = Number(`${digit}e${power}`);
      if (tick >= lowest && tick <= highest) ticks.push(tick);
    }
  }
  return { position: (/** @type {number} */ value) => Math.log(value / lowest) / span, ticks };
}

/**
 * The lines below the plot: the axis with its ticks, then their numbers.
 * @param {number} count
 * @param {number} width
 * @param {string} label
 */
function xAxis(count, width, label) {
  const ticks = [1, ...multiples(2, count, roundStep(count / 5))];
  const axis = new Array(width).fill('─');
  const numbers = new Array(width).fill(' ');
  for (const tick of ticks) {
    const column = Math.round(((tick - 1) / (count - 1)) * (width - 1));
    axis[column] = '┬';
    const text = tick === ticks[ticks.length - 1] ? `${label} ${tick}` : String(tick);
    const start = Math.min(Math.max(column - (text.length >> 1), 0), width - text.length);
    for (let i = 0; i < text.length; i++) numbers[start + i] = text[i];
  }
  const margin = ' '.repeat(LABEL_WIDTH + 1);
  return [`${margin}${dim(`└${axis.join('')}`)}`, `${margin} ${numbers.join('').trimEnd()}`];
}

/**
 * 1, 2 or 5 times a power of ten, at least `step`.
 * @param {number} step
 */
function roundStep(step) {
  const power = 10 ** Math.floor(Math.log10(step));
  return ([1, 2, 5, 10].find((digit) => digit * power >= step * 0.999) ?? 10) * power;
}

/**
 * @param {number} low
 * @param {number} high
 * @param {number} step
 */
function multiples(low, high, step) {
  const found = [];
  for (let k = Math.ceil(low / step); k * step <= high * (1 + 1e-9); k++) found.push(Number((k * step).toPrecision(6)));
  return found;
}
