/** Aborts at random moments: whatever the moment, the weights are those after a whole number of batches. */
import { describe, expect, it } from 'vitest';
import { type FitOptions, Network } from '../../src/index.js';
import { Random } from '../../src/random.js';
import { classifier, ENGINES, fingerprint } from '../support/networks.js';
import { thrownBy } from '../support/refusals.js';
import { randomClasses, randomRows, rowsAt, shuffledOrder } from '../support/samples.js';

const ABORTS = 100;
const SEED = 20260901;
const COUNT = 3000;
const BATCH = 10;
const WIDTH = 24;
const INPUTS = randomRows(COUNT, WIDTH);
const TARGETS = randomClasses(COUNT, 4);
const EPOCHS = { wasm: 40, js: 4 } as const;

const sleep = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

function create(engine: 'wasm' | 'js'): Promise<Network> {
  const layers = [
    { units: 48, activation: 'tanh' },
    { units: 4, activation: 'softmax' },
  ] as const;
  return Network.create({ inputs: WIDTH, layers, seed: SEED, engine });
}

/** A cheap mark of the weights: those of the output layer, whose every step moves them. */
function mark(network: Network): string {
  const { weights, biases } = network.getParameters(1);
  return Buffer.from(weights.buffer).toString('latin1') + Buffer.from(biases.buffer).toString('latin1');
}

/** The weights after each batch of `epochs` epochs, and to which batch they belong. */
async function trajectory(engine: 'wasm' | 'js', epochs: number): Promise<Map<string, number>> {
  const network = await create(engine);
  const marks = new Map([[mark(network), 0]]);
  for (let epoch = 1; epoch <= epochs; epoch++) {
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
  it(`leaves a whole number of batches at each of ${ABORTS} random moments`, async () => {
    const epochs = EPOCHS[engine];
    const marks = await trajectory(engine, epochs);
    const random = new Random(SEED, 'split');
    const network = await create(engine);
    const initial = [network.getParameters(0), network.getParameters(1)];
    const reached = new Set<number>();
    for (let i = 0; i < ABORTS; i++) {
      // A fresh network each time, so that every fit starts with epoch 1.
      const aborted = await create(engine);
      const controller = new AbortController();
      const reason = new Error(`abort ${i}`);
      setTimeout(() => controller.abort(reason), Math.floor(random.uniform() * 30));
      const options: FitOptions = { epochs, batchSize: BATCH, signal: controller.signal };
      const error = await aborted.fit(INPUTS, TARGETS, options).then(
        () => 'completed',
        (thrown: unknown) => thrown,
      );
      if (error !== 'completed') expect(error, `seed ${SEED}, abort ${i}`).toBe(reason);
      const batches = marks.get(mark(aborted));
      expect(batches, `seed ${SEED}, abort ${i}: weights of no whole number of batches`).toBeDefined();
      reached.add(batches as number);
      aborted.dispose();
    }
    expect(reached.size, 'the aborts came at different moments').toBeGreaterThan(2);
    expect([network.getParameters(0), network.getParameters(1)]).toEqual(initial);
  });

  it('trains on from where it was', async () => {
    const [network, twin] = await Promise.all([create(engine), create(engine)]);
    const controller = new AbortController();
    const running = thrownBy(() => network.fit(INPUTS, TARGETS, { epochs: 10_000, signal: controller.signal }));
    await sleep(15);
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

  it('by onEpoch has trained exactly the epochs told of, whose number goes on', async () => {
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

  it('by a timeout stops in time', async () => {
    const network = await create(engine);
    const before = process.cpuUsage();
    const error = await thrownBy(() => network.fit(INPUTS, TARGETS, { epochs: 1e6, signal: AbortSignal.timeout(50) }));
    expect(error).toMatchObject({ name: 'TimeoutError' });
    // Turns come every 8 ms. Processor time, so that no busy machine can disturb it.
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1000).toBeLessThan(400);
  });
});
