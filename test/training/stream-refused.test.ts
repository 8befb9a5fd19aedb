/** What fitStream refuses before it trains, and which batches end it: by class, code and message, with the weights as after whole batches. */
import { describe, expect, it, vi } from 'vitest';
import { type FitOptions, Network, type NetworkOptions } from '../../src/index.js';
import { classifier, ENGINES, fingerprint, stateOf } from '../support/networks.js';
import { expectCoded, expectRefused, thrownBy } from '../support/refusals.js';
import { type Batch, type Batches, batchOf, INPUTS, streamOf, TARGETS, watched } from '../support/training/streams.js';

describe.each(ENGINES)('fitStream on %s', (engine) => {
  const create = (options: Partial<NetworkOptions> = {}) => classifier(engine, options);

  describe('rejects', () => {
    /** A stream of three batches that ends with this one. */
    const ending = (last: unknown): Batches =>
      async function* () {
        yield batchOf(0, 10);
        yield batchOf(10, 25);
        yield last as Batch;
      };
    const wrong: [string, unknown, Parameters<typeof expectCoded>[1], RegExp][] = [
      ['null', null, 'ERR_INVALID_TYPE', /^fitStream: batch 3 of the stream is null, expected an object/],
      [
        'a misspelled key',
        { input: INPUTS, targets: TARGETS },
        'ERR_INVALID_OPTION',
        /^fitStream: batch 3 of the stream has an unknown option "input"\. Did you mean "inputs"\?/,
      ],
      [
        'weights of samples',
        { ...batchOf(0, 2), sampleWeights: [1, 2] },
        'ERR_INVALID_OPTION',
        /^fitStream: batch 3 of the stream has an unknown option "sampleWeights"\. Known: inputs, targets\.$/,
      ],
      ['no inputs', { targets: TARGETS }, 'ERR_INVALID_TYPE', /^fitStream: batch 3 of the stream: inputs is undefined/],
      [
        'no rows',
        { inputs: [], targets: TARGETS },
        'ERR_SHAPE',
        /^fitStream: batch 3 of the stream: inputs is empty .*Give at least one row/,
      ],
      [
        'a ragged row',
        { inputs: [[1, 2], [3]], targets: ['red', 'red'] },
        'ERR_SHAPE',
        /^fitStream: batch 3 of the stream: inputs\[1\] has 1 value, expected 2/,
      ],
      [
        'NaN',
        { inputs: [[1, Number.NaN]], targets: ['red'] },
        'ERR_NON_FINITE',
        /^fitStream: batch 3 of the stream: inputs\[0\]\[1\] is NaN/,
      ],
      [
        'a target too many',
        { inputs: [[1, 2]], targets: ['red', 'blue'] },
        'ERR_SHAPE',
        /^fitStream: batch 3 of the stream: targets has 2 samples, .*inputs has 1 sample/,
      ],
      [
        'an unknown label',
        { inputs: [[1, 2]], targets: ['rot'] },
        'ERR_INVALID_OPTION',
        /^fitStream: batch 3 of the stream: targets\[0\] is "rot", which is not among the labels/,
      ],
    ];

    it.each(wrong)(
      'a batch that is or has %s, with the weights as after the batches before',
      async (_, last, code, message) => {
        const [network, twin] = await Promise.all([create(), create()]);
        await expectRefused(() => network.fitStream(ending(last)), code, message);
        for (const { inputs, targets } of [batchOf(0, 10), batchOf(10, 25)]) twin.trainOnBatch(inputs, targets);
        expect(fingerprint(network)).toBe(fingerprint(twin));
        const { epochs } = await network.fitStream(streamOf(20), { epochs: 1 });
        expect(epochs.map(({ epoch }) => epoch)).toEqual([1]);
      },
    );

    it('with the very error of a stream that throws or rejects', async () => {
      const error = new Error('no more');
      const throwing: Batches[] = [
        async function* () {
          yield batchOf(0, 10);
          throw error;
        },
        () => {
          throw error;
        },
        watched(() => Promise.reject(error)).batches,
        watched(() => {
          throw error;
        }).batches,
      ];
      for (const batches of throwing) {
        const network = await create();
        expect(await thrownBy(() => network.fitStream(batches))).toBe(error);
        await network.fit(INPUTS, TARGETS, { epochs: 1 });
      }
    });

    it('a divergence by the number of the batch, counting those that batchSize makes', async () => {
      const layers = [{ units: 1, activation: 'linear' }] as const;
      const network = await Network.create({ inputs: 1, layers, engine });
      const calm = { inputs: new Float32Array(4), targets: new Float32Array(4) };
      async function* batches() {
        yield calm;
        yield calm;
        yield { inputs: new Float32Array([0, 0, 3e38, 0]), targets: new Float32Array([0, 0, -3e38, 0]) };
      }
      const error = await thrownBy(() => network.fitStream(batches, { batchSize: 2, learningRate: 1e30 }));
      expectCoded(error, 'ERR_DIVERGED', /^fitStream: .* in epoch 1, batch 6, at learning rate 1e\+30\./);
      expect(error).toMatchObject({ epoch: 1, batch: 6 });
    });

    it('a stream that is empty, in any epoch', async () => {
      const [network, twin] = await Promise.all([create(), create()]);
      const message =
        /^fitStream: the stream ended without a batch\. Let each call of batches\(\) begin a new stream, of at least one\.$/;
      await expectRefused(() => network.fitStream(async function* () {}), 'ERR_SHAPE', message);
      expect(fingerprint(network)).toBe(fingerprint(twin));
      const stream = streamOf(20)();
      await expectRefused(() => network.fitStream(() => stream), 'ERR_SHAPE', message);
      await twin.fitStream(streamOf(20), { epochs: 1 });
      expect(fingerprint(network)).toBe(fingerprint(twin));
    });
  });

  describe('refuses', () => {
    const FUNCTION = 'expected a function that returns a new stream for each epoch\\.$';
    const ITERABLE = 'expected an async iterable of { inputs, targets }\\.$';
    const ALL = 'needs all the samples, and a stream has one batch';
    const validation = { inputs: [[1, 2]], targets: ['red'] };
    const rows: [string, unknown, unknown, Parameters<typeof expectCoded>[1], RegExp][] = [
      ['nothing', undefined, {}, 'ERR_INVALID_TYPE', new RegExp(`^fitStream: batches is undefined, ${FUNCTION}`)],
      ['samples', INPUTS, {}, 'ERR_INVALID_TYPE', new RegExp(`^fitStream: batches is a Float32Array, ${FUNCTION}`)],
      [
        'a generator that already began',
        streamOf(10)(),
        {},
        'ERR_INVALID_TYPE',
        new RegExp(`^fitStream: batches is an AsyncGenerator, ${FUNCTION}`),
      ],
      [
        'a function of nothing',
        () => undefined,
        {},
        'ERR_INVALID_TYPE',
        new RegExp(`batches\\(\\) is undefined, ${ITERABLE}`),
      ],
      ['a function of null', () => null, {}, 'ERR_INVALID_TYPE', new RegExp(`batches\\(\\) is null, ${ITERABLE}`)],
      ['a function of a number', () => 5, {}, 'ERR_INVALID_TYPE', new RegExp(`batches\\(\\) is 5, ${ITERABLE}`)],
      [
        'sampleWeights',
        streamOf(10),
        { sampleWeights: [1] },
        'ERR_INVALID_OPTION',
        new RegExp(`^fitStream: sampleWeights ${ALL}\\. Use fit, or classWeights\\.$`),
      ],
      [
        'shuffle',
        streamOf(10),
        { shuffle: true },
        'ERR_INVALID_OPTION',
        new RegExp(`^fitStream: shuffle: true ${ALL}\\. Shuffle`),
      ],
      [
        'a fraction as validation',
        streamOf(10),
        { validation: 0.2 },
        'ERR_INVALID_OPTION',
        new RegExp(`^fitStream: a fraction as validation ${ALL}\\. Give validation: { inputs, targets }\\.$`),
      ],
      [
        'wrong samples for validation',
        streamOf(10),
        { validation: { ...validation, inputs: [[1]] } },
        'ERR_SHAPE',
        /^fitStream: validation\.inputs\[0\] has 1 value, expected 2/,
      ],
      [
        'epochs: 0',
        streamOf(10),
        { epochs: 0 },
        'ERR_INVALID_OPTION',
        /^fitStream: epochs is 0, expected a whole number/,
      ],
      ['batchSize: 0', streamOf(10), { batchSize: 0 }, 'ERR_INVALID_OPTION', /^fitStream: batchSize is 0, expected/],
      [
        'a misspelled option',
        streamOf(10),
        { classWeight: {} },
        'ERR_INVALID_OPTION',
        /^fitStream: options has an unknown option "classWeight"\. Did you mean "classWeights"\?/,
      ],
      [
        'a wrong schedule',
        streamOf(10),
        { learningRate: { type: 'step', factor: 2 } },
        'ERR_INVALID_OPTION',
        /^fitStream: learningRate\.factor is 2, expected a number above 0 and at most 1\.$/,
      ],
      [
        'a wrong patience',
        streamOf(10),
        { earlyStopping: { patience: 0 } },
        'ERR_INVALID_OPTION',
        /^fitStream: earlyStopping\.patience is 0, expected/,
      ],
      [
        'a wrong weight of a class',
        streamOf(10),
        { classWeights: { red: -1 } },
        'ERR_INVALID_OPTION',
        /^fitStream: classWeights\["red"\] is -1, expected/,
      ],
      ['a wrong clipNorm', streamOf(10), { clipNorm: 0 }, 'ERR_INVALID_OPTION', /^fitStream: clipNorm is 0, expected/],
      [
        'background by name',
        streamOf(10),
        { background: 1 },
        'ERR_INVALID_TYPE',
        /^fitStream: background is 1, expected/,
      ],
    ];

    it.each(rows)('%s', async (_, batches, options, code, message) => {
      const network = await create({ normalize: 'minMax' });
      const before = { ...(await stateOf(network)), summary: network.summary() };
      const asked = typeof batches === 'function' ? vi.fn(batches as () => unknown) : batches;
      await expectRefused(() => network.fitStream(asked as Batches, options as FitOptions), code, message);
      // Wrong options are refused before a stream is opened.
      if (Object.keys(options as object).length > 0) expect(asked).not.toHaveBeenCalled();
      expect({ ...(await stateOf(network)), summary: network.summary() }).toEqual(before);
      const { epochs } = await network.fitStream(streamOf(30), { epochs: 1, shuffle: false, validation });
      expect(epochs.map(({ epoch }) => epoch)).toEqual([1]);
    });

    it('an async function, and handles its rejection', async () => {
      const network = await create();
      const batches = (async () => {
        throw new Error('late');
      }) as unknown as Batches;
      const message = new RegExp(`^fitStream: batches\\(\\) is a Promise, ${ITERABLE}`);
      await expectRefused(() => network.fitStream(batches), 'ERR_INVALID_TYPE', message);
    });

    it('class weights if targets are not classes', async () => {
      const network = await Network.create({ inputs: 2, layers: [{ units: 2, activation: 'linear' }], engine });
      const batches = async function* () {
        yield { inputs: INPUTS, targets: INPUTS };
      };
      const message = /^fitStream: batch 1 of the stream: classWeights with targets that are not classes\. /;
      await expectRefused(() => network.fitStream(batches, { classWeights: [1, 2] }), 'ERR_INVALID_OPTION', message);
    });

    it('to run beside another fit, or after an abort', async () => {
      const network = await create();
      const running = network.fitStream(streamOf(10), { epochs: 2 });
      await expectRefused(
        () => network.fitStream(streamOf(10)),
        'ERR_BUSY',
        /^fitStream: a fit of this network is running/,
      );
      await running;
      const reason = new Error('before');
      const batches = vi.fn(streamOf(10));
      expect(await thrownBy(() => network.fitStream(batches, { signal: AbortSignal.abort(reason) }))).toBe(reason);
      expect(batches).not.toHaveBeenCalled();
    });
  });
});
