/** Which fits gain by several threads: those with much to do in a batch, of which the kernel then shares some phase. */
import { describe, expect, it } from 'vitest';
import * as abi from '../../../../assembly/abi.js';
import { createMoments } from '../../../../src/engine/wasm/moments.js';
import { WasmNetwork } from '../../../../src/engine/wasm/network.js';
import { threadsKernel } from '../../../../src/engine/wasm/threads/kernels.js';
import { beginSession } from '../../../../src/engine/wasm/threads/record.js';
import { mayPayOff, paysOff } from '../../../../src/engine/wasm/threads/rule.js';
import { createSharedNetwork, pagesFor } from '../../../../src/engine/wasm/threads/shared-network.js';
import type { LayerSpec, NetworkSpec } from '../../../../src/options/spec.js';
import { LAYER, SGD } from '../../../support/engine/problems.js';
import { Findings } from '../../../support/findings.js';
import { repeats } from '../../../support/repeats.js';
import { SeededRandom } from '../../../support/seeded.js';

/** A network of these widths, from the inputs on. */
function specOf(widths: readonly number[], changes: Partial<NetworkSpec> = {}): NetworkSpec {
  const layers = widths
    .slice(1)
    .map((units, l): LayerSpec => ({ ...LAYER, inputs: widths[l] as number, units, activation: 'tanh' }));
  const [inputs, outputs] = [widths[0], widths.at(-1)] as [number, number];
  return { inputs, outputs, layers, loss: 'meanSquaredError', optimizer: SGD, seed: 1, ...changes } as NetworkSpec;
}

const MOMENTUM = { ...SGD, momentum: 0.9 };
const ADAM = { ...SGD, type: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-8 } as const;

describe('a fit gains by threads', () => {
  const fits = (widths: number[], batchSize: number | undefined, options = {}, changes: Partial<NetworkSpec> = {}) =>
    paysOff(specOf(widths, changes), 'fit', { batchSize, ...options });

  it.each([
    ['the smallest network, whatever its batch', [2, 2, 1], 256, false],
    ['a small one with the default batch', [64, 32, 10], undefined, false],
    ['a small one with a large batch', [64, 32, 10], 256, false],
    ['a medium one with the default batch', [64, 64, 10], undefined, false],
    ['the same with a large batch', [64, 64, 10], 256, true],
    ['a large one with the default batch', [784, 128, 10], undefined, true],
    ['a large one, sample by sample in blocks', [784, 128, 10], 1, true],
    ['a small one, sample by sample', [64, 32, 10], 1, false],
    ['one whose layers have too few units to share, in blocks', [100_000, 8, 1], 6, false],
    ['the same with too few rows', [100_000, 8, 1], 15, false],
    ['the same by rows', [100_000, 8, 1], 16, true],
  ] as const)('%s', (_, widths, batchSize, expected) => {
    expect(fits([...widths], batchSize)).toBe(expected);
  });

  it('by its step alone, where the optimizer has a state', () => {
    expect(fits([784, 128, 10], 1, {}, { optimizer: ADAM })).toBe(true);
    expect(fits([300, 100, 10], 1, {}, { optimizer: ADAM })).toBe(false);
  });

  it('whose clipping takes it out of the blocks', () => {
    expect(fits([784, 64, 10], 1)).toBe(true);
    expect(fits([784, 32, 10], 1)).toBe(false);
    expect(fits([784, 32, 10], 1, { clipNorm: 1 })).toBe(false);
    expect(fits([784, 128, 10], 1, { clipNorm: 1 })).toBe(true);
  });

  it('in blocks with momentum, which does everything for weights and for velocities', () => {
    const optimizer = MOMENTUM;
    expect(fits([784, 32, 10], 1, {}, { optimizer })).toBe(true);
    expect(fits([300, 32, 10], 1, {}, { optimizer })).toBe(false);
    expect(fits([784, 32, 10], 1, {}, { optimizer: { ...optimizer, weightDecay: 0.1 } })).toBe(false);
    expect(fits([784, 32, 10], 1, { clipNorm: 1 }, { optimizer })).toBe(false);
  });

  it('of a stream as if its batches were large, unless it says how large they are', () => {
    const spec = specOf([64, 64, 10]);
    expect(paysOff(spec, 'fitStream', {})).toBe(true);
    expect(paysOff(spec, 'fitStream', { batchSize: 32 })).toBe(false);
  });

  it('of no network without a layer that learns and enough work to predict', () => {
    const frozen = specOf([16, 16, 1]);
    const layers = frozen.layers.map((layer) => ({ ...layer, trainable: false }));
    expect(paysOff({ ...frozen, layers }, 'fit', { batchSize: 1 })).toBe(false);
  });

  it('of some batch size, or "auto" takes one thread', () => {
    expect(mayPayOff(specOf([2, 2, 1]))).toBe(false);
    expect(mayPayOff(specOf([4, 8, 8, 3]))).toBe(false);
    expect(mayPayOff(specOf([64, 32, 10]))).toBe(false);
    expect(mayPayOff(specOf([64, 64, 10]))).toBe(true);
    expect(mayPayOff(specOf([784, 10]))).toBe(true);
  });
});

/** Whether the kernel shares a phase of one batch between two threads. Nobody helps, so the leader does all of it. */
async function kernelShares(spec: NetworkSpec, batchSize: number, count: number, clipNorm?: number): Promise<boolean> {
  const module = await threadsKernel(false, false);
  const pages = pagesFor(spec, count * (spec.inputs + spec.outputs + 1) * 4, 2);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  beginSession(memory, 1, 2);
  const network = createSharedNetwork(
    { module, memory, threads: 2 },
    spec,
    (realm) => new WasmNetwork(realm, spec, createMoments),
  );
  // Whatever the memory held before.
  network.restore(network.snapshot().fill(0));
  const inputs = new Float32Array(count * spec.inputs);
  const targets = new Float32Array(count * spec.outputs);
  const samples = network.load({ count, inputs, targets, metric: 'none' });
  const step = { batchSize, learningRate: 0.1, clipNorm, dropoutKey: 1 };
  network.train(samples, 0, count, step, { loss: 0, correct: 0 });
  return new Int32Array(memory.buffer)[(abi.TEAM_ADDRESS + abi.TEAM_ACTIVE) / 4] !== 0;
}

it('only where the kernel shares a phase of a batch', async () => {
  const random = new SeededRandom('the rule of threads');
  const findings = new Findings();
  const cases = repeats(60, 2000);
  let gaining = 0;
  for (let i = 0; i < cases; i++) {
    const widths = Array.from({ length: random.integer(2, 4) }, () =>
      random.pick([random.integer(1, 40), random.integer(1, 200), 16, 17, 32]),
    );
    if (random.chance(0.2)) widths[0] = random.integer(500, 3000);
    const spec = specOf(widths, { optimizer: random.pick([SGD, SGD, MOMENTUM, ADAM]) });
    const layers = spec.layers.map((layer) => ({ ...layer, trainable: random.chance(0.85) }));
    const batchSize = random.pick([1, 2, 3, 4, 5, 8, 16, 32, random.integer(1, 300)]);
    const clipNorm = random.chance(0.2) ? 1 : undefined;
    const frozen = { ...spec, layers };
    // Whole blocks, whole batches.
    const count = batchSize < 12 ? 48 * batchSize : batchSize;
    const pays = paysOff(frozen, 'fit', { batchSize, clipNorm });
    const shares = await kernelShares(frozen, batchSize, count, clipNorm);
    if (pays) gaining++;
    const label = `${widths.join('-')}, batch ${batchSize}, ${spec.optimizer.type}, clipNorm ${clipNorm}, learns ${layers.map(({ trainable }) => trainable)}`;
    findings.add(label, [pays && !shares ? 'the rule says yes, and the kernel shares nothing' : undefined]);
  }
  findings.expectNone(cases);
  expect(gaining).toBeGreaterThan(cases / 20);
  expect(gaining).toBeLessThan((19 * cases) / 20);
});
