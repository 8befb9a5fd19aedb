/**
 * Allocates JavaScript memory, with an error that says so where the host has no more. All of src/ allocates numbers and bytes here or in
 * more-memory.ts: a test finds other places.
 */
import { codedError } from './errors.js';

type Numbers = Float32Array | Float64Array | Uint32Array | Uint8Array;

/** Returns what `allocate` makes. Throws ERR_OUT_OF_MEMORY instead of the host's RangeError. */
export function withinMemory<T>(what: string, allocate: () => T): T {
  try {
    return allocate();
  } catch (cause) {
    throw outOfMemory(what, cause);
  }
}

/** `length` zeros. Does not call withinMemory, whose text and closure cost `predict` of one row of 2-2-1 a fifteenth of its time. */
export function float32(length: number): Float32Array<ArrayBuffer> {
  try {
    return new Float32Array(length);
  } catch (cause) {
    throw outOfMemory(`${length} numbers`, cause);
  }
}

export function float64(length: number): Float64Array<ArrayBuffer> {
  return withinMemory(`${length} numbers`, () => new Float64Array(length));
}

/** As direct as float32: every trainOnBatch makes one for its random numbers. */
export function uint32(length: number): Uint32Array<ArrayBuffer> {
  try {
    return new Uint32Array(length);
  } catch (cause) {
    throw outOfMemory(`${length} numbers`, cause);
  }
}

export function uint8(length: number): Uint8Array<ArrayBuffer> {
  return withinMemory(`${length} bytes`, () => new Uint8Array(length));
}

type Constructor<T> = new (numbers: ArrayLike<number>) => T;

/** `type` is asked at each call: tests put in its place a host whose memory runs out. */
function copyingInto<T>(type: () => Constructor<T>, what = 'numbers'): (numbers: ArrayLike<number>) => T {
  return (numbers) => withinMemory(`${numbers.length} ${what}`, () => new (type())(numbers));
}

/** The numbers, rounded to float32, in an array of their own. */
export const float32From = copyingInto<Float32Array<ArrayBuffer>>(() => Float32Array);
export const float64From = copyingInto<Float64Array<ArrayBuffer>>(() => Float64Array);
export const uint8From = copyingInto<Uint8Array<ArrayBuffer>>(() => Uint8Array, 'bytes');

/** A copy of a typed array, or of a part of it. `predict` calls it for every row, so it does not call withinMemory either. */
export function sliceOf<T extends Numbers>(values: T, from = 0, to = values.length): T {
  try {
    return values.slice(from, to) as T;
  } catch (cause) {
    throw outOfMemory(`${to - from} numbers`, cause);
  }
}

/** Whether memory has run out: an error of this file. */
export function isOutOfMemory(error: unknown): boolean {
  return (error as { code?: unknown } | undefined)?.code === 'ERR_OUT_OF_MEMORY';
}

/** Translates a RangeError of the host; returns any other error as it is, also one that has a code already. */
export function outOfMemory(what: string, cause: unknown): unknown {
  if (!(cause instanceof RangeError) || 'code' in cause) return cause;
  const mend = 'Use a smaller network or fewer samples.';
  return codedError('ERR_OUT_OF_MEMORY', `memory: the host has no room for ${what}. ${mend}`, { cause });
}
