import { expect, it } from 'vitest';
import type { History } from '../../../src/index.js';
import { type StaleColumn, withStaleScaling } from '../../../src/training/hints/stale.js';

const HISTORY: History = {
  epochs: [],
  bestEpoch: 1,
  stopped: 'completed',
  seconds: 1,
  samplesPerSecond: 1,
  hints: Object.freeze([{ code: 'CONSTANT_OUTPUT', message: 'The same.' }]),
};
const FAR: StaleColumn = {
  samples: 'inputs',
  column: 2,
  value: 440,
  shift: 100,
  scale: 2,
  deviations: 170,
  count: 60,
  rows: 65,
};

it('a stale scaling comes first, with the column, its numbers and the mend', () => {
  const { hints, ...rest } = withStaleScaling(HISTORY, [{ ...FAR, column: 1, deviations: 20 }, FAR]);
  expect(rest).toEqual({ epochs: [], bestEpoch: 1, stopped: 'completed', seconds: 1, samplesPerSecond: 1 });
  expect(hints.map(({ code }) => code)).toEqual(['STALE_SCALING', 'CONSTANT_OUTPUT']);
  expect(hints[0]?.message).toBe(
    'The scaling was learned from other samples: column 2 (counted from 0) of inputs has 440, 170 deviations from 100, around which the scaling was learned (60 of 65 rows, and in 1 more of the columns). Fit with relearnScaling: true, or create a new network and fit it on all samples.',
  );
  expect(Object.isFrozen(hints) && Object.isFrozen(hints[0])).toBe(true);
});

it('a column that was constant is told from one that moved', () => {
  const { hints } = withStaleScaling(HISTORY, [
    FAR,
    { ...FAR, column: 0, scale: 0, value: 3, shift: 1, deviations: Number.POSITIVE_INFINITY },
  ]);
  expect(hints[0]?.message).toMatch(/column 0 .* of inputs was always 1 when the scaling was learned, and is 3 now/);
});
