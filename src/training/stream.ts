/**
 * The source of a fit whose samples come as a stream: one batch at a time, asked for when the one before is trained on, so that
 * memory holds no more than that. A chunk of its own: fits without a stream do not load it.
 */
import { checkObject } from '../checks.js';
import { scale } from '../data/divide.js';
import { type PackedPairs, packPairs, type Receiver } from '../data/pack.js';
import type { Samples as UserSamples } from '../data/samples.js';
import type { Scaling } from '../data/scaling.js';
import type { Labels } from '../data/targets.js';
import { resolveClassWeights, weightsOfBatch } from '../data/weights.js';
import type { LoadedSamples, Metric, Samples } from '../engine/engine.js';
import { codedError, describe } from '../errors.js';
import { Random } from '../random.js';
import type { EpochCourse, EpochSource, FitRun } from './fit.js';
import type { Batches, FitSpec } from './options.js';
import { turnWhenDue } from './turn.js';

/**
 * Trains on a stream: proves what it is given, learns the scaling that the network is to have and has not, by a pass of its own
 * over the stream, and holds the samples of the validation in the engine for as long as `use` takes, however it ends.
 */
export async function withStream<T>(
  batches: Batches,
  run: FitRun,
  receiver: Receiver,
  validation: Samples | undefined,
  use: (source: EpochSource, validation: LoadedSamples | undefined, scaling: Scaling | undefined) => Promise<T>,
): Promise<T> {
  checkStreamOptions(batches, run.spec);
  const { call, spec } = receiver;
  const { classWeights } = run.spec;
  const byClass = classWeights === undefined ? undefined : resolveClassWeights(call, spec, classWeights);
  let { scaling } = receiver;
  let validating = validation;
  if (scaling === undefined) {
    scaling = await new StreamedSamples(batches, run, receiver, byClass).learnScaling();
    validating = validation && scale(call, scaling, validation, 'validation.');
  }
  run.checkAlive();
  const loaded = validating && run.engine.load(validating);
  try {
    return await use(new StreamedSamples(batches, run, { ...receiver, scaling }, byClass), loaded, scaling);
  } finally {
    loaded?.release();
  }
}

/** What a stream does not go with, and why. */
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
  if (typeof validation === 'number') refuse('a fraction as validation', 'Give validation: { inputs, targets }.');
}

/** One stream after another, its batches packed and checked. */
class StreamedSamples implements EpochSource {
  readonly #batches: Batches;
  readonly #run: FitRun;
  readonly #receiver: Receiver;
  /** How much the samples of each class count, where they count differently. */
  readonly #byClass: readonly number[] | undefined;
  /** Samples of the last epoch; of the first nobody knows. */
  #expected = Number.POSITIVE_INFINITY;

  constructor(batches: Batches, run: FitRun, receiver: Receiver, byClass: readonly number[] | undefined) {
    this.#batches = batches;
    this.#run = run;
    this.#receiver = receiver;
    this.#byClass = byClass;
  }

  async learnScaling(): Promise<Scaling | undefined> {
    const learner = this.#receiver.createLearner?.();
    if (learner === undefined) return undefined;
    for await (const packed of this.#packed()) {
      learner.add(packed);
      await turnWhenDue();
      this.#run.checkAlive();
    }
    return learner.scaling();
  }

  async train({ epoch, step, slices, totals, afterSlice }: EpochCourse): Promise<{ count: number; metric: Metric }> {
    const { call, spec } = this.#receiver;
    const { engine, spec: options } = this.#run;
    const keys = new Random(spec.seed, 'dropout', epoch);
    let number = 0;
    let count = 0;
    let batches = 0;
    let metric: Metric | undefined;
    for await (const packed of this.#packed()) {
      const where = `${call}: batch ${++number} of the stream`;
      const weights = this.#byClass && weightsOfBatch(where, packed, this.#byClass);
      const samples = engine.load({ ...packed, weights });
      const batchSize = options.batchSize ?? packed.count;
      const before = count;
      try {
        const place = { call, epoch, batches };
        await slices.train(samples, { ...step, batchSize, dropoutKey: keys.word() }, place, totals, (done) =>
          afterSlice(Math.min((before + done) / this.#expected, 1)),
        );
      } finally {
        samples.release();
      }
      count += packed.count;
      batches += Math.ceil(packed.count / batchSize);
      metric = metric === undefined || metric === packed.metric ? packed.metric : 'none';
    }
    this.#expected = count;
    return { count, metric: metric ?? 'none' };
  }

  async *#packed(): AsyncGenerator<PackedPairs> {
    const receiver = this.#receiver;
    let number = 0;
    for await (const item of this.#items(receiver.call)) {
      number++;
      const where = `batch ${number} of the stream`;
      const { inputs, targets } = checkObject(`${receiver.call}: ${where}`, item, ['inputs', 'targets']);
      yield packPairs(receiver, inputs as UserSamples, targets as UserSamples | Labels, `${where}: `);
    }
    if (number === 0) {
      throw codedError(
        'ERR_SHAPE',
        `${receiver.call}: the stream ended without a batch. Let each call of batches() begin a new stream, of at least one.`,
      );
    }
  }

  /** The stream, closed however its use ends; a fit that is stopped does not wait for it. */
  async *#items(call: string): AsyncGenerator<unknown> {
    const stream: unknown = this.#batches();
    // Refused below; that it may reject later must not end the process.
    if (stream instanceof Promise) stream.catch(() => undefined);
    const iterator = iteratorOf(stream);
    if (iterator === undefined) {
      const expected = 'an async iterable of { inputs, targets }';
      throw codedError('ERR_INVALID_TYPE', `${call}: batches() is ${describe(stream)}, expected ${expected}.`);
    }
    let ended = false;
    try {
      for (;;) {
        // As for await has it: a stream that throws is at its end.
        let next: unknown;
        try {
          next = await this.#run.stop.orStopped(iterator.next());
        } catch (error) {
          ended = !this.#run.stop.ended;
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

/** Errors of a stream that is left are nobody's. Not awaited: one that hangs would keep the fit from ending. */
async function close(iterator: AsyncIterator<unknown> | Iterator<unknown>): Promise<void> {
  try {
    await iterator.return?.();
  } catch {}
}

function iteratorOf(stream: unknown): AsyncIterator<unknown> | Iterator<unknown> | undefined {
  const { [Symbol.asyncIterator]: asynchronous, [Symbol.iterator]: synchronous } = Object(stream) as Partial<
    AsyncIterable<unknown> & Iterable<unknown>
  >;
  if (typeof asynchronous === 'function') return asynchronous.call(stream);
  return typeof synchronous === 'function' ? synchronous.call(stream) : undefined;
}
