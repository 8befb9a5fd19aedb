/** The first weights of each layer, each drawn from its own random stream. Knows no engine. */
import { float32 } from '../foundation/memory.js';
import { Random } from '../foundation/random.js';
import type { LayerSpec, NetworkSpec } from '../options/spec.js';

/**
 * Returns a function that draws the weights (units, inputs) of a layer, row-major. Call it once per layer.
 *
 * Glorot: variance 2 / (inputs + units), X. Glorot and Y. Bengio, 2010. He: 2 / inputs, K. He et al., 2015.
 * LeCun: 1 / inputs, Y. LeCun et al., 1998. A uniform distribution on [-a, a] has variance a^2 / 3.
 */
export async function initializerOf({ layers, seed }: NetworkSpec): Promise<(layer: number) => Float32Array> {
  const samplers = await Promise.all(
    layers.map((layer, index) => samplerOf(layer, index, new Random(seed, 'initialize', index))),
  );
  return (index) => {
    const { units, inputs } = layers[index] as LayerSpec;
    const draw = samplers[index] as () => number;
    const weights = float32(units * inputs);
    for (let i = 0; i < weights.length; i++) weights[i] = draw();
    return weights;
  };
}

async function samplerOf(layer: LayerSpec, index: number, random: Random): Promise<() => number> {
  if (layer.initializer !== 'glorotUniform')
    return (await import('./rare-weights.js')).rareSampler(layer, index, random);
  const bound = Math.sqrt(3 * (2 / (layer.inputs + layer.units)));
  return () => -bound + 2 * bound * random.uniform();
}
