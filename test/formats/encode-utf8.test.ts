/** Text to UTF-8 without TextEncoder, beside the host's. */
import { afterEach, expect, it, vi } from 'vitest';
import { utf8Of } from '../../src/formats/encode-utf8.js';
import { REPRODUCE, SeededRandom } from '../support/seeded.js';

afterEach(() => void vi.unstubAllGlobals());

const native = new TextEncoder();

it.each([
  '',
  'plain',
  '% %41 %zz',
  '"\\\u0000\u007f',
  'é€😀',
  '\ufeff',
  '\ud800',
  'a\udc00b',
  '\udc00\ud800',
  '\u2028\n\r',
])('gives the bytes of TextEncoder for %j', (text) => {
  expect(utf8Of(text)).toEqual(native.encode(text));
  vi.stubGlobal('TextEncoder', undefined);
  expect([...utf8Of(text)]).toEqual([...native.encode(text)]);
});

it('gives them for random text', () => {
  vi.stubGlobal('TextEncoder', undefined);
  const random = new SeededRandom('utf-8');
  for (let i = 0; i < 300; i++) {
    const units = Array.from({ length: 20 }, () => Math.floor(2 ** (16 * random.uniform())));
    const text = String.fromCharCode(...units);
    expect([...utf8Of(text)], REPRODUCE).toEqual([...native.encode(text)]);
  }
});
