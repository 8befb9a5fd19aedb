/** UTF-8 to text without TextDecoder, beside the host's: the same text, and the same bytes refused. */
import { afterEach, expect, it, vi } from 'vitest';
import { textOfUtf8 } from '../../src/formats/decode-utf8.js';
import { REPRODUCE, SeededRandom } from '../support/seeded.js';

afterEach(() => void vi.unstubAllGlobals());

const native = new TextDecoder('utf-8', { fatal: true });

/** The text, or that the bytes were refused. */
function outcomeOf(decode: () => string): string | undefined {
  try {
    return decode();
  } catch {
    return undefined;
  }
}

const encoder = new TextEncoder();

it.each([
  ['nothing', []],
  ['text', [...encoder.encode('a%41é€😀\u0000"')]],
  ['a byte-order mark at the beginning', [0xef, 0xbb, 0xbf, 0x7b]],
  ['one that is inside', [0x7b, 0xef, 0xbb, 0xbf]],
  ['a lone continuation', [0x80]],
  ['a character that ends too soon', [0xe2, 0x82]],
  ['a character in more bytes than it takes', [0xc0, 0x80]],
  ['half of a surrogate pair', [0xed, 0xa0, 0x80]],
  ['a character beyond the last', [0xf4, 0x90, 0x80, 0x80]],
  ['a byte that never occurs', [0xff]],
])('gives what TextDecoder gives for %s', (_, given) => {
  const bytes = Uint8Array.from(given);
  const expected = outcomeOf(() => native.decode(bytes));
  expect(outcomeOf(() => textOfUtf8(bytes))).toBe(expected);
  vi.stubGlobal('TextDecoder', undefined);
  expect(outcomeOf(() => textOfUtf8(bytes))).toBe(expected);
});

it('gives it for random bytes', () => {
  vi.stubGlobal('TextDecoder', undefined);
  const random = new SeededRandom('utf-8');
  for (let i = 0; i < 500; i++) {
    const bytes = encoder.encode(
      String.fromCodePoint(...Array.from({ length: 3 }, () => Math.floor(2 ** (20 * random.uniform())))),
    );
    if (i % 2 === 0) bytes[Math.floor(bytes.length * random.uniform())] = Math.floor(256 * random.uniform());
    expect(
      outcomeOf(() => textOfUtf8(bytes)),
      REPRODUCE,
    ).toBe(outcomeOf(() => native.decode(bytes)));
  }
});
