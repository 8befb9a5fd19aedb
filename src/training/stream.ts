/**
 * Streams of samples. A batch is asked for when the one before was trained on, then packed and checked: memory holds one batch. A chunk
 * of its own: only fitStream loads it.
 */

import { isShare, packGiven } from '../data/pack.js';
import type { PackedPairs, Receiver, UnscaledPairs } from '../data/receiver.js';
import { resolveClassWeights, weightsOfBatch } from '../data/sample-weights.js';
import type { Samples } from '../data/samples.js';
import type { NetworkScaling } from '../data/scaling.js';
import type { StaleColumn } from '../data/stale-columns.js';
import type { Labels } from '../data/targets.js';
import type { EngineSamples } from '../engine/engine.js';
import { checkObject } from '../foundation/checks.js';
import { codedError, describe } from '../foundation/errors.js';
import { turnWhenDue } from './event-loop.js';
import type { Batches, FitSpec } from './fit-options.js';
import type { FitRun } from './run.js';
import type { SampleSource, SourceOptions } from './samples.js';
import type { Stop } from './stop.js';
import { type EpochBatches, StreamedSamples } from './streamed-samples.js';

/** A stream, checked as far as it can be before it begins, and what goes with it. */
interface ReadyStream {
  readonly training: EpochBatches;
  readonly validation: EngineSamples | undefined;
  readonly scaling: NetworkScaling | undefined;
  /** The columns of its batches so far that the scaling does not suit. */
  readonly stale: readonly StaleColumn[];
  readonly options: SourceOptions;
  /** The same in the engine of this thread. */
  open(): SampleSource;
}

/** Learns the scaling where the fit has to, by a pass of its own over the stream. */
export async function readyStream(
  batches: Batches,
  options: FitSpec,
  receiver: Receiver,
  validation: UnscaledPairs | undefined,
  run: FitRun,
): Promise<ReadyStream> {
  checkStreamOptions(batches, options);
  const { call, spec } = receiver;
  const { stop } = run;
  const { batchSize, classWeights } = options;
  const byClass = classWeights === undefined ? undefined : resolveClassWeights(call, spec, classWeights);
  const learned = await new Stream(batches, stop, receiver, byClass).learnScaling();
  const scaling = learned ?? receiver.scaling;
  stop.check();
  const stream = new Stream(batches, stop, { ...receiver, scaling, createLearner: undefined }, byClass);
  const training = (): AsyncGenerator<EngineSamples> => stream.epoch();
  const scaled =
    validation && learned
      ? receiver.parts.scaling?.scaleValidation(receiver, learned, validation, 'validation.')
      : (validation as PackedPairs);
  const sourceOptions = { seed: spec.seed, batchSize, shuffle: false };
  return {
    training,
    validation: scaled,
    scaling,
    stale: stream.stale,
    options: sourceOptions,
    open: () => new StreamedSamples(run, training, scaled, sourceOptions),
  };
}

/** Refuses the options that a stream does not go with, and says why. */
function checkStreamOptions(batches: unknown, { sampleWeights, shuffle, validation }: FitSpec): void {
  if (typeof batches !== 'function') {
    const expected = 'a function that returns a new stream for each epoch';
    throw codedError('ERR_INVALID_TYPE', `fitStream: batches is ${describe(batches)}, expected ${expected}.`);
  }
  const refuse = (option: string, mend: string): never => {
    const why = 'needs all the samples, and a stream has one batch';
    throw codedError('ERR_INVALID_OPTION', `fitStream: ${option} ${why}. ${mend}`);
  };
  if (sampleWeights !== undefined) refuse('sampleWeights', 'Use fit, or classWeights.');
  if (shuffle === true) refuse('shuffle: true', 'Shuffle where the stream is made.');
  if (isShare(validation))
    refuse(
      `${typeof validation === 'number' ? 'a fraction' : '{ last }'} as validation`,
      'Give validation: { inputs, targets }.',
    );
}

/** Begins a new stream for each epoch, and packs and checks its batches. */
export class Stream {
  readonly #batches: Batches;
  readonly #stop: Stop;
  readonly #receiver: Receiver;
  /** How much the samples of each class count; undefined where all count 1. */
  readonly #byClass: readonly number[] | undefined;
  /** The columns of its batches so far that the network's scaling does not suit, each where it was first seen. */
  readonly stale: StaleColumn[] = [];

  constructor(batches: Batches, stop: Stop, receiver: Receiver, byClass: readonly number[] | undefined) {
    this.#batches = batches;
    this.#stop = stop;
    this.#receiver = receiver;
    this.#byClass = byClass;
  }

  async learnScaling(): Promise<NetworkScaling | undefined> {
    const learner = this.#receiver.createLearner?.();
    if (learner === undefined) return undefined;
    for await (const packed of this.#packed()) {
      learner.add(packed);
      await turnWhenDue();
      this.#stop.check();
    }
    return learner.scaling();
  }

  /** The batches of one epoch, each with its weights. */
  async *epoch(): AsyncGenerator<EngineSamples> {
    let number = 0;
    for await (const packed of this.#packed()) {
      const where = `${this.#receiver.call}: batch ${++number} of the stream`;
      for (const column of packed.stale ?? []) this.#note(column);
      yield { ...(packed as PackedPairs), weights: this.#byClass && weightsOfBatch(where, packed, this.#byClass) };
    }
  }

  #note(stale: StaleColumn): void {
    const isKnown = this.stale.some(({ samples, column }) => samples === stale.samples && column === stale.column);
    if (!isKnown) this.stale.push(stale);
  }

  /** Not scaled while the scaling is being learned. */
  async *#packed(): AsyncGenerator<UnscaledPairs> {
    const receiver = this.#receiver;
    let number = 0;
    for await (const item of this.#items(receiver.call)) {
      number++;
      const where = `batch ${number} of the stream`;
      const { inputs, targets } = batchOf(receiver, `${receiver.call}: ${where}`, item);
      yield packGiven(receiver, inputs as Samples, targets as Samples | Labels, `${where}: `);
    }
    if (number === 0) {
      throw codedError(
        'ERR_SHAPE',
        `${receiver.call}: the stream ended without a batch. Let each call of batches() begin a new stream, of at least one.`,
      );
    }
  }

  /** The items of the stream. It is closed however its use ends, and a fit that is stopped does not wait for it. */
  async *#items(call: string): AsyncGenerator<unknown> {
    const stream: unknown = this.#batches();
    // The check below refuses a promise. If it rejects later, that must not end the process.
    if (stream instanceof Promise) stream.catch(() => undefined);
    const iterator = iteratorOf(call, stream);
    let ended = false;
    try {
      for (;;) {
        // As `for await` does: a stream that throws is at its end.
        let next: unknown;
        try {
          next = await this.#stop.waitFor(iterator.next());
        } catch (error) {
          ended = !this.#stop.isEnded;
          throw error;
        }
        if (typeof next !== 'object' || next === null) {
          ended = true;
          const expected = 'an object with done and value';
          throw codedError(
            'ERR_INVALID_TYPE',
            `${call}: next() of the stream gave ${describe(next)}, expected ${expected}.`,
          );
        }
        const { done, value } = next as IteratorResult<unknown>;
        if (done) {
          ended = true;
          return;
        }
        yield value;
      }
    } finally {
      if (!ended) close(iterator);
    }
  }
}

/** Samples and targets of a batch. Rows of a table may come by themselves. */
function batchOf({ parts }: Receiver, where: string, item: unknown): { inputs?: unknown; targets?: unknown } {
  if (parts.table?.isRows(item)) return { inputs: item };
  return checkObject(where, item, ['inputs', 'targets']);
}

/** Ignores the errors of a stream that a fit leaves early. Does not wait: a stream that hangs would keep the fit from ending. */
async function close(iterator: AsyncIterator<unknown> | Iterator<unknown>): Promise<void> {
  try {
    await iterator.return?.();
  } catch {}
}

function iteratorOf(call: string, stream: unknown): AsyncIterator<unknown> | Iterator<unknown> {
  const { [Symbol.asyncIterator]: asynchronous, [Symbol.iterator]: synchronous } = Object(stream) as Partial<
    AsyncIterable<unknown> & Iterable<unknown>
  >;
  const begin: unknown = typeof asynchronous === 'function' ? asynchronous : synchronous;
  if (typeof begin !== 'function') {
    const expected = 'an async iterable of { inputs, targets }';
    throw codedError('ERR_INVALID_TYPE', `${call}: batches() is ${describe(stream)}, expected ${expected}.`);
  }
  const iterator: unknown = begin.call(stream);
  if (typeof (Object(iterator) as { next?: unknown }).next !== 'function') {
    const expected = 'an object with a function next';
    throw codedError(
      'ERR_INVALID_TYPE',
      `${call}: the iterator of batches() is ${describe(iterator)}, expected ${expected}.`,
    );
  }
  return iterator as AsyncIterator<unknown> | Iterator<unknown>;
}
