/** Early stopping: when it stops, which epoch is the best, and which weights the network has afterwards. */
import { describe, expect, it } from 'vitest';
import type { EngineNetwork } from '../../src/engine/engine.js';
import { type EarlyStopping, type FitOptions, Network, type NetworkOptions } from '../../src/index.js';
import { EarlyStopper } from '../../src/training/early-stopping.js';
import type { TrainingState } from '../../src/training/state.js';
import { classifier, ENGINES, fingerprint, parametersOf, reservedBytes } from '../support/networks.js';
import { thrownBy } from '../support/refusals.js';
import { randomClasses, randomRows } from '../support/samples.js';
import {
  COUNT,
  expectFitRefused,
  RATE,
  type Row,
  WRONG_COUNTS,
  WRONG_RATES,
} from '../support/training/refused-fits.js';

/** The epoch in which it stops, and the epoch whose weights it restores, for a list of losses, one per epoch. */
function follow(options: EarlyStopping, losses: readonly number[], key: 'loss' | 'validationLoss' = 'loss') {
  let now = 0;
  let restored: number | undefined;
  const state: Pick<TrainingState, 'earlyStopping'> = { earlyStopping: undefined };
  const engine: Pick<EngineNetwork, 'readParameters' | 'writeParameters'> = {
    readParameters: () => ({ weights: Float32Array.of(now), biases: new Float32Array(0) }),
    writeParameters: (_, { weights }) => {
      restored = weights?.[0];
    },
  };
  const stopper = new EarlyStopper('fit', options, engine, 1, state);
  const rest = { learningRate: 1, seconds: 0 };
  // If the validation loss counts, the training loss goes the other way.
  const over = losses.findIndex((loss, i) => {
    now = i + 1;
    const result = key === 'loss' ? { loss } : { loss: -loss, validationLoss: loss };
    stopper.record({ epoch: now, ...result, ...rest });
    return stopper.isOver;
  });
  stopper.finish();
  expect(state.earlyStopping).toBeUndefined();
  return { over: over + 1, restored };
}

describe('EarlyStopper', () => {
  const { NaN: nan, POSITIVE_INFINITY: infinite } = Number;
  it.each([
    ['stops at the first worse epoch of patience 1', { patience: 1 }, [3, 2, 2.5, 1], { over: 3, restored: 2 }],
    ['stops at an equal one too', { patience: 1 }, [3, 2, 2], { over: 3, restored: 2 }],
    ['counts epochs in a row', { patience: 3 }, [5, 6, 7, 4, 5, 6, 7], { over: 7, restored: 4 }],
    ['never stops while it gets better', { patience: 1 }, [5, 4, 3, 2, 1], { over: 0, restored: 5 }],
    [
      'takes no less than minDelta for better',
      { patience: 2, minDelta: 1 },
      [9, 8.5, 7.9, 7.5, 6.8, 6.5, 6],
      { over: 7, restored: 7 },
    ],
    ['takes exactly minDelta for no better', { patience: 1, minDelta: 1 }, [9, 8], { over: 2, restored: 2 }],
    [
      'measures minDelta from the last that was better, not from each',
      { patience: 3, minDelta: 1 },
      [9, 8.6, 8.2, 7.8, 7.4, 7, 6.6],
      { over: 0, restored: 7 },
    ],
    [
      'restores nothing where that is not wanted',
      { patience: 1, restoreBest: false },
      [1, 2],
      { over: 2, restored: undefined },
    ],
    ['restores the first of equals', { patience: 9 }, [2, 1, 1, 1], { over: 0, restored: 2 }],
    ['counts epochs of no number', { patience: 2 }, [3, nan, nan, 1], { over: 3, restored: 1 }],
    ['begins anew after epochs of no number', { patience: 3 }, [nan, nan, 1, 2], { over: 0, restored: 3 }],
    ['never takes an epoch of no number for the best', { patience: 2 }, [nan, nan], { over: 2, restored: undefined }],
    ['takes infinite losses for no better', { patience: 2 }, [infinite, infinite, 1], { over: 2, restored: undefined }],
  ] satisfies [string, EarlyStopping, number[], object][])('%s', (_, options, losses, expected) => {
    expect(follow(options, losses)).toEqual(expected);
    expect(follow(options, losses, 'validationLoss')).toEqual(expected);
  });
});

const wrong = (key: string, rows: typeof WRONG_RATES, expected: string): Row[] =>
  rows.map(([value, code, came]) => [
    `${key}: ${came}`,
    { earlyStopping: { patience: 1, [key]: value } },
    code,
    new RegExp(`^fit: earlyStopping\\.${key} is ${came}, ${expected}`),
  ]);

const REFUSED: readonly Row[] = [
  ...wrong('patience', WRONG_COUNTS, COUNT),
  ...wrong('minDelta', WRONG_RATES, RATE),
  ...wrong('restoreBest', [[1, 'ERR_INVALID_TYPE', '1']], 'expected true or false\\.$'),
  [
    'no patience',
    { earlyStopping: {} },
    'ERR_INVALID_TYPE',
    new RegExp(`^fit: earlyStopping\\.patience is undefined, ${COUNT}`),
  ],
  [
    'a number',
    { earlyStopping: 3 },
    'ERR_INVALID_TYPE',
    /^fit: earlyStopping is 3, expected an object with options\.$/,
  ],
  ['true', { earlyStopping: true }, 'ERR_INVALID_TYPE', /^fit: earlyStopping is true, expected an object/],
  ['null', { earlyStopping: null }, 'ERR_INVALID_TYPE', /^fit: earlyStopping is null, expected an object/],
  [
    'a misspelled key',
    { earlyStopping: { patience: 1, minDetla: 0 } },
    'ERR_INVALID_OPTION',
    /^fit: earlyStopping has an unknown option "minDetla"\. Did you mean "minDelta"\?/,
  ],
  [
    'restoreBestWeights',
    { earlyStopping: { patience: 1, restoreBestWeights: true } },
    'ERR_INVALID_OPTION',
    /^fit: earlyStopping has an unknown option "restoreBestWeights"\. (Did you mean "restoreBest"\? )?Known: patience/,
  ],
];

const OPTIMIZERS: readonly NonNullable<NetworkOptions['optimizer']>[] = [
  { type: 'sgd', learningRate: 0.3 },
  { type: 'sgd', learningRate: 0.1, momentum: 0.9 },
  { type: 'adam', learningRate: 0.02 },
];

describe.each(ENGINES)('fit on %s', (engine) => {
  const [inputs, targets] = [randomRows(60, 2), randomClasses(60, 3)];
  /** Learns for 5 epochs, then takes wild steps. */
  const learningRate = (epoch: number): number => (epoch <= 5 ? 0.2 : 20);

  it.each(REFUSED)('refuses %s', async (_, options, code, message) => {
    await expectFitRefused(await classifier(engine), options, code, message);
  });

  describe.each(OPTIMIZERS)('with $type, momentum $momentum', (optimizer) => {
    const create = () => classifier(engine, { optimizer });
    const rest: FitOptions = { batchSize: 8, learningRate };

    it.each([{}, { validation: 0.3 }])('stops, and restores the best epoch to the bit, with %o', async (validation) => {
      const options: FitOptions = { ...rest, ...validation, epochs: 60 };
      const [network, twin] = await Promise.all([create(), create()]);
      const history = await network.fit(inputs, targets, { ...options, earlyStopping: { patience: 4 } });
      const losses = history.epochs.map(({ validationLoss, loss }) => validationLoss ?? loss);
      expect(history.stopped).toBe('earlyStopping');
      expect(history.bestEpoch).toBe(losses.indexOf(Math.min(...losses)) + 1);
      expect(history.epochs).toHaveLength(history.bestEpoch + 4);
      const whole = await twin.fit(inputs, targets, { ...options, epochs: history.bestEpoch });
      expect(fingerprint(network)).toBe(fingerprint(twin));
      expect(whole.stopped).toBe('completed');
      const { epochs } = await network.fit(inputs, targets, { epochs: 1 });
      expect(epochs[0]?.epoch).toBe(history.epochs.length + 1);
    });

    it('leaves the last weights where restoreBest is false', async () => {
      const [network, twin] = await Promise.all([create(), create()]);
      const earlyStopping = { patience: 3, restoreBest: false };
      const { epochs, stopped, bestEpoch } = await network.fit(inputs, targets, { ...rest, earlyStopping });
      expect([stopped, epochs.length]).toEqual(['earlyStopping', bestEpoch + 3]);
      await twin.fit(inputs, targets, { ...rest, epochs: epochs.length });
      expect(fingerprint(network)).toBe(fingerprint(twin));
    });

    it('restores the best epoch of a fit that completes too', async () => {
      const [network, twin] = await Promise.all([create(), create()]);
      const options = { ...rest, epochs: 9, earlyStopping: { patience: 100 } };
      const { stopped, bestEpoch, epochs } = await network.fit(inputs, targets, options);
      expect([stopped, epochs.length]).toEqual(['completed', 9]);
      expect(bestEpoch).toBeLessThan(9);
      await twin.fit(inputs, targets, { ...rest, epochs: bestEpoch });
      expect(fingerprint(network)).toBe(fingerprint(twin));
    });
  });

  it('trains as without it until it stops', async () => {
    const [network, twin] = await Promise.all([classifier(engine), classifier(engine)]);
    const { epochs, stopped } = await network.fit(inputs, targets, { epochs: 6, earlyStopping: { patience: 6 } });
    const { epochs: expected } = await twin.fit(inputs, targets, { epochs: 6 });
    const plain = (results: typeof epochs) => results.map(({ seconds, ...result }) => result);
    expect(stopped).toBe('completed');
    expect(plain(epochs)).toEqual(plain(expected));
  });

  it('stops by minDelta where a loss gets better by less', async () => {
    const network = await classifier(engine);
    const earlyStopping = { patience: 2, minDelta: 1e6 };
    const { epochs, stopped } = await network.fit(inputs, targets, { epochs: 50, learningRate: 0.01, earlyStopping });
    expect([stopped, epochs.length]).toEqual(['earlyStopping', 3]);
  });

  it('begins anew in each fit', async () => {
    const network = await classifier(engine);
    const options = { epochs: 50, learningRate: 0, earlyStopping: { patience: 2 }, shuffle: false };
    for (const last of [3, 6]) {
      const { epochs, stopped, bestEpoch } = await network.fit(inputs, targets, options);
      expect([stopped, epochs.at(-1)?.epoch, bestEpoch]).toEqual(['earlyStopping', last, last - 2]);
    }
  });

  it('shows the last callback the restored weights, and calls it once per epoch', async () => {
    const network = await classifier(engine);
    const seen: string[] = [];
    const onEpoch = () => void seen.push(fingerprint(network));
    const options = { batchSize: 8, learningRate, earlyStopping: { patience: 3 }, onEpoch };
    const { epochs, bestEpoch } = await network.fit(inputs, targets, options);
    expect(seen).toHaveLength(epochs.length);
    expect(seen.at(-1)).toBe(seen[bestEpoch - 1]);
    expect(seen.at(-1)).toBe(fingerprint(network));
    expect(new Set(seen).size).toBe(epochs.length - 1);
  });

  it('restores nothing where a callback ends the fit', async () => {
    const [network, twin] = await Promise.all([classifier(engine), classifier(engine)]);
    const error = new Error('enough');
    const onEpoch = ({ epoch }: { epoch: number }): void => {
      if (epoch === 7) throw error;
    };
    const options = { batchSize: 8, learningRate };
    expect(
      await thrownBy(() => network.fit(inputs, targets, { ...options, earlyStopping: { patience: 90 }, onEpoch })),
    ).toBe(error);
    await twin.fit(inputs, targets, { ...options, epochs: 7 });
    expect(fingerprint(network)).toBe(fingerprint(twin));
  });

  it('keeps nothing of its options that the caller may change', async () => {
    const network = await classifier(engine);
    const earlyStopping = { patience: 2 };
    const running = network.fit(inputs, targets, { epochs: 9, learningRate: 0, shuffle: false, earlyStopping });
    earlyStopping.patience = 100;
    expect((await running).epochs).toHaveLength(3);
  });

  it('holds no memory of the engine afterwards', async () => {
    const network = await classifier(engine);
    await network.fit(inputs, targets, { epochs: 1 });
    const reserved = await reservedBytes();
    await network.fit(inputs, targets, { epochs: 9, earlyStopping: { patience: 1 } });
    expect(await reservedBytes()).toBeLessThanOrEqual(reserved);
  });
});

// Two infinities of opposite signs. The float64 sums of the js engine stay finite.
it('validation losses of NaN stop a fit on wasm, which keeps its last weights', async () => {
  const layers = [
    { units: 2, activation: 'linear', bias: false },
    { units: 1, activation: 'linear' },
  ] as const;
  const options: NetworkOptions = { inputs: 1, layers, optimizer: { type: 'sgd', learningRate: 1e-3 }, engine: 'wasm' };
  const [network, twin] = await Promise.all([Network.create(options), Network.create(options)]);
  for (const one of [network, twin]) {
    one.setParameters(0, { weights: new Float32Array([4, 4]) });
    one.setParameters(1, { weights: new Float32Array([1, -1]) });
  }
  const validation = { inputs: [[3e38]], targets: [0] };
  const fit = { epochs: 50, validation, earlyStopping: { patience: 3 } };
  const history = await network.fit([[0.1], [0.2]], [1, 2], fit);
  expect(history.epochs.map(({ validationLoss }) => validationLoss)).toEqual([Number.NaN, Number.NaN, Number.NaN]);
  expect([history.stopped, history.bestEpoch]).toEqual(['earlyStopping', 1]);
  await twin.fit([[0.1], [0.2]], [1, 2], { epochs: 3 });
  expect(parametersOf(network)).toEqual(parametersOf(twin));
});
