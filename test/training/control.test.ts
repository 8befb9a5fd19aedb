/** What happens around a fit: callbacks, other calls during it, and disposal. */
import { describe, expect, it, vi } from 'vitest';
import type { FitOptions, Network, Progress } from '../../src/index.js';
import { turns, until } from '../support/event-loop.js';
import { classifier, ENGINES, fingerprint, reservedBytes, stateOf } from '../support/networks.js';
import { expectCoded, expectRefused, thrownBy } from '../support/refusals.js';
import { randomClasses, randomRows } from '../support/samples.js';

const COUNT = 60;
const INPUTS = randomRows(COUNT, 2);
const TARGETS = randomClasses(COUNT, 3);
const VALIDATION = { inputs: randomRows(9, 2, 3), targets: randomClasses(9, 3, 3) };
const PAST = -1e6;

describe.each(ENGINES)('a fit on %s', (engine) => {
  /** Checks that the network is as after `epochs` whole epochs, and can train on. */
  async function expectEpochs(network: Network, epochs: number, options: FitOptions = {}): Promise<void> {
    const twin = await classifier(engine);
    if (epochs > 0) await twin.fit(INPUTS, TARGETS, { ...options, epochs });
    expect(fingerprint(network)).toBe(fingerprint(twin));
    const { epochs: next } = await network.fit(INPUTS, TARGETS, { ...options, epochs: 1 });
    expect(next[0]?.epoch).toBe(epochs + 1);
    await twin.fit(INPUTS, TARGETS, { ...options, epochs: 1 });
    expect(fingerprint(network)).toBe(fingerprint(twin));
  }

  it('calls onEpoch after each epoch with what the history will hold', async () => {
    const network = await classifier(engine);
    const onEpoch = vi.fn();
    const { epochs } = await network.fit(INPUTS, TARGETS, { epochs: 4, validation: 0.25, onEpoch });
    expect(onEpoch.mock.calls.map(([result]) => result)).toEqual(epochs);
  });

  it('keeps its history when onEpoch writes into the result', async () => {
    const network = await classifier(engine);
    const { epochs } = await network.fit(INPUTS, TARGETS, {
      epochs: 2,
      onEpoch: (result) => Object.assign(result, { epoch: -1 }),
    });
    expect(epochs.map(({ epoch }) => epoch)).toEqual([1, 2]);
  });

  it('waits for an onEpoch that is async', async () => {
    const network = await classifier(engine);
    const events: string[] = [];
    const onEpoch = async ({ epoch }: { epoch: number }): Promise<void> => {
      events.push(`begin ${epoch}`);
      await turns(2);
      events.push(`end ${epoch}`);
    };
    await network.fit(INPUTS, TARGETS, { epochs: 2, onEpoch });
    expect(events).toEqual(['begin 1', 'end 1', 'begin 2', 'end 2']);
  });

  const failures: [string, (error: Error) => void | Promise<void>][] = [
    [
      'throws',
      (error) => {
        throw error;
      },
    ],
    ['rejects', (error) => Promise.reject(error)],
  ];
  it.each(failures)('rejects with the very error where onEpoch %s, after that epoch', async (_, fail) => {
    const network = await classifier(engine);
    const error = new Error('no more');
    const onEpoch = ({ epoch }: { epoch: number }) => (epoch === 3 ? fail(error) : undefined);
    expect(await thrownBy(() => network.fit(INPUTS, TARGETS, { onEpoch }))).toBe(error);
    await expectEpochs(network, 3);
  });

  it.each(failures)('rejects with the very error where onProgress %s', async (_, fail) => {
    const network = await classifier(engine);
    const error = new Error('no more');
    expect(await thrownBy(() => network.fit(INPUTS, TARGETS, { epochs: 2, onProgress: () => fail(error) }))).toBe(
      error,
    );
    await expectEpochs(network, 2);
  });

  it('rejects with the very error where the learning rate throws', async () => {
    const network = await classifier(engine, { optimizer: 'sgd' });
    const error = new Error('no rate');
    const learningRate = (epoch: number): number => {
      if (epoch === 2) throw error;
      return 0.1;
    };
    expect(await thrownBy(() => network.fit(INPUTS, TARGETS, { learningRate }))).toBe(error);
    await expectEpochs(network, 1);
  });

  it('tells its progress about ten times a second, up to 1', async () => {
    const network = await classifier(engine);
    const told: Progress[] = [];
    const times: number[] = [];
    // A clock that advances by a millisecond at each reading. It is in the past: then nothing waits for it once the host's clock is back.
    let now = PAST;
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => ++now);
    const onProgress = (progress: Progress): void => {
      told.push(progress);
      times.push(now);
    };
    await network.fit(INPUTS, TARGETS, { epochs: 400, onProgress });
    clock.mockRestore();
    expect(told.length).toBeGreaterThan((now - PAST) / 150);
    expect(told.length).toBeLessThanOrEqual((now - PAST) / 100 + 1);
    times.slice(1, -1).forEach((time, i) => {
      expect(time - (times[i] as number)).toBeGreaterThanOrEqual(100);
    });
    const fractions = told.map(({ fraction }) => fraction);
    expect(fractions).toEqual(fractions.toSorted((a, b) => a - b));
    expect(told.every(({ fraction, samplesPerSecond }) => fraction > 0 && samplesPerSecond > 0)).toBe(true);
    expect(told.at(-1)).toMatchObject({ fraction: 1, samples: 400 * COUNT, epoch: 400 });
  });

  it('refuses what would change the weights meanwhile, and serves what only reads', async () => {
    const network = await classifier(engine);
    const message = (call: string) =>
      new RegExp(`^${call}: a fit of this network is running\\. Await it first, or abort it by its signal\\.$`);
    const evaluations: unknown[] = [];
    const onEpoch = async (): Promise<void> => {
      await expectRefused(() => network.fit(INPUTS, TARGETS), 'ERR_BUSY', message('fit'));
      await expectRefused(() => network.trainOnBatch(INPUTS, TARGETS), 'ERR_BUSY', message('trainOnBatch'));
      await expectRefused(() => network.setParameters(0, {}), 'ERR_BUSY', message('setParameters'));
      network.predict(randomRows(300, 2));
      network.classify([1, 2]);
      network.getParameters(0);
      network.summary();
      evaluations.push(network.evaluate(INPUTS, TARGETS), network.gradients(INPUTS, TARGETS).loss);
    };
    await network.fit(INPUTS, TARGETS, { epochs: 3, batchSize: 25, onEpoch });
    expect(evaluations).toHaveLength(6);
    await expectEpochs(network, 3, { batchSize: 25 });
  });

  it('in batches larger than a pass is not disturbed by a call of gradients meanwhile', async () => {
    const [network, twin] = await Promise.all([classifier(engine), classifier(engine)]);
    const [inputs, targets] = [randomRows(900, 2), randomClasses(900, 3)];
    const onEpoch = () => void network.gradients(INPUTS, TARGETS);
    await network.fit(inputs, targets, { epochs: 3, batchSize: 300, onEpoch });
    await twin.fit(inputs, targets, { epochs: 3, batchSize: 300 });
    expect(await stateOf(network)).toEqual({ ...(await stateOf(twin)), memory: expect.any(String) });
  });

  it('keeps nothing of its arguments: the caller may change them meanwhile', async () => {
    const network = await classifier(engine);
    const [inputs, targets] = [INPUTS.slice(), TARGETS.slice()];
    const onEpoch = (): void => {
      inputs.fill(Number.NaN);
      targets.fill(9);
    };
    await network.fit(inputs, targets, { epochs: 3, onEpoch });
    await expectEpochs(network, 3);
  });

  it('is refused while another runs, which goes on', async () => {
    const network = await classifier(engine);
    const first = network.fit(INPUTS, TARGETS, { epochs: 2 });
    await expectRefused(() => network.fit(INPUTS, TARGETS), 'ERR_BUSY', /^fit: a fit of this network is running/);
    await first;
    await expectEpochs(network, 2);
  });

  it('runs next to the fit of another network, and neither changes the other', async () => {
    const networks = await Promise.all([classifier(engine), classifier(engine), classifier(engine, { seed: 8 })]);
    const [one, alone, other] = networks as [Network, Network, Network];
    await Promise.all([one.fit(INPUTS, TARGETS, { epochs: 200 }), other.fit(INPUTS, TARGETS, { epochs: 200 })]);
    await alone.fit(INPUTS, TARGETS, { epochs: 200 });
    expect(fingerprint(one)).toBe(fingerprint(alone));
    expect(fingerprint(other)).not.toBe(fingerprint(alone));
  });

  it('rejects with ERR_DISPOSED where the network is disposed of, and gives all memory back', async () => {
    const reserved = await reservedBytes();
    const network = await classifier(engine);
    const before = fingerprint(network);
    const running = thrownBy(() => network.fit(INPUTS, TARGETS, { epochs: 1e6 }));
    await until(() => fingerprint(network) !== before);
    network.dispose();
    expectCoded(await running, 'ERR_DISPOSED', /^fit: this network was disposed of\. Create a new one\.$/);
    expect(await reservedBytes()).toBeLessThanOrEqual(reserved);
  });

  /** Ways to begin a fit that would go on for long. */
  const long: [call: string, begin: (network: Network) => unknown][] = [
    ['fit', (network) => network.fit(INPUTS, TARGETS, { epochs: 1000 })],
    ['fitStream', (network) => network.fitStream(stream, { epochs: 1000, validation: VALIDATION })],
  ];
  async function* stream() {
    yield { inputs: INPUTS, targets: TARGETS };
    yield { inputs: INPUTS, targets: TARGETS };
  }

  // Wherever the fit waits: after so many microtasks, it has trained on several batches.
  it.each(long)(
    'by %s is disposed of any number of microtasks after it began, and harms no other network',
    async (call, begin) => {
      for (let microtasks = 0; microtasks < 40; microtasks++) {
        const other = await classifier(engine);
        const before = fingerprint(other);
        const network = await classifier(engine);
        const running = thrownBy(() => begin(network));
        for (let i = 0; i < microtasks; i++) await undefined;
        network.dispose();
        const others = [await classifier(engine), await classifier(engine)];
        expectCoded(await running, 'ERR_DISPOSED', new RegExp(`^${call}: this network was disposed of`));
        expect(fingerprint(other)).toBe(before);
        const fresh = fingerprint(await classifier(engine));
        expect(others.map(fingerprint)).toEqual([fresh, fresh]);
      }
    },
  );

  it('whose network is disposed of in a callback writes nothing into memory that others got', async () => {
    const network = await classifier(engine);
    const others: Network[] = [];
    const onEpoch = async (): Promise<void> => {
      network.dispose();
      for (let i = 0; i < 8; i++) others.push(await classifier(engine));
    };
    expectCoded(await thrownBy(() => network.fit(INPUTS, TARGETS, { onEpoch })), 'ERR_DISPOSED', /^fit: /);
    const fresh = fingerprint(await classifier(engine));
    expect(others.map(fingerprint)).toEqual(others.map(() => fresh));
  });
});
