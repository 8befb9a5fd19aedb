/**
 * The file format, as its specification says: https://github.com/huggingface/safetensors. Files here are made by hand.
 */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { readHeader, readTensors } from '../../../src/formats/safetensors/read-safetensors.js';
import { type Tensor, writeSafetensors } from '../../../src/formats/safetensors/write-safetensors.js';
import { Network } from '../../../src/index.js';
import { bytesOf, DATA, FILE, fileOf, HEADER, headerOf, partsOf } from '../../support/formats/model-files.js';
import { parametersOf } from '../../support/networks.js';
import { expectCoded, expectRefused, thrownBy } from '../../support/refusals.js';
import { REPRODUCE, SeededRandom } from '../../support/seeded.js';

const TEXT = JSON.stringify(HEADER);

function read(file: Uint8Array): Map<string, Tensor> {
  return readTensors(file, readHeader(file));
}

afterEach(() => vi.unstubAllGlobals());

describe('the writer', () => {
  const tensors = new Map([
    ['a', { shape: [2, 3], values: Float32Array.of(1, -0, 1e-45, 4, 5, 6) }],
    ['empty', { shape: [0], values: new Float32Array() }],
    ['b', { shape: [], values: Float32Array.of(-3.5) }],
  ]);

  it.each(['', 'x', 'xx', 'xxx', 'xxxx', 'xxxxx', 'xxxxxx', 'xxxxxxx', '€', '\ud800"\\\u0000'])(
    'pads its header with spaces, so that tensors are aligned: metadata %j',
    (text) => {
      const file = writeSafetensors(tensors, { text });
      const { length, text: header } = headerOf(file);
      expect(length % 8).toBe(0);
      expect(header).toMatch(/^\{.*\} {0,7}$/s);
      expect(JSON.parse(header)).toEqual({
        __metadata__: { text },
        a: { dtype: 'F32', shape: [2, 3], data_offsets: [0, 24] },
        empty: { dtype: 'F32', shape: [0], data_offsets: [24, 24] },
        b: { dtype: 'F32', shape: [], data_offsets: [24, 28] },
      });
      expect(file.slice(8 + length)).toEqual(bytesOf(1, -0, 1e-45, 4, 5, 6, -3.5));
    },
  );

  it('writes its length in little endian, as 8 bytes', () => {
    const file = writeSafetensors(new Map(), { text: 'x'.repeat(300) });
    expect([...file.subarray(0, 8)]).toEqual([(file.length - 8) % 256, (file.length - 8) >> 8, 0, 0, 0, 0, 0, 0]);
  });

  it('writes what it reads', () => {
    const file = writeSafetensors(tensors, { key: 'value' });
    expect(read(file)).toEqual(tensors);
    expect(readHeader(file).metadata).toEqual(new Map([['key', 'value']]));
  });

  it('refuses what every reader would refuse', () => {
    const error = (call: () => unknown) => thrownBy(call);
    const long = { text: 'x'.repeat(2 ** 20) };
    const huge = { shape: [2 ** 29], values: { byteLength: 2 ** 31 } as Float32Array };
    return Promise.all([
      error(() => writeSafetensors(tensors, long)).then((thrown) =>
        expectCoded(thrown, 'ERR_MODEL_LIMIT', /^save: the model has a header of \d{7} bytes, and at most 1048576 are/),
      ),
      error(() => writeSafetensors(new Map([['a', huge]]), {})).then((thrown) =>
        expectCoded(thrown, 'ERR_MODEL_LIMIT', /^save: the model has 536870912 numbers, and at most 268435456 are/),
      ),
    ]);
  });

  it('says so where the host has no memory for a file', () => {
    class Full extends Uint8Array {
      constructor(length: number) {
        if (length > 100) throw new RangeError('Array buffer allocation failed');
        super(length);
      }
    }
    const large = new Map([['a', { shape: [100], values: new Float32Array(100) }]]);
    const { length } = writeSafetensors(large, {});
    vi.stubGlobal('Uint8Array', Full);
    let thrown: unknown;
    try {
      writeSafetensors(large, {});
    } catch (error) {
      thrown = error;
    }
    vi.unstubAllGlobals();
    expectCoded(thrown, 'ERR_OUT_OF_MEMORY', new RegExp(`^memory: the host has no room for ${length} bytes\\. `));
  });
});

describe('the reader', () => {
  it('reads a file made by hand', async () => {
    for (const engine of ['wasm', 'js'] as const) {
      const network = await Network.load(FILE, { engine });
      expect([...network.predict([10])]).toEqual([23]);
    }
  });

  it('reads tensors in any order, at any alignment, empty ones, and spaces wherever JSON has them', () => {
    const header = `{ "b" :\t{"data_offsets":[4,8],\r\n"shape":[1 , 1],"dtype":"F32"},
      "empty":{"dtype":"F32","shape":[0,7],"data_offsets":[4,4]},"a":{"dtype":"F32","shape":[],"data_offsets":[0,4]}}`;
    for (let pad = 0; pad < 8; pad++) {
      const tensors = read(fileOf(header, bytesOf(1.5, -2), pad));
      expect([...tensors.keys()]).toEqual(['b', 'empty', 'a']);
      expect(tensors.get('a')).toEqual({ shape: [], values: Float32Array.of(1.5) });
      expect(tensors.get('b')).toEqual({ shape: [1, 1], values: Float32Array.of(-2) });
      expect(tensors.get('empty')).toEqual({ shape: [0, 7], values: new Float32Array() });
    }
  });

  it('reads names and metadata with escapes, as JSON does', () => {
    const names = [
      '\u0000',
      '\ud83d\ude00',
      '"',
      '\\',
      '\\"',
      'a\\',
      '/',
      '\ud800',
      '\u2028',
      '',
      'constructor',
      '\ufeff',
    ];
    const header: Record<string, unknown> = { __metadata__: Object.fromEntries(names.map((name) => [name, name])) };
    for (const name of names) header[name] = { dtype: 'F32', shape: [0], data_offsets: [0, 0] };
    const file = fileOf(header);
    expect([...read(file).keys()]).toEqual(names);
    expect(readHeader(file).metadata).toEqual(new Map(names.map((name) => [name, name])));
  });

  it('takes a header of 1 MiB, and not a byte more', async () => {
    const full = fileOf(TEXT, DATA, 2 ** 20 - TEXT.length);
    expect(parametersOf(await Network.load(full))).toEqual(Float32Array.of(2, 3));
    const more = fileOf(TEXT, DATA, 2 ** 20 - TEXT.length + 1);
    const message = /^load: the model has a header of 1048577 bytes, and at most 1048576 are read\./;
    await expectRefused(() => Network.load(more), 'ERR_MODEL_LIMIT', message);
  });
});

it('a header is read as JSON.parse reads it, or refused', () => {
  const random = new SeededRandom('headers');
  const pieces = [
    '"',
    '\\',
    '\\u0041',
    '\\"',
    '{',
    '}',
    '[',
    ']',
    ':',
    ',',
    ' ',
    '\n',
    '0',
    '12',
    '-',
    '.',
    'e',
    'a',
    '__proto__',
  ] as const;
  const entry = '"a":{"dtype":"F32","shape":[1,0],"data_offsets":[0,0]}';
  let taken = 0;
  for (let n = 0; n < 5000; n++) {
    let header = `{"__metadata__":{"b":"c"},${entry}}`;
    for (let edits = random.integer(0, 2); edits > 0; edits--) {
      const at = random.integer(1, header.length);
      header = header.slice(0, at) + random.pick(pieces) + header.slice(at + random.integer(0, 2));
    }
    let found: ReturnType<typeof readHeader> | undefined;
    try {
      found = readHeader(fileOf(header));
    } catch {
      continue;
    }
    taken++;
    const { __metadata__: metadata = {}, ...tensors } = JSON.parse(header);
    const entries = found.tensors.map(({ name, dtype, shape, offsets }) => [
      name,
      { dtype, shape, data_offsets: offsets },
    ]);
    expect(Object.fromEntries(entries), `${header}; ${REPRODUCE}`).toEqual(tensors);
    expect(Object.fromEntries(found.metadata), `${header}; ${REPRODUCE}`).toEqual(metadata);
  }
  expect(taken).toBeGreaterThan(1000);
  expect(partsOf(FILE).tensors).toHaveProperty('0.weight');
});
