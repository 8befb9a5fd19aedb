/** The files of brain.js that are refused, with class, code and message. */
import { describe, it } from 'vitest';
import { type ErrorCode, Network } from '../../../src/index.js';
import { BRAIN_ARRAYS, BRAIN_OBJECTS, changedAt } from '../../support/formats/foreign-files.js';
import { expectRefused } from '../../support/refusals.js';

const MEND = 'Give what toJSON\\(\\) of a brain.js NeuralNetwork returned, or JSON.stringify of it\\.$';
const js = { engine: 'js' } as const;
const FINITE = 'expected a finite number within float32';
type Row = [title: string, json: unknown, code: ErrorCode, message: string];

const arrays = (path: (string | number)[], value: unknown): unknown => changedAt(BRAIN_ARRAYS, path, value);
const objects = (path: (string | number)[], value: unknown): unknown => changedAt(BRAIN_OBJECTS, path, value);

const REFUSED: Row[] = [
  [
    'nothing',
    undefined,
    'ERR_INVALID_TYPE',
    `json is undefined, expected an object, or a string with its JSON. ${MEND}`,
  ],
  ['null', null, 'ERR_INVALID_TYPE', `json is null, expected an object, or a string with its JSON. ${MEND}`],
  ['a number', 7, 'ERR_INVALID_TYPE', `json is 7, expected an object, or a string with its JSON. ${MEND}`],
  [
    'an array',
    [1],
    'ERR_INVALID_TYPE',
    `json is an array of 1, expected an object, or a string with its JSON. ${MEND}`,
  ],
  ['bytes', new Uint8Array(2), 'ERR_INVALID_TYPE', `json is a Uint8Array, expected an object`],
  ['no JSON', '<html>', 'ERR_MODEL_FORMAT', `json is not JSON, but "<html>". ${MEND}`],
  ['JSON of an array', '[]', 'ERR_MODEL_FORMAT', `json is JSON of an empty array, expected JSON of an object. ${MEND}`],
  ['JSON of null', 'null', 'ERR_MODEL_FORMAT', `json is JSON of null, expected JSON of an object. ${MEND}`],
  ['an empty object', {}, 'ERR_MODEL_FORMAT', `layers is undefined, expected an array. ${MEND}`],
  [
    'inherited layers',
    Object.create(BRAIN_ARRAYS),
    'ERR_MODEL_FORMAT',
    `layers is undefined, expected an array. ${MEND}`,
  ],
  [
    'no layer but the input',
    arrays(['layers'], [{}]),
    'ERR_MODEL_FORMAT',
    'layers is an array of 1, expected an input layer and others',
  ],
  [
    'a layer that is null',
    arrays(['layers', 1], null),
    'ERR_MODEL_FORMAT',
    'layers\\[1\\] is null, expected an object',
  ],
  [
    'a layer of arrays among objects',
    objects(['layers', 2], BRAIN_ARRAYS.layers[2]),
    'ERR_MODEL_FORMAT',
    'layers\\[2\\].weights is an array of 2, expected an object',
  ],
  [
    'a layer without neurons',
    arrays(['layers', 1], { weights: [], biases: [] }),
    'ERR_MODEL_FORMAT',
    'layers\\[1\\] is an object, expected neurons',
  ],
  [
    'NaN',
    arrays(['layers', 2, 'weights', 1, 0], Number.NaN),
    'ERR_MODEL_FORMAT',
    `layers\\[2\\].weights\\[1\\]\\[0\\] is NaN, ${FINITE}. ${MEND}`,
  ],
  [
    'null in the place of NaN',
    objects(['layers', 2, 'a', 'weights', '0'], null),
    'ERR_MODEL_FORMAT',
    `layers\\[2\\].a.weights\\["0"\\] is null, ${FINITE}`,
  ],
  [
    'a string',
    arrays(['layers', 1, 'biases', 0], '0'),
    'ERR_MODEL_FORMAT',
    `layers\\[1\\].biases\\[0\\] is "0", ${FINITE}`,
  ],
  [
    'beyond float32',
    arrays(['layers', 1, 'weights', 0, 1], 1e39),
    'ERR_MODEL_FORMAT',
    `layers\\[1\\].weights\\[0\\]\\[1\\] is 1e\\+39, ${FINITE}`,
  ],
  [
    'no bias',
    objects(['layers', 1, '0', 'bias'], undefined),
    'ERR_MODEL_FORMAT',
    `layers\\[1\\]\\["0"\\].bias is undefined, ${FINITE}`,
  ],
  [
    'a short row',
    arrays(['layers', 1, 'weights', 0], [1]),
    'ERR_MODEL_FORMAT',
    'layers\\[1\\].weights\\[0\\] is an array of 1, expected an array of 2',
  ],
  [
    'a bias too many',
    arrays(['layers', 1, 'biases'], [1, 2]),
    'ERR_MODEL_FORMAT',
    'layers\\[1\\].biases is an array of 2, expected an array of 1',
  ],
  [
    'a weight too many',
    objects(['layers', 1, '0', 'weights', 'z'], 1),
    'ERR_MODEL_FORMAT',
    'layers\\[1\\]\\["0"\\].weights has 3 weights, expected 2',
  ],
  [
    'a weight from nowhere',
    objects(['layers', 1, '0', 'weights'], { x: 1, z: 1 }),
    'ERR_MODEL_FORMAT',
    `layers\\[1\\]\\["0"\\].weights.y is undefined, ${FINITE}`,
  ],
  [
    'sizes of others',
    arrays(['sizes'], [2, 2, 2]),
    'ERR_MODEL_FORMAT',
    'sizes\\[1\\] is 2, expected 1, as wide as that layer is',
  ],
  ['sizes too few', arrays(['sizes'], [2, 1]), 'ERR_MODEL_FORMAT', 'sizes is an array of 2, expected an array of 3'],
  [
    'no sizes',
    arrays(['sizes'], undefined),
    'ERR_MODEL_FORMAT',
    'sizes is undefined, expected an array with the width of each layer',
  ],
  [
    'a width of half',
    arrays(['sizes', 0], 0.5),
    'ERR_MODEL_FORMAT',
    'sizes\\[0\\] is 0.5, expected a whole number of at least 1',
  ],
  [
    'a width too many',
    arrays(['sizes', 0], 2 ** 20 + 1),
    'ERR_MODEL_LIMIT',
    'sizes\\[0\\] is 1048577, and at most 1048576 are read. Use a smaller network.$',
  ],
  [
    'a layer too wide',
    arrays(['layers', 1, 'weights'], new Array(2 ** 20 + 1)),
    'ERR_MODEL_LIMIT',
    'layers\\[1\\].weights is an array of 1048577, and at most 1048576 are read',
  ],
  [
    'outputs called alike',
    arrays(['outputLookup'], { a: 0, b: 0 }),
    'ERR_MODEL_FORMAT',
    'outputLookup.b is 0, expected an index of one output of 2',
  ],
  [
    'an output that is not a number',
    arrays(['outputLookup'], { a: 0, b: 2 }),
    'ERR_MODEL_FORMAT',
    'outputLookup.b is 2, expected an index of one output of 2',
  ],
  [
    'a name too few',
    arrays(['outputLookup'], { a: 0 }),
    'ERR_MODEL_FORMAT',
    'outputLookup is an object, expected the names of 2 outputs',
  ],
  [
    'another activation',
    arrays(['trainOpts', 'activation'], 'swish'),
    'ERR_UNSUPPORTED',
    'trainOpts.activation is "swish". The activations of brain.js that are read are sigmoid, relu, leaky-relu, tanh\\.$',
  ],
  ['an inherited activation', objects(['activation'], 'toString'), 'ERR_UNSUPPORTED', 'activation is "toString"'],
  [
    'an activation that is a number',
    objects(['activation'], 3),
    'ERR_MODEL_FORMAT',
    'activation is 3, expected a string',
  ],
  [
    'a slope below 0, where sums below 0 become 0',
    {
      ...(arrays(['trainOpts'], { activation: 'leaky-relu', leakyReluAlpha: -0.2 }) as object),
      type: 'NeuralNetworkGPU',
    },
    'ERR_UNSUPPORTED',
    'trainOpts.leakyReluAlpha is -0.2. Train with a slope above 0\\.$',
  ],
  [
    'an LSTM',
    { type: 'LSTM', options: {}, hiddenLayers: [{}], outputConnector: {} },
    'ERR_UNSUPPORTED',
    'the file is of the kind LSTM. Only NeuralNetwork and NeuralNetworkGPU are networks of dense layers\\.$',
  ],
  ['a GRU with layers', { ...BRAIN_ARRAYS, type: 'GRU' }, 'ERR_UNSUPPORTED', 'the file is of the kind GRU'],
  [
    'a recurrent network without a name',
    { options: {}, hiddenLayers: [{}] },
    'ERR_UNSUPPORTED',
    'the file is of the kind RNN',
  ],
  [
    'a FeedForward',
    { type: 'FeedForward', layers: [{ type: 'Input' }] },
    'ERR_UNSUPPORTED',
    'the file is of the kind FeedForward',
  ],
  [
    'a CrossValidate',
    { avgs: {}, stats: {}, sets: [] },
    'ERR_UNSUPPORTED',
    'the file is of the kind CrossValidate, with several networks. Give its sets\\[i\\].network\\.$',
  ],
  ['a type that is not a name', { ...BRAIN_ARRAYS, type: 3 }, 'ERR_MODEL_FORMAT', 'type is 3, expected a string'],
];

describe('refused:', () => {
  it.each(REFUSED)('%s', async (_, json, code, message) => {
    await expectRefused(() => Network.fromBrain(json as never, js), code, new RegExp(`^fromBrain: ${message}`));
  });

  it('wrong options, before the file is looked at', async () => {
    const call = (): unknown => Network.fromBrain(null as never, { engine: 'cuda' } as never);
    await expectRefused(
      call,
      'ERR_INVALID_OPTION',
      /^fromBrain: engine is "cuda"\. Expected one of: auto, wasm, js\.$/,
    );
    const unknown = (): unknown => Network.fromBrain(BRAIN_ARRAYS, { bogus: 1 } as never);
    await expectRefused(unknown, 'ERR_INVALID_OPTION', /^fromBrain: options has an unknown option "bogus"\. Known: /);
  });
});
