/** The sample weights and class weights that fit refuses, with class, code and message. The network stays as it was. */
import { describe, expect, it } from 'vitest';
import { splitValidation } from '../../src/data/split.js';
import { type ErrorCode, Network } from '../../src/index.js';
import { classifier, ENGINES, fingerprint } from '../support/networks.js';
import { expectRefused } from '../support/refusals.js';
import { detached, holed, randomClasses, randomRows } from '../support/samples.js';
import { expectFitRefused, type Row } from '../support/training/refused-fits.js';

const COUNT = 30;
const INPUTS = randomRows(COUNT, 2);
const TARGETS = randomClasses(COUNT, 3);

describe.each(ENGINES)('on %s', (engine) => {
  const WEIGHT = 'expected a number of at least 0 that float32 can hold\\.$';
  const wrong = (value: unknown, code: ErrorCode, came: string): Row[] => [
    [
      `a sample weight of ${came}`,
      { sampleWeights: [1, value, 1] },
      code,
      new RegExp(`^fit: sampleWeights\\[1\\] is ${came}, ${WEIGHT}`),
    ],
    [
      `a class weight of ${came}`,
      { classWeights: [1, 1, value] },
      code,
      new RegExp(`^fit: classWeights\\[2\\] is ${came}, ${WEIGHT}`),
    ],
    [
      `a weight of a label of ${came}`,
      { classWeights: { green: value } },
      code,
      new RegExp(`^fit: classWeights\\["green"\\] is ${came}, ${WEIGHT}`),
    ],
  ];
  const refused: readonly Row[] = [
    ...wrong(-1, 'ERR_INVALID_OPTION', '-1'),
    ...wrong(Number.NaN, 'ERR_INVALID_OPTION', 'NaN'),
    ...wrong(Number.POSITIVE_INFINITY, 'ERR_INVALID_OPTION', 'Infinity'),
    ...wrong(1e39, 'ERR_INVALID_OPTION', '1e\\+39'),
    ...wrong('1', 'ERR_INVALID_TYPE', '"1"'),
    ...wrong(null, 'ERR_INVALID_TYPE', 'null'),
    [
      'NaN among packed weights',
      { sampleWeights: new Float32Array([1, 1, Number.NaN]) },
      'ERR_INVALID_OPTION',
      /^fit: sampleWeights\[2\] is NaN/,
    ],
    [
      'a hole among weights',
      { sampleWeights: holed([1, 1, 1], 1) },
      'ERR_INVALID_TYPE',
      /^fit: sampleWeights\[1\] is undefined/,
    ],
    [
      'a weight too few',
      { sampleWeights: [1, 1] },
      'ERR_SHAPE',
      /^fit: sampleWeights has 2 weights, inputs has 3 samples\. Give every sample its weight\.$/,
    ],
    [
      'weights whose buffer is gone',
      { sampleWeights: detached() },
      'ERR_SHAPE',
      /^fit: sampleWeights has 0 weights, inputs has 3 samples/,
    ],
    [
      'weights as Float64Array',
      { sampleWeights: new Float64Array(3) },
      'ERR_INVALID_TYPE',
      /^fit: sampleWeights is a Float64Array, expected an array or a Float32Array with a weight per sample\.$/,
    ],
    ['one number for all', { sampleWeights: 1 }, 'ERR_INVALID_TYPE', /^fit: sampleWeights is 1, expected an array/],
    [
      'a function for all',
      { sampleWeights: () => 1 },
      'ERR_INVALID_TYPE',
      /^fit: sampleWeights is the function sampleWeights, expected/,
    ],
    [
      'weights of 0 alone',
      { sampleWeights: [0, 0, 0] },
      'ERR_INVALID_OPTION',
      /^fit: sampleWeights leave every sample a weight of 0\. Nothing would be learned\.$/,
    ],
    [
      'classes of 0 alone',
      { classWeights: [0, 0, 0] },
      'ERR_INVALID_OPTION',
      /^fit: classWeights leave every class a weight of 0\. Nothing would be learned\.$/,
    ],
    [
      'weights of 0 after those of the classes',
      { sampleWeights: [0, 1, 1], classWeights: { green: 0, blue: 0 } },
      'ERR_INVALID_OPTION',
      /^fit: sampleWeights leave every sample a weight of 0/,
    ],
    [
      'products beyond float32',
      { sampleWeights: [1, 1e20, 1], classWeights: [1, 1e20, 1] },
      'ERR_NON_FINITE',
      /^fit: the weight of sample 1 is beyond float32\. Use smaller sampleWeights or classWeights\. Rows and columns count from 0\.$/,
    ],
    [
      'a class too few',
      { classWeights: [1, 1] },
      'ERR_SHAPE',
      /^fit: classWeights has 2 weights, expected 3 \(one per class\)\.$/,
    ],
    [
      'a class that there is not',
      { classWeights: { gren: 2 } },
      'ERR_INVALID_OPTION',
      /^fit: classWeights has an unknown option "gren"\. Did you mean "green"\? Known: red, green, blue\.$/,
    ],
    [
      'an index where there are labels',
      { classWeights: { 0: 2 } },
      'ERR_INVALID_OPTION',
      /^fit: classWeights has an unknown option "0"\. Known: red, green, blue\.$/,
    ],
    [
      'a Map',
      { classWeights: new Map([['red', 1]]) },
      'ERR_INVALID_TYPE',
      /^fit: classWeights is a Map, expected an object/,
    ],
    [
      'a Float32Array',
      { classWeights: new Float32Array(3) },
      'ERR_INVALID_TYPE',
      /^fit: classWeights is a Float32Array/,
    ],
    ['null', { classWeights: null }, 'ERR_INVALID_TYPE', /^fit: classWeights is null, expected an object/],
  ];

  it.each(refused)('fit refuses %s', async (_, options, code, message) => {
    await expectFitRefused(await classifier(engine), options, code, message);
  });

  it('fit refuses weights that are 0 for all samples that a validation fraction leaves', async () => {
    const network = await classifier(engine);
    const { validation } = splitValidation(0.5, COUNT, 7, Uint32Array.from(TARGETS));
    const sampleWeights = Array.from(TARGETS, (_, sample) => Number(validation.includes(sample)));
    const message = /^fit: sampleWeights leave every sample that validation leaves to train on a weight of 0/;
    await expectRefused(
      () => network.fit(INPUTS, TARGETS, { validation: 0.5, sampleWeights }),
      'ERR_INVALID_OPTION',
      message,
    );
    await network.fit(INPUTS, TARGETS, { epochs: 1, sampleWeights });
  });

  it.each([
    ['numbers', { layers: [{ units: 2, activation: 'linear' }] }, randomRows(COUNT, 2)],
    ['several probabilities', { layers: [{ units: 2, activation: 'sigmoid' }] }, new Float32Array(2 * COUNT)],
  ] as const)('fit refuses weights of classes where targets are %s', async (_, options, targets) => {
    const network = await Network.create({ inputs: 2, ...options, engine });
    const before = fingerprint(network);
    const message = /^fit: classWeights with targets that are not classes\. .*or use sampleWeights\.$/;
    const refuse = () => network.fit(INPUTS, targets, { classWeights: [1, 2] });
    await expectRefused(refuse, 'ERR_INVALID_OPTION', message);
    expect(fingerprint(network)).toBe(before);
  });
});
