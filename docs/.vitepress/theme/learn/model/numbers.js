/** Writes numbers for readers. What is not computed yet is a dash. */
import { withMinus } from '../../../../../examples/playground/numbers.js';

/** With so many decimals. @param {number | undefined} value @param {number} [decimals] */
export function shown(value, decimals = 2) {
  if (value === undefined || Number.isNaN(value)) return '–';
  const text = value.toFixed(decimals);
  return withMinus(Number(text) === 0 ? text.replace('-', '') : text);
}

/** The smallest number that is written out. */
const SMALLEST = 1e-6;

/** As `shown`, but what is small and not 0 does not look like 0: it has as many decimals as it takes, or its size in words. @param {number | undefined} value @param {number} [decimals] */
export function fine(value, decimals = 2) {
  const size = Math.abs(value ?? 0);
  if (size > 0 && size < SMALLEST) return 'nearly 0';
  return shown(value, size > 0 ? Math.max(decimals, Math.ceil(-Math.log10(size))) : decimals);
}

/** As short as it goes: 4, −0.5. @param {number} value */
export function plain(value) {
  return withMinus(String(value));
}

/** With two decimals, or with all that somebody has typed. @param {number} value */
export function full(value) {
  return shown(value, Math.max(2, String(Number(value.toFixed(6))).split('.')[1]?.length ?? 0));
}

/** As short as a unit of a figure has room for: three digits. @param {number} value */
export function brief(value) {
  return plain(Number(Number(value.toPrecision(3)).toFixed(3)));
}

/** In brackets where it is negative, for formulas. @param {number | undefined} value @param {number} [decimals] As short as it goes without. */
export function inBrackets(value, decimals) {
  if (value === undefined) return '–';
  const text = decimals === undefined ? plain(value) : fine(value, decimals);
  return text.startsWith('−') ? `(${text})` : text;
}

/** As code has it. @param {number | undefined} value @param {number} [decimals] */
export function coded(value, decimals = 4) {
  return value === undefined ? '…' : shown(value, decimals).replace('−', '-');
}

/** With commas between thousands. @param {number} count */
export function grouped(count) {
  return Math.round(count).toLocaleString('en-US');
}

/** @param {number | undefined} share 0 to 1 */
export function percent(share) {
  return share === undefined ? '–' : `${(100 * share).toFixed(1)}%`;
}
