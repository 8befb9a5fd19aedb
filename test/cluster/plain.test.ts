/** Values travel as text and blobs, and come back the same, bit by bit. What nobody wrote is refused. */
import { describe, expect, it } from 'vitest';
import { type Blob, hashOf, parse, write } from '../../src/cluster/plain.js';
import { SeededRandom } from '../support/seeded.js';

function travelled(value: unknown, shared = false): unknown {
  const { text, blobs } = write('test', value);
  const parsed = parse('test', text);
  const byName = new Map(blobs.map((blob: Blob) => [blob.name, blob]));
  for (const { name, bytes } of blobs) expect(hashOf(bytes)).toBe(name);
  expect(parsed.blobs.map(({ name, size }) => [name, size])).toEqual(
    blobs.map(({ name, bytes }) => [name, bytes.length]),
  );
  return parsed.value((name) => (byName.get(name) as Blob).bytes, shared);
}

describe('values', () => {
  it.each<[string, unknown]>([
    ['numbers', [0, -0, 1.5, Number.NaN, Infinity, -Infinity, 5e-324, 2 ** 60, 0.1]],
    ['texts', ['', 'ü\u0000\ud800', '$', '{"$":"number"}']],
    ['what JSON loses', [undefined, null, { a: undefined }, 12n ** 40n, new Date(5), new Date(Number.NaN)]],
    ['objects with odd keys', [{ $: 'number', value: 'NaN' }, { $: 1 }, { constructor: 1, toString: 2, 'a b': [] }]],
    ['arrays with holes', Object.assign(new Array(3), { 0: 1, 2: 3 })],
    ['short arrays', [Float32Array.of(1, -0, Number.NaN), new Uint8Array(0), Uint32Array.of(7), Float64Array.of(0.1)]],
    ['long arrays', [new Float32Array(500).fill(0.1), new Int32Array(600).fill(-3), new Uint8Array(5000).fill(9)]],
    ['a part of a buffer', new Float32Array(new Float32Array(1000).fill(2).buffer, 400, 300)],
  ])('come back: %s', (_, value) => {
    const back = travelled(value);
    if (Array.isArray(value)) expect(back).toEqual(Array.from(value as unknown[]));
    else expect(back).toEqual(value);
    expect(Object.is((travelled([-0]) as number[])[0], -0)).toBe(true);
  });

  it('come back from the bits of numbers', () => {
    const random = new SeededRandom('bits of numbers');
    const words = new Uint32Array(2);
    const double = new Float64Array(words.buffer);
    for (let i = 0; i < 2000; i++) {
      words.set([random.integer(0, 2 ** 32 - 1), random.integer(0, 2 ** 32 - 1)]);
      expect(Object.is(travelled(double[0]), double[0])).toBe(true);
    }
  });

  it('come back in memory that threads share', () => {
    const back = travelled(new Float32Array(500).fill(0.5), true) as Float32Array;
    expect(back.buffer).toBeInstanceOf(SharedArrayBuffer);
    expect([back.length, back[499]]).toEqual([500, 0.5]);
  });

  it.each<[string, unknown]>([
    ['a function', () => 1],
    ['a Map', new Map()],
    ['a DataView', new DataView(new ArrayBuffer(8))],
    ['a symbol', Symbol('a')],
    ['a BigInt64Array', new BigInt64Array(2)],
  ])('that are no data are refused: %s', (_, value) => {
    expect(() => write('search: a row', [value])).toThrow(
      expect.objectContaining({
        code: 'ERR_UNSUPPORTED',
        message: expect.stringMatching(/^search: a row has .*machines/),
      }),
    );
  });

  it('that are nested without end are refused', () => {
    const circle: unknown[] = [];
    circle.push(circle);
    expect(() => write('test', circle)).toThrow(expect.objectContaining({ code: 'ERR_UNSUPPORTED' }));
  });
});

describe('a text that nobody wrote', () => {
  const deep = '['.repeat(5000) + ']'.repeat(5000);
  it.each([
    ['no JSON', '{'],
    ['nested too deep', deep],
    ['an unknown tag', '{"$":"Function","value":"alert(1)"}'],
    ['a tag that is none', '{"$":7}'],
    ['a number that is none', '{"$":"number","value":"1e3"}'],
    ['a large integer that is none', '{"$":"bigint","value":"1;"}'],
    ['a blob with a path for a name', '{"$":"Uint8Array","blob":"../../etc/passwd","size":4}'],
    ['a blob of no size', `{"$":"Uint8Array","blob":"${'0'.repeat(64)}","size":-1}`],
    ['a blob that is cut', `{"$":"Float32Array","blob":"${'0'.repeat(64)}","size":7}`],
    ['a short array that is cut', '{"$":"Float32Array","value":"AAA="}'],
    ['a short array that is long', `{"$":"Uint8Array","value":"${'A'.repeat(4000)}"}`],
    ['entries that are none', '{"$":"entries","value":[["a"]]}'],
    ['a prototype', '{"__proto__":{"polluted":1}}'],
    ['a prototype among entries', '{"$":"entries","value":[["__proto__",{"polluted":1}]]}'],
  ])('is refused: %s', (_, text) => {
    const read = (): unknown => parse('test', text).value(() => new Uint8Array(0));
    expect(read).toThrow(
      expect.objectContaining({ code: 'ERR_MODEL_FORMAT', message: expect.stringMatching(/^test /) }),
    );
    expect({}).not.toHaveProperty('polluted');
  });

  it('is refused or valid, whatever bytes change', () => {
    const random = new SeededRandom('changed texts');
    const value = { a: [1, Number.NaN, undefined], b: Float32Array.of(1, 2), c: new Float32Array(600), d: { $: 1 } };
    const { text, blobs } = write('test', value);
    const [blob] = blobs as [Blob];
    for (let i = 0; i < 3000; i++) {
      const changed = [...text];
      for (let count = random.integer(1, 3); count > 0; count--) {
        changed[random.integer(0, changed.length - 1)] = random.pick(['"', '{', '}', '$', '0', 'N', '[', ',', ':']);
      }
      try {
        parse('test', changed.join('')).value(() => blob.bytes);
      } catch (error) {
        expect(error).toHaveProperty('code', 'ERR_MODEL_FORMAT');
      }
    }
  });
});
