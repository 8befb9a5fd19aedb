/** Models of TensorFlow.js whose graph or files are refused, with class, code and message. */
import { describe, it } from 'vitest';
import { type ErrorCode, Network } from '../../../src/index.js';
import { changedAt, type Layer, layer, NUMBERS, tensorFlow } from '../../support/formats/foreign-files.js';
import { bytesOf } from '../../support/formats/model-files.js';
import { expectRefused } from '../../support/refusals.js';

const js = { engine: 'js' } as const;
const MODEL = tensorFlow();
const BYTES = bytesOf(...NUMBERS);
const FIRST = layer('Dense', 'one', { units: 1, batch_input_shape: [null, 2] });
const SECOND = layer('Dense', 'two', { units: 2 });
const LAYERS = 'modelTopology.config.layers';
const MEND =
  'Give the model.json of a TensorFlow.js layers model, and all bytes of its .bin files in the order of its manifest\\.$';

type Row = [title: string, model: unknown, code: ErrorCode, message: string];

/** A functional model of Keras 2, with `inbound` for the connections of its layers. */
function functional(inbound: Record<string, string[]>, extra: Layer[] = []): Record<string, unknown> {
  const layers = [layer('InputLayer', 'in', { batch_input_shape: [null, 2] }), FIRST, SECOND, ...extra].map((given) => {
    const name = given.config.name as string;
    const nodes = inbound[name]?.map((from) => [from, 0, 0, {}]);
    return { ...given, name, inbound_nodes: nodes === undefined ? [] : [nodes] };
  });
  const config = { layers, input_layers: [['in', 0, 0]], output_layers: [['two', 0, 0]] };
  return { ...MODEL, modelTopology: { class_name: 'Functional', config } };
}
const CHAIN = { one: ['in'], two: ['one'] };
const path = (...keys: (string | number)[]): (string | number)[] => ['modelTopology', 'config', ...keys];

const GRAPHS_REFUSED: Row[] = [
  [
    'a merge',
    functional({ one: ['in'], two: ['one', 'in'] }),
    'ERR_UNSUPPORTED',
    `${LAYERS}\\[2\\] is the layer "two" of class Dense, which joins 2 inputs. Models whose layers are one chain are read\\.$`,
  ],
  [
    'a branch',
    functional({ one: ['in'], two: ['one'], aside: ['one'] }, [layer('ReLU', 'aside')]),
    'ERR_UNSUPPORTED',
    '"aside" of class ReLU, which is not in the chain from input to output',
  ],
  ['a circle', functional({ one: ['two'], two: ['one'] }), 'ERR_MODEL_FORMAT', 'layers leads in a circle at "two"'],
  [
    'a layer that is not there',
    functional({ one: ['none'], two: ['one'] }),
    'ERR_MODEL_FORMAT',
    'layers leads to no layer at "none"',
  ],
  [
    'names twice',
    functional(CHAIN, [FIRST]),
    'ERR_MODEL_FORMAT',
    'layers is an array of 4, expected layers with unique names',
  ],
  [
    'a layer that runs twice',
    changedAt(functional(CHAIN), path('layers', 2, 'inbound_nodes'), [[['one', 0, 0]], [['one', 1, 0]]]),
    'ERR_UNSUPPORTED',
    'class Dense, which runs 2 times',
  ],
  [
    'two outputs',
    changedAt(functional(CHAIN), path('output_layers'), [
      ['one', 0, 0],
      ['two', 0, 0],
    ]),
    'ERR_UNSUPPORTED',
    'output_layers are 2 layers. Models with one input and one output are read\\.$',
  ],
  [
    'two inputs',
    changedAt(functional(CHAIN), path('input_layers'), [
      ['in', 0, 0],
      ['two', 0, 0],
    ]),
    'ERR_UNSUPPORTED',
    'input_layers are 2 layers',
  ],
  [
    'another input',
    changedAt(functional(CHAIN), path('input_layers'), [['one', 0, 0]]),
    'ERR_MODEL_FORMAT',
    'input_layers is an array of 1, expected the layer "in"',
  ],
  [
    'no output',
    changedAt(functional(CHAIN), path('output_layers'), []),
    'ERR_MODEL_FORMAT',
    'output_layers is an empty array, expected \\[\\[name, 0, 0\\]\\]',
  ],
  [
    'another kind of model',
    changedAt(MODEL, ['modelTopology', 'class_name'], 'Graph'),
    'ERR_UNSUPPORTED',
    'modelTopology.class_name is "Graph". Models of the classes Sequential, Model and Functional are read\\.$',
  ],
  [
    'a model in a model',
    tensorFlow([layer('Sequential', 'inner')]),
    'ERR_UNSUPPORTED',
    '"inner" of class Sequential, which networks of dense layers do not have',
  ],
  [
    'a graph-model',
    { ...MODEL, format: 'graph-model' },
    'ERR_UNSUPPORTED',
    'the file is a graph-model, not a layers-model. Save the model from Keras, and convert that with --output_format tfjs_layers_model\\.$',
  ],
  [
    'a graph-model without a format',
    { modelTopology: { node: [], versions: {} } },
    'ERR_UNSUPPORTED',
    'the file is a graph-model',
  ],
  ['another format', { ...MODEL, format: 'onnx' }, 'ERR_UNSUPPORTED', 'the file is a "onnx", not a layers-model'],
];

const specs = (...keys: (string | number)[]): (string | number)[] => ['weightsManifest', 0, 'weights', ...keys];
const put = (keys: (string | number)[], value: unknown): unknown => changedAt(MODEL, keys, value);
const AT = 'weightsManifest\\[0\\].weights\\[0\\]';

const FILES_REFUSED: Row[] = [
  [
    'nothing',
    undefined,
    'ERR_INVALID_TYPE',
    `model is undefined, expected an object, or a string with its JSON. ${MEND}`,
  ],
  ['bytes', BYTES, 'ERR_INVALID_TYPE', 'model is a Uint8Array, expected an object'],
  ['no JSON', '{', 'ERR_MODEL_FORMAT', `model is not JSON, but "\\{". ${MEND}`],
  ['an empty object', {}, 'ERR_MODEL_FORMAT', `modelTopology is undefined, expected an object`],
  [
    'no manifest',
    put(['weightsManifest'], undefined),
    'ERR_MODEL_FORMAT',
    `weightSpecs is undefined, expected an array. ${MEND}`,
  ],
  [
    'no topology',
    put(['modelTopology'], undefined),
    'ERR_MODEL_FORMAT',
    'modelTopology is undefined, expected an object',
  ],
  [
    'quantized weights',
    put(specs(0, 'quantization'), { dtype: 'uint8', min: 0, scale: 1 }),
    'ERR_UNSUPPORTED',
    `${AT}.quantization is of quantized weights. Convert the model again without quantization: only float32 weights are read\\.$`,
  ],
  [
    'weights of float16',
    put(specs(0, 'dtype'), 'float16'),
    'ERR_UNSUPPORTED',
    `${AT}.dtype is "float16". Only float32 weights are read\\.$`,
  ],
  [
    'weights that are counts',
    put(specs(0, 'dtype'), 'int32'),
    'ERR_MODEL_FORMAT',
    `${AT}.dtype is "int32", expected "float32"`,
  ],
  [
    'a kernel of another shape',
    put(specs(0, 'shape'), [1, 2]),
    'ERR_MODEL_FORMAT',
    `${AT} has the shape \\[1,2\\], expected \\[2,1\\]`,
  ],
  [
    'a shape of 0',
    put(specs(0, 'shape', 0), 0),
    'ERR_MODEL_FORMAT',
    `${AT}.shape\\[0\\] is 0, expected a whole number of at least 1`,
  ],
  [
    'a shape too wide',
    put(specs(0, 'shape', 0), 2 ** 21),
    'ERR_MODEL_LIMIT',
    `${AT}.shape\\[0\\] is 2097152, and at most 1048576 are read`,
  ],
  [
    'a tensor of too many',
    put(specs(0, 'shape'), [2 ** 19, 2 ** 19]),
    'ERR_MODEL_LIMIT',
    `${AT} has 274877906944 numbers, and at most 268435456 are read`,
  ],
  [
    'more than there is',
    put(specs(0, 'shape'), [2 ** 14, 2 ** 14]),
    'ERR_MODEL_FORMAT',
    'the file describes more than 28 bytes of weights, and there are 28',
  ],
  [
    'a shape of many',
    put(specs(0, 'shape'), new Array(9).fill(1)),
    'ERR_MODEL_FORMAT',
    `${AT}.shape is an array of 9, expected at most 8 sizes`,
  ],
  [
    'a name that another has',
    put(specs(1, 'name'), 'one/kernel:1'),
    'ERR_MODEL_FORMAT',
    'weights\\[1\\].name is "one/kernel:1", expected a unique name',
  ],
  [
    'a name that another has at its end',
    put(specs(3, 'name'), 'x/one/bias'),
    'ERR_MODEL_FORMAT',
    'the file has no weights "two/bias"',
  ],
  [
    'a name that no layer has',
    put(specs(0, 'name'), 'three/kernel'),
    'ERR_MODEL_FORMAT',
    'the file has no weights "one/kernel"',
  ],
  [
    'a layer that is not there',
    tensorFlow([FIRST]),
    'ERR_MODEL_FORMAT',
    'weights\\[2\\].name is "two/kernel", expected the name of a tensor that a layer has',
  ],
  [
    'a bias that is not used',
    put(path('layers', 0, 'config', 'use_bias'), false),
    'ERR_MODEL_FORMAT',
    'weights\\[1\\].name is "one/bias", expected the name',
  ],
  [
    'units that are not a number',
    put(path('layers', 0, 'config', 'units'), '1'),
    'ERR_MODEL_FORMAT',
    `${LAYERS}\\[0\\].config.units is "1", expected a finite number within float32`,
  ],
  [
    'use_bias that is not a boolean',
    put(path('layers', 0, 'config', 'use_bias'), 1),
    'ERR_MODEL_FORMAT',
    'config.use_bias is 1, expected true or false',
  ],
  [
    'a class that is not a name',
    put(path('layers', 0, 'class_name'), null),
    'ERR_MODEL_FORMAT',
    `${LAYERS}\\[0\\].class_name is null, expected a string`,
  ],
];

describe.each([
  ['graphs', GRAPHS_REFUSED],
  ['files', FILES_REFUSED],
])('refused %s:', (_, rows) => {
  it.each(rows)('%s', async (_title, model, code, message) => {
    const call = (): unknown => Network.fromTensorFlow(model as never, BYTES, js);
    await expectRefused(call, code, new RegExp(`^fromTensorFlow: .*${message}`));
  });
});

/** A buffer as postMessage leaves it after a transfer. */
function detached(bytes: Uint8Array): Uint8Array {
  structuredClone(bytes.buffer, { transfer: [bytes.buffer as ArrayBuffer] });
  return bytes;
}

describe('refused bytes:', () => {
  const GONE = 'perhaps transferred to a worker. Give the bytes of the .bin files, in the order of the manifest\\.$';
  const EXPECTED =
    'expected a Uint8Array or an ArrayBuffer. Give the bytes of the .bin files, in the order of the manifest\\.$';
  it.each<[string, unknown, ErrorCode, string]>([
    ['none', undefined, 'ERR_INVALID_TYPE', `weights is undefined, ${EXPECTED}`],
    ['numbers', [1, 2], 'ERR_INVALID_TYPE', `weights\\[0\\] is 1, ${EXPECTED}`],
    ['a hole', [BYTES, undefined], 'ERR_INVALID_TYPE', `weights\\[1\\] is undefined, ${EXPECTED}`],
    ['a Float32Array', Float32Array.from(NUMBERS), 'ERR_INVALID_TYPE', `weights is a Float32Array, ${EXPECTED}`],
    ['detached', detached(BYTES.slice()), 'ERR_INVALID_TYPE', `weights is a Uint8Array whose bytes are gone, ${GONE}`],
    [
      'detached, a buffer',
      [detached(BYTES.slice()).buffer],
      'ERR_INVALID_TYPE',
      `weights\\[0\\] is an ArrayBuffer whose`,
    ],
    [
      'too many',
      new Array(2 ** 32 - 1),
      'ERR_MODEL_LIMIT',
      'weights is an array of 4294967295, expected at most 65536. Join',
    ],
    [
      'the same ones again and again',
      new Array(2 ** 16).fill(new Uint8Array(2 ** 17)),
      'ERR_MODEL_LIMIT',
      'weights has 8589934592 bytes, and at most 4294967296 are read',
    ],
    ['no shard', [], 'ERR_MODEL_FORMAT', 'the file describes more than 0 bytes of weights, and there are 0'],
    [
      'one byte too few',
      BYTES.slice(1),
      'ERR_MODEL_FORMAT',
      'the file describes more than 27 bytes of weights, and there are 27',
    ],
    [
      'one byte too many',
      [BYTES, new Uint8Array(1)],
      'ERR_MODEL_FORMAT',
      'the file describes 28 bytes of weights, and there are 29',
    ],
    [
      'NaN',
      bytesOf(1, Number.NaN, 0, 0, 0, 0, 0),
      'ERR_MODEL_FORMAT',
      `${AT} has NaN as number 1, expected finite ones. ${MEND}`,
    ],
    [
      'Infinity',
      bytesOf(1, 2, 0, 0, 0, 0, Number.POSITIVE_INFINITY),
      'ERR_MODEL_FORMAT',
      'weightsManifest\\[0\\].weights\\[3\\] has Infinity as number 1',
    ],
  ])('%s', async (_, bytes, code, message) => {
    const call = (): unknown => Network.fromTensorFlow(MODEL, bytes as never, js);
    await expectRefused(call, code, new RegExp(`^fromTensorFlow: ${message}`));
  });
});
