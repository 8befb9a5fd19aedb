/** How a number in a sentence changes: by keys, by a drag, by typing. Knows no page. */

/**
 * The numbers that it may be: a range with a step, or a list.
 * @typedef {object} Range
 * @property {number} [min]
 * @property {number} [max]
 * @property {number} [step]
 * @property {readonly number[]} [values] In place of a range, in ascending order: for rates, whose steps are not equal.
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

/** So many steps on. @param {number} value @param {number} steps @param {Range} range */
export function moved(value, steps, range) {
  const { values, step = 0.1 } = range;
  if (values === undefined) return nearest(value + steps * step, range);
  const at = values.indexOf(nearest(value, range));
  return values[Math.min(values.length - 1, Math.max(0, at + steps))] ?? value;
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

/** What somebody typed; undefined where it is no number. Half of the world writes a comma before decimals. @param {string} text @param {Range} range */
export function typed(text, range) {
  const plain = text.trim().replace(',', '.').replace('−', '-');
  return /^[+-]?(\d+\.?\d*|\.\d+)$/.test(plain) ? nearest(Number(plain), range) : undefined;
}
