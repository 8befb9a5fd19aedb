/** Samples of a stream: batches that are in the engine one at a time. Does not know where they come from. */
import type { EngineNetwork, EngineSamples, LoadedSamples } from '../engine/engine.js';
import { Random } from '../foundation/random.js';
import { StreamSample } from './hints/stream-sample.js';
import type { FitRun } from './run.js';
import type { EpochPart, SampleSource, SourceOptions } from './samples.js';
import type { Stop } from './stop.js';

/** The batches of one epoch, packed and checked. */
export type EpochBatches = () => AsyncIterable<EngineSamples>;

export class StreamedSamples implements SampleSource {
  readonly #engine: EngineNetwork;
  readonly #batches: EpochBatches;
  readonly #options: SourceOptions;
  /** As in the last epoch. Nobody knows it before the first one ends. */
  samplesPerEpoch = Number.POSITIVE_INFINITY;
  readonly validation: LoadedSamples | undefined;
  readonly #sample: StreamSample;
  readonly #stop: Stop;

  constructor(
    { engine, spec, stop }: Pick<FitRun, 'engine' | 'spec' | 'stop'>,
    batches: EpochBatches,
    validation: EngineSamples | undefined,
    options: SourceOptions,
  ) {
    stop.check();
    this.#sample = new StreamSample(spec.outputs, options.seed, spec.inputs);
    this.#engine = engine;
    this.#stop = stop;
    this.#batches = batches;
    this.#options = options;
    this.validation = validation && engine.load(validation);
  }

  get seen(): EngineSamples | undefined {
    return this.#sample.joined;
  }

  async *parts(epoch: number): AsyncGenerator<EpochPart> {
    const { seed, batchSize: asked } = this.#options;
    const keys = new Random(seed, 'dropout', epoch);
    let samplesBefore = 0;
    let batchesBefore = 0;
    for await (const batch of this.#batches()) {
      this.#stop.check();
      if (this.samplesPerEpoch === Number.POSITIVE_INFINITY) this.#sample.add(batch);
      const batchSize = asked ?? batch.count;
      const samples = this.#engine.load(batch);
      try {
        yield { samples, batchSize, dropoutKey: keys.word(), samplesBefore, batchesBefore };
      } finally {
        samples.release();
      }
      samplesBefore += batch.count;
      batchesBefore += Math.ceil(batch.count / batchSize);
    }
    this.samplesPerEpoch = samplesBefore;
  }

  release(): void {
    this.validation?.release();
  }
}
