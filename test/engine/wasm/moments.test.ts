/** Which steps with momentum go in blocks: one sample at a time, where nothing needs the gradient of each step in memory. */
import { describe, expect, it } from 'vitest';
import { BLOCK_ROWS } from '../../../assembly/abi.js';
import { momentRows } from '../../../src/engine/wasm/moments.js';
import type { NetworkSpec } from '../../../src/options/spec.js';
import { fullEngine } from '../../support/engine/full.js';
import { LAYER, problemOf, SGD, stepOf } from '../../support/engine/problems.js';
import { SeededRandom } from '../../support/seeded.js';

const HIDDEN = { ...LAYER, inputs: 20, units: 30, activation: 'tanh' } as const;
const OUTPUT = { ...LAYER, inputs: 30, units: 5, activation: 'sigmoid' } as const;
const MOMENTUM = { ...SGD, momentum: 0.9 };

function problemWith(changes: Partial<NetworkSpec>) {
  const problem = problemOf('moments', [HIDDEN, OUTPUT], 'meanSquaredError', 20, new SeededRandom('moments'));
  return { ...problem, spec: { ...problem.spec, optimizer: MOMENTUM, ...changes } };
}

describe('a step with momentum', () => {
  const rows = (changes: Partial<NetworkSpec> = {}, options = {}): number =>
    momentRows(problemWith(changes).spec, { batchSize: 1, ...options });

  it('goes in blocks', () => {
    expect(rows()).toBe(BLOCK_ROWS);
    expect(rows({ optimizer: { ...MOMENTUM, nesterov: true } })).toBe(BLOCK_ROWS);
    expect(rows({ layers: [{ ...HIDDEN, dropout: 0.5 }, OUTPUT] })).toBe(BLOCK_ROWS);
    expect(rows({ layers: [{ ...HIDDEN, l1: 0.1, l2: 0.1, trainable: false }, OUTPUT] })).toBe(BLOCK_ROWS);
  });

  it.each([2, 3, 32])('does not in batches of %i', (batchSize) => {
    expect(rows({}, { batchSize })).toBe(batchSize);
  });

  it('does not where it decays, is clipped, or belongs to another optimizer', () => {
    expect(rows({ optimizer: { ...MOMENTUM, weightDecay: 1e-9 } })).toBe(1);
    expect(rows({ layers: [{ ...HIDDEN, l1: 1e-9 }, OUTPUT] })).toBe(1);
    expect(rows({ layers: [HIDDEN, { ...OUTPUT, l2: 1e-9 }] })).toBe(1);
    expect(rows({}, { clipNorm: 1 })).toBe(1);
    expect(rows({}, { clipValue: 1 })).toBe(1);
    for (const type of ['adam', 'adamw', 'rmsprop', 'adagrad'] as const) {
      expect(rows({ optimizer: { ...SGD, type, beta1: 0.9, beta2: 0.9 } })).toBe(1);
    }
  });

  it('takes no memory for gradients in blocks', async () => {
    const engine = await fullEngine();
    const { spec, samples } = problemWith({});
    const bytes = [undefined, 1].map((clipNorm) => {
      const network = engine.createNetwork(spec);
      const loaded = network.load(samples);
      network.train(loaded, 0, samples.count, { ...stepOf(1, 0.1), clipNorm }, { loss: 0, correct: 0 });
      const { memoryBytes } = network;
      network.dispose();
      return memoryBytes;
    }) as [number, number];
    const weights = spec.layers.reduce((sum, { inputs, units }) => sum + inputs * units, 0);
    // A pass of blocks has more rows than one of single samples.
    expect(bytes[0]).toBeLessThan(bytes[1] - 4 * weights + 8 * 4 * (20 + 2 * 32 + 2 * 8 + 12));
  });
});
