/** Safetensors files that are not a network of this version: each is refused, with class, code and message. */
import { beforeAll, describe, expect, it } from 'vitest';
import { type ErrorCode, Network } from '../../../src/index.js';
import { changed, type Entry, type Parts, partsOf, said, withMetadata } from '../../support/formats/model-files.js';
import { ENGINES } from '../../support/networks.js';
import { expectCoded, thrownBy } from '../../support/refusals.js';

/** A network with everything that a file can hold, stopped in the middle of its training. */
let FULL: Uint8Array;

beforeAll(async () => {
  const network = await Network.create({
    inputs: 2,
    layers: [
      { units: 3, activation: 'tanh' },
      { units: 1, activation: 'linear' },
    ],
    optimizer: 'adam',
    labels: ['one'],
    normalize: 'standard',
    normalizeTargets: 'minMax',
  });
  const inputs = [
    [1, 2],
    [3, 4],
    [5, 7],
  ];
  let checkpoint: Uint8Array | undefined;
  const onEpoch = () => {
    checkpoint ??= network.saveCheckpoint();
  };
  await network.fit(inputs, [1, 2, 4], { epochs: 2, earlyStopping: { patience: 2 }, onEpoch });
  FULL = checkpoint as Uint8Array;
});

/** A part of the metadata that a test changes. Any value may have any type. */
// biome-ignore lint/suspicious/noExplicitAny: a file may hold anything.
type Change = (value: any) => unknown;
const network = (change: Change) => (file: Uint8Array) => withMetadata(file, 'network', change);
const scaling = (change: Change) => (file: Uint8Array) => withMetadata(file, 'scaling', change);
const checkpoint = (change: Change) => (file: Uint8Array) => withMetadata(file, 'checkpoint', change);
const parts = (change: (parts: Parts) => void) => (file: Uint8Array) => changed(file, change);

/** The file with one number of the tensors replaced. */
const number =
  (tensor: string, value: number): ((file: Uint8Array) => Uint8Array) =>
  (file) =>
    changed(file, ({ tensors, data }) => {
      const [begin] = tensors[tensor]?.data_offsets ?? [];
      new DataView(data.buffer).setFloat32(begin as number, value, true);
    });

/** The file without a tensor and its bytes. */
const without = (name: string) =>
  parts((file) => {
    const [begin, end] = (file.tensors[name] as Entry).data_offsets as [number, number];
    file.data = Uint8Array.of(...file.data.subarray(0, begin), ...file.data.subarray(end));
    delete file.tensors[name];
    for (const entry of Object.values(file.tensors)) {
      entry.data_offsets = entry.data_offsets.map((offset) => (offset >= end ? offset - (end - begin) : offset));
    }
  });

/** The file with one more tensor, of one number. */
const withTensor = (name: string) =>
  parts((file) => {
    const { length } = file.data;
    file.tensors[name] = { dtype: 'F32', shape: [1], data_offsets: [length, length + 4] };
    file.data = Uint8Array.of(...file.data, 0, 0, 0, 0);
  });

const renamed = (from: string, to: string) =>
  parts(({ tensors }) => {
    tensors[to] = tensors[from] as Parts['tensors'][string];
    delete tensors[from];
  });

type Row = readonly [name: string, change: (file: Uint8Array) => Uint8Array, message: RegExp, code?: ErrorCode];
const refused = (why: string): RegExp => said(`its network is refused \\(create: ${why}\\)`);

const NO_VERSION = said('it does not say its version');
const NEWER =
  /^load: this model is of version \d+, and 1 is the newest known\. Use the version of wasmlp that wrote it, or a newer one\.$/;
const version = (text: string) =>
  parts(({ metadata }) => {
    metadata.wasmlp = text;
  });

const versions: Row[] = [
  ['none', parts(({ metadata }) => delete metadata.wasmlp), NO_VERSION],
  ...['', '0', '01', '-1', '1.0', '1 ', 'v1', '1e0', '__proto__'].map(
    (text): Row => [`"${text}"`, version(text), NO_VERSION],
  ),
  ...['2', '10', '999999999'].map((text): Row => [`"${text}"`, version(text), NEWER, 'ERR_MODEL_VERSION']),
  [
    '2, with tensors, options and names that this version does not know',
    (file) =>
      changed(
        withTensor('future')(network((options) => ({ ...options, layers: [{ type: 'future' }] }))(file)),
        (future) => {
          future.metadata.wasmlp = '2';
          for (const entry of Object.values(future.tensors)) entry.dtype = 'BF16';
        },
      ),
    NEWER,
    'ERR_MODEL_VERSION',
  ],
];

const networks: Row[] = [
  ['none', parts(({ metadata }) => delete metadata.network), said('its metadata has no network')],
  ['no layers', network((options) => ({ ...options, layers: [] })), refused('layers is empty\\. .*')],
  [
    'layers that are not an array',
    network((options) => ({ ...options, layers: 3 })),
    refused('layers is 3, expected .*'),
  ],
  ['no inputs', network(({ inputs: _, ...options }) => options), refused('inputs is undefined, expected .*')],
  [
    'an unknown option',
    network((options) => ({ ...options, optimiser: 'sgd' })),
    refused('options has an unknown option "optimiser"\\. Known: inputs, target, layers, loss, optimizer, .*'),
  ],
  [
    'an option of engines',
    network((options) => ({ ...options, threads: 64 })),
    said('its network has the option "threads", which the caller of load chooses'),
  ],
  [
    'an unknown activation',
    network(({ layers: [first, last], ...options }) => ({
      ...options,
      layers: [{ ...first, activation: 'eval' }, last],
    })),
    refused('layers\\[0\\]\\.activation is "eval"\\. .*'),
  ],
  ['an unknown loss', network((options) => ({ ...options, loss: 'toString' })), refused('loss is "toString"\\. .*')],
  [
    'an unknown optimizer',
    network((options) => ({ ...options, optimizer: { type: 'constructor' } })),
    refused('optimizer\\.type is "constructor"\\. .*'),
  ],
  [
    'a negative learning rate',
    network((options) => ({ ...options, optimizer: { type: 'adam', learningRate: -1 } })),
    refused('optimizer\\.learningRate is -1, expected .*'),
  ],
  [
    'what this version lacks',
    network((options) => ({
      ...options,
      layers: [{ units: 3 }, { units: 2, activation: 'softmax' }],
      loss: 'binaryCrossEntropy',
    })),
    said('its network is refused \\(.*is not built yet.*\\)'),
  ],
  [
    'labels of the wrong number',
    network((options) => ({ ...options, labels: ['one', 'two'] })),
    refused('labels has 2 names, expected 1 \\(one per output\\)\\.'),
  ],
  [
    'labels that are not strings',
    network((options) => ({ ...options, labels: [1] })),
    refused('labels is an array of 1, expected an array of strings, and one is 1\\. Write names in quotes, .*'),
  ],
  [
    'labels repeated',
    network((options) => ({ ...options, layers: [{ units: 3 }, { units: 2 }], labels: ['a', 'a'] })),
    refused('labels names "a" twice\\. .*'),
  ],
  [
    '1,000 layers of 2^20 units',
    network(({ labels: _, ...options }) => ({ ...options, layers: Array(1000).fill({ units: 2 ** 20 }) })),
    said('its tensor "0\\.weight" has the shape \\[3,2\\], its network \\[1048576,2\\]'),
  ],
];

const tensors: Row[] = [
  ...(['0.weight', '0.bias', '2.weight', '2.bias'] as const).flatMap((name): Row[] => [
    [`without ${name}`, without(name), said(`it lacks its tensor "${name}"`)],
    [`with NaN in ${name}`, number(name, Number.NaN), said(`its tensor "${name}" holds NaN or Infinity`)],
    [
      `with Infinity in ${name}`,
      number(name, Number.POSITIVE_INFINITY),
      said(`its tensor "${name}" holds NaN or Infinity`),
    ],
    [
      `with -Infinity in ${name}`,
      number(name, Number.NEGATIVE_INFINITY),
      said(`its tensor "${name}" holds NaN or Infinity`),
    ],
  ]),
  ['with another one', withTensor('4.weight'), said('no layer has its tensor "4\\.weight"')],
  ['with one of a long name', withTensor('x'.repeat(10_000)), said('no layer has its tensor "x{40}…"')],
  ['with one of a module that has none', withTensor('1.weight'), said('no layer has its tensor "1\\.weight"')],
  ['of other names', renamed('0.weight', '0.weights'), said('it lacks its tensor "0\\.weight"')],
  [
    'of a shape turned round',
    parts((file) => file.tensors['0.weight']?.shape.reverse()),
    said('its tensor "0\\.weight" has the shape \\[2,3\\], its network \\[3,2\\]'),
  ],
  [
    'of a flat shape',
    parts((file) => Object.assign(file.tensors['0.weight'] as object, { shape: [6] })),
    said('its tensor "0\\.weight" has the shape \\[6\\], its network \\[3,2\\]'),
  ],
  [
    'with biases where the layer has none',
    network(({ layers: [first, last], ...options }) => ({ ...options, layers: [{ ...first, bias: false }, last] })),
    said('no layer has its tensor .*'),
  ],
];

const NOT_2 = said('its scaling of inputs is not 2 shifts and scales');
const scalings: Row[] = [
  ['no JSON', parts(({ metadata }) => Object.assign(metadata, { scaling: 'x' })), said('its scaling is not JSON')],
  [
    'without the inputs',
    scaling((value) => ({ targets: value.targets })),
    said('its scaling of inputs and its network do not go together'),
  ],
  [
    'without the targets',
    scaling((value) => ({ inputs: value.inputs })),
    said('its scaling of targets and its network do not go together'),
  ],
  [
    'not asked for',
    network((options) => ({ ...options, normalizeTargets: false })),
    said('its scaling of targets and its network do not go together'),
  ],
  ['null', scaling((value) => ({ ...value, inputs: null })), NOT_2],
  ...[
    [[1], [1]],
    [
      [1, 2, 3],
      [1, 2, 3],
    ],
    [[1, 2], [1]],
    [
      [1, 2],
      [1, 0],
    ],
    [
      [1, 2],
      [1, -0],
    ],
    [
      [1, 2],
      [1, -1],
    ],
    [
      [1, null],
      [1, 1],
    ],
    [
      [1, '2'],
      [1, 1],
    ],
    ['12', [1, 1]],
    [undefined, [1, 1]],
    [[1, 2], { length: 2, 0: 1, 1: 1 }],
  ].map(
    ([shift, scale]): Row => [
      `shifts ${JSON.stringify(shift)}, scales ${JSON.stringify(scale)}`,
      scaling((value) => ({ ...value, inputs: { shift, scale } })),
      NOT_2,
    ],
  ),
];

const COUNTS = said('its checkpoint does not count epochs and batches');
const PRODUCTS = said('its optimizer has no products of betas');
const PATIENCE = said('its state of early stopping is incomplete or wrong');
const checkpoints: Row[] = [
  [
    'no JSON',
    parts(({ metadata }) => Object.assign(metadata, { checkpoint: '{' })),
    said('its checkpoint is not JSON'),
  ],
  ...[-1, 0.5, '1', null, 2 ** 53, undefined].flatMap((count): Row[] => [
    [`epochs ${count}`, checkpoint((value) => ({ ...value, epochs: count })), COUNTS],
    [`batches ${count}`, checkpoint((value) => ({ ...value, batches: count })), COUNTS],
  ]),
  ...[[], [1], [1, 1, 1], [-0.1, 1], [1, 1.1], [1, null], '11', {}, 3, null].map(
    (products): Row => [
      `products ${JSON.stringify(products)}`,
      checkpoint((value) => ({ ...value, products })),
      PRODUCTS,
    ],
  ),
  [
    'no products, but moments',
    checkpoint(({ products: _, ...value }) => value),
    said('no layer has its tensor "optimizer\\.0\\.0\\.weight"'),
  ],
  [
    'moments of another optimizer',
    network((options) => ({ ...options, optimizer: 'rmsprop' })),
    said('its optimizer state has 2 numbers for each parameter, rmsprop needs 1'),
  ],
  [
    'moments of none',
    network((options) => ({ ...options, optimizer: 'sgd' })),
    said('its optimizer state has 2 numbers for each parameter, sgd needs 0'),
  ],
  ['a square below 0', number('optimizer.1.0.weight', -1e-3), said('its optimizer state has squares below 0')],
  [
    'no scaling, though it was trained with one',
    parts(({ metadata }) => delete metadata.scaling),
    said('its network was trained with a scaling, but the file has none'),
  ],
  ['a lost moment', without('optimizer.1.2.bias'), said('it lacks its tensor "optimizer\\.1\\.2\\.bias"')],
  ['a third moment', withTensor('optimizer.2.0.weight'), said('no layer has its tensor "optimizer\\.2\\.0\\.weight"')],
  [
    'NaN in a moment',
    number('optimizer.0.0.weight', Number.NaN),
    said('its tensor "optimizer\\.0\\.0\\.weight" holds NaN or Infinity'),
  ],
  [
    'NaN in the best weights',
    number('best.2.bias', Number.NaN),
    said('its tensor "best\\.2\\.bias" holds NaN or Infinity'),
  ],
  ['a lost best weight', without('best.0.bias'), said('it lacks its tensor "best\\.0\\.bias"')],
  [
    'best weights without patience',
    checkpoint(({ patience: _, ...value }) => value),
    said('no layer has its tensor "best\\.0\\.weight"'),
  ],
  [
    'moments and no checkpoint',
    parts(({ metadata }) => delete metadata.checkpoint),
    said('no layer has its tensor "optimizer\\.0\\.0\\.weight"'),
  ],
  ...[null, 3, [], {}].map(
    (patience): Row => [
      `patience ${JSON.stringify(patience)}`,
      checkpoint((value) => ({ ...value, patience })),
      PATIENCE,
    ],
  ),
  ...['', ' ', 'NaN', '0x10', '1_0', '-Infinity', '1e', '.', 1, null].flatMap((loss): Row[] =>
    (['lowest', 'reference'] as const).map((name) => [
      `${name} ${JSON.stringify(loss)}`,
      checkpoint((value) => ({ ...value, patience: { ...value.patience, [name]: loss } })),
      PATIENCE,
    ]),
  ),
  ...[-1, 0.5, '0', null].flatMap((count): Row[] =>
    (['waited', 'lowestEpoch'] as const).map((name) => [
      `${name} ${count}`,
      checkpoint((value) => ({ ...value, patience: { ...value.patience, [name]: count } })),
      PATIENCE,
    ]),
  ),
];

describe.each(ENGINES)('refused on %s:', (engine) => {
  it('not the file itself', async () => {
    expect(Object.keys(partsOf(FULL).metadata)).toEqual(['wasmlp', 'network', 'scaling', 'checkpoint']);
    expect(Object.keys(partsOf(FULL).tensors)).toHaveLength(16);
    await Network.load(FULL, { engine });
    // It does not keep what other programs write into the metadata.
    await Network.load(parts(({ metadata }) => Object.assign(metadata, { format: 'pt' }))(FULL), { engine });
  });

  const rows = { versions, networks, tensors, scalings, checkpoints };
  describe.each(Object.entries(rows))('%s', (_, cases) => {
    it.each(cases.map(([name, ...row]) => [name, row] as const))('%s', async (_name, [change, message, code]) => {
      const error = await thrownBy(() => Network.load(change(FULL), { engine }));
      expectCoded(error, code ?? 'ERR_MODEL_FORMAT', message);
      expect((error as Error).message.length).toBeLessThan(400);
    });
  });
});
