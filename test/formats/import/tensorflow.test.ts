/** What is read from models of TensorFlow.js: layers, their settings, and where their bytes may be. */
import { describe, expect, it } from 'vitest';
import { Network } from '../../../src/index.js';
import { type Layer, layer, NUMBERS, optionsOf, type Spec, tensorFlow } from '../../support/formats/foreign-files.js';
import { bytesOf } from '../../support/formats/model-files.js';
import { parametersOf } from '../../support/networks.js';
import { expectRefused } from '../../support/refusals.js';

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

it.each([
  ['LeakyReLU', {}, 0.3],
  ['LeakyReLU', { alpha: 0.2 }, 0.2],
  ['LeakyReLU', { negative_slope: 0.20000000298023224 }, 0.2],
  ['ReLU', { negative_slope: 0.1 }, 0.1],
])('%s of %o has the slope of the layer', async (name, config, slope) => {
  const network = await networkOf(first(), layer(name, 'leaky', config), second());
  expect(network.layers[0]).toMatchObject({ activation: 'leakyRelu', slope });
});

describe('batch normalization', () => {
  const norm = (name: string, config: object = {}): Layer =>
    layer('BatchNormalization', name, { epsilon: 0.5, axis: [-1], ...config });
  const normSpecs = (name: string, width: number, keys = ['gamma', 'beta', 'moving_mean', 'moving_variance']): Spec[] =>
    keys.map((key) => ({ name: `${name}/${key}`, shape: [width], dtype: 'float32' }));
  const dense = (name: string, inputs: number, units: number): Spec[] => [
    { name: `${name}/kernel`, shape: [inputs, units], dtype: 'float32' },
    { name: `${name}/bias`, shape: [units], dtype: 'float32' },
  ];
  /** (x - mean) / sqrt(variance + 0.5) gamma + beta */
  const normalized = (x: number, [gamma, beta, mean, variance]: readonly number[]): number =>
    ((x - (mean as number)) / Math.sqrt((variance as number) + 0.5)) * (gamma as number) + (beta as number);
  const ONE = [-1.5, 0.25, 3, 1.5];

  it.each<[string, Layer[], (z: number) => number]>([
    [
      'of sums, before an activation',
      [first(), norm('bn'), layer('ReLU', 'relu')],
      (z) => Math.max(0, normalized(z, ONE)),
    ],
    ['behind an activation', [first({ activation: 'tanh' }), norm('bn')], (z) => normalized(Math.tanh(z), ONE)],
    [
      'behind an activation and dropout',
      [first({ activation: 'tanh' }), layer('Dropout', 'drop', { rate: 0.5 }), norm('bn')],
      (z) => normalized(Math.tanh(z), ONE),
    ],
    ['of sums, before a layer', [first(), norm('bn')], (z) => normalized(z, ONE)],
  ])('%s', async (_, layers, expected) => {
    const specs = [...dense('one', 2, 1), ...normSpecs('bn', 1), ...dense('two', 1, 2)];
    const bytes = bytesOf(1, 2, 0.5, ...ONE, 3, -4, -1, 1);
    const network = await Network.fromTensorFlow(tensorFlow([...layers, second()], specs), bytes, js);
    for (const [a, b] of [
      [1, 2],
      [-3, 0.5],
    ] as const) {
      const h = expected(a + 2 * b + 0.5);
      const [y, z] = network.predict([a, b]);
      expect(y).toBeCloseTo(3 * h - 1, 4);
      expect(z).toBeCloseTo(-4 * h + 1, 4);
    }
  });

  it('of inputs is their scaling, and part of the layer where it turns them', async () => {
    const predict = async (gamma: number): Promise<Network> => {
      const layers = [norm('bn', { batch_input_shape: [null, 2] }), first({ batch_input_shape: undefined }), second()];
      const specs = [...normSpecs('bn', 2), ...dense('one', 2, 1), ...dense('two', 1, 2)];
      const bytes = bytesOf(gamma, 2, 0.5, -0.5, 3, 4, 1.5, 3.5, ...NUMBERS);
      return await Network.fromTensorFlow(tensorFlow(layers, specs), bytes, js);
    };
    for (const gamma of [3, -3]) {
      const network = await predict(gamma);
      const h = normalized(7, [gamma, 0.5, 3, 1.5]) + 2 * normalized(9, [2, -0.5, 4, 3.5]) + 0.5;
      expect(network.predict([7, 9])[0]).toBeCloseTo(3 * h - 1, 3);
      expect(optionsOf(network).normalize !== false).toBe(gamma > 0);
    }
  });

  it('without gamma or beta, and of outputs', async () => {
    const specs = [...dense('one', 2, 1), ...normSpecs('bn', 1, ['moving_mean', 'moving_variance'])];
    const layers = [first(), norm('bn', { scale: false, center: false })];
    const network = await Network.fromTensorFlow(tensorFlow(layers, specs), bytesOf(1, 2, 0.5, 3, 1.5), js);
    expect(network.predict([1, 2])[0]).toBeCloseTo(normalized(5.5, [1, 0, 3, 1.5]), 5);
  });

  it.each<[string, Layer[], RegExp]>([
    [
      'of activations that are outputs',
      [first({ activation: 'tanh' }), norm('bn')],
      /class BatchNormalization, which no Dense follows/,
    ],
    [
      'before an activation of its own',
      [first({ activation: 'tanh' }), norm('bn'), layer('ReLU', 'r')],
      /class ReLU, which stands behind/,
    ],
    ['of another axis', [first(), norm('bn', { axis: 2 })], /whose axis is not the last/],
  ])('%s is refused', async (_, layers, message) => {
    const specs = [...dense('one', 2, 1), ...normSpecs('bn', 1)];
    const bytes = bytesOf(1, 2, 0.5, ...ONE);
    await expectRefused(() => Network.fromTensorFlow(tensorFlow(layers, specs), bytes, js), 'ERR_UNSUPPORTED', message);
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
