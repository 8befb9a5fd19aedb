/** First weights: each initializer has the mean and the variance of its paper, and only the seed decides the numbers. */
import { describe, expect, it } from 'vitest';
import { type Initializer, Network } from '../../src/index.js';
import { initializerOf } from '../../src/model/first-weights.js';
import { resolveNetwork } from '../../src/options/network.js';
import { fingerprint } from '../support/networks.js';

const INPUTS = 150;
const UNITS = 250;

/** The weights of layer `index`, which always has INPUTS inputs and UNITS units. */
async function weightsOf(initializer: Initializer, index = 0, seed = 1): Promise<Float32Array> {
  const before = Array.from({ length: index }, () => ({ units: INPUTS }));
  const spec = resolveNetwork({ inputs: INPUTS, layers: [...before, { units: UNITS, initializer }], seed });
  return (await initializerOf(spec))(index);
}

function moments(values: Float32Array): { mean: number; variance: number; largest: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return { mean, variance, largest: values.reduce((most, value) => Math.max(most, Math.abs(value)), 0) };
}

describe('first weights', () => {
  it.each([
    ['glorotUniform', 2 / (INPUTS + UNITS), true],
    ['glorotNormal', 2 / (INPUTS + UNITS), false],
    ['heUniform', 2 / INPUTS, true],
    ['heNormal', 2 / INPUTS, false],
    ['lecunNormal', 1 / INPUTS, false],
  ] as const)('of %s have variance %d', async (name, variance, uniform) => {
    const got = moments(await weightsOf(name));
    expect(Math.abs(got.mean)).toBeLessThan(5 * Math.sqrt(variance / (INPUTS * UNITS)));
    expect(got.variance / variance).toBeGreaterThan(0.97);
    expect(got.variance / variance).toBeLessThan(1.03);
    const bound = Math.sqrt(3 * variance);
    if (uniform) expect(got.largest).toBeLessThanOrEqual(Math.fround(bound));
    else expect(got.largest).toBeGreaterThan(bound);
  });

  it('with given ranges and deviations are as asked', async () => {
    const uniform = await weightsOf({ uniform: [2, 3] });
    expect(uniform.every((value) => value >= 2 && value <= 3)).toBe(true);
    expect(moments(uniform).mean).toBeCloseTo(2.5, 1);
    const normal = moments(await weightsOf({ normal: [-4, 0.5] }));
    expect(normal.mean).toBeCloseTo(-4, 1);
    expect(normal.variance).toBeCloseTo(0.25, 1);
    expect((await weightsOf({ uniform: [0.5, 0.5] })).every((value) => value === 0.5)).toBe(true);
    expect((await weightsOf('zeros')).every((value) => value === 0)).toBe(true);
  });

  it('differ by layer and by seed, and by nothing else', async () => {
    expect(await weightsOf('heNormal')).toEqual(await weightsOf('heNormal'));
    expect(await weightsOf('heNormal', 1)).not.toEqual(await weightsOf('heNormal', 0));
    expect(await weightsOf('heNormal', 0, 2)).not.toEqual(await weightsOf('heNormal', 0, 1));
  });

  it('are the same on both engines, with biases of 0', async () => {
    const options = { inputs: 5, layers: [{ units: 9 }, { units: 3 }], seed: 6 };
    const [wasm, js] = await Promise.all([
      Network.create({ ...options, engine: 'wasm' }),
      Network.create({ ...options, engine: 'js' }),
    ]);
    expect(fingerprint(wasm)).toBe(fingerprint(js));
    expect(wasm.getParameters(1).biases).toEqual(new Float32Array(3));
  });
});
