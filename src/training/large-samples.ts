/**
 * Samples so large that to check and copy them would keep the event loop waiting: both are done in slices here, and the loop has its turn in
 * between. A number is checked when it is copied, so what a caller changes meanwhile cannot slip through. A chunk of its own: fits of few samples
 * do not load it.
 */
import { isShare, type Receiver, subjectOf } from '../data/pack.js';
import type { LargeSamples } from '../data/receiver.js';
import { isFloat32, type Numbers, type PackedSamples, packSamples, type Subject } from '../data/samples.js';
import type { EngineNetwork, EngineSamples, LoadedSamples } from '../engine/engine.js';
import { allFinite } from '../foundation/finite.js';
import { float32, float64 } from '../foundation/memory.js';
import { turnWhenDue } from './event-loop.js';
import type { FitSpec } from './fit-options.js';
import { InMemorySamples } from './in-memory-samples.js';
import type { Stop } from './stop.js';

/** Numbers in a slice: it takes half a millisecond, or two where memory is touched for the first time. */
const SLICE = 2 ** 18;

/**
 * Packs the inputs of a fit and of its validation. Where the fit has to wait before an engine takes them, packed arrays are copied too; else
 * they are checked when they are loaded. Returns the receiver that takes these samples.
 */
export async function packLarge(
  receiver: Receiver,
  given: unknown,
  { validation, classWeights, sampleWeights, background }: FitSpec,
  stop: Stop,
): Promise<Receiver> {
  const { table } = receiver.parts;
  const learns = receiver.createLearner !== undefined;
  const { scaling } = receiver;
  const known = table === undefined && !learns ? scaling : undefined;
  const waits = Boolean(background) || isShare(validation) || learns || known !== undefined;
  const copies = waits || classWeights !== undefined || sampleWeights !== undefined;
  const keepsDoubles = receiver.parts.scaling?.scaledSides(receiver).inputs ?? false;
  const packed = new Map<unknown, PackedSamples<Numbers>>();
  const large: LargeSamples = {
    packed,
    inSlices: (rows, work, numbers = receiver.spec.inputs) => inSlices(rows, Math.ceil(SLICE / numbers), stop, work),
  };
  // Rows of a table are encoded at once.
  if (table !== undefined) return { ...receiver, large };
  for (const [name, inputs] of [
    ['inputs', given],
    ['validation.inputs', Object(validation).inputs],
  ] as const) {
    const subject = subjectOf(receiver, name);
    if (isPlain(inputs) && inputs.length % subject.width === 0)
      packed.set(inputs, await packedInSlices(subject, inputs, copies, stop));
    else if (Array.isArray(inputs) && typeof inputs[0] === 'object')
      packed.set(inputs, await rowsInSlices(subject, inputs, keepsDoubles, stop));
  }
  if (known === undefined) return { ...receiver, large };
  // Learned already, it is applied in slices as one that is learned now.
  return { ...receiver, large, createLearner: () => ({ add: () => undefined, scaling: () => known }) };
}

/** Of no subclass and of this realm: others are copied at once, whose methods may be their own. */
function isPlain(values: unknown): values is Float32Array {
  return isFloat32(values) && Object.getPrototypeOf(values) === Float32Array.prototype;
}

async function rowsInSlices(
  subject: Subject,
  given: readonly unknown[],
  keepsDoubles: boolean,
  stop: Stop,
): Promise<PackedSamples<Numbers>> {
  const { width } = subject;
  const { length: count } = given;
  const values = keepsDoubles ? float64(count * width) : float32(count * width);
  try {
    await inSlices(count, Math.ceil(SLICE / width), stop, (from, to) => {
      values.set(packSamples(subject, given.slice(from, to), keepsDoubles).values, from * width);
    });
  } catch (error) {
    stop.check();
    // Says which row it is, counted from the first one.
    packSamples(subject, given, keepsDoubles);
    throw error;
  }
  return { values, count, shape: 'rows' };
}

async function packedInSlices(
  subject: Subject,
  given: Float32Array,
  copies: boolean,
  stop: Stop,
): Promise<PackedSamples> {
  const values = copies ? float32(given.length) : given;
  if (copies) await copyInSlices(subject, given, values, stop);
  return { values, count: given.length / subject.width, shape: 'packed' };
}

/** Loads samples whose inputs may be the caller's own array, not checked yet. */
export async function loadLarge(
  engine: EngineNetwork,
  receiver: Receiver,
  { training, validation }: { readonly training: EngineSamples; readonly validation: EngineSamples | undefined },
  options: ConstructorParameters<typeof InMemorySamples>[2],
  stop: Stop,
): Promise<InMemorySamples> {
  // Entries of a table are few, and loaded at once.
  if (training.inputs.starts !== undefined) return new InMemorySamples(engine, { training, validation }, options);
  const later = {
    training: { ...training, isLater: true },
    validation: validation && { ...validation, isLater: true },
  };
  const source = new InMemorySamples(engine, later, options);
  try {
    await fillInSlices(subjectOf(receiver, 'inputs'), training.inputs, source.samples, stop);
    if (source.validation !== undefined) {
      const subject = subjectOf(receiver, 'validation.inputs');
      await fillInSlices(subject, later.validation?.inputs as Float32Array, source.validation, stop);
    }
    return source;
  } catch (error) {
    source.release();
    throw error;
  }
}

/** The engine looks for the largest input as well, which it would else look for in all of them at once. */
function fillInSlices(subject: Subject, given: Float32Array, target: LoadedSamples, stop: Stop): Promise<void> {
  return takeInSlices(subject, given, stop, (from, part) => Number.isFinite(target.fill(from, part)));
}

function copyInSlices(subject: Subject, given: Float32Array, target: Float32Array, stop: Stop): Promise<void> {
  return takeInSlices(subject, given, stop, (from, part) => {
    target.set(part, from);
    return allFinite(target.subarray(from, from + part.length));
  });
}

/** `take` copies a part and returns whether what it copied is finite. */
async function takeInSlices(
  subject: Subject,
  given: Float32Array,
  stop: Stop,
  take: (from: number, part: Float32Array) => boolean,
): Promise<void> {
  const { length } = given;
  await inSlices(length, SLICE, stop, (from, to) => {
    // Throws, and says which number it is. Where the caller transferred the array away, nothing is left of it.
    if (given.length !== length || !take(from, given.subarray(from, to))) packSamples(subject, given);
  });
}

/** Calls back for parts of `count`, and gives way to the event loop between them where it is time. */
async function inSlices(
  count: number,
  size: number,
  stop: Stop,
  work: (from: number, to: number) => void,
): Promise<void> {
  for (let from = 0; from < count; from += size) {
    const turn = turnWhenDue();
    if (turn !== undefined) await turn;
    stop.check();
    work(from, Math.min(from + size, count));
  }
}
