/** Turns bytes into text for a string in a module. src/engine/wasm/embedded.ts turns it back. */

/**
 * The 84 most frequent bytes become one character each, the others two. A kernel of 9.3 KB (gzipped) becomes 9.4 KB. Hexadecimal would
 * make it 10.3 KB; base64, where bytes do not align with digits, 12.7 KB.
 *
 * The digits of base 86 are the ASCII characters from 40 on, without the backslash: strings need not escape them. If a byte plus 6 is
 * below 84, it is one digit. Else it is the digit 84 or 85, and a second one: 84 + 2 * 86 = 256.
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
