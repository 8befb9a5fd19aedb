/** Aborts at random turns of the event loop: the weights are always those after a whole number of batches. */
import { describe, expect, it } from 'vitest';
import { Random } from '../../src/foundation/random.js';
import { type FitOptions, Network } from '../../src/index.js';
import { turns, until } from '../support/event-loop.js';
import { classifier, ENGINES, fingerprint } from '../support/networks.js';
import { thrownBy } from '../support/refusals.js';
import { repeats } from '../support/repeats.js';
import { randomClasses, randomRows, rowsAt, shuffledOrder } from '../support/samples.js';
import { SampleClock } from '../support/training/sample-clock.js';

/** The number of aborts on each engine. */
const ABORTS = repeats(60, 500);
const SEED = 20260901;
const COUNT = 600;
const BATCH = 10;
const WIDTH = 24;
const INPUTS = randomRows(COUNT, WIDTH);
const TARGETS = randomClasses(COUNT, 4);
const EPOCHS = 2;
const BATCHES = (EPOCHS * COUNT) / BATCH;
/** How long a sample takes by the clock of a fit: a slice is then one, two or four batches. */
const MILLISECONDS_PER_SAMPLE = [1, 1 / 4, 1 / 16];

function create(engine: 'wasm' | 'js'): Promise<Network> {
  const layers = [
    { units: 48, activation: 'tanh' },
    { units: 4, activation: 'softmax' },
  ] as const;
  return Network.create({ inputs: WIDTH, layers, seed: SEED, engine });
}

/** A cheap mark of the state: the weights of the output layer, which every step changes. */
function mark(network: Network): string {
  const { weights, biases } = network.getParameters(1);
  return Buffer.from(weights.buffer).toString('latin1') + Buffer.from(biases.buffer).toString('latin1');
}

/** The mark after each batch, with the number of the batch. */
async function trajectory(engine: 'wasm' | 'js'): Promise<Map<string, number>> {
  const network = await create(engine);
  const marks = new Map([[mark(network), 0]]);
  for (let epoch = 1; epoch <= EPOCHS; epoch++) {
    const order = shuffledOrder(SEED, epoch, COUNT);
    for (let from = 0; from < COUNT; from += BATCH) {
      const targets = Uint8Array.from(order.subarray(from, from + BATCH), (sample) => TARGETS[sample] as number);
      network.trainOnBatch(rowsAt(INPUTS, WIDTH, from, from + BATCH, order), targets);
      marks.set(mark(network), marks.size);
    }
  }
  network.dispose();
  return marks;
}

describe.each(ENGINES)('an aborted fit on %s', (engine) => {
  it(`leaves the whole batches that there were, at each of ${ABORTS} random turns, and trains on`, async () => {
    const marks = await trajectory(engine);
    const random = new Random(SEED, 'split');
    const reached = new Set<number>();
    for (let i = 0; i < ABORTS; i++) {
      const network = await create(engine);
      const perSample = MILLISECONDS_PER_SAMPLE[i % MILLISECONDS_PER_SAMPLE.length] as number;
      const clock = new SampleClock(perSample);
      const controller = new AbortController();
      const reason = new Error(`abort ${i}`);
      const options: FitOptions = { epochs: EPOCHS, batchSize: BATCH, signal: controller.signal };
      const ended = network.fit(INPUTS, TARGETS, options).then(
        () => 'completed',
        (thrown: unknown) => thrown,
      );
      // Up to the number of turns that a whole fit has.
      await turns(Math.floor(random.uniform() * (2 + Math.min(BATCHES, (EPOCHS * COUNT * perSample) / 8))));
      const atAbort = mark(network);
      controller.abort(reason);
      const error = await ended;
      await clock.stop();
      const which = `seed ${SEED}, abort ${i}`;
      if (error !== 'completed') expect(error, which).toBe(reason);
      expect(mark(network), `${which}: went on after it`).toBe(atAbort);
      const batches = marks.get(atAbort);
      expect(batches, `${which}: weights of no whole number of batches`).toBeDefined();
      reached.add(batches as number);
      network.trainOnBatch(INPUTS.subarray(0, WIDTH), TARGETS.subarray(0, 1));
      network.dispose();
    }
    expect(reached.size, 'the aborts came at different moments').toBeGreaterThan(BATCHES / 4);
  });

  it('trains on from where it was', async () => {
    const [network, twin] = await Promise.all([create(engine), create(engine)]);
    const controller = new AbortController();
    const running = thrownBy(() => network.fit(INPUTS, TARGETS, { epochs: 10_000, signal: controller.signal }));
    const before = mark(network);
    await until(() => mark(network) !== before);
    controller.abort();
    expect(await running).toMatchObject({ name: 'AbortError' });
    for (const layer of [0, 1]) twin.setParameters(layer, network.getParameters(layer));
    const order = { shuffle: false, batchSize: 50 };
    const [after] = (await network.fit(INPUTS, TARGETS, { epochs: 1, ...order })).epochs;
    await twin.fit(INPUTS, TARGETS, { epochs: 1, ...order });
    expect(fingerprint(network)).toBe(fingerprint(twin));
    expect(after?.loss).toBeGreaterThan(0);
  });

  it('rejects with the reason, whatever it is', async () => {
    for (const reason of ['enough', 0, { why: 'enough' }, new TypeError('enough')]) {
      const network = await classifier(engine);
      const controller = new AbortController();
      const onEpoch = () => controller.abort(reason);
      const fit = () => network.fit(randomRows(9, 2), randomClasses(9, 3), { signal: controller.signal, onEpoch });
      expect(await thrownBy(fit)).toBe(reason);
    }
  });

  it('by onEpoch has trained exactly the reported epochs, and later fits count on', async () => {
    const [network, twin] = await Promise.all([classifier(engine), classifier(engine)]);
    const [inputs, targets] = [randomRows(70, 2), randomClasses(70, 3)];
    const controller = new AbortController();
    const onEpoch = ({ epoch }: { epoch: number }): void => {
      if (epoch === 3) controller.abort();
    };
    await thrownBy(() => network.fit(inputs, targets, { signal: controller.signal, onEpoch }));
    await twin.fit(inputs, targets, { epochs: 3 });
    expect(fingerprint(network)).toBe(fingerprint(twin));
    expect((await network.fit(inputs, targets, { epochs: 1 })).epochs[0]?.epoch).toBe(4);
  });

  it('leaves no listener and no timer behind that would abort the next', async () => {
    const network = await classifier(engine);
    const controller = new AbortController();
    await network.fit([[1, 2]], ['red'], { epochs: 1, signal: controller.signal });
    controller.abort();
    await network.fit([[1, 2]], ['red'], { epochs: 1 });
  });

  it('by a timeout ends before the next batch', async () => {
    const network = await create(engine);
    const signal = AbortSignal.timeout(20);
    let atAbort = '';
    signal.addEventListener('abort', () => {
      atAbort = mark(network);
    });
    const error = await thrownBy(() => network.fit(INPUTS, TARGETS, { epochs: 1e6, signal }));
    expect(error).toMatchObject({ name: 'TimeoutError' });
    expect(mark(network)).toBe(atAbort);
  });
});
