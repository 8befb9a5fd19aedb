/** Turns of the event loop while networks train, counted in samples, which drive the clock too: many fits leave it as free as one. */
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
const BATCH = 16;
/** So many make a millisecond of the clock. */
const SAMPLES_PER_MILLISECOND = 8;

/** The most samples without a turn: those of 8 ms, plus the slice that crosses this limit, which takes at most 6 ms or is one batch. */
const MOST_SAMPLES = (8 + 6) * SAMPLES_PER_MILLISECOND;

describe.each(ENGINES)('on %s', (engine) => {
  let clock: SampleClock;
  beforeEach(() => {
    clock = new SampleClock(1 / SAMPLES_PER_MILLISECOND);
  });
  afterEach(() => clock.stop());

  /** The samples that are trained on between two turns while `count` fits run, and the networks. */
  async function gapsOf(count: number): Promise<{ gaps: number[]; networks: Network[] }> {
    const layers = [{ units: 4 }, { units: 3, activation: 'softmax' }] as const;
    const networks = await Promise.all(
      Array.from({ length: count }, () => Network.create({ inputs: 5, layers, engine })),
    );
    const gaps: number[] = [];
    let isOver = false;
    const fits = networks.map((network) => network.fit(INPUTS, CLASSES, { epochs: EPOCHS, batchSize: BATCH }));
    const ended = Promise.all(fits).finally(() => {
      isOver = true;
    });
    for (let last = clock.now; !isOver; last = clock.now) {
      await turn();
      gaps.push((clock.now - last) / clock.millisecondsPerSample);
    }
    await ended;
    return { gaps, networks };
  }

  it.each([1, 12])('the event loop turns after few samples, while %i fits run at once', async (count) => {
    const { gaps, networks } = await gapsOf(count);
    expect(gaps.reduce((sum, gap) => sum + gap, 0)).toBe(count * EPOCHS * COUNT);
    // One fit may train just before this test looks, and another one just after. If all of them did, it would be 12.
    expect(Math.max(...gaps)).toBeLessThanOrEqual(Math.min(count, 2) * MOST_SAMPLES);
    expect(new Set(networks.map(fingerprint)).size).toBe(1);
  });

  it('slow batches have a turn each', async () => {
    clock.millisecondsPerSample = 5;
    const { gaps } = await gapsOf(1);
    expect(new Set(gaps.filter((gap) => gap > 0))).toEqual(new Set([BATCH]));
  });
});
