/** First weights of other distributions than glorotUniform. Networks that have nothing else do not load this chunk. */
import { codedError } from '../foundation/errors.js';
import { log } from '../foundation/math.js';
import type { Random } from '../foundation/random.js';
import type { LayerSpec } from '../options/spec.js';

/**
 * Draws from the distribution of a layer's initializer. first-weights.ts cites the sources of the variances. `index` is the layer's number,
 * for a message: numbers that float32 cannot hold are ERR_INVALID_OPTION.
 */
export function rareSampler({ initializer, inputs, units }: LayerSpec, index: number, random: Random): () => number {
  if (initializer === 'zeros') return () => 0;
  const bound = Math.sqrt(3 * (2 / inputs));
  if (initializer === 'heUniform') return uniforms(-bound, bound, random);
  if (typeof initializer === 'object' && 'uniform' in initializer) return uniforms(...initializer.uniform, random);
  const draw = normals(random);
  const variances: Partial<Record<string, number>> = { glorotNormal: 2 / (inputs + units), heNormal: 2 / inputs };
  const [mean, deviation] =
    typeof initializer === 'object' ? initializer.normal : [0, Math.sqrt(variances[initializer] ?? 1 / inputs)];
  return () => {
    const value = mean + deviation * draw();
    if (Number.isFinite(Math.fround(value))) return value;
    const came = `create: layers[${index}].initializer draws ${value}, which float32 cannot hold`;
    throw codedError('ERR_INVALID_OPTION', `${came}. Use a smaller deviation.`);
  };
}

function uniforms(low: number, high: number, random: Random): () => number {
  return () => low + (high - low) * random.uniform();
}

/** Standard normal numbers: mean 0, variance 1. Polar method, G. Marsaglia, 1964: it needs no sine and no cosine. */
export function normals(random: Random): () => number {
  // The method gives two numbers at a time; the second one waits here.
  let spare: number | undefined;
  return () => {
    const waited = spare;
    spare = undefined;
    if (waited !== undefined) return waited;
    for (;;) {
      const u = 2 * random.uniform() - 1;
      const v = 2 * random.uniform() - 1;
      const s = u * u + v * v;
      if (s > 0 && s < 1) {
        const scale = Math.sqrt((-2 * log(s)) / s);
        spare = v * scale;
        return u * scale;
      }
    }
  };
}
