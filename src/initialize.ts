/** First weights of a layer, from its own random stream. */

import { codedError } from './errors.js';
import type { LayerSpec } from './options/layers.js';
import type { Initializer } from './options/types.js';
import { Random } from './random.js';

/**
 * Weights (units, inputs) row-major of layer `index`.
 *
 * Glorot: variance 2 / (inputs + units), X. Glorot and Y. Bengio, 2010. He: 2 / inputs, K. He et al., 2015.
 * LeCun: 1 / inputs, Y. LeCun et al., 1998. A uniform distribution on [-a, a] has variance a^2 / 3.
 */
export function initialWeights(layer: LayerSpec, index: number, seed: number): Float32Array {
  const draw = sampler(layer, new Random(seed, 'initialize', index));
  const weights = new Float32Array(layer.units * layer.inputs);
  for (let i = 0; i < weights.length; i++) {
    const value = draw();
    weights[i] = value;
    if (!Number.isFinite(weights[i])) {
      const came = `create: layers[${index}].initializer draws ${value}, which float32 cannot hold`;
      throw codedError('ERR_INVALID_OPTION', `${came}. Use a smaller deviation.`);
    }
  }
  return weights;
}

function sampler({ initializer, inputs, units }: LayerSpec, random: Random): () => number {
  const uniform = (low: number, high: number) => (): number => low + (high - low) * random.uniform();
  const normal = (mean: number, deviation: number) => (): number => mean + deviation * random.normal();
  const symmetric = (variance: number) => uniform(-Math.sqrt(3 * variance), Math.sqrt(3 * variance));
  const byName: Record<Extract<Initializer, string>, () => () => number> = {
    glorotUniform: () => symmetric(2 / (inputs + units)),
    glorotNormal: () => normal(0, Math.sqrt(2 / (inputs + units))),
    heUniform: () => symmetric(2 / inputs),
    heNormal: () => normal(0, Math.sqrt(2 / inputs)),
    lecunNormal: () => normal(0, Math.sqrt(1 / inputs)),
    zeros: () => () => 0,
  };
  if (typeof initializer === 'string') return byName[initializer]();
  return 'uniform' in initializer ? uniform(...initializer.uniform) : normal(...initializer.normal);
}
