/** The source of a fit whose samples are all there: the same ones each epoch, shuffled anew. */
import type { LoadedSamples, Metric } from '../engine/engine.js';
import { identity, Random } from '../random.js';
import type { EpochCourse, EpochSource } from './fit.js';

export interface KeptOptions {
  readonly call: string;
  readonly seed: number;
  readonly batchSize: number;
  readonly shuffle: boolean;
}

export class KeptSamples implements EpochSource {
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
