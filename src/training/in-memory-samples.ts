/** Samples that are all in memory: the same ones in each epoch, shuffled anew. */
import type { EngineNetwork, EngineSamples, LoadedSamples } from '../engine/engine.js';
import { identity, Random } from '../foundation/random.js';
import type { EpochPart, SampleSource, SourceOptions } from './samples.js';

export class InMemorySamples implements SampleSource {
  readonly samples: LoadedSamples;
  readonly #options: SourceOptions & { readonly batchSize: number };
  readonly samplesPerEpoch: number;
  readonly validation: LoadedSamples | undefined;

  /** Copies the samples into the engine. Before that they may be the caller's own arrays. */
  constructor(
    engine: EngineNetwork,
    { training, validation }: { readonly training: EngineSamples; readonly validation: EngineSamples | undefined },
    options: SourceOptions & { readonly batchSize: number },
  ) {
    this.samples = engine.load(training);
    this.samplesPerEpoch = training.count;
    this.#options = options;
    try {
      this.validation = validation && engine.load(validation);
    } catch (error) {
      this.samples.release();
      throw error;
    }
  }

  get seen(): EngineSamples {
    return this.samples.given;
  }

  parts(epoch: number): readonly EpochPart[] {
    const { seed, batchSize, shuffle } = this.#options;
    const { samples } = this;
    if (shuffle) {
      // Begins with 0, 1, 2 and so on each time, so that the order depends only on the seed and the epoch.
      const order = identity(samples.count);
      new Random(seed, 'shuffle', epoch).shuffle(order);
      samples.setOrder(order);
    }
    const dropoutKey = new Random(seed, 'dropout', epoch).word();
    return [{ samples, batchSize, dropoutKey, samplesBefore: 0, batchesBefore: 0 }];
  }

  release(): void {
    this.samples.release();
    this.validation?.release();
  }
}
