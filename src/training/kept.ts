/** The source of a fit whose samples are all there: the same ones each epoch, shuffled anew. */
import type { EngineNetwork, LoadedSamples, Metric, Samples } from '../engine/engine.js';
import { identity, Random } from '../random.js';
import type { EpochCourse, EpochSource } from './fit.js';

export interface KeptOptions {
  readonly call: string;
  readonly seed: number;
  readonly batchSize: number;
  readonly shuffle: boolean;
}

/**
 * Holds samples in the engine for as long as `use` takes, however it ends. They are in the engine before the first wait, since
 * until then they may be the caller's own arrays.
 */
export async function withKept<T>(
  engine: EngineNetwork,
  training: Samples,
  validation: Samples | undefined,
  options: KeptOptions,
  use: (source: EpochSource, validation: LoadedSamples | undefined) => Promise<T>,
): Promise<T> {
  const loaded: LoadedSamples[] = [];
  try {
    for (const samples of [training, validation]) if (samples !== undefined) loaded.push(engine.load(samples));
    return await use(new KeptSamples(loaded[0] as LoadedSamples, options), loaded[1]);
  } finally {
    for (const samples of loaded) samples.release();
  }
}

class KeptSamples implements EpochSource {
  readonly #samples: LoadedSamples;
  readonly #options: KeptOptions;

  constructor(samples: LoadedSamples, options: KeptOptions) {
    this.#samples = samples;
    this.#options = options;
  }

  async train({ epoch, step, slices, totals, afterSlice }: EpochCourse): Promise<{ count: number; metric: Metric }> {
    const { call, seed, batchSize, shuffle } = this.#options;
    const samples = this.#samples;
    const { count, metric } = samples;
    if (shuffle) {
      // From the identity each time: the order depends on seed and epoch alone, not on the epochs before.
      const order = identity(count);
      new Random(seed, 'shuffle', epoch).shuffle(order);
      samples.setOrder(order);
    }
    const dropoutKey = new Random(seed, 'dropout', epoch).word();
    const place = { call, epoch, batches: 0 };
    await slices.train(samples, { ...step, batchSize, dropoutKey }, place, totals, (done) => afterSlice(done / count));
    return { count, metric };
  }
}
