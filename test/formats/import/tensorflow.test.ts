/** What is read from models of TensorFlow.js: layers, their settings, and where their bytes may be. */
import { describe, expect, it } from 'vitest';
import { Network } from '../../../src/index.js';
import { type Layer, layer, NUMBERS, optionsOf, type Spec, tensorFlow } from '../../support/formats/foreign-files.js';
import { bytesOf } from '../../support/formats/model-files.js';
import { parametersOf } from '../../support/networks.js';

const js = { engine: 'js' } as const;
const MODEL = tensorFlow();
const BYTES = bytesOf(...NUMBERS);
const first = (config: object = {}): Layer =>
  layer('Dense', 'one', { units: 1, batch_input_shape: [null, 2], ...config });
const second = (config: object = {}): Layer => layer('Dense', 'two', { units: 2, ...config });

/** A network with other layers and the same numbers. */
function networkOf(...layers: Layer[]): Promise<Network> {
  return Network.fromTensorFlow(tensorFlow(layers), BYTES, js);
}

it('kernels are transposed: (inputs, units) there, (units, inputs) here', async () => {
  const specs: Spec[] = [{ name: 'd/kernel', shape: [2, 3], dtype: 'float32' }];
  const model = tensorFlow([layer('Dense', 'd', { units: 3, use_bias: false, batch_input_shape: [null, 2] })], specs);
  const network = await Network.fromTensorFlow(model, bytesOf(1, 2, 3, 4, 5, 6), js);
  expect([...parametersOf(network)]).toEqual([1, 4, 2, 5, 3, 6]);
});

describe('bytes', () => {
  const whole = new Uint8Array([9, ...BYTES, 9]);
  it.each<[string, Uint8Array | ArrayBuffer | (Uint8Array | ArrayBuffer)[]]>([
    ['a Uint8Array', BYTES],
    ['an ArrayBuffer', BYTES.slice().buffer],
    ['a part of a buffer, off its alignment', whole.subarray(1, -1)],
    ['a Buffer', Buffer.from(BYTES)],
    ['shards, with a number across their ends', [BYTES.slice(0, 5), BYTES.slice(5).buffer]],
    ['shards, some of them empty', [new Uint8Array(), BYTES, new ArrayBuffer(0)]],
  ])('may be %s', async (_, bytes) => {
    expect([...parametersOf(await Network.fromTensorFlow(MODEL, bytes, js))]).toEqual([1, 2, 0.5, 3, -4, -1, 1]);
  });

  it('of several groups are in the order of the manifest, and are found by name', async () => {
    const [group] = MODEL.weightsManifest as [{ weights: Spec[] }];
    const [kernel, bias, ...others] = group.weights as [Spec, Spec, Spec, Spec];
    const model = { ...MODEL, weightsManifest: [{ weights: [bias] }, { weights: [kernel, ...others] }] };
    const bytes = [bytesOf(0.5), bytesOf(1, 2), bytesOf(3, -4, -1, 1)];
    expect([...parametersOf(await Network.fromTensorFlow(model, bytes, js))]).toEqual([1, 2, 0.5, 3, -4, -1, 1]);
  });

  it('of an optimizer are left out', async () => {
    const [group] = MODEL.weightsManifest as [{ weights: Spec[] }];
    const more = { name: 'Adam/one/kernel', shape: [], dtype: 'float32', group: 'optimizer' };
    const model = { ...MODEL, weightsManifest: [{ weights: [...group.weights, more] }] };
    expect((await Network.fromTensorFlow(model, [BYTES, bytesOf(7)], js)).parameterCount).toBe(7);
  });

  it('may come with the object that a save handler gets', async () => {
    const { weightsManifest, ...rest } = MODEL;
    const [{ weights }] = weightsManifest as [{ weights: Spec[] }];
    expect((await Network.fromTensorFlow({ ...rest, weightSpecs: weights }, BYTES, js)).parameterCount).toBe(7);
  });

  it.each(['one/kernel:0', 'model/one/kernel'])('may be called %s', async (name) => {
    const model = structuredClone(MODEL) as { weightsManifest: [{ weights: [Spec] }] };
    model.weightsManifest[0].weights[0].name = name;
    expect((await Network.fromTensorFlow(model, BYTES, js)).parameterCount).toBe(7);
  });
});

describe('activations', () => {
  const NAMES = ['linear', 'sigmoid', 'tanh', 'relu', 'softmax', 'elu', 'selu', 'softplus'].map((name) => [name, name]);
  it.each([...NAMES, ['swish', 'silu'], ['silu', 'silu'], ['gelu_new', 'gelu']])(
    '%s is %s',
    async (activation, expected) => {
      const within = await networkOf(first(), second({ activation }));
      expect(within.layers[1]?.activation).toBe(expected);
      const behind = await networkOf(first(), second(), layer('Activation', 'three', { activation }));
      expect(behind.layers[1]?.activation).toBe(expected);
    },
  );

  it.each([
    ['ReLU', {}, 'relu'],
    ['ReLU', { max_value: null, negative_slope: 0, threshold: 0 }, 'relu'],
    ['LeakyReLU', { alpha: 0.01 }, 'leakyRelu'],
    ['LeakyReLU', { negative_slope: 0.009999999776482582 }, 'leakyRelu'],
    ['ELU', {}, 'elu'],
    ['ELU', { alpha: 1 }, 'elu'],
    ['Softmax', {}, 'softmax'],
    ['Softmax', { axis: 1 }, 'softmax'],
    ['Softmax', { axis: -1 }, 'softmax'],
  ])('%s of %o is %s', async (name, config, expected) => {
    const network = await networkOf(first(), second(), layer(name, 'three', config));
    expect(network.layers.map(({ activation }) => activation)).toEqual(['linear', expected]);
  });
});

it('layers have no activation, and a bias, unless they say otherwise', async () => {
  const network = await networkOf(first({ activation: null }), second());
  expect(network.layers).toMatchObject([
    { activation: 'linear', bias: true },
    { activation: 'linear', bias: true },
  ]);
});

it('dropout belongs to the layer before it, and a rate of 0 may be anywhere', async () => {
  const network = await networkOf(
    layer('Dropout', 'zero', { rate: 0, batch_input_shape: [null, 2] }),
    first(),
    layer('ReLU', 'relu'),
    layer('Dropout', 'drop', { rate: 0.5, noise_shape: null, seed: 3 }),
    second(),
    layer('Dropout', 'none', { rate: 0 }),
  );
  expect(optionsOf(network).layers).toMatchObject([{ activation: 'relu', dropout: 0.5 }, { dropout: 0 }]);
});

describe('inputs', () => {
  it.each([
    [
      'of an InputLayer',
      [layer('InputLayer', 'in', { batch_input_shape: [null, 2] }), first({ batch_input_shape: undefined })],
    ],
    [
      "of Keras 3's InputLayer",
      [layer('InputLayer', 'in', { batch_shape: [null, 2] }), first({ batch_input_shape: undefined })],
    ],
    ['of the kernel', [first({ batch_input_shape: undefined })]],
    [
      'of a Flatten of rows',
      [layer('Flatten', 'flat', { batch_input_shape: [null, 2] }), first({ batch_input_shape: undefined })],
    ],
    [
      'of a Flatten of images',
      [layer('Flatten', 'flat', { batch_input_shape: [null, 1, 2, 1] }), first({ batch_input_shape: undefined })],
    ],
  ])('are as wide as that %s', async (_, layers) => {
    expect((await networkOf(...layers, second())).inputs).toBe(2);
  });

  it.each([
    ['Rescaling', { scale: 0.5, offset: -1 }, [3, 7]],
    ['Rescaling without offset', { scale: 0.5 }, [4, 8]],
    ['Rescaling by column', { scale: [0.5, 2], offset: [0, 1] }, [4, 33]],
    ['Rescaling by column, all alike moved', { scale: [0.5, 2], offset: 1 }, [5, 33]],
    ['Normalization', { axis: [-1], mean: [2, 4], variance: [4, 16] }, [3, 3]],
    ['Normalization of one mean', { axis: -1, mean: 4, variance: 4 }, [2, 6]],
  ])('are scaled by a %s', async (name, config, [a, b]) => {
    const className = name.split(' ')[0] as string;
    const scaling = layer(className, 'scaling', { batch_input_shape: [null, 2], ...config });
    const network = await networkOf(scaling, first(), second());
    // 1 a + 2 b + 0.5, then 3 and -4 times that and a bias of -1 and 1.
    const sum = (a as number) + 2 * (b as number) + 0.5;
    const [y, z] = network.predict([8, 16]);
    expect(y).toBeCloseTo(3 * sum - 1, 3);
    expect(z).toBeCloseTo(-4 * sum + 1, 3);
  });

  it('are scaled before a Flatten too', async () => {
    const scaling = layer('Rescaling', 'scaling', { scale: 2, batch_input_shape: [null, 2, 1] });
    const network = await networkOf(
      scaling,
      layer('Flatten', 'flat'),
      first({ batch_input_shape: undefined }),
      second(),
    );
    expect(network.predict([1, 2])[0]).toBeCloseTo(3 * (2 + 8 + 0.5) - 1, 4);
  });
});

it.each([
  ['', 'a/b', 'b'],
  ['', 'a/b', 'c/b'],
  ['model/', 'a/b', 'a/c'],
  ['outer/model/', 'a', 'b'],
])('names of layers may have a / behind %j: %s and %s', async (before, one, two) => {
  const specs = (name: string, inputs: number, units: number): Spec[] => [
    { name: `${before}${name}/kernel:0`, shape: [inputs, units], dtype: 'float32' },
    { name: `${before}${name}/bias:0`, shape: [units], dtype: 'float32' },
  ];
  const layers = [
    layer('Dense', one, { units: 1, activation: 'sigmoid', batch_input_shape: [null, 2] }),
    layer('Dense', two, { units: 2, activation: 'sigmoid' }),
  ];
  const network = await Network.fromTensorFlow(
    tensorFlow(layers, [...specs(one, 2, 1), ...specs(two, 1, 2)]),
    BYTES,
    js,
  );
  const expected = await Network.fromTensorFlow(MODEL, BYTES, js);
  expect(network.predict([3, 4])).toEqual(expected.predict([3, 4]));
});

it('the topology may be in model_config, and its layers may be an array without a name', async () => {
  const { modelTopology, ...rest } = MODEL as { modelTopology: { config: { layers: Layer[] } } };
  const converted = { ...rest, modelTopology: { keras_version: '2.4.0', model_config: modelTopology } };
  const old = { ...rest, modelTopology: { class_name: 'Sequential', config: modelTopology.config.layers } };
  for (const model of [converted, old]) {
    expect((await Network.fromTensorFlow(model, BYTES, js)).parameterCount).toBe(7);
  }
});

it('the files are left as they were', async () => {
  const [model, bytes] = [structuredClone(MODEL), BYTES.slice()];
  await Network.fromTensorFlow(model, bytes, js);
  expect(model).toEqual(MODEL);
  expect(bytes).toEqual(BYTES);
});
