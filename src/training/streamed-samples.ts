/** The source of a fit on a stream: trains on its batches as they come. Does not know where from. */
import type { EngineNetwork, LoadedSamples, Metric, Samples } from '../engine/engine.js';
import { Random } from '../random.js';
import type { EpochCourse, EpochSource } from './fit.js';
import { withLoaded } from './loaded.js';

export interface StreamOptions {
  readonly call: string;
  readonly seed: number;
  /** Undefined where each batch is one step. */
  readonly batchSize: number | undefined;
}

export class StreamedSamples implements EpochSource {
  readonly #engine: EngineNetwork;
  readonly #options: StreamOptions;
  /** The batches of one epoch. */
  readonly #epoch: () => AsyncIterable<Samples>;
  /** Samples of the last epoch; of the first nobody knows. */
  #expected = Number.POSITIVE_INFINITY;

  constructor(engine: EngineNetwork, options: StreamOptions, epoch: () => AsyncIterable<Samples>) {
    this.#engine = engine;
    this.#options = options;
    this.#epoch = epoch;
  }

  async train({ epoch, step, slices, totals, afterSlice }: EpochCourse): Promise<{ count: number; metric: Metric }> {
    const { call, seed, batchSize: asked } = this.#options;
    const keys = new Random(seed, 'dropout', epoch);
    let count = 0;
    let batches = 0;
    let metric: Metric | undefined;
    for await (const packed of this.#epoch()) {
      const batchSize = asked ?? packed.count;
      const course = { ...step, batchSize, dropoutKey: keys.word() };
      const place = { call, epoch, batches };
      const before = count;
      await withLoaded(this.#engine, [packed], async ([samples]) =>
        slices.train(samples as LoadedSamples, course, place, totals, (done) =>
          afterSlice(Math.min((before + done) / this.#expected, 1)),
        ),
      );
      count += packed.count;
      batches += Math.ceil(packed.count / batchSize);
      metric = metric === undefined || metric === packed.metric ? packed.metric : 'none';
    }
    this.#expected = count;
    return { count, metric: metric ?? 'none' };
  }
}
