/** Allocations that training a plain network does not need: they are in chunks, as memory.ts is in the core. */
import { float32, withinMemory } from './memory.js';

export function int32(length: number): Int32Array<ArrayBuffer> {
  return withinMemory(`${length} numbers`, () => new Int32Array(length));
}

export function uint32From(numbers: ArrayLike<number>): Uint32Array<ArrayBuffer> {
  return withinMemory(`${numbers.length} numbers`, () => new Uint32Array(numbers));
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
