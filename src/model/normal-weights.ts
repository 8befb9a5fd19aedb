/** First weights from a normal distribution. Networks with uniform first weights do not load this chunk. */
import { log } from '../foundation/math.js';
import type { Random } from '../foundation/random.js';
import type { LayerSpec } from '../options/spec.js';

/** Draws from the distribution of a layer's initializer. first-weights.ts cites the sources of the variances. */
export function normalSampler({ initializer, inputs, units }: LayerSpec, random: Random): () => number {
  const draw = normals(random);
  const variances: Partial<Record<string, number>> = { glorotNormal: 2 / (inputs + units), heNormal: 2 / inputs };
  const [mean, deviation] =
    typeof initializer === 'object' && 'normal' in initializer
      ? initializer.normal
      : [0, Math.sqrt(variances[initializer as string] ?? 1 / inputs)];
  return () => mean + deviation * draw();
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
