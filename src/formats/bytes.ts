/** Joins the pieces of a file. A piece may be a view of other numbers: nothing is copied before the file is joined. Knows no format. */
import { uint8, withinMemory } from '../foundation/memory.js';

/** Bytes in memory that threads do not share: Uint8Array<ArrayBuffer>, written so that older TypeScript compiles it too. */
export type Bytes = ReturnType<Uint8ArrayConstructor['of']>;

/** Whether the host stores numbers in the byte order of files. */
export const LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** Numbers as little-endian bytes: their own memory on a little-endian host, else a copy. */
export function bytesOf(values: Float32Array | Float64Array | Uint8Array): Uint8Array {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  const last = values.BYTES_PER_ELEMENT - 1;
  if (LITTLE_ENDIAN) return bytes;
  return withinMemory(`${bytes.length} bytes`, () => bytes.map((_, i) => bytes[i ^ last] as number));
}

export function lengthOf(pieces: readonly Uint8Array[]): number {
  return pieces.reduce((sum, { length }) => sum + length, 0);
}

export function joined(pieces: readonly Uint8Array[]): Bytes {
  const length = lengthOf(pieces);
  const file = uint8(length);
  let at = 0;
  for (const piece of pieces) {
    file.set(piece, at);
    at += piece.length;
  }
  return file;
}
