/** Which networks of scikit-learn are read, and which are refused, with class, code and message. */
import { describe, expect, it } from 'vitest';
import { type ErrorCode, Network } from '../../../src/index.js';
import { changedAt, optionsOf, SCIKIT } from '../../support/formats/foreign-files.js';
import { parametersOf } from '../../support/networks.js';
import { expectRefused } from '../../support/refusals.js';

const MEND = 'Give the JSON that the Python in docs/other-libraries.md writes\\.$';
const js = { engine: 'js' } as const;

it('weights are transposed: (inputs, units) there, (units, inputs) here', async () => {
  const file = {
    ...SCIKIT,
    coefs: [
      [
        [1, 2, 3],
        [4, 5, 6],
      ],
    ],
    intercepts: [[7, 8, 9]],
    classes: null,
  };
  expect([...parametersOf(await Network.fromScikitLearn(file, js))]).toEqual([1, 4, 2, 5, 3, 6, 7, 8, 9]);
});

describe('activations', () => {
  it.each([
    ['identity', 'linear'],
    ['logistic', 'sigmoid'],
    ['tanh', 'tanh'],
    ['relu', 'relu'],
  ])('%s of hidden layers is %s', async (activation, expected) => {
    const network = await Network.fromScikitLearn({ ...SCIKIT, activation, out_activation: 'softmax' }, js);
    expect(network.layers.map((layer) => layer.activation)).toEqual([expected, 'softmax']);
  });
});

describe('classes', () => {
  it.each([
    ['names', ['b', 'a'], ['b', 'a']],
    ['numbers', [10, 2.5], ['10', '2.5']],
    ['truth', [false, true], ['false', 'true']],
  ])('that are %s are labels', async (_, classes, labels) => {
    expect(optionsOf(await Network.fromScikitLearn({ ...SCIKIT, classes }, js))).toHaveProperty('labels', labels);
  });

  it('are two for a single output', async () => {
    const binary = { ...SCIKIT, coefs: [[[1], [2]]], intercepts: [[0.5]], classes: ['no', 'yes'] };
    const network = await Network.fromScikitLearn(binary, js);
    expect(network.classify([5, 5])).toMatchObject({ label: 'yes' });
    expect(network.classify([-5, -5])).toMatchObject({ label: 'no' });
  });

  it('may be missing', async () => {
    const { classes: _classes, ...file } = SCIKIT;
    expect(optionsOf(await Network.fromScikitLearn(file, js))).not.toHaveProperty('labels');
  });
});

describe('a scaler', () => {
  const linear = { coefs: [[[1], [100]]], intercepts: [[0]], activation: 'relu', out_activation: 'identity' };

  it.each([
    ['StandardScaler', { mean: [1, 2], scale: [2, 4] }, 2 + 100 * 2],
    ['StandardScaler without mean', { mean: null, scale: [2, 4] }, 2.5 + 100 * 2.5],
    ['StandardScaler without deviation', { mean: [1, 2], scale: null }, 4 + 100 * 8],
    ['MinMaxScaler', { min: [1, -2], scale: [2, 0.5] }, 11 + 100 * 3],
  ])('%s is applied', async (_, scaler, expected) => {
    const network = await Network.fromScikitLearn({ ...linear, scaler }, js);
    expect(network.predict([5, 10])[0]).toBeCloseTo(expected, 4);
  });
});

it('a scaling is the same saved and loaded, to the sign of 0', async () => {
  const file = { coefs: [[[1]]], intercepts: [[-0]], activation: 'relu', out_activation: 'identity' };
  const network = await Network.fromScikitLearn({ ...file, scaler: { min: [0], scale: [1] } }, js);
  expect((await Network.load(network.save(), js)).predict([-0])).toEqual(network.predict([-0]));
});

const change = (path: (string | number)[], value: unknown): unknown => changedAt(SCIKIT, path, value);
const scaled = (scaler: unknown): unknown => ({ ...SCIKIT, scaler });
const FINITE = 'expected a finite number within float32';

const REFUSED: [title: string, json: unknown, code: ErrorCode, message: string][] = [
  [
    'nothing',
    undefined,
    'ERR_INVALID_TYPE',
    `json is undefined, expected an object, or a string with its JSON. ${MEND}`,
  ],
  ['no JSON', 'coefs', 'ERR_MODEL_FORMAT', `json is not JSON, but "coefs". ${MEND}`],
  [
    'an attribute by its own name',
    { ...SCIKIT, coefs_: 1 },
    'ERR_MODEL_FORMAT',
    `coefs_ is unknown; known are coefs, intercepts, activation, out_activation, classes, scaler. ${MEND}`,
  ],
  ['__proto__', '{"__proto__":{"coefs":[]}}', 'ERR_MODEL_FORMAT', '__proto__ is unknown'],
  ['inherited attributes', Object.create(SCIKIT), 'ERR_MODEL_FORMAT', 'activation is undefined, expected a string'],
  [
    'another activation',
    change(['activation'], 'selu'),
    'ERR_UNSUPPORTED',
    'activation is "selu". Those that are read here are identity, logistic, tanh, relu\\.$',
  ],
  ['softmax inside', change(['activation'], 'softmax'), 'ERR_UNSUPPORTED', 'activation is "softmax"'],
  [
    'an output of MLPRegressor with loss poisson',
    change(['out_activation'], 'exp'),
    'ERR_UNSUPPORTED',
    'out_activation is "exp". Those that are read here are identity, logistic, softmax\\.$',
  ],
  [
    'no activation',
    change(['activation'], undefined),
    'ERR_MODEL_FORMAT',
    `activation is undefined, expected a string. ${MEND}`,
  ],
  [
    'no layers',
    { ...SCIKIT, coefs: [], intercepts: [] },
    'ERR_MODEL_FORMAT',
    'coefs is an empty array, expected an array of a matrix for each layer',
  ],
  [
    'intercepts too few',
    change(['intercepts'], [[0.5]]),
    'ERR_MODEL_FORMAT',
    'intercepts is an array of 1, expected an array of 2',
  ],
  [
    'no intercepts',
    change(['intercepts', 1], []),
    'ERR_MODEL_FORMAT',
    'intercepts\\[1\\] is an empty array, expected numbers',
  ],
  [
    'no inputs',
    change(['coefs', 0], []),
    'ERR_MODEL_FORMAT',
    'coefs\\[0\\] is an empty array, expected a row for each input',
  ],
  [
    'a row too short',
    change(['coefs', 1, 0], [3]),
    'ERR_MODEL_FORMAT',
    'coefs\\[1\\]\\[0\\] is an array of 1, expected an array of 2',
  ],
  [
    'a row too many',
    change(
      ['coefs', 1],
      [
        [3, -4],
        [1, 1],
      ],
    ),
    'ERR_MODEL_FORMAT',
    'coefs\\[1\\] is an array of 2, expected an array of 1',
  ],
  [
    'NaN',
    change(['coefs', 1, 0, 1], Number.NaN),
    'ERR_MODEL_FORMAT',
    `coefs\\[1\\]\\[0\\]\\[1\\] is NaN, ${FINITE}. ${MEND}`,
  ],
  ['a string', change(['intercepts', 0, 0], '1'), 'ERR_MODEL_FORMAT', `intercepts\\[0\\]\\[0\\] is "1", ${FINITE}`],
  [
    'beyond float32',
    change(['coefs', 0, 1, 0], -3.5e38),
    'ERR_MODEL_FORMAT',
    `coefs\\[0\\]\\[1\\]\\[0\\] is -3.5e\\+38, ${FINITE}`,
  ],
  [
    'inputs too many',
    change(['coefs', 0], new Array(2 ** 20 + 1)),
    'ERR_MODEL_LIMIT',
    'coefs\\[0\\] is an array of 1048577, and at most 1048576 are read. Use a smaller network\\.$',
  ],
  [
    'softmax of one',
    { ...SCIKIT, coefs: [[[1]]], intercepts: [[1]], out_activation: 'softmax', classes: ['a'] },
    'ERR_MODEL_FORMAT',
    'out_activation is "softmax" of one output',
  ],
  [
    'classes of others',
    change(['classes'], ['a', 'b', 'c']),
    'ERR_MODEL_FORMAT',
    'the file has a network that is refused \\(create: labels has 3 names, expected 2 \\(one per output\\)\\.\\)',
  ],
  [
    'classes alike as text',
    change(['classes'], ['1', 1]),
    'ERR_MODEL_FORMAT',
    'the file has a network that is refused \\(create: labels names "1" twice',
  ],
  [
    'a class that JSON rounds',
    JSON.stringify(SCIKIT).replace('"a"', '9007199254740993'),
    'ERR_MODEL_FORMAT',
    "classes\\[0\\] is 9007199254740992, where JSON's numbers are not exact .*\\. Write the classes as strings\\.$",
  ],
  [
    'a class that is not a name',
    change(['classes', 1], null),
    'ERR_MODEL_FORMAT',
    'classes\\[1\\] is null, expected a string, a number or a boolean',
  ],
  [
    'a scaler of both kinds',
    scaled({ mean: [0, 0], min: [0, 0], scale: [1, 1] }),
    'ERR_MODEL_FORMAT',
    'scaler is an object, expected \\{ mean, scale \\} or \\{ min, scale \\}',
  ],
  [
    'a scaler of a column',
    scaled({ mean: [0], scale: [1, 1] }),
    'ERR_MODEL_FORMAT',
    'scaler.mean is an array of 1, expected an array of 2',
  ],
  [
    'a scaler with NaN',
    scaled({ min: [0, Number.NaN], scale: [1, 1] }),
    'ERR_MODEL_FORMAT',
    `scaler.min\\[1\\] is NaN, ${FINITE}`,
  ],
  [
    'a MinMaxScaler without min',
    scaled({ min: null, scale: [1, 1] }),
    'ERR_MODEL_FORMAT',
    'scaler.min is null, expected an array of 2',
  ],
  [
    'a scale of 0',
    scaled({ mean: [0, 0], scale: [1, 0] }),
    'ERR_UNSUPPORTED',
    'scaler turns column 1 into \\(x - 0\\) / 0. Only divisors above 0 are read, and numbers within float64\\.$',
  ],
  [
    'a scale below 0',
    scaled({ min: [0, 1], scale: [-1, 1] }),
    'ERR_UNSUPPORTED',
    'scaler turns column 0 into \\(x - 0\\) / -1',
  ],
  [
    'a scale that is next to 0',
    scaled({ min: [0, 1], scale: [1, 1e-310] }),
    'ERR_UNSUPPORTED',
    'scaler turns column 1 into \\(x - -Infinity\\) / Infinity',
  ],
];

describe('refused:', () => {
  it.each(REFUSED)('%s', async (_, json, code, message) => {
    await expectRefused(
      () => Network.fromScikitLearn(json as never, js),
      code,
      new RegExp(`^fromScikitLearn: ${message}`),
    );
  });

  it('wrong options', async () => {
    const call = (): unknown => Network.fromScikitLearn(SCIKIT, { threads: 0 });
    await expectRefused(
      call,
      'ERR_INVALID_OPTION',
      /^fromScikitLearn: threads is 0, expected a whole number from 1 to 1024, or "auto"\.$/,
    );
  });
});
