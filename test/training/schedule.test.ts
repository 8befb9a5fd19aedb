/** Learning rate schedules: every type agrees with its formula, by itself and in a fit. */
import { describe, expect, it } from 'vitest';
import type { FitOptions, Schedule } from '../../src/index.js';
import { resolveSchedule } from '../../src/training/schedule.js';
import { classifier, ENGINES, fingerprint } from '../support/networks.js';
import { randomClasses, randomRows } from '../support/samples.js';
import {
  COUNT,
  expectFitRefused,
  RATE,
  type Row,
  WRONG_COUNTS,
  WRONG_RATES,
} from '../support/training/refused-fits.js';

const EPOCHS = 24;
/** The learning rate of the optimizer. */
const START = 0.4;

type Formula = (epoch: number) => number;
const step =
  (start: number, every: number, factor: number): Formula =>
  (epoch) =>
    start * factor ** Math.floor((epoch - 1) / every);
const exponential =
  (start: number, factor: number): Formula =>
  (epoch) =>
    start * factor ** (epoch - 1);
const cosine =
  (start: number, epochs: number, minimum = 0): Formula =>
  (epoch) =>
    minimum + ((start - minimum) * (1 + Math.cos((Math.PI * Math.min(epoch - 1, epochs)) / epochs))) / 2;
const warmup =
  (start: number, epochs: number, after: Formula): Formula =>
  (epoch) =>
    epoch <= epochs ? (start * epoch) / epochs : after(epoch - epochs);

const SCHEDULES: readonly [title: string, schedule: Schedule, expected: Formula][] = [
  ['step by default', { type: 'step' }, step(START, 10, 0.1)],
  ['step', { type: 'step', learningRate: 2, every: 7, factor: 0.75 }, step(2, 7, 0.75)],
  ['step of 1', { type: 'step', every: 1, factor: 1 }, () => START],
  ['exponential by default', { type: 'exponential' }, exponential(START, 0.99)],
  ['exponential', { type: 'exponential', learningRate: 3, factor: 0.5 }, exponential(3, 0.5)],
  ['cosine by default, to the last epoch', { type: 'cosine' }, cosine(START, EPOCHS)],
  ['cosine', { type: 'cosine', learningRate: 1, epochs: 10, minimum: 0.125 }, cosine(1, 10, 0.125)],
  ['cosine that rises', { type: 'cosine', learningRate: 0.1, minimum: 0.5 }, cosine(0.1, EPOCHS, 0.5)],
  ['cosine of one epoch', { type: 'cosine', epochs: 1 }, cosine(START, 1)],
  ['warmup by default', { type: 'warmup' }, warmup(START, 5, () => START)],
  ['warmup', { type: 'warmup', learningRate: 1, epochs: 3 }, warmup(1, 3, () => 1)],
  ['warmup to a number', { type: 'warmup', epochs: 8, after: 0.0625 }, warmup(START, 8, () => 0.0625)],
  [
    'warmup to a step, which begins there',
    { type: 'warmup', learningRate: 1, epochs: 4, after: { type: 'step', every: 2, factor: 0.5 } },
    warmup(1, 4, step(1, 2, 0.5)),
  ],
  [
    'warmup to an exponential of its own rate',
    { type: 'warmup', after: { type: 'exponential', learningRate: 0.9 } },
    warmup(START, 5, exponential(0.9, 0.99)),
  ],
  [
    'warmup to a cosine, which takes what is left',
    { type: 'warmup', epochs: 6, after: { type: 'cosine' } },
    warmup(START, 6, cosine(START, EPOCHS - 6)),
  ],
  [
    'warmup longer than the fit',
    { type: 'warmup', epochs: 100, after: { type: 'cosine' } },
    warmup(START, 100, () => 0),
  ],
  [
    'warmup to a warmup',
    { type: 'warmup', epochs: 2, after: { type: 'warmup', learningRate: 3, epochs: 3, after: 0.5 } },
    warmup(
      START,
      2,
      warmup(3, 3, () => 0.5),
    ),
  ],
];

describe('resolveSchedule', () => {
  const resolve = (schedule: Schedule, lastEpoch = EPOCHS) =>
    resolveSchedule(schedule, { learningRate: START, lastEpoch }, 'fit: learningRate');

  it.each(SCHEDULES)('%s follows its formula', (_, schedule, expected) => {
    const rate = resolve(schedule);
    for (let epoch = 1; epoch <= EPOCHS; epoch++) {
      expect(Math.abs(rate(epoch) - expected(epoch)), `epoch ${epoch}`).toBeLessThanOrEqual(1e-14);
    }
  });

  it('begins exactly where it should', () => {
    for (const learningRate of [0.1, 0.3, 1 / 3, 0.7]) {
      for (const type of ['step', 'exponential', 'cosine'] as const)
        expect(resolve({ type, learningRate })(1)).toBe(learningRate);
      expect(resolve({ type: 'warmup', learningRate, epochs: 1 })(1)).toBe(learningRate);
    }
  });

  it('of cosine ends exactly at its minimum, stays there, and is never below', () => {
    for (const minimum of [0, 0.01, 0.3]) {
      for (const epochs of [1, 2, 3, 7, 10, 99]) {
        const rate = resolve({ type: 'cosine', epochs, minimum });
        expect([rate(epochs + 1), rate(epochs + 2), rate(1e9)]).toEqual([minimum, minimum, minimum]);
        for (let epoch = 1; epoch <= epochs; epoch++) expect(rate(epoch)).toBeGreaterThan(minimum);
      }
    }
  });

  it('goes down to 0, not to NaN, over very many epochs', () => {
    expect(resolve({ type: 'exponential', factor: 0.5 })(2 ** 31)).toBe(0);
    expect(resolve({ type: 'step', every: 1, factor: 1e-9 })(1e6)).toBe(0);
  });

  it('takes the last epoch of this fit, counted over all fits, as the end of a cosine', () => {
    expect(resolve({ type: 'cosine' }, 10)(6)).toBeCloseTo(START / 2, 14);
  });
});

const wrong = (type: string, key: string, rows: typeof WRONG_RATES, expected: string): Row[] =>
  rows.map(([value, code, came]) => [
    `${key} of ${type}: ${came}`,
    { learningRate: { type, [key]: value } },
    code,
    new RegExp(`^fit: learningRate\\.${key} is ${came}, ${expected}`),
  ]);

const FACTOR = 'expected a number above 0 and at most 1\\.$';
const WRONG_FACTORS = [
  ...WRONG_RATES.filter(([, , came]) => came !== '1n'),
  [0, 'ERR_INVALID_OPTION', '0'],
  [1.5, 'ERR_INVALID_OPTION', '1\\.5'],
] as const;

const REFUSED: readonly Row[] = [
  ...['step', 'exponential', 'cosine', 'warmup'].flatMap((type) => wrong(type, 'learningRate', WRONG_RATES, RATE)),
  ...wrong('step', 'every', WRONG_COUNTS, COUNT),
  ...wrong('step', 'factor', WRONG_FACTORS, FACTOR),
  ...wrong('exponential', 'factor', WRONG_FACTORS, FACTOR),
  ...wrong('cosine', 'epochs', WRONG_COUNTS, COUNT),
  ...wrong('cosine', 'minimum', WRONG_RATES, RATE),
  ...wrong('warmup', 'epochs', WRONG_COUNTS, COUNT),
  ...wrong('warmup', 'after', WRONG_RATES, RATE),
  [
    'an unknown type',
    { learningRate: { type: 'stp' } },
    'ERR_INVALID_OPTION',
    /^fit: learningRate\.type is "stp"\. Did you mean "step"\? Expected one of: step, exponential, cosine, warmup\.$/,
  ],
  [
    'no type',
    { learningRate: { every: 3 } },
    'ERR_INVALID_TYPE',
    /^fit: learningRate\.type is undefined, expected one of: step/,
  ],
  [
    'a misspelled key',
    { learningRate: { type: 'cosine', minmum: 0 } },
    'ERR_INVALID_OPTION',
    /^fit: learningRate has an unknown option "minmum"\. Did you mean "minimum"\?/,
  ],
  [
    "another schedule's key",
    { learningRate: { type: 'exponential', every: 3 } },
    'ERR_INVALID_OPTION',
    /^fit: learningRate has an unknown option "every"\. Known: type, learningRate, factor\.$/,
  ],
  [
    'a wrong schedule after a warmup',
    { learningRate: { type: 'warmup', after: { type: 'step', every: 0 } } },
    'ERR_INVALID_OPTION',
    new RegExp(`^fit: learningRate\\.after\\.every is 0, ${COUNT}`),
  ],
  [
    'a function after a warmup',
    { learningRate: { type: 'warmup', after: () => 1 } },
    'ERR_INVALID_TYPE',
    new RegExp(`^fit: learningRate\\.after is the function after, ${RATE}`),
  ],
  [
    'an array after a warmup',
    { learningRate: { type: 'warmup', after: [1] } },
    'ERR_INVALID_TYPE',
    /^fit: learningRate\.after is an array of 1, expected an object/,
  ],
];

/** A warmup that contains itself. */
function endless(): Schedule {
  const schedule: Schedule = { type: 'warmup' };
  schedule.after = schedule;
  return schedule;
}

describe.each(ENGINES)('fit on %s', (engine) => {
  const [inputs, targets] = [randomRows(20, 2), randomClasses(20, 3)];
  const create = () => classifier(engine, { optimizer: { type: 'sgd', learningRate: START } });

  it.each(REFUSED)('refuses %s', async (_, options, code, message) => {
    await expectFitRefused(await create(), options, code, message);
  });

  it('refuses a warmup that contains itself', async () => {
    const message = /^fit: learningRate(\.after)+ is a schedule too deep .*at most 8/;
    await expectFitRefused(await create(), { learningRate: endless() }, 'ERR_INVALID_OPTION', message);
  });

  it.each(SCHEDULES)('trains each epoch at the rate of %s, and reports it', async (_, learningRate, expected) => {
    const [network, twin] = await Promise.all([create(), create()]);
    const { epochs } = await network.fit(inputs, targets, { epochs: EPOCHS, batchSize: 5, learningRate });
    epochs.forEach((result, e) => {
      expect(result.learningRate).toBeCloseTo(expected(e + 1), 14);
    });
    for (const result of epochs) {
      await twin.fit(inputs, targets, { epochs: 1, batchSize: 5, learningRate: result.learningRate });
    }
    expect(fingerprint(network)).toBe(fingerprint(twin));
  });

  it('counts on over several fits, each with a schedule of its own', async () => {
    const network = await create();
    const rates = async (options: FitOptions) =>
      (await network.fit(inputs, targets, options)).epochs.map(({ learningRate }) => learningRate);
    const learningRate: Schedule = { type: 'step', every: 2, factor: 0.5 };
    expect(await rates({ epochs: 3, learningRate })).toEqual([START, START, START / 2]);
    expect(await rates({ epochs: 2, learningRate })).toEqual([START / 2, START / 4]);
    // Epochs 6 to 10, along a cosine from 1 to 10.
    const expected = [6, 7, 8, 9, 10].map(cosine(START, 10));
    (await rates({ epochs: 5, learningRate: { type: 'cosine' } })).forEach((rate, i) => {
      expect(rate).toBeCloseTo(expected[i] as number, 14);
    });
    // Long after the end of its warmup.
    expect(await rates({ epochs: 1, learningRate: { type: 'warmup', after: 0.125 } })).toEqual([0.125]);
    expect(await rates({ epochs: 1 })).toEqual([START]);
  });

  it('keeps nothing of a schedule that the caller may change', async () => {
    const network = await create();
    const after: Schedule = { type: 'step', learningRate: 0.5, every: 1, factor: 0.5 };
    const learningRate: Schedule = { type: 'warmup', learningRate: 1, epochs: 1, after };
    const running = network.fit(inputs, targets, { epochs: 3, learningRate });
    Object.assign(after, { learningRate: 9, every: 9 });
    Object.assign(learningRate, { learningRate: 9, epochs: 9 });
    expect((await running).epochs.map((result) => result.learningRate)).toEqual([1, 0.5, 0.25]);
  });
});
