/** Fits that stop before their last epoch and resolve: good enough, long enough, or because onEpoch says so. */
import { describe, expect, it, vi } from 'vitest';
import { type EpochResult, type FitOptions, type History, Network } from '../../src/index.js';
import { ENGINES, fingerprint } from '../support/networks.js';
import { expectCoded, expectRefused, thrownBy } from '../support/refusals.js';
import { randomClasses, randomRows } from '../support/samples.js';

const COUNT = 60;
const INPUTS = randomRows(COUNT, 2);
const CLASSES = Uint8Array.from({ length: COUNT }, (_, i) => Number((INPUTS[2 * i] as number) > 0));

function create(engine: 'wasm' | 'js'): Promise<Network> {
  const layers = [
    { units: 4, activation: 'tanh' },
    { units: 2, activation: 'softmax' },
  ] as const;
  return Network.create({ inputs: 2, layers, engine, seed: 5 });
}

/** The ways to train on these samples. */
const WAYS: readonly [title: string, train: (network: Network, options: FitOptions) => Promise<History>][] = [
  ['fit', (network, options) => network.fit(INPUTS, CLASSES, { shuffle: false, ...options })],
  [
    'fitStream',
    (network, options) =>
      network.fitStream(() => [{ inputs: INPUTS, targets: CLASSES }], { batchSize: 32, ...options }),
  ],
];

describe.each(ENGINES)('on %s', (engine) => {
  describe.each(WAYS)('%s', (_, train) => {
    it('stops after the first epoch whose loss or accuracy is good enough', async () => {
      const whole = await train(await create(engine), { epochs: 40 });
      const firstBelow = (loss: number) => whole.epochs.findIndex((epoch) => epoch.loss <= loss) + 1;
      const firstAbove = (accuracy: number) =>
        whole.epochs.findIndex((epoch) => (epoch.accuracy as number) >= accuracy) + 1;
      const { loss } = whole.epochs[20] as EpochResult;
      for (const [stopAt, epochs] of [
        [{ loss }, firstBelow(loss)],
        [{ accuracy: 0.9 }, firstAbove(0.9)],
        [{ loss, accuracy: 0.9 }, Math.min(firstBelow(loss), firstAbove(0.9))],
        [{ loss: 0, seconds: 1e6 }, 40],
      ] as const) {
        const [network, twin] = await Promise.all([create(engine), create(engine)]);
        const history = await train(network, { epochs: 40, stopAt });
        expect(history.epochs).toHaveLength(epochs);
        expect(history.stopped).toBe(epochs < 40 ? 'stopAt' : 'completed');
        await train(twin, { epochs });
        expect(fingerprint(network)).toBe(fingerprint(twin));
        expect(network.epochs).toBe(epochs);
      }
    });

    it.each([
      ['false', () => false as const],
      ['a promise of false', async () => false as const],
    ])('stops where onEpoch returns %s', async (__, answer) => {
      const network = await create(engine);
      const onEpoch = vi.fn(({ epoch }: EpochResult) => (epoch === 3 ? answer() : undefined));
      const history = await train(network, { epochs: 10, onEpoch });
      expect(history).toMatchObject({ stopped: 'onEpoch', epochs: [{ epoch: 1 }, { epoch: 2 }, { epoch: 3 }] });
      expect(onEpoch).toHaveBeenCalledTimes(3);
      const next = await train(network, { epochs: 2, onEpoch: () => 0 });
      expect(next).toMatchObject({ stopped: 'completed', epochs: [{ epoch: 4 }, { epoch: 5 }] });
    });

    it('after onEpoch returned false, early stopping restores the best epoch', async () => {
      const rates = (epoch: number) => (epoch === 3 ? 30 : 0.5);
      const [network, twin] = await Promise.all([create(engine), create(engine)]);
      const history = await train(network, {
        epochs: 10,
        learningRate: rates,
        earlyStopping: { patience: 9 },
        onEpoch: ({ epoch }) => epoch < 4 && undefined,
      });
      expect(history.stopped).toBe('onEpoch');
      await train(twin, { epochs: history.epochs.length, learningRate: rates, earlyStopping: { patience: 9 } });
      expect(fingerprint(network)).toBe(fingerprint(twin));
    });

    it('stops after so many seconds, after a whole number of batches, also within an epoch', async () => {
      const network = await create(engine);
      let now = -1e6;
      const clock = vi.spyOn(performance, 'now').mockImplementation(() => {
        now += 400;
        return now;
      });
      try {
        const history = await train(network, { epochs: 1e6, batchSize: 4, stopAt: { seconds: 5 } });
        expect(history.stopped).toBe('stopAt');
        expect(history.epochs.map(({ epoch }) => epoch)).toEqual(history.epochs.map((___, i) => i + 1));
        expect(history.epochs.every(({ loss }) => Number.isFinite(loss))).toBe(true);
        expect(history.epochs.length).toBeLessThan(20);
        expect(network.epochs).toBe(history.epochs.length);
      } finally {
        clock.mockRestore();
      }
      expect((await train(network, { epochs: 1 })).epochs[0]?.epoch).toBe(network.epochs);
    });

    it('a time that is over at once still takes some batches, and reports their loss', async () => {
      const history = await train(await create(engine), { batchSize: 1, stopAt: { seconds: 1e-9 } });
      expect(history).toMatchObject({ stopped: 'stopAt', bestEpoch: 1 });
      expect(history.epochs).toHaveLength(1);
      expect(history.epochs[0]?.loss).toBeGreaterThan(0);
    });
  });

  it('looks at the validation samples where there are some', async () => {
    const validation = { inputs: INPUTS, targets: CLASSES.map((value) => 1 - value) };
    const network = await create(engine);
    const history = await network.fit(INPUTS, CLASSES, {
      epochs: 30,
      validation,
      stopAt: { accuracy: 0.95, loss: 0.05 },
    });
    const reached = history.epochs.findIndex(
      ({ validationAccuracy, validationLoss }) => Number(validationAccuracy) >= 0.95 || Number(validationLoss) <= 0.05,
    );
    expect(history.epochs.length).toBe(reached < 0 ? 30 : reached + 1);
    expect(history.epochs.some(({ accuracy }) => Number(accuracy) >= 0.95)).toBe(true);
  });

  it('refuses wrong aims, and an accuracy that targets do not have, and changes nothing', async () => {
    const network = await Network.create({ inputs: 2, layers: [{ units: 1, activation: 'linear' }], engine });
    const before = fingerprint(network);
    const rows = [
      [{}, 'ERR_INVALID_OPTION', /^fit: stopAt says nothing to stop at\. Give loss, accuracy or seconds/],
      [null, 'ERR_INVALID_TYPE', /^fit: stopAt is null, expected an object/],
      [0.01, 'ERR_INVALID_TYPE', /^fit: stopAt is 0\.01, expected an object/],
      [{ loss: -1 }, 'ERR_INVALID_OPTION', /^fit: stopAt\.loss is -1, expected/],
      [{ loss: '1' }, 'ERR_INVALID_TYPE', /^fit: stopAt\.loss is "1", expected/],
      [
        { accuracy: 1.5 },
        'ERR_INVALID_OPTION',
        /^fit: stopAt\.accuracy is 1\.5, expected a number above 0 and at most 1/,
      ],
      [{ seconds: 0 }, 'ERR_INVALID_OPTION', /^fit: stopAt\.seconds is 0, expected a number above 0/],
      [{ error: 0.1 }, 'ERR_INVALID_OPTION', /^fit: stopAt has an unknown option "error"\. Did you mean "loss"\?/],
      [{ accuracy: 0.9 }, 'ERR_INVALID_OPTION', /^fit: stopAt\.accuracy, but targets are numbers, which have none\./],
    ] as const;
    for (const [stopAt, code, message] of rows) {
      await expectRefused(() => network.fit(INPUTS, randomRows(COUNT, 1), { stopAt: stopAt as never }), code, message);
    }
    const stream = () => [{ inputs: INPUTS, targets: randomRows(COUNT, 1) }];
    expectCoded(
      await thrownBy(() => network.fitStream(stream, { stopAt: { accuracy: 0.5 } })),
      'ERR_INVALID_OPTION',
      /^fitStream: stopAt\.accuracy/,
    );
    expect(fingerprint(network)).toBe(before);
    expect(network.epochs).toBe(0);
  });

  it('dispose in an onEpoch that returns false rejects, as it does otherwise', async () => {
    const network = await create(engine);
    const onEpoch = () => {
      network.dispose();
      return false as const;
    };
    expectCoded(await thrownBy(() => network.fit(INPUTS, CLASSES, { onEpoch })), 'ERR_DISPOSED', /^fit: /);
  });

  describe('validation: { last }', () => {
    it.each([
      [10, 10],
      [0.25, 15],
      [59, 59],
    ])('of %d validates with the last %i samples, in a fit that trains on the others', async (last, size) => {
      const [network, twin] = await Promise.all([create(engine), create(engine)]);
      const targets = randomClasses(COUNT, 2);
      const history = await network.fit(INPUTS, targets, { epochs: 3, validation: { last } });
      const cut = COUNT - size;
      const expected = await twin.fit(INPUTS.slice(0, 2 * cut), targets.slice(0, cut), {
        epochs: 3,
        validation: { inputs: INPUTS.slice(2 * cut), targets: targets.slice(cut) },
      });
      expect(fingerprint(network)).toBe(fingerprint(twin));
      expect(history.epochs.map(({ validationLoss }) => validationLoss)).toEqual(
        expected.epochs.map(({ validationLoss }) => validationLoss),
      );
    });

    it.each([
      [
        60,
        'ERR_INVALID_OPTION',
        /^fit: validation: \{ last: 60 \} leaves 60 of 60 samples to validate with and 0 to train/,
      ],
      [
        99,
        'ERR_INVALID_OPTION',
        /leaves 60 of 60 samples to validate with and 0 to train on\. Both need at least 1\.$/,
      ],
      [0.001, 'ERR_INVALID_OPTION', /leaves 0 of 60 samples to validate with/],
      [0, 'ERR_INVALID_OPTION', /^fit: validation\.last is 0, expected a whole number of samples, or a fraction/],
      [1.5, 'ERR_INVALID_OPTION', /^fit: validation\.last is 1\.5, expected/],
      ['5', 'ERR_INVALID_TYPE', /^fit: validation\.last is "5", expected/],
      [null, 'ERR_INVALID_TYPE', /^fit: validation\.last is null, expected/],
    ] as const)('of %s is refused', async (last, code, message) => {
      const network = await create(engine);
      await expectRefused(() => network.fit(INPUTS, CLASSES, { validation: { last: last as number } }), code, message);
    });

    it('is refused beside samples, and by fitStream', async () => {
      const network = await create(engine);
      const both = { last: 5, inputs: INPUTS, targets: CLASSES };
      await expectRefused(
        () => network.fit(INPUTS, CLASSES, { validation: both }),
        'ERR_INVALID_OPTION',
        /^fit: validation has last as well as inputs or targets/,
      );
      await expectRefused(
        () => network.fitStream(() => [], { validation: { last: 5 } }),
        'ERR_INVALID_OPTION',
        /^fitStream: \{ last \} as validation needs all the samples/,
      );
    });
  });
});
