/** The first weights of each layer, each drawn from its own random stream. Knows no engine. */
import { codedError } from '../foundation/errors.js';
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
    layers.map((layer, index) => samplerOf(layer, new Random(seed, 'initialize', index))),
  );
  return (index) => {
    const { units, inputs } = layers[index] as LayerSpec;
    const draw = samplers[index] as () => number;
    const weights = float32(units * inputs);
    for (let i = 0; i < weights.length; i++) {
      const value = draw();
      weights[i] = value;
      if (!Number.isFinite(weights[i])) {
        const came = `create: layers[${index}].initializer draws ${value}, which float32 cannot hold`;
        throw codedError('ERR_INVALID_OPTION', `${came}. Use a smaller deviation.`);
      }
    }
    return weights;
  };
}

async function samplerOf(layer: LayerSpec, random: Random): Promise<() => number> {
  const bounds = boundsOf(layer);
  if (bounds === undefined) return (await import('./normal-weights.js')).normalSampler(layer, random);
  const [low, high] = bounds;
  return () => low + (high - low) * random.uniform();
}

/** The bounds of a uniform distribution; undefined for a normal one. */
function boundsOf({ initializer, inputs, units }: LayerSpec): readonly [low: number, high: number] | undefined {
  const symmetric = (variance: number) => [-Math.sqrt(3 * variance), Math.sqrt(3 * variance)] as const;
  if (initializer === 'glorotUniform') return symmetric(2 / (inputs + units));
  if (initializer === 'heUniform') return symmetric(2 / inputs);
  if (initializer === 'zeros') return [0, 0];
  return typeof initializer === 'object' && 'uniform' in initializer ? initializer.uniform : undefined;
}
