/** The states of PyTorch modules: tensors by name and shape, in any order and precision. */
import { describe, expect, it } from 'vitest';
import { type LayerOptions, Network, type StateOptions } from '../../../src/index.js';
import { Findings } from '../../support/findings.js';
import { bytesOf, type Entry, fileOf } from '../../support/formats/model-files.js';
import { mutantOf } from '../../support/formats/mutants.js';
import { outcomeOf } from '../../support/formats/outcomes.js';
import { parametersOf } from '../../support/networks.js';
import { expectRefused } from '../../support/refusals.js';
import { repeats } from '../../support/repeats.js';
import { SeededRandom } from '../../support/seeded.js';

/** Tensors in the order in which save_file writes them: by name. Each number counts on from the last. */
function stateOf(shapes: Readonly<Record<string, readonly number[]>>, metadata?: Record<string, string>): Uint8Array {
  const entries: Record<string, Entry> = {};
  let end = 0;
  for (const name of Object.keys(shapes).sort()) {
    const shape = [...(shapes[name] as readonly number[])];
    const start = end;
    end += 4 * shape.reduce((product, size) => product * size, 1);
    entries[name] = { dtype: 'F32', shape, data_offsets: [start, end] };
  }
  const numbers = Array.from({ length: end / 4 }, (_, i) => i / 16);
  return fileOf({ ...(metadata && { __metadata__: metadata }), ...entries }, bytesOf(...numbers));
}

const LAYERS: LayerOptions[] = [
  { units: 3, activation: 'tanh' },
  { units: 2, activation: 'softmax' },
];
const SHAPES = { weight: [3, 4], bias: [3] };
const named = (first: string, last: string): Record<string, number[]> => ({
  [`${first}.weight`]: [3, 4],
  [`${first}.bias`]: [3],
  [`${last}.weight`]: [2, 3],
  [`${last}.bias`]: [2],
});

it.each([
  ['0', '2'],
  ['fc1', 'fc2'],
  ['fc2', 'fc10'],
  ['net.0', 'net.2'],
  ['net.9.linear', 'net.11.linear'],
  ['hidden', 'output'],
  ['input', 'head'],
  ['z', 'a'],
])('layers %s and %s', async (first, last) => {
  const network = await Network.fromSafetensors(stateOf(named(first, last), { format: 'pt' }), { layers: LAYERS });
  expect(network.inputs).toBe(4);
  expect(network.layers.map(({ inputs, units, activation }) => [inputs, units, activation])).toEqual([
    [4, 3, 'tanh'],
    [3, 2, 'softmax'],
  ]);
  expect(network.predict([1, 2, 3, 4])).toHaveLength(2);
});

it('tensors are (units, inputs), as here', async () => {
  const network = await Network.fromSafetensors(stateOf({ 'a.bias': [2], 'a.weight': [2, 3] }), {
    layers: [{ units: 2, activation: 'linear' }],
  });
  expect([...parametersOf(network)]).toEqual([2, 3, 4, 5, 6, 7, 0, 1].map((i) => i / 16));
});

it('biases may be missing, in a file without metadata, and tensors may have no module', async () => {
  const network = await Network.fromSafetensors(stateOf({ weight: [2, 3] }), { layers: [{ units: 2 }] });
  expect(network.layers[0]).toMatchObject({ bias: false, inputs: 3 });
  const both = await Network.fromSafetensors(stateOf(SHAPES), { layers: [{ units: 3, bias: true }] });
  expect(both.layers[0]?.bias).toBe(true);
});

it('a file of save is such a file too', async () => {
  const trained = await Network.create({
    inputs: 2,
    layers: [{ units: 3, activation: 'relu' }, { units: 1 }],
    seed: 4,
  });
  const network = await Network.fromSafetensors(trained.save(), {
    layers: [{ units: 3, activation: 'relu' }, { units: 1 }],
  });
  expect(network.predict([1, 2])).toEqual(trained.predict([1, 2]));
});

describe('layers of one shape', () => {
  const square = (...names: string[]): Uint8Array =>
    stateOf(Object.fromEntries(names.map((name) => [`${name}.weight`, [2, 2]])));
  const layers: LayerOptions[] = [2, 2, 2].map((units) => ({ units, activation: 'linear' }));
  const firstOf = async (file: Uint8Array, options: Partial<StateOptions> = {}): Promise<number | undefined> =>
    (await Network.fromSafetensors(file, { layers, ...options })).getParameters(0).weights[0];

  it('are in the order of their numbers', async () => {
    // In the file: 10, 2, 4.
    expect(await firstOf(square('2', '4', '10'))).toBe(4 / 16);
  });

  it('are in the order that the caller gives', async () => {
    const file = square('encoder', 'head', 'body');
    expect(await firstOf(file, { names: ['head', 'body', 'encoder'] })).toBe(8 / 16);
    expect(await firstOf(file, { names: ['encoder', 'body', 'head'] })).toBe(4 / 16);
  });
});

describe('numbers', () => {
  const read = async (dtype: string, data: Uint8Array): Promise<number[]> => {
    const file = fileOf({ weight: { dtype, shape: [1, 4], data_offsets: [0, data.length] } }, data);
    const network = await Network.fromSafetensors(file, { layers: [{ units: 1 }] });
    return [...network.getParameters(0).weights];
  };
  const words = (...values: number[]): Uint8Array => new Uint8Array(Uint16Array.from(values).buffer);

  it('of float64', async () => {
    expect(await read('F64', new Uint8Array(Float64Array.of(1, -0.1, 1e-300, 3).buffer))).toEqual([
      1,
      Math.fround(-0.1),
      0,
      3,
    ]);
  });

  it('of float16: ordinary ones, the smallest, the largest', async () => {
    expect(await read('F16', words(0x3c00, 0xb555, 0x0001, 0x7bff))).toEqual([1, -0.333251953125, 2 ** -24, 65504]);
  });

  it('of bfloat16', async () => {
    expect(await read('BF16', words(0x3f80, 0xc000, 0x0000, 0x3eab))).toEqual([1, -2, 0, 0.333984375]);
  });

  it.each([
    ['F16', words(0x7c00, 0, 0, 0)],
    ['BF16', words(0x7fc0, 0, 0, 0)],
    ['F64', new Uint8Array(Float64Array.of(1e300, 0, 0, 0).buffer)],
  ])('of %s that are not finite are refused', async (dtype, data) => {
    await expectRefused(
      () => read(dtype, data),
      'ERR_MODEL_FORMAT',
      /its tensor "weight" holds a number that is not finite/,
    );
  });

  it('of other types are refused', async () => {
    const message = /^fromSafetensors: its tensor "weight" is "I32", and F64, F32, F16, BF16 are read\.$/;
    await expectRefused(() => read('I32', new Uint8Array(16)), 'ERR_UNSUPPORTED', message);
  });
});

describe('refused', () => {
  const file = stateOf(named('0', '2'));
  it.each<[string, Uint8Array, object, string, RegExp]>([
    [
      'no layers',
      file,
      {},
      'ERR_INVALID_TYPE',
      /^fromSafetensors: layers is undefined, expected an array\. Give the layers/,
    ],
    ['empty layers', file, { layers: [] }, 'ERR_INVALID_OPTION', /^fromSafetensors: layers is empty/],
    [
      'a number for a layer',
      file,
      { layers: [3, 2] },
      'ERR_INVALID_TYPE',
      /^fromSafetensors: layers\[0\] is 3, expected an object/,
    ],
    [
      'too few layers',
      file,
      { layers: [{ units: 2 }] },
      'ERR_MODEL_FORMAT',
      /it has 2 layers, and layers has 1\. It has "0" \[3, 4\], "2" \[2, 3\]/,
    ],
    [
      'other units',
      file,
      { layers: [{ units: 5 }, { units: 2 }] },
      'ERR_MODEL_FORMAT',
      /layers\[0\] would be "0", whose weight is \[3, 4\], expected \[5, 4\]/,
    ],
    [
      'a wrong activation',
      file,
      { layers: [{ units: 3, activation: 'rleu' }, { units: 2 }] },
      'ERR_INVALID_OPTION',
      /^fromSafetensors: layers\[0\]\.activation is "rleu"/,
    ],
    [
      'a bias that is not there',
      stateOf({ 'a.weight': [2, 2] }),
      { layers: [{ units: 2, bias: true }] },
      'ERR_INVALID_OPTION',
      /layers\[0\]\.bias is true, and "a" has no bias/,
    ],
    [
      'names that are not there',
      file,
      { layers: LAYERS, names: ['0', '1'] },
      'ERR_INVALID_OPTION',
      /names has "1", and the file has "0" \[3, 4\]/,
    ],
    [
      'names twice',
      stateOf({ 'a.weight': [2, 2], 'b.weight': [2, 2] }),
      { layers: [{ units: 2 }, { units: 2 }], names: ['a', 'a'] },
      'ERR_MODEL_FORMAT',
      /names leaves layers out/,
    ],
    [
      'too few names',
      file,
      { layers: LAYERS, names: ['0'] },
      'ERR_INVALID_OPTION',
      /names has 1 names, expected 2: one for each layer/,
    ],
    [
      'names of another type',
      file,
      { layers: LAYERS, names: '0' },
      'ERR_INVALID_TYPE',
      /names is "0", expected an array of strings/,
    ],
    [
      'batch normalization',
      stateOf({ ...named('0', '2'), '1.running_mean': [3] }),
      { layers: LAYERS },
      'ERR_UNSUPPORTED',
      /its tensor "1\.running_mean" of shape \[3\] is neither the weight nor the bias/,
    ],
    [
      'a convolution',
      stateOf({ 'c.weight': [3, 1, 2, 2] }),
      { layers: [{ units: 3 }] },
      'ERR_UNSUPPORTED',
      /its tensor "c\.weight" of shape \[3,1,2,2\]/,
    ],
    [
      'a bias of another width',
      stateOf({ 'a.weight': [2, 2], 'a.bias': [3] }),
      { layers: [{ units: 2 }] },
      'ERR_MODEL_FORMAT',
      /its tensor "a\.bias" has the shape \[3\], expected \[2\]/,
    ],
    [
      'nothing',
      new Uint8Array(),
      { layers: LAYERS },
      'ERR_MODEL_FORMAT',
      /^fromSafetensors: this is not a state of dense layers: it has 0 bytes.*Give the bytes of a whole \.safetensors file\.$/,
    ],
  ])('%s', async (_, bytes, options, code, message) => {
    await expectRefused(() => Network.fromSafetensors(bytes, options as StateOptions), code as never, message);
  });

  it('by load, which says what reads them', async () => {
    const message =
      /^load: this is not a wasmlp model: it does not say its version\. .* are read by Network\.fromSafetensors\(bytes, \{ layers \}\)\.$/;
    await expectRefused(() => Network.load(file), 'ERR_MODEL_FORMAT', message);
  });
});

it('every mutant is refused with a code, or a network', async () => {
  const random = new SeededRandom('states');
  const files = [stateOf(named('0', '2'), { format: 'pt' }), stateOf(named('fc1', 'head'))] as const;
  const count = repeats(400, 50_000);
  const findings = new Findings();
  let read = 0;
  for (let index = 0; index < count; index++) {
    const mutant = mutantOf(files as [Uint8Array, Uint8Array], random);
    const { problem, refused } = await outcomeOf(
      () => Network.fromSafetensors(mutant, { layers: LAYERS, engine: 'js' }),
      { codes: ['ERR_MODEL_FORMAT', 'ERR_MODEL_LIMIT', 'ERR_UNSUPPORTED'], longest: 900, begins: /^fromSafetensors: / },
    );
    read += Number(!refused);
    findings.add(`mutant ${index}`, [problem]);
  }
  findings.expectNone(count);
  expect(read).toBeGreaterThan(count / 50);
  expect(read).toBeLessThan(count * 0.9);
});
