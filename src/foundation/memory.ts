/**
 * Allocates JavaScript memory, with an error that says so where the host has no more. All of src/ allocates numbers and bytes here: a
 * test finds other places.
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

export function int32(length: number): Int32Array<ArrayBuffer> {
  return withinMemory(`${length} numbers`, () => new Int32Array(length));
}

export function uint8(length: number): Uint8Array<ArrayBuffer> {
  return withinMemory(`${length} bytes`, () => new Uint8Array(length));
}

/** The numbers, rounded to float32, in an array of their own. */
export function float32From(numbers: ArrayLike<number>): Float32Array<ArrayBuffer> {
  return withinMemory(`${numbers.length} numbers`, () => new Float32Array(numbers));
}

export function float64From(numbers: ArrayLike<number>): Float64Array<ArrayBuffer> {
  return withinMemory(`${numbers.length} numbers`, () => new Float64Array(numbers));
}

export function uint32From(numbers: ArrayLike<number>): Uint32Array<ArrayBuffer> {
  return withinMemory(`${numbers.length} numbers`, () => new Uint32Array(numbers));
}

export function uint8From(numbers: ArrayLike<number>): Uint8Array<ArrayBuffer> {
  return withinMemory(`${numbers.length} bytes`, () => new Uint8Array(numbers));
}

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

/** Joins arrays end to end. A single array is returned as it is. */
export function joinFloat32(parts: readonly Float32Array[]): Float32Array {
  const [first] = parts;
  if (first !== undefined && parts.length === 1) return first;
  const values = float32(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    values.set(part, at);
    at += part.length;
  }
  return values;
}

/** Translates a RangeError of the host; returns any other error as it is, also one that has a code already. */
export function outOfMemory(what: string, cause: unknown): unknown {
  if (!(cause instanceof RangeError) || 'code' in cause) return cause;
  const mend = 'Use a smaller network or fewer samples.';
  return codedError('ERR_OUT_OF_MEMORY', `memory: the host has no room for ${what}. ${mend}`, { cause });
}
