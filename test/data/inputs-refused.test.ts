/** The inputs that every call refuses, with class, code and message. The network stays as it was. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Network, Samples } from '../../src/index.js';
import { type Call, EMPTY, FINITE, KINDS, type Row, TRAINING_CALLS } from '../support/data/refused-samples.js';
import { classifier, ENGINES, stateOf } from '../support/networks.js';
import { expectRefused } from '../support/refusals.js';
import { detached, holed } from '../support/samples.js';

const CALLS: Record<string, Call> = {
  ...TRAINING_CALLS,
  predict: (network, inputs) => network.predict(inputs),
  classify: (network, inputs) => network.classify(inputs),
};

const WIDTH = "expected 2 \\(the network's inputs\\)\\. Give every row 2 values, or create the network with inputs:";

const INPUTS: readonly Row[] = [
  ['undefined', undefined, 'ERR_INVALID_TYPE', `inputs is undefined, expected ${KINDS}\\.$`],
  ['null', null, 'ERR_INVALID_TYPE', `inputs is null, expected ${KINDS}\\.$`],
  ['a string', '1, 2', 'ERR_INVALID_TYPE', `inputs is "1, 2", expected ${KINDS}\\.$`],
  ['a number', 5, 'ERR_INVALID_TYPE', `inputs is 5, expected ${KINDS}\\.$`],
  ['a BigInt', 5n, 'ERR_INVALID_TYPE', `inputs is 5n, expected ${KINDS}\\.$`],
  ['a boolean', true, 'ERR_INVALID_TYPE', `inputs is true, expected ${KINDS}\\. Write 0 and 1\\.$`],
  [
    'an object',
    { 0: 1, length: 1 },
    'ERR_INVALID_TYPE',
    `inputs is an object, expected ${KINDS}\\. Records are for networks with columns`,
  ],
  ['a Set', new Set([1, 2]), 'ERR_INVALID_TYPE', `inputs is a Set, expected ${KINDS}\\.$`],
  ['a Float64Array', new Float64Array(4), 'ERR_INVALID_TYPE', 'inputs is a Float64Array.*with Float32Array\\.from'],
  ['an ArrayBuffer', new ArrayBuffer(16), 'ERR_INVALID_TYPE', `inputs is an ArrayBuffer, expected ${KINDS}\\.$`],
  ['an empty array', [], 'ERR_SHAPE', `inputs ${EMPTY}`],
  ['an empty Float32Array', new Float32Array(0), 'ERR_SHAPE', `inputs ${EMPTY}`],
  ['a detached buffer', detached(), 'ERR_SHAPE', `inputs ${EMPTY}`],
  [
    'a detached row',
    [[1, 2], detached()],
    'ERR_SHAPE',
    'inputs\\[1\\] has 0 values, expected 2 .*Give every row 2 values\\.$',
  ],
  [
    'a long row',
    [
      [1, 2, 3],
      [1, 2],
    ],
    'ERR_SHAPE',
    `inputs\\[0\\] has 3 values, ${WIDTH} 3\\.$`,
  ],
  ['a short row', [[1, 2], [1]], 'ERR_SHAPE', `inputs\\[1\\] has 1 value, ${WIDTH} 1\\.$`],
  ['an empty row', [[]], 'ERR_SHAPE', 'inputs\\[0\\] has 0 values, expected 2 .*Give every row 2 values\\.$'],
  ['a long Float32Array row', [new Float32Array(3)], 'ERR_SHAPE', `inputs\\[0\\] has 3 values, ${WIDTH} 3\\.$`],
  ['packed rows cut short', new Float32Array(3), 'ERR_SHAPE', 'inputs has 3 values, expected 2 .*several end to end'],
  ['one row too long', [1, 2, 3], 'ERR_SHAPE', "inputs has 3 values, expected 2 .*\\(the network's inputs\\)"],
  ['a number among rows', [[1, 2], 3], 'ERR_INVALID_TYPE', 'inputs\\[1\\] is 3, expected a row of 2 numbers\\.$'],
  ['null among rows', [[1, 2], null], 'ERR_INVALID_TYPE', 'inputs\\[1\\] is null, expected a row of 2 numbers\\.$'],
  [
    'a Float64Array row',
    [[1, 2], new Float64Array(2)],
    'ERR_INVALID_TYPE',
    'inputs\\[1\\] is a Float64Array, expected',
  ],
  ['rows too deep', [[[1], [2]]], 'ERR_INVALID_TYPE', 'inputs\\[0\\]\\[0\\] is an array of 1, expected a number'],
  [
    'a hole between rows',
    holed(
      [
        [1, 2],
        [1, 2],
        [3, 4],
      ],
      1,
    ),
    'ERR_INVALID_TYPE',
    'inputs\\[1\\] is undefined, expected a row of 2',
  ],
  [
    'a hole before rows',
    holed(
      [
        [1, 2],
        [3, 4],
      ],
      0,
    ),
    'ERR_INVALID_TYPE',
    'inputs\\[0\\].* is undefined, expected a number',
  ],
  [
    'a hole in a row',
    [[1, 2], holed([3, 4], 0)],
    'ERR_INVALID_TYPE',
    'inputs\\[1\\]\\[0\\] is undefined, expected a number\\.$',
  ],
  ['a string of digits', [[1, '2']], 'ERR_INVALID_TYPE', 'inputs\\[0\\]\\[1\\] is "2", expected a number\\.$'],
  ['a BigInt in a row', [[1n, 2]], 'ERR_INVALID_TYPE', 'inputs\\[0\\]\\[0\\] is 1n, expected a number\\.$'],
  [
    'a boolean in a row',
    [[1, false]],
    'ERR_INVALID_TYPE',
    'inputs\\[0\\]\\[1\\] is false, expected a number\\. Write 0 and 1\\.$',
  ],
  ['null in a row', [[1, null]], 'ERR_INVALID_TYPE', 'inputs\\[0\\]\\[1\\] is null, expected a number\\.$'],
  ['null in one row', [1, null], 'ERR_INVALID_TYPE', 'inputs\\[1\\] is null, expected a number\\.$'],
  [
    'NaN',
    [
      [1, 2],
      [3, Number.NaN],
    ],
    'ERR_NON_FINITE',
    `inputs\\[1\\]\\[1\\] is NaN\\. ${FINITE}`,
  ],
  ['Infinity', [[Number.POSITIVE_INFINITY, 2]], 'ERR_NON_FINITE', `inputs\\[0\\]\\[0\\] is Infinity\\. ${FINITE}`],
  ['-Infinity in one row', [1, Number.NEGATIVE_INFINITY], 'ERR_NON_FINITE', `inputs\\[1\\] is -Infinity\\. ${FINITE}`],
  [
    'beyond float32',
    [[1, 1e39]],
    'ERR_NON_FINITE',
    `inputs\\[0\\]\\[1\\] is 1e\\+39, which float32 cannot hold\\. ${FINITE}`,
  ],
  [
    'NaN in packed rows',
    new Float32Array([1, 2, 3, 4, Number.NaN, 6]),
    'ERR_NON_FINITE',
    `inputs\\[4\\] \\(row 2, column 0\\) is NaN\\. ${FINITE.replace('$', '')} Rows and columns count from 0\\.$`,
  ],
];

const INPUT_ROWS = [
  [1, 2],
  [3, 4],
];

describe.each(ENGINES)('on %s', (engine) => {
  describe.each(Object.entries(CALLS))('%s refuses inputs:', (name, call) => {
    let network: Network;
    let before: Awaited<ReturnType<typeof stateOf>>;

    beforeEach(async () => {
      network = await classifier(engine);
      before = await stateOf(network);
    });
    afterEach(() => network.dispose());

    it.each(INPUTS)('%s', async (_, inputs, code, message) => {
      const refused = () => call(network, inputs as Samples, new Uint8Array([0, 1]));
      await expectRefused(refused, code, new RegExp(`^${name}: ${message}`));
      expect(await stateOf(network)).toEqual(before);
      await call(network, INPUT_ROWS, new Uint8Array([0, 1]));
    });
  });

  it('predict and classify say that an array cannot hold several rows end to end', async () => {
    const network = await classifier(engine);
    const message =
      /inputs has 4 values, expected 2 .*Give several samples as rows, or end to end in a Float32Array\.$/;
    await expectRefused(() => network.predict([1, 2, 3, 4]), 'ERR_SHAPE', message);
    await expectRefused(() => network.classify([1, 2, 3, 4]), 'ERR_SHAPE', message);
  });
});
