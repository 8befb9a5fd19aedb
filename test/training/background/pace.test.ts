/** How often something may be done: by a clock that the test turns. */
import { expect, it, vi } from 'vitest';
import { Pace } from '../../../src/training/background/pace.js';

/** Asks once a millisecond, for some time. Returns how often it was done. */
function timesIn(milliseconds: number, costs: readonly number[], { share = 0.03, least = 0 } = {}): number {
  let now = 0;
  let times = 0;
  const pace = new Pace(share, least, () => now);
  while (now < milliseconds) {
    pace.whenDue(() => {
      now += costs[Math.min(times, costs.length - 1)] as number;
      times++;
    });
    now++;
  }
  return times;
}

it('takes no more than its share of the time', () => {
  for (const cost of [0.2, 1, 15, 400]) {
    const times = timesIn(100_000, [cost]);
    expect(times * cost).toBeLessThanOrEqual(0.03 * 100_000 + cost);
    expect(times * cost).toBeGreaterThan(0.02 * 100_000);
  }
});

it('keeps the least time where it costs nothing', () => {
  expect(timesIn(1000, [0], { least: 10 })).toBe(100);
  expect(timesIn(1000, [0])).toBe(1000);
});

it('is not slowed down by one time that was interrupted', () => {
  expect(timesIn(10_000, [1, 500, 1])).toBeGreaterThan(250);
});

it('asks again at once after a time that did not happen', () => {
  const pace = new Pace(0.01, 10, () => 0);
  const work = vi.fn(() => false);
  for (let i = 0; i < 3; i++) pace.whenDue(work);
  expect(work).toHaveBeenCalledTimes(3);
  pace.whenDue(() => undefined);
  pace.whenDue(work);
  expect(work).toHaveBeenCalledTimes(3);
});
