/** readIdx reads every type, compressed or not. It refuses files that are cut, too long or absurd, and decompression bombs. */
import { truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readIdx } from '../../src/node/index.js';
import { openFiles, temporaryFolder } from '../support/folder.js';
import { digestOf } from '../support/networks.js';
import { idxBytes, TYPES, type TypeName } from '../support/node/idx-files.js';
import { expectRefused } from '../support/refusals.js';
import { REPRODUCE, SeededRandom } from '../support/seeded.js';

const folder = temporaryFolder();
const file = path.join(folder, 'data.idx');
function read(bytes: Uint8Array) {
  writeFileSync(file, bytes);
  return readIdx(file);
}

describe('a file', () => {
  it('of labels gives classes, of images gives samples, without scaling', async () => {
    const labels = await read(idxBytes('ubyte', [3], [7, 0, 255]));
    expect(labels).toEqual({ shape: [3], values: Uint8Array.of(7, 0, 255) });
    const images = await read(idxBytes('ubyte', [2, 1, 2], [0, 255, 128, 1]));
    expect(images).toEqual({ shape: [2, 1, 2], values: Float32Array.of(0, 255, 128, 1) });
    const wide = await read(idxBytes('int', [2], [-5, 2 ** 31 - 1]));
    expect(wide).toEqual({ shape: [2], values: Int32Array.of(-5, 2 ** 31 - 1) });
  });

  it('by its URL', async () => {
    writeFileSync(file, idxBytes('short', [1, 2], [-2, 300]));
    expect((await readIdx(pathToFileURL(file))).values).toEqual(Float32Array.of(-2, 300));
  });

  it.each(Object.keys(TYPES) as TypeName[])('of random %s comes back', async (type) => {
    const random = new SeededRandom(`idx ${type}`);
    const { low, high } = TYPES[type];
    for (let round = 0; round < 40; round++) {
      const shape = Array.from({ length: random.integer(1, 4) }, () => random.integer(1, 6));
      const count = shape.reduce((product, size) => product * size, 1);
      const whole = type !== 'float' && type !== 'double';
      const given = Array.from({ length: count }, () =>
        whole ? random.integer(low, high) : (2 * random.uniform() - 1) * 10 ** random.integer(-30, 30),
      );
      const bytes = idxBytes(type, shape, given);
      const { shape: found, values } = await read(random.chance(0.5) ? bytes : gzipSync(bytes));
      expect(found, REPRODUCE).toEqual(shape);
      const Kind = shape.length > 1 || !whole ? Float32Array : type === 'ubyte' ? Uint8Array : Int32Array;
      expect(values, REPRODUCE).toEqual(Kind.from(given));
    }
  });

  it('of many parts of gzip comes back whole', async () => {
    const given = Array.from({ length: 300_000 }, (_, i) => i % 251);
    const bytes = idxBytes('ubyte', [300, 1000], given);
    const digest = digestOf(Float32Array.from(given));
    expect(digestOf((await read(gzipSync(bytes))).values as Float32Array)).toBe(digest);
    const members = Buffer.concat([gzipSync(bytes.subarray(0, 999)), gzipSync(bytes.subarray(999))]);
    expect(digestOf((await read(members)).values as Float32Array)).toBe(digest);
  });
});

describe('refused', () => {
  const good = idxBytes('ubyte', [2, 2, 2], [1, 2, 3, 4, 5, 6, 7, 8]);
  const withBytes = (...first: number[]): Uint8Array => {
    const bytes = good.slice();
    bytes.set(first);
    return bytes;
  };

  it('every truncation, packed and not', async () => {
    const open = openFiles();
    for (let length = 0; length < good.length; length++) {
      await expectRefused(
        () => read(good.subarray(0, length)),
        'ERR_SHAPE',
        /^readIdx: ".*" is cut: it has \d+ bytes, /,
      );
    }
    const packed = gzipSync(good);
    for (let length = 2; length < packed.length; length++) {
      await expectRefused(() => read(packed.subarray(0, length)), 'ERR_INVALID_TYPE', /is broken gzip: .*all of it\.$/);
    }
    expect(openFiles()).toBe(open);
  });

  it('bytes after the values, packed and not', async () => {
    const longer = Uint8Array.of(...good, 0);
    const message = /^readIdx: ".*" goes on after byte 24, where its dimensions \[2,2,2\] end\./;
    await expectRefused(() => read(longer), 'ERR_SHAPE', message);
    await expectRefused(() => read(gzipSync(longer)), 'ERR_SHAPE', message);
  });

  it.each([
    [
      'text',
      new TextEncoder().encode('<html></html>'),
      'ERR_INVALID_TYPE',
      /is not IDX: it begins with 3c 68 74 6d, not/,
    ],
    ['a first byte', withBytes(1), 'ERR_INVALID_TYPE', /is not IDX/],
    ['a second byte', withBytes(0, 1), 'ERR_INVALID_TYPE', /is not IDX/],
    ['an unknown type', withBytes(0, 0, 0x0a), 'ERR_INVALID_TYPE', /a type of 08 to 0e/],
    ['no dimensions', withBytes(0, 0, 8, 0), 'ERR_INVALID_TYPE', /number of dimensions/],
    ['255 dimensions', withBytes(0, 0, 8, 255), 'ERR_SHAPE', /is cut: it has 24 bytes, a header takes more/],
    [
      'a size of 0',
      withBytes(0, 0, 8, 3, 0, 0, 0, 0),
      'ERR_SHAPE',
      /dimensions are \[0,2,2\], 0 values, expected 1 to/,
    ],
    ['a huge size', withBytes(0, 0, 8, 3, 255, 255, 255, 255), 'ERR_SHAPE', /\[4294967295,2,2\], 17179869180 values/],
    ['another type', withBytes(0, 0, 0x0e), 'ERR_SHAPE', /is cut: it has 24 bytes, its dimensions \[2,2,2\] take 80/],
    ['broken gzip', Uint8Array.of(0x1f, 0x8b, 9, 9), 'ERR_INVALID_TYPE', /is broken gzip: .*\. Get the file again/],
    ['gzip of nothing', gzipSync(''), 'ERR_SHAPE', /is cut: it has 0 bytes/],
    ['gzip of text', gzipSync('hello'), 'ERR_INVALID_TYPE', /is not IDX: it begins with 68 65 6c 6c/],
  ] as const)('%s', async (_, bytes, code, message) => {
    await expectRefused(() => read(bytes), code, message);
  });

  it('dimensions whose product is beyond all numbers', async () => {
    const header = Uint8Array.of(0, 0, 8, 200, ...new Uint8Array(800).fill(255));
    await expectRefused(() => read(header), 'ERR_SHAPE', /Infinity values, expected 1 to 268435456\./);
  });

  it.each([
    ['float', Number.NaN, /value 1 of ".*" is NaN, expected a finite number that float32 can hold\.$/],
    ['float', Number.POSITIVE_INFINITY, /is Infinity/],
    ['double', 1e39, /value 1 of ".*" is 1e\+39/],
  ] as const)('a %s of %s', async (type, value, message) => {
    await expectRefused(() => read(idxBytes(type, [3], [0, value, Number.NaN])), 'ERR_NON_FINITE', message);
  });

  it('a bomb, long before it is unpacked', async () => {
    const bomb = gzipSync(Buffer.concat([good, Buffer.alloc(2 ** 26)]));
    const before = process.memoryUsage().rss;
    await expectRefused(() => read(bomb), 'ERR_SHAPE', /goes on after byte 24/);
    expect(process.memoryUsage().rss - before).toBeLessThan(2 ** 25);
  });

  it('a gzip with a false header, at the cost of its real content', async () => {
    const header = Uint8Array.of(0, 0, 8, 2, 0, 0, 64, 0, 0, 0, 64, 0);
    const before = process.memoryUsage().rss;
    await expectRefused(() => read(gzipSync(header)), 'ERR_SHAPE', /has 12 bytes, its dimensions .* take 268435468/);
    expect(process.memoryUsage().rss - before).toBeLessThan(2 ** 26);
  });

  it('a file above the limit, unread', async () => {
    writeFileSync(file, '');
    truncateSync(file, 2 ** 30 + 2 ** 21);
    await expectRefused(() => readIdx(file), 'ERR_SHAPE', /has 1075838976 bytes, at most 1074790400 are read\.$/);
    truncateSync(file, 0);
  });

  it('a value that is not a path, and a path without a file', async () => {
    await expectRefused(() => readIdx(null as never), 'ERR_INVALID_TYPE', /^readIdx: path is null, expected/);
    await expectRefused(() => readIdx(path.join(folder, 'no')), 'ERR_IO', /^readIdx: ".*" cannot be read: ENOENT/);
    await expectRefused(() => readIdx(folder), 'ERR_IO', /is not a file/);
  });

  it('1,000 mutants, or read', async () => {
    const random = new SeededRandom('idx mutants');
    const packed = gzipSync(good);
    for (let round = 0; round < 1_000; round++) {
      const bytes = Uint8Array.from(random.chance(0.5) ? good : packed);
      for (let changes = random.integer(1, 3); changes > 0; changes--) {
        bytes[random.integer(0, Math.min(bytes.length, 24) - 1)] = random.integer(0, 255);
      }
      const outcome = await read(bytes).catch((error) => error);
      if (outcome instanceof Error) expect(outcome, REPRODUCE).toHaveProperty('code', expect.stringMatching(/^ERR_/));
      else expect(outcome.values.length, REPRODUCE).toBe(outcome.shape.reduce((a: number, b: number) => a * b, 1));
    }
  });
});
