/** The options that `fit` refuses, with class, code and message. The network stays as it was. */
import { describe, expect, it, vi } from 'vitest';
import type { FitOptions } from '../../src/index.js';
import { type LearningRate, resolveFit } from '../../src/training/fit-options.js';
import { CLASSIFIER, classifier, ENGINES, stateOf } from '../support/networks.js';
import { expectCoded, thrownBy } from '../support/refusals.js';
import { randomRows } from '../support/samples.js';
import {
  COUNT,
  expectFitRefused,
  INPUTS,
  POSITIVE,
  RATE,
  type Row,
  TARGETS,
  WRONG_COUNTS,
  WRONG_RATES,
} from '../support/training/refused-fits.js';

const FRACTION = 'expected a fraction above 0 and below 1\\.$';

const counts: readonly Row[] = ['epochs', 'batchSize'].flatMap((key) =>
  WRONG_COUNTS.map(
    ([value, code, came]): Row => [
      `${key}: ${came}`,
      { [key]: value },
      code,
      new RegExp(`^fit: ${key} is ${came}, ${COUNT}`),
    ],
  ),
);

const limits: readonly Row[] = ['clipNorm', 'clipValue'].flatMap((key) =>
  [...WRONG_RATES, [0, 'ERR_INVALID_OPTION', '0'] as const, [1e-46, 'ERR_INVALID_OPTION', '1e-46'] as const].map(
    ([value, code, came]): Row => [
      `${key}: ${came}`,
      { [key]: value },
      code,
      new RegExp(`^fit: ${key} is ${came}, ${POSITIVE}`),
    ],
  ),
);

const validations: readonly Row[] = [
  ...[0, 1, -1, 1.5, Number.NaN].map(
    (value): Row => [
      `validation: ${value}`,
      { validation: value },
      'ERR_INVALID_OPTION',
      new RegExp(`^fit: validation is ${value}, ${FRACTION}`),
    ],
  ),
  ['validation: a string', { validation: '0.2' }, 'ERR_INVALID_TYPE', /^fit: validation is "0\.2", expected an object/],
  [
    'validation: none left to validate',
    { validation: 0.01 },
    'ERR_INVALID_OPTION',
    /^fit: validation: 0\.01 leaves 0 of 3 samples to validate with and 3 to train on\. Both need at least 1\.$/,
  ],
  [
    'validation: none left to train',
    { validation: 0.99 },
    'ERR_INVALID_OPTION',
    /^fit: validation: 0\.99 leaves 3 of 3 samples to validate with and 0 to train on/,
  ],
  [
    'validation: a key too many',
    { validation: { input: INPUTS, targets: TARGETS } },
    'ERR_INVALID_OPTION',
    /^fit: validation has an unknown option "input"\. Did you mean "inputs"\?/,
  ],
  [
    'validation: no targets',
    { validation: { inputs: INPUTS } },
    'ERR_INVALID_TYPE',
    /^fit: validation\.targets is undefined, expected/,
  ],
  [
    'validation: no inputs',
    { validation: { targets: TARGETS } },
    'ERR_INVALID_TYPE',
    /^fit: validation\.inputs is undefined, expected/,
  ],
  [
    'validation: NaN inside',
    { validation: { inputs: [[1, Number.NaN]], targets: ['red'] } },
    'ERR_NON_FINITE',
    /^fit: validation\.inputs\[0\]\[1\] is NaN/,
  ],
  [
    'validation: counts',
    { validation: { inputs: [[1, 2]], targets: TARGETS } },
    'ERR_SHAPE',
    /^fit: validation\.targets has 3 samples, .*inputs has 1/,
  ],
];

const others: readonly Row[] = [
  ['a string', 'fast', 'ERR_INVALID_TYPE', /^fit: options is "fast", expected an object with options\.$/],
  ['an array', [], 'ERR_INVALID_TYPE', /^fit: options is an empty array, expected/],
  [
    'an unknown option',
    { epoch: 5 },
    'ERR_INVALID_OPTION',
    /^fit: options has an unknown option "epoch"\. Did you mean "epochs"\? Known: epochs, batchSize/,
  ],
  ['batch_size', { batch_size: 5 }, 'ERR_INVALID_OPTION', /unknown option "batch_size"\. Did you mean "batchSize"\?/],
  ['shuffle by number', { shuffle: 0 }, 'ERR_INVALID_TYPE', /^fit: shuffle is 0, expected true or false\.$/],
  [
    'a negative learning rate',
    { learningRate: -1 },
    'ERR_INVALID_OPTION',
    new RegExp(`^fit: learningRate is -1, ${RATE}`),
  ],
  [
    'a learning rate of NaN',
    { learningRate: Number.NaN },
    'ERR_INVALID_OPTION',
    new RegExp(`^fit: learningRate is NaN, ${RATE}`),
  ],
  [
    'an infinite learning rate',
    { learningRate: Number.POSITIVE_INFINITY },
    'ERR_INVALID_OPTION',
    new RegExp(`is Infinity, ${RATE}`),
  ],
  [
    'a learning rate as text',
    { learningRate: '1' },
    'ERR_INVALID_TYPE',
    new RegExp(`^fit: learningRate is "1", ${RATE}`),
  ],
  [
    'a learning rate of null',
    { learningRate: null },
    'ERR_INVALID_TYPE',
    new RegExp(`^fit: learningRate is null, ${RATE}`),
  ],
  [
    'a function giving NaN',
    { learningRate: () => Number.NaN },
    'ERR_INVALID_OPTION',
    new RegExp(`^fit: learningRate\\(1\\) is NaN, ${RATE}`),
  ],
  [
    'a function giving text',
    { learningRate: () => '1' },
    'ERR_INVALID_TYPE',
    new RegExp(`^fit: learningRate\\(1\\) is "1", ${RATE}`),
  ],
  [
    'learning rates in an array',
    { learningRate: [0.1] },
    'ERR_INVALID_TYPE',
    /^fit: learningRate is an array of 1, expected an object/,
  ],
  [
    'a Map as learning rate',
    { learningRate: new Map([['type', 'step']]) },
    'ERR_INVALID_TYPE',
    /^fit: learningRate is a Map, expected an object/,
  ],
  ...(
    [
      ['earlystopping', 'earlyStopping'],
      ['classWeight', 'classWeights'],
      ['sampleWeight', 'sampleWeights'],
      ['clipnorm', 'clipNorm'],
      ['clip_value', 'clipValue'],
      ['lr', 'learningRate'],
    ] as const
  ).map(
    ([key, meant]): Row => [
      key,
      { [key]: 1 },
      'ERR_INVALID_OPTION',
      new RegExp(`^fit: options has an unknown option "${key}"\\. Did you mean "${meant}"\\?`),
    ],
  ),
  [
    'background by name',
    { background: 'yes' },
    'ERR_INVALID_TYPE',
    /^fit: background is "yes", expected true, false or \{ workerUrl \}\.$/,
  ],
  ['onEpoch no function', { onEpoch: true }, 'ERR_INVALID_TYPE', /^fit: onEpoch is true, expected a function\.$/],
  [
    'onProgress no function',
    { onProgress: {} },
    'ERR_INVALID_TYPE',
    /^fit: onProgress is an object, expected a function\.$/,
  ],
  [
    'signal no signal',
    { signal: new AbortController() },
    'ERR_INVALID_TYPE',
    /^fit: signal is an? AbortController, expected an AbortSignal: controller\.signal\.$/,
  ],
];

describe.each(ENGINES)('fit on %s', (engine) => {
  it.each([...counts, ...limits, ...validations, ...others])('refuses %s', async (_, options, code, message) => {
    await expectFitRefused(await classifier(engine), options, code, message);
  });

  it('a refused fit learns no scaling', async () => {
    const network = await classifier(engine, { normalize: 'standard' });
    const before = network.summary();
    const refused: FitOptions[] = [
      { epochs: 0 },
      { learningRate: { type: 'step', factor: 2 } },
      { learningRate: () => Number.NaN },
      { earlyStopping: { patience: 0 } },
      { classWeights: [1, -1, 1] },
      { sampleWeights: [1] },
      { validation: 0.01 },
      { signal: AbortSignal.abort() },
    ];
    for (const options of refused) await thrownBy(() => network.fit(INPUTS, TARGETS, options));
    expect(network.summary()).toBe(before);
    expect(before).toContain('scaling: inputs standard, to be learned by the first fit');
    await network.fit(INPUTS, TARGETS, { epochs: 1 });
    expect(network.summary()).toMatch(/scaling: inputs standard\n/);
  });

  it('options left undefined are as if left out', async () => {
    const [network, twin] = await Promise.all([classifier(engine), classifier(engine)]);
    const names = [
      'batchSize',
      'shuffle',
      'validation',
      'earlyStopping',
      'learningRate',
      'classWeights',
      'sampleWeights',
    ];
    const rest = ['clipNorm', 'clipValue', 'background', 'onEpoch', 'onProgress', 'signal'];
    const left = Object.fromEntries([...names, ...rest].map((name) => [name, undefined]));
    await network.fit(INPUTS, TARGETS, { epochs: 3, ...left });
    await twin.fit(INPUTS, TARGETS, { epochs: 3 });
    expect(await stateOf(network)).toEqual(await stateOf(twin));
  });

  it('rejects with the reason of a signal aborted before, and touches nothing', async () => {
    const network = await classifier(engine);
    const before = await stateOf(network);
    const reason = new Error('too late');
    const onEpoch = vi.fn();
    expect(await thrownBy(() => network.fit(INPUTS, TARGETS, { signal: AbortSignal.abort(reason), onEpoch }))).toBe(
      reason,
    );
    expect(onEpoch).not.toHaveBeenCalled();
    expect(await stateOf(network)).toEqual(before);
  });

  it('a learning rate that goes wrong in epoch 3 leaves the weights of epoch 2', async () => {
    const [network, twin] = await Promise.all([classifier(engine), classifier(engine)]);
    const inputs = randomRows(20, 2);
    const targets = Array.from({ length: 20 }, (_, i) => CLASSIFIER.labels[i % 3] as string);
    const learningRate = (epoch: number) => (epoch < 3 ? 0.5 : -1);
    expectCoded(
      await thrownBy(() => network.fit(inputs, targets, { learningRate })),
      'ERR_INVALID_OPTION',
      /learningRate\(3\) is -1/,
    );
    await twin.fit(inputs, targets, { learningRate: 0.5, epochs: 2 });
    expect(await stateOf(network)).toEqual(await stateOf(twin));
  });
});

describe('resolveFit', () => {
  it('fills in every default', () => {
    const spec = resolveFit('fit', undefined, 0.25);
    const { epochs, learningRate, background, ...rest } = spec;
    expect([epochs, background]).toEqual([100, false]);
    expect(Object.values(rest).every((value) => value === undefined)).toBe(true);
    expect(learningRate).toBe(0.25);
  });

  it('takes a learning rate of 0, by number or function', () => {
    const rateOf = (learningRate: unknown) => resolveFit('fit', { learningRate }, 1).learningRate;
    expect(rateOf(0)).toBe(0);
    expect((rateOf((epoch: number) => epoch / 8) as LearningRate)(2)).toBe(0.25);
  });
});
