/** Files of brain.js are read with its order and its names. */
import { describe, expect, it } from 'vitest';
import { Network } from '../../../src/index.js';
import { BRAIN_ARRAYS, BRAIN_OBJECTS, changedAt, optionsOf } from '../../support/formats/foreign-files.js';
import { parametersOf } from '../../support/networks.js';

const js = { engine: 'js' } as const;

describe.each([
  ['objects', BRAIN_OBJECTS],
  ['arrays', BRAIN_ARRAYS],
])('layers in %s', (_, file) => {
  it('are read in their order, with labels', async () => {
    const network = await Network.fromBrain(file, js);
    expect([...parametersOf(network)]).toEqual([1, 2, 0.5, 3, -4, -1, 1]);
    expect(network.layers.map(({ inputs, units, activation }) => [inputs, units, activation])).toEqual([
      [2, 1, 'sigmoid'],
      [1, 2, 'sigmoid'],
    ]);
    expect(network.classify([-9, -9])).toMatchObject({ index: 1, label: 'b' });
  });

  it('need no hidden one', async () => {
    const { layers } = file;
    const single = 'type' in file ? { weights: [[1, 2]], biases: [0] } : { '0': { bias: 0, weights: { x: 1, y: 2 } } };
    const network = await Network.fromBrain({ ...file, sizes: [2, 1], layers: [layers[0], single] }, js);
    expect([...parametersOf(network)]).toEqual([1, 2, 0]);
  });

  it('have no labels if outputs are not probabilities, if there is only one, or if they have no names', async () => {
    const isArrays = 'type' in file;
    const tanh = changedAt(file, isArrays ? ['trainOpts', 'activation'] : ['activation'], 'tanh');
    const unnamed = changedAt(file, ['outputLookup'], isArrays ? null : false);
    const last = isArrays ? { weights: [[3]], biases: [-1] } : { a: { bias: -1, weights: { '0': 3 } } };
    const one = {
      ...file,
      sizes: [2, 1, 1],
      layers: [...file.layers.slice(0, 2), last],
      outputLookup: isArrays ? { a: 0 } : true,
    };
    for (const json of [tanh, unnamed, one]) {
      expect(optionsOf(await Network.fromBrain(json, js))).not.toHaveProperty('labels');
    }
    expect(optionsOf(await Network.fromBrain(file, js))).toHaveProperty('labels', ['a', 'b']);
  });

  it('are sigmoid if the file names no activation, as in brain.js', async () => {
    const { activation: _activation, ...rest } = { activation: 0, ...file };
    const network = await Network.fromBrain({ ...rest, trainOpts: {} }, js);
    expect(network.layers[0]?.activation).toBe('sigmoid');
  });
});

it('names of outputs are ordered by their lookup', async () => {
  const network = await Network.fromBrain({ ...BRAIN_ARRAYS, outputLookup: { b: 1, a: 0 } }, js);
  expect(network.classify([-9, -9])).toMatchObject({ index: 1, label: 'b' });
});

it('weights in objects are taken by name, not by place', async () => {
  const swapped = changedAt(BRAIN_OBJECTS, ['layers', 1, '0', 'weights'], { y: 2, x: 1 });
  expect([...parametersOf(await Network.fromBrain(swapped, js))].slice(0, 2)).toEqual([1, 2]);
});

it('files of brain.js 0, without sizes, are read', async () => {
  const { sizes: _sizes, ...old } = BRAIN_OBJECTS;
  expect((await Network.fromBrain(old, js)).inputs).toBe(2);
});

it('names such as __proto__ are names like others', async () => {
  const text = JSON.stringify(BRAIN_OBJECTS).replaceAll('"x":', '"__proto__":').replace('"a":', '"constructor":');
  const network = await Network.fromBrain(text, js);
  expect([...parametersOf(network)]).toEqual([1, 2, 0.5, 3, -4, -1, 1]);
  expect(network.classify([9, 9])).toMatchObject({ label: 'constructor' });
  expect(Object.hasOwn(Object.prototype, 'bias')).toBe(false);
});

it('leaky-relu is 0 below 0 to brain.js 1 and its GPU networks, and a leaky one to brain.js 2', async () => {
  const arrays = changedAt(BRAIN_ARRAYS, ['trainOpts', 'activation'], 'leaky-relu');
  const activations = async (json: object): Promise<(string | undefined)[]> =>
    (await Network.fromBrain(json, js)).layers.map(({ activation }) => activation);
  expect(await activations(arrays)).toEqual(['leakyRelu', 'leakyRelu']);
  expect(await activations({ ...arrays, type: 'NeuralNetworkGPU' })).toEqual(['relu', 'relu']);
  expect(await activations({ ...BRAIN_OBJECTS, activation: 'leaky-relu' })).toEqual(['relu', 'relu']);
});

it('slopes of leaky-relu are those of the file', async () => {
  const arrays = changedAt(BRAIN_ARRAYS, ['trainOpts'], { activation: 'leaky-relu', leakyReluAlpha: 0.2 });
  expect((await Network.fromBrain(arrays, js)).layers.map(({ slope }) => slope)).toEqual([0.2, 0.2]);
  const gpu = await Network.fromBrain({ ...arrays, type: 'NeuralNetworkGPU' }, js);
  expect([...parametersOf(gpu)].slice(0, 3)).toEqual([0.2, 0.4, 0.1].map(Math.fround));
});

it('an activation of training counts, not one of the options', async () => {
  const network = await Network.fromBrain({ ...BRAIN_ARRAYS, options: { activation: 'tanh' } }, js);
  expect(network.layers[0]?.activation).toBe('sigmoid');
});

it('a getter is called once for a number', async () => {
  let asked = 0;
  const file = structuredClone(BRAIN_ARRAYS);
  Object.defineProperty(file.layers[1]?.weights[0], 0, {
    enumerable: true,
    get: () => (asked++ === 0 ? 1 : Number.NaN),
  });
  const network = await Network.fromBrain(file, js);
  expect([...parametersOf(network)].slice(0, 2)).toEqual([1, 2]);
  expect(asked).toBe(1);
});

it('the file is left as it was', async () => {
  const file = structuredClone(BRAIN_OBJECTS);
  await Network.fromBrain(file, js);
  expect(file).toEqual(BRAIN_OBJECTS);
});
