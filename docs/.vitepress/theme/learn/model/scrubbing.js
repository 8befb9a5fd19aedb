/** How a number in a sentence changes: by keys, by a drag, by typing. Knows no page. */
import { plain } from './numbers.js';

/**
 * The numbers that it may be: all from one end to the other. Keys and drags go by steps, or by the numbers of a list; typing does not.
 * @typedef {object} Range
 * @property {number} [min]
 * @property {number} [max]
 * @property {number} [step]
 * @property {readonly number[]} [values] In place of a range, in ascending order: for rates, whose steps are not equal.
 * @property {boolean} [whole] Whether it has to be whole, as a seed.
 */

/** Pixels of a drag for one step. */
const PIXELS = 6;
/** Steps of Page Up and Page Down. */
const PAGE = 10;

/** @param {Range} range @returns {{ min: number, max: number }} */
export function endsOf({ min = 0, max = 1, values }) {
  return values === undefined ? { min, max } : { min: values[0] ?? 0, max: values.at(-1) ?? 0 };
}

/** Decimals that a step has. @param {number} step */
function decimalsOf(step) {
  return step >= 1 ? 0 : Math.ceil(-Math.log10(step) - 1e-9);
}

/** The nearest number that it may be. @param {number} value @param {Range} range */
export function nearest(value, range) {
  const { values, step = 0.1 } = range;
  if (values !== undefined) {
    return values.reduce((best, other) => (Math.abs(other - value) < Math.abs(best - value) ? other : best));
  }
  const { min, max } = endsOf(range);
  const stepped = min + Math.round((value - min) / step) * step;
  return Number(Math.min(max, Math.max(min, stepped)).toFixed(decimalsOf(step)));
}

/** So many steps on. From a number between two steps, which somebody has typed, the first one leads to the next of them. @param {number} value @param {number} steps @param {Range} range */
export function moved(value, steps, range) {
  if (steps === 0) return value;
  const { values, min = 0, step = 0.1 } = range;
  if (values === undefined) {
    const at = (value - min) / step;
    // Float arithmetic puts 0.3 a little beside the third step.
    const from = steps > 0 ? Math.floor(at + 1e-6) : Math.ceil(at - 1e-6);
    return nearest(min + (from + steps) * step, range);
  }
  const from =
    steps > 0 ? values.findLastIndex((other) => other <= value) : values.findIndex((other) => other >= value);
  return values[Math.min(values.length - 1, Math.max(0, from + steps))] ?? value;
}

/** The number after a drag of so many pixels to the right. @param {number} start @param {number} pixels @param {Range} range */
export function dragged(start, pixels, range) {
  return moved(start, Math.trunc(pixels / PIXELS), range);
}

/** What a key makes of it; undefined for other keys. @param {string} key @param {number} value @param {Range} range */
export function afterKey(key, value, range) {
  const { min, max } = endsOf(range);
  switch (key) {
    case 'ArrowUp':
    case 'ArrowRight':
      return moved(value, 1, range);
    case 'ArrowDown':
    case 'ArrowLeft':
      return moved(value, -1, range);
    case 'PageUp':
      return moved(value, PAGE, range);
    case 'PageDown':
      return moved(value, -PAGE, range);
    case 'Home':
      return min;
    case 'End':
      return max;
    default:
      return undefined;
  }
}

/** Decimals that are taken: more than float32 has in most of these numbers. */
const DECIMALS = 6;

/**
 * What somebody typed: the number, and what there is to say where it is not the one that was typed. It is undefined where nothing can be made
 * of the text. Half of the world writes a comma before decimals.
 * @param {string} text
 * @param {Range} range
 * @returns {{ value?: number, told?: string }}
 */
export function typed(text, range) {
  const written = text.trim();
  if (written === '') return {};
  const decimal = written.replace(',', '.').replace('−', '-');
  if (!/^[+-]?(\d+\.?\d*|\.\d+)$/.test(decimal)) return { told: `“${written.slice(0, 12)}” is not a number.` };
  const [number, { min, max }] = [Number(decimal), endsOf(range)];
  if (number > max) return { value: max, told: `It may be ${plain(max)} at most.` };
  if (number < min) return { value: min, told: `It may not be below ${plain(min)}.` };
  // Not -0, which would be written as one.
  const value = Number(number.toFixed(range.whole ? 0 : DECIMALS)) + 0;
  if (value === number) return { value };
  return { value, told: range.whole ? 'Only whole numbers will do.' : `It may have ${DECIMALS} decimals at most.` };
}
