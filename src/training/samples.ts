/** What an epoch trains on, wherever it comes from: parts that lie in the engine, one after another. */
import type { EngineSamples, LoadedSamples } from '../engine/engine.js';

/** A part of an epoch. In-memory samples have one, streams one for each batch. */
export interface EpochPart {
  readonly samples: LoadedSamples;
  /** Samples of a step. */
  readonly batchSize: number;
  readonly dropoutKey: number;
  /** Samples and batches of the epoch that came before this part. */
  readonly samplesBefore: number;
  readonly batchesBefore: number;
}

/** Samples for the epochs of a fit, in the engine. */
export interface SampleSource {
  /** The parts of an epoch, in order. A part is gone when the next one is asked for. */
  parts(epoch: number): Iterable<EpochPart> | AsyncIterable<EpochPart>;
  /** The number of samples in an epoch. Infinity in the first epoch of a stream, when it is not known. */
  readonly samplesPerEpoch: number;
  readonly validation: LoadedSamples | undefined;
  /** Samples that the fit trained on, or some of them, to look at before any other code runs. Undefined before any came. */
  readonly seen: EngineSamples | undefined;
  /** Gives the engine's memory back. */
  release(): void;
}

/** How an epoch's samples are taken. */
export interface SourceOptions {
  readonly seed: number;
  /** Undefined if each batch of a stream is one step. */
  readonly batchSize: number | undefined;
  readonly shuffle: boolean;
}
