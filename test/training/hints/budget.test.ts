/** What hints may cost follows from the work of the fit, which for sparse rows is that of their entries. */
import { expect, it } from 'vitest';
import type { EngineSamples } from '../../../src/engine/engine.js';
import { resolveNetwork } from '../../../src/options/network.js';
import { budgetOf } from '../../../src/training/hints/budget.js';
import { sampleOf } from '../../../src/training/hints/sample.js';

const WORDS = 20_000;
const ROWS = 20_000;
const EPOCHS = 5;
const layers = [{ units: 32 }, { units: 4, activation: 'softmax' }] as const;
const spec = resolveNetwork({ inputs: WORDS, layers });
const work = { samplesDone: EPOCHS * ROWS, batchSize: 256 };

/** Bags of 6 words. */
const bags: EngineSamples = {
  count: ROWS,
  metric: 'argmax',
  inputs: Object.assign(new Float32Array(6 * ROWS).fill(1), {
    starts: Uint32Array.from({ length: ROWS + 1 }, (_, row) => 6 * row),
    columns: Uint32Array.from({ length: 6 * ROWS }, (_, i) => (i % 6) * 3000 + ((7 * i) % 2999)),
  }),
  targets: new Uint32Array(ROWS),
};

it('a fit of sparse rows copies no more of them than a thousandth of its own work, and no parameters for trials of rates', () => {
  const { rows, trialSamples } = budgetOf(spec, bags, { ...work, isFirst: true });
  expect(rows).toBeGreaterThanOrEqual(32);
  const { inputs } = sampleOf(bags, rows);
  expect(inputs.length).toBe(6 * Math.min(rows, 512));
  expect(trialSamples).toBe(0);
});

it('a later fit as short is not looked at; one that is long enough is, and tries rates', () => {
  expect(budgetOf(spec, bags, { ...work, isFirst: false })).toMatchObject({ rows: 0, trialSamples: 0 });
  const long = budgetOf(spec, bags, { ...work, samplesDone: 1e8, isFirst: false });
  expect(long.rows).toBeGreaterThanOrEqual(512);
  expect(long.trialSamples).toBeGreaterThan(0);
});

it('the same rows written out are as much work as all their numbers', () => {
  const few = { ...bags, count: 10, inputs: new Float32Array(10 * WORDS), targets: new Uint32Array(10) };
  const budget = budgetOf(spec, few, { ...work, isFirst: false });
  expect(budget.rows).toBeGreaterThanOrEqual(500);
  expect(budget.trialSamples).toBe(0.0005 * EPOCHS * ROWS);
});
