/** How an imported network goes on training, and its labels: options of every call that reads one, checked as create checks them. */
import { describe, expect, it } from 'vitest';
import { type ImportOptions, Network } from '../../../src/index.js';
import { BRAIN_ARRAYS, NUMBERS, optionsOf, SCIKIT, tensorFlow } from '../../support/formats/foreign-files.js';
import { bytesOf, fileOf } from '../../support/formats/model-files.js';
import { modelOf, node, type TestGraph } from '../../support/formats/onnx-graphs.js';
import { parametersOf } from '../../support/networks.js';
import { expectRefused } from '../../support/refusals.js';

/** The same 2-1-2 network of sigmoids in each format; labels 'a' and 'b' in some. */
const GRAPH: TestGraph = {
  nodes: [
    node('Gemm', ['x', 'w', 'b'], 'z'),
    node('Sigmoid', ['z'], 'h'),
    node('Gemm', ['h', 'v', 'c'], 'u'),
    node('Sigmoid', ['u'], 'p'),
    node('ZipMap', ['p'], 'y', { domain: 'ai.onnx.ml', attributes: { classlabels_strings: ['a', 'b'] } }),
  ],
  tensors: [
    { name: 'w', dims: [2, 1], values: [1, 2] },
    { name: 'b', dims: [1], values: [0.5] },
    { name: 'v', dims: [1, 2], values: [3, -4] },
    { name: 'c', dims: [2], values: [-1, 1] },
  ],
};
const STATE = fileOf(
  {
    __metadata__: { format: 'pt' },
    'one.weight': { dtype: 'F32', shape: [1, 2], data_offsets: [0, 8] },
    'one.bias': { dtype: 'F32', shape: [1], data_offsets: [8, 12] },
    'two.weight': { dtype: 'F32', shape: [2, 1], data_offsets: [12, 20] },
    'two.bias': { dtype: 'F32', shape: [2], data_offsets: [20, 28] },
  },
  bytesOf(...NUMBERS),
);
const LAYERS = [{ units: 1 }, { units: 2 }];

const CALLS: Readonly<Record<string, (options?: ImportOptions) => Promise<Network>>> = {
  fromONNX: (options) => Network.fromONNX(modelOf(GRAPH), options),
  fromBrain: (options) => Network.fromBrain(BRAIN_ARRAYS, options),
  fromTensorFlow: (options) => Network.fromTensorFlow(tensorFlow(), bytesOf(...NUMBERS), options),
  fromScikitLearn: (options) => Network.fromScikitLearn(SCIKIT, options),
  fromSafetensors: (options) => Network.fromSafetensors(STATE, { ...options, layers: LAYERS }),
};

describe.each(Object.entries(CALLS))('%s', (call, read) => {
  it('takes loss, optimizer, labels and seed, and trains on with them', async () => {
    const network = await read({
      loss: 'meanSquaredError',
      optimizer: { type: 'adam', learningRate: 0.02 },
      labels: ['yes', 'no'],
      seed: 7,
      engine: 'js',
    });
    expect([...parametersOf(network)]).toEqual(NUMBERS);
    expect(optionsOf(network)).toMatchObject({
      loss: 'meanSquaredError',
      optimizer: { type: 'adam', learningRate: 0.02 },
      labels: ['yes', 'no'],
      seed: 7,
    });
    expect(network.engine.kind).toBe('js');
    const { loss } = network.evaluate([[1, 2]], [[0.5, 0.5]]);
    await network.fit([[1, 2]], [[0.5, 0.5]], { epochs: 20 });
    expect(network.evaluate([[1, 2]], [[0.5, 0.5]]).loss).toBeLessThan(loss);
  });

  it('has the defaults of create without them', async () => {
    expect(optionsOf(await read())).toMatchObject({
      loss: 'binaryCrossEntropy',
      optimizer: { type: 'sgd', learningRate: 0.1 },
      seed: 0,
    });
    expect(optionsOf(await read({ loss: undefined as never, optimizer: undefined as never }))).toMatchObject({
      optimizer: { type: 'sgd' },
    });
  });

  it.each<[string, object, 'ERR_INVALID_OPTION' | 'ERR_INVALID_TYPE', RegExp]>([
    [
      'a loss that does not suit the outputs',
      { loss: 'categoricalCrossEntropy' },
      'ERR_INVALID_OPTION',
      /: loss categoricalCrossEntropy on a sigmoid output layer\. Give the output layer activation: "softmax"\.$/,
    ],
    ['an unknown loss', { loss: 'mse' }, 'ERR_INVALID_OPTION', /: loss is "mse"\. Did you mean "meanSquaredError"\? /],
    [
      'an unknown optimizer',
      { optimizer: 'adm' },
      'ERR_INVALID_OPTION',
      /: optimizer is "adm"\. Did you mean "adam"\? /,
    ],
    [
      'a wrong rate',
      { optimizer: { type: 'adam', learningRate: -1 } },
      'ERR_INVALID_OPTION',
      /: optimizer\.learningRate is -1/,
    ],
    [
      'labels of another number',
      { labels: ['one'] },
      'ERR_INVALID_OPTION',
      /: labels has 1 names, expected 2 \(one per output\)\.$/,
    ],
    [
      'labels of another type',
      { labels: 'one' },
      'ERR_INVALID_TYPE',
      /: labels is "one", expected an array of strings/,
    ],
    ['a wrong seed', { seed: -1 }, 'ERR_INVALID_OPTION', /: seed is -1, expected/],
    ['an unknown option', { epochs: 1 }, 'ERR_INVALID_OPTION', /: options has an unknown option "epochs"/],
    ['options that are no object', [] as object, 'ERR_INVALID_TYPE', /^from/],
  ])('refuses %s', async (_, options, code, message) => {
    if (Array.isArray(options) && call === 'fromSafetensors') return;
    await expectRefused(
      () => read(options as ImportOptions),
      code,
      new RegExp(`^${call}.*${message.source.replace(/^\^from/, '')}`),
    );
  });
});

it('load takes engine options alone: a file of save has the others', async () => {
  const bytes = (await CALLS.fromONNX?.())?.save() as Uint8Array;
  const message = /^load: options has an unknown option "loss"/;
  await expectRefused(() => Network.load(bytes, { loss: 'huber' } as never), 'ERR_INVALID_OPTION', message);
});

it('labels given stand in for labels of the file that do not fit', async () => {
  const graph = modelOf({
    ...GRAPH,
    nodes: GRAPH.nodes.slice(0, -1),
    outputs: ['p'],
    metadata: { 'wasmlp.labels': '{"labels":["a"]}' },
  });
  await expectRefused(
    () => Network.fromONNX(graph),
    'ERR_MODEL_FORMAT',
    /its network is refused \(create: labels has 1/,
  );
  expect((await Network.fromONNX(graph, { labels: ['c', 'd'] })).labels).toEqual(['c', 'd']);
});
