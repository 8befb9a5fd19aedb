/** Numbers as visitors read them. */

/** With a minus as wide as a plus. @param {string} text */
export function withMinus(text) {
  return text.replaceAll('-', '−');
}

/** Four decimals, or where those would be zeros three digits. @param {number} value */
export function digits(value) {
  const size = Math.abs(value);
  return withMinus(size !== 0 && (size < 0.001 || size >= 10_000) ? value.toExponential(2) : value.toFixed(4));
}

/** As `digits`, but small numbers in decimals down to where six of them are too few. @param {number} value */
export function decimals(value) {
  const size = Math.abs(value);
  if (size !== 0 && size < 0.00005) return digits(value);
  return withMinus(value.toFixed(size !== 0 && size < 0.001 ? 6 : 4));
}

/** Where there is room for two decimals only. @param {number} value */
export function hundredths(value) {
  return withMinus(value.toFixed(2));
}

/** Decimal digits alone: Number would also take '', '0x10' and spaces. @param {string} text */
export function readNumber(text) {
  return /^\d+(\.\d+)?(e-?\d+)?$/.test(text) ? Number(text) : undefined;
}

/** What somebody typed, where half of the world writes a comma before decimals. @param {string} text */
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
