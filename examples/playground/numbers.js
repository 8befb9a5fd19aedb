/** Writes numbers for visitors, and reads numbers that they typed. */

/** With a minus as wide as a plus. @param {string} text */
export function withMinus(text) {
  return text.replaceAll('-', '−');
}

/** Four decimals. Very small and very large numbers get three digits and an exponent. @param {number} value */
export function digits(value) {
  const size = Math.abs(value);
  return withMinus(size !== 0 && (size < 0.001 || size >= 10_000) ? value.toExponential(2) : value.toFixed(4));
}

/** Where there is room for two decimals only. @param {number} value */
export function hundredths(value) {
  return withMinus(value.toFixed(2));
}

/** Reads decimal digits only: Number() would also take '', '0x10' and spaces. @param {string} text */
export function readNumber(text) {
  return /^\d+(\.\d+)?(e-?\d+)?$/.test(text) ? Number(text) : undefined;
}

/** Reads what somebody typed. Half of the world writes a comma before decimals. @param {string} text */
export function readTyped(text) {
  return readNumber(text.trim().replace(',', '.').replace(/^\./, '0.'));
}

/** @param {number} share 0 to 1 */
export function percent(share) {
  return `${(100 * share).toFixed(1)}%`;
}

/** With commas between thousands. @param {number} count */
export function grouped(count) {
  return Math.round(count).toLocaleString('en-US');
}
