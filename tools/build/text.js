/** Bytes as text for a string in a module. src/engine/wasm/embedded.ts has the other direction. */

/**
 * The 84 most frequent bytes as a character each, the others as two: 9.3 KB of gzipped kernel become 9.4 KB, by hexadecimal 10.3 KB, by
 * base64, where a byte lies across digits, 12.7 KB.
 *
 * Digits of base 86 are ASCII from 40 on without the backslash, so that no string need escape them. A byte plus 6 that is below 84 is
 * a digit, else 84 or 85 and another: 84 + 2 * 86 = 256.
 * @param {Uint8Array} bytes
 */
export function textOf(bytes) {
  const text = Array.from(bytes, (byte) => {
    const value = (byte + 6) % 256;
    return value < 84 ? digit(value) : digit(84 + Math.floor((value - 84) / 86)) + digit((value - 84) % 86);
  });
  return text.join('');
}

/** @param {number} value */
function digit(value) {
  return String.fromCharCode(value + (value < 52 ? 40 : 41));
}
