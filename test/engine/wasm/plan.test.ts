/** Plans: every tensor aligned, inside its block, apart from the others, and as large as the kernel takes it to be. */
import { describe, expect, it } from 'vitest';
import { BLOCK_ROWS, GRAM_ROWS, LAYER_BYTES, NETWORK_BYTES } from '../../../assembly/abi.js';
import { paddedUnits, panelsFloats } from '../../../src/engine/wasm/panels.js';
import { blockRows, planNetwork, planParameters, planPass } from '../../../src/engine/wasm/plan.js';
import { resolveNetwork } from '../../../src/options/network.js';

const NETWORKS = [
  [1, 1],
  [2, 2, 1],
  [3, 5, 7, 9],
  [64, 32, 10],
  [17, 1, 33, 4],
  [5, 8, 8, 8, 3],
];

function specOf([inputs, ...units]: readonly number[]) {
  return resolveNetwork({ inputs, layers: units.map((count) => ({ units: count })) });
}

/** Tensors from `offset` of `bytes` are aligned, disjoint and within the block. */
function expectDisjoint(tensors: readonly { offset: number; bytes: number }[], blockBytes: number): void {
  const sorted = tensors.toSorted((a, b) => a.offset - b.offset);
  sorted.forEach(({ offset, bytes }, i) => {
    expect(offset % 64).toBe(0);
    expect(bytes).toBeGreaterThan(0);
    expect(offset + bytes).toBeLessThanOrEqual(sorted[i + 1]?.offset ?? blockBytes);
  });
}

describe.each(NETWORKS.map((widths) => [widths.join('-'), specOf(widths)] as const))('the plan of %s', (_, spec) => {
  it('keeps parameters apart', () => {
    const { layers, bytes } = planParameters(spec.layers);
    const tensors = layers.flatMap(({ weightsOffset, biasesOffset }, l) => {
      const { inputs, units } = spec.layers[l] as (typeof spec.layers)[number];
      return [
        { offset: weightsOffset, bytes: panelsFloats(units, inputs) * 4 },
        { offset: biasesOffset, bytes: paddedUnits(units) * 4 },
      ];
    });
    expectDisjoint(tensors, bytes);
  });

  it('puts the parameters behind the records', () => {
    const { parametersOffset, parameters, bytes } = planNetwork(spec);
    expect(parametersOffset).toBeGreaterThanOrEqual(NETWORK_BYTES + spec.layers.length * LAYER_BYTES);
    expectDisjoint([{ offset: parametersOffset, bytes: parameters.bytes }], bytes);
    expect(parameters).toEqual(planParameters(spec.layers));
  });

  it.each([1, 3, 32, 256])('keeps the %i rows of a pass apart', (rows) => {
    const plan = planPass(spec, rows);
    const tensors = plan.layers.flatMap(({ rowBytes, outputsOffset, deltasOffset }, l) => {
      expect(rowBytes).toBe(paddedUnits(spec.layers[l]?.units as number) * 4);
      return [
        { offset: outputsOffset, bytes: rows * rowBytes },
        { offset: deltasOffset, bytes: rows * rowBytes },
      ];
    });
    expect(plan.inputRowBytes).toBe(paddedUnits(spec.inputs) * 4);
    tensors.push({ offset: plan.inputsOffset, bytes: rows * plan.inputRowBytes });
    tensors.push({ offset: plan.targetsOffset, bytes: rows * paddedUnits(spec.outputs) * 4 });
    expectDisjoint(tensors, plan.bytes);
  });
});

describe('the samples that training takes at once', () => {
  const [small, middle, large] = [specOf([16, 64, 10]), specOf([64, 32, 10]), specOf([784, 256, 10])];

  it('are whole batches, as many as a block has room for', () => {
    for (const spec of [small, middle, large]) {
      expect(blockRows(spec, 1)).toBe(BLOCK_ROWS);
      for (let batchSize = 2; batchSize < 300; batchSize++) {
        const rows = blockRows(spec, batchSize);
        expect(rows % batchSize).toBe(0);
        if (rows !== batchSize) expect([rows > GRAM_ROWS - batchSize, rows <= GRAM_ROWS]).toEqual([true, true]);
      }
    }
  });

  it('are several small batches where the first layer is large', () => {
    const several = (spec: typeof small): number[] =>
      [2, 3, 4, 5, 6, 7, 8].filter((size) => blockRows(spec, size) > size);
    expect([small, middle, large].map(several)).toEqual([[], [2, 3], [2, 3, 4, 5, 6]]);
  });

  it('go by the first layer that learns', () => {
    const frozen = { ...large, layers: large.layers.map((layer, l) => ({ ...layer, trainable: l > 0 })) };
    expect(blockRows(frozen, 4)).toBe(4);
    expect(blockRows(frozen, 2)).toBe(12);
    const still = { ...large, layers: large.layers.map((layer) => ({ ...layer, trainable: false })) };
    expect(blockRows(still, 2)).toBe(2);
  });
});
