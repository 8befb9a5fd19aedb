/** Turns of the event loop while networks train, with a clock that counts samples: many fits leave it as free as one. */
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
/** Milliseconds. Sums of this number are exact. */
const PER_SAMPLE = 1 / 8;
const IN_ALL = EPOCHS * COUNT * PER_SAMPLE;

/** The longest time without a turn: 8 ms, plus the slice that crosses this limit, which takes at most 6 ms or is one batch. */
const MAX_MILLISECONDS = 8 + 6;

describe.each(ENGINES)('on %s', (engine) => {
  let clock: SampleClock;
  beforeEach(() => {
    clock = new SampleClock(PER_SAMPLE);
  });
  afterEach(() => clock.stop());

  /** The milliseconds of training between two turns while `count` fits run, and the final parameters of the networks. */
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

  it.each([1, 12])('the event loop turns every 8 ms of training, while %i fits run at once', async (count) => {
    const { gaps, networks } = await gapsOf(count);
    const trained = gaps.filter((gap) => gap > 0);
    expect(trained.reduce((sum, gap) => sum + gap, 0)).toBe(count * IN_ALL);
    // One fit may train just before this test looks, and another one just after. If all of them did, it would be 12.
    expect(Math.max(...trained)).toBeLessThanOrEqual(Math.min(count, 2) * MAX_MILLISECONDS);
    expect(new Set(networks.map(fingerprint)).size).toBe(1);
  });

  it('a batch that takes longer than 8 ms has a turn of its own', async () => {
    clock.millisecondsPerSample = 5;
    const { gaps } = await gapsOf(1);
    expect(new Set(gaps.filter((gap) => gap > 0))).toEqual(new Set([16 * 5]));
  });
});
