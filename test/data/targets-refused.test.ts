/** The targets that calls refuse, with class, code and message. The network stays as it was. */
import { describe, expect, it } from 'vitest';
import { type Labels, Network, type NetworkOptions, type Samples } from '../../src/index.js';
import { EMPTY, FINITE, KINDS, type Row, TRAINING_CALLS } from '../support/data/refused-samples.js';
import { CLASSIFIER, ENGINES, stateOf } from '../support/networks.js';
import { expectRefused } from '../support/refusals.js';
import { holed } from '../support/samples.js';

const PROBABILITY = 'expected a probability from 0 to 1 for';

const CLASS_TARGETS: readonly Row[] = [
  ['undefined', undefined, 'ERR_INVALID_TYPE', `targets is undefined, expected ${KINDS}\\.$`],
  ['null', null, 'ERR_INVALID_TYPE', `targets is null, expected ${KINDS}\\.$`],
  ['a string', 'red', 'ERR_INVALID_TYPE', `targets is "red", expected ${KINDS}\\.$`],
  [
    'a Uint16Array',
    new Uint16Array(2),
    'ERR_INVALID_TYPE',
    'targets is a Uint16Array, expected numbers in a Float32Array\\. Class indexes go in a Uint8Array; for labels, give readCsv names: true\\.$',
  ],
  ['empty', [], 'ERR_SHAPE', `targets ${EMPTY}`],
  ['no classes', new Uint8Array(0), 'ERR_SHAPE', 'targets is empty\\. Give every sample its class\\.$'],
  [
    'a class too many',
    new Uint8Array([0, 1, 2]),
    'ERR_SHAPE',
    'targets has 3 samples, inputs has 2 samples\\. Give every row',
  ],
  [
    'a row too few',
    [[1, 0, 0]],
    'ERR_SHAPE',
    'targets has 1 sample, inputs has 2 samples\\. Give every row of inputs its target',
  ],
  ['a class too large', new Uint8Array([0, 3]), 'ERR_INVALID_OPTION', 'targets\\[1\\] is class 3, expected 0 to 2\\.$'],
  [
    'a negative class',
    new Int32Array([-1, 0]),
    'ERR_INVALID_OPTION',
    'targets\\[0\\] is class -1, expected 0 to 2\\.$',
  ],
  [
    'an unknown label',
    ['red', 'Red'],
    'ERR_INVALID_OPTION',
    'targets\\[1\\] is "Red".*among the labels: "red", "green", "blue"',
  ],
  ['a number among labels', ['red', 1.9], 'ERR_INVALID_TYPE', 'targets\\[1\\] is 1.9, expected the name of a class'],
  [
    'a hole among labels',
    holed(['red', 'red', 'blue'], 1),
    'ERR_INVALID_TYPE',
    'targets\\[1\\] is undefined, expected the name of a class',
  ],
  [
    'an object among labels',
    ['red', {}],
    'ERR_INVALID_TYPE',
    'targets\\[1\\] is an object, expected the name of a class',
  ],
  ['numbers in an array', [0, 0.5], 'ERR_SHAPE', 'targets has 2 values, expected 3 per row'],
  [
    'a class too large in an array',
    [0, 3],
    'ERR_INVALID_OPTION',
    'targets\\[1\\] is class 3, expected 0 to 2\\. Or give names',
  ],
  [
    'ragged rows',
    [
      [1, 0, 0],
      [1, 0],
    ],
    'ERR_SHAPE',
    "targets\\[1\\] has 2 values, expected 3 \\(the network's outputs\\)",
  ],
  [
    'NaN',
    [
      [1, 0, 0],
      [Number.NaN, 0, 1],
    ],
    'ERR_NON_FINITE',
    `targets\\[1\\]\\[0\\] is NaN\\. ${FINITE}`,
  ],
  [
    'a BigInt',
    [
      [1, 0, 0],
      [1n, 0, 0],
    ],
    'ERR_INVALID_TYPE',
    'targets\\[1\\]\\[0\\] is 1n, expected a number\\.$',
  ],
  [
    'above 1',
    [
      [1, 0, 0],
      [1.5, -0.5, 0],
    ],
    'ERR_INVALID_OPTION',
    `targets, row 1, column 0 is 1.5, ${PROBABILITY} categorical`,
  ],
  [
    'below 0',
    [
      [0, 0, 1],
      [1, -0.5, 0.5],
    ],
    'ERR_INVALID_OPTION',
    `targets, row 1, column 1 is -0.5, ${PROBABILITY} categorical`,
  ],
  [
    'a sum above 1',
    [
      [1, 0, 0],
      [1, 1, 0],
    ],
    'ERR_INVALID_OPTION',
    'targets, row 1 sums to 2, expected 1 .*Give each row',
  ],
  [
    'a sum of 0',
    [
      [0, 0, 0],
      [1, 0, 0],
    ],
    'ERR_INVALID_OPTION',
    'targets, row 0 sums to 0, expected 1 .*Give each row',
  ],
];

const BINARY: NetworkOptions = { inputs: 2, layers: [{ units: 1, activation: 'sigmoid' }], labels: ['no', 'yes'] };
const BINARY_TARGETS: readonly Row[] = [
  [
    'above 1',
    [0, 1.01],
    'ERR_INVALID_OPTION',
    `targets, row 1, column 0 is 1.0099.*, ${PROBABILITY} binaryCrossEntropy\\. Class indexes go in a Uint8Array`,
  ],
  [
    'below 0',
    [-1, 1],
    'ERR_INVALID_OPTION',
    `targets, row 0, column 0 is -1, ${PROBABILITY} binaryCrossEntropy\\. Class indexes go in a Uint8Array`,
  ],
  ['class 2', new Uint8Array([0, 2]), 'ERR_INVALID_OPTION', 'targets\\[1\\] is class 2, expected 0 to 1\\.$'],
  [
    'an unknown label',
    ['yes', 'maybe'],
    'ERR_INVALID_OPTION',
    'targets\\[1\\] is "maybe", which is not among the labels: "no", "yes"',
  ],
  ['three numbers', [0, 1, 1], 'ERR_SHAPE', 'targets has 3 samples, inputs has 2 samples\\.'],
];

const REGRESSION: NetworkOptions = { inputs: 2, layers: [{ units: 1, activation: 'linear' }] };
const REGRESSION_TARGETS: readonly Row[] = [
  [
    'classes',
    new Uint8Array([0, 1]),
    'ERR_INVALID_TYPE',
    'targets holds classes, but the network has a single linear output',
  ],
  [
    'beyond float32',
    [0, -1e39],
    'ERR_NON_FINITE',
    `targets\\[1\\].* is -1e\\+39, which float32 cannot hold\\. ${FINITE.replace('$', '')} Rows and columns count from 0\\.$`,
  ],
];

const UNNAMED: NetworkOptions = { inputs: 2, layers: [{ units: 2, activation: 'softmax' }] };
const UNNAMED_TARGETS: readonly Row[] = [
  [
    'names',
    ['red', 'red'],
    'ERR_INVALID_OPTION',
    'targets\\[0\\] is "red", but the network has no labels\\. Create the network',
  ],
];

const INPUT_ROWS = [
  [1, 2],
  [3, 4],
];

describe.each(ENGINES)('on %s', (engine) => {
  const tables: [string, NetworkOptions, readonly Row[], Labels | Samples][] = [
    ['a classifier', CLASSIFIER, CLASS_TARGETS, ['blue', 'red']],
    ['two classes', BINARY, BINARY_TARGETS, ['yes', 'no']],
    ['a regression', REGRESSION, REGRESSION_TARGETS, [-5, 7]],
    ['classes without names', UNNAMED, UNNAMED_TARGETS, new Int32Array([1, 0])],
  ];
  describe.each(tables)('targets of %s:', (_, options, rows, right) => {
    describe.each(Object.entries(TRAINING_CALLS))('%s refuses', (name, call) => {
      it.each(rows)('%s', async (__, targets, code, message) => {
        const network = await Network.create({ ...options, engine });
        const before = await stateOf(network);
        const refused = () => call(network, INPUT_ROWS, targets as Samples);
        await expectRefused(refused, code, new RegExp(`^${name}: ${message}`));
        expect(await stateOf(network)).toEqual(before);
        await call(network, INPUT_ROWS, right);
        network.dispose();
      });
    });
  });
});
