/** Turns of the event loop while networks train, by a clock that counts samples: one fit or many leave it as free. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Network } from '../../src/index.js';
import { turn } from '../support/event-loop.js';
import { ENGINES, fingerprint } from '../support/networks.js';
import { randomClasses, randomRows } from '../support/samples.js';
import { SampleClock } from '../support/training/sample-clock.js';

const COUNT = 2000;
const INPUTS = randomRows(COUNT, 5);
const CLASSES = randomClasses(COUNT, 3);

const EPOCHS = 2;
/** Milliseconds. A sum of these is exact. */
const PER_SAMPLE = 1 / 8;
const IN_ALL = EPOCHS * COUNT * PER_SAMPLE;

/** What src/training/ allows: 8 ms, and a slice that crosses them, which takes 6 at most or is one batch. */
const MAX_MILLISECONDS = 8 + 6;

describe.each(ENGINES)('on %s', (engine) => {
  let clock: SampleClock;
  beforeEach(() => {
    clock = new SampleClock(PER_SAMPLE);
  });
  afterEach(() => clock.stop());

  /** Milliseconds of training between each two turns while `count` fits run at once, and what the networks come to. */
  async function gapsOf(count: number): Promise<{ gaps: number[]; networks: Network[] }> {
    const layers = [{ units: 4 }, { units: 3, activation: 'softmax' }] as const;
    const networks = await Promise.all(
      Array.from({ length: count }, () => Network.create({ inputs: 5, layers, engine })),
    );
    const gaps: number[] = [];
    let isOver = false;
    const fits = networks.map((network) => network.fit(INPUTS, CLASSES, { epochs: EPOCHS, batchSize: 16 }));
    const ended = Promise.all(fits).finally(() => {
      isOver = true;
    });
    for (let last = clock.now; !isOver; last = clock.now) {
      await turn();
      gaps.push(clock.now - last);
    }
    await ended;
    return { gaps, networks };
  }

  it.each([1, 12])('the event loop turns each 8 ms of training, while %i fits run at once', async (count) => {
    const { gaps, networks } = await gapsOf(count);
    const trained = gaps.filter((gap) => gap > 0);
    expect(trained.reduce((sum, gap) => sum + gap, 0)).toBe(count * IN_ALL);
    // Of several fits one may have its turn just before this test looks, another just after. All of them would make it 12.
    expect(Math.max(...trained)).toBeLessThanOrEqual(Math.min(count, 2) * MAX_MILLISECONDS);
    expect(new Set(networks.map(fingerprint)).size).toBe(1);
  });

  it('a batch that takes longer than 8 ms has a turn of its own', async () => {
    clock.millisecondsPerSample = 5;
    const { gaps } = await gapsOf(1);
    expect(new Set(gaps.filter((gap) => gap > 0))).toEqual(new Set([16 * 5]));
  });
});
