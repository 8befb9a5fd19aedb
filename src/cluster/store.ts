/**
 * Where the blobs of a cluster lie: beside the queue, or in a folder that all machines share. A blob belongs to a scope, which goes as a whole:
 * a job, or data, which all jobs share. Knows no jobs.
 */
import { codedError } from '../foundation/errors.js';
import { uint8 } from '../foundation/memory.js';
import { type Blob, hashOf } from './plain.js';

/** Names of blobs are hashes; scopes are hexadecimal digits too, so that neither can lead elsewhere. */
export interface Store {
  /** How many bytes a blob has; undefined where it is not there, or not whole. */
  size(scope: string, name: string): Promise<number | undefined>;
  read(scope: string, name: string, size: number): Promise<Uint8Array>;
  /** Ends between two chunks when the signal aborts. */
  write(scope: string, name: string, bytes: Uint8Array, signal?: AbortSignal): Promise<void>;
  /** Blobs that nobody touches for a day may go. */
  touch(scope: string): Promise<void>;
  remove(scope: string, name: string): Promise<void>;
  drop(scope: string): Promise<void>;
}

/** A day: longer than any outage, and it is renewed while somebody needs it. */
export const KEPT_SECONDS = 24 * 3600;
/** A hundred million numbers: more is no data of one search. */
export const MOST_BLOB_BYTES = 2 ** 31;

/** A blob whose chunks are read one after another. Its hash tells where one is missing, or of another size. */
export async function readChunks(
  size: number,
  chunkAt: (chunk: number) => Promise<Uint8Array | null | undefined>,
): Promise<Uint8Array> {
  const bytes = uint8(size);
  for (let at = 0, chunk = 0; at < size; chunk++) {
    const part = await chunkAt(chunk);
    if (!part || part.length === 0 || at + part.length > size) break;
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** Puts blobs there that are not there yet. `anew`: all. */
export async function putBlobs(
  store: Store,
  blobs: readonly Blob[],
  scope: (blob: Blob) => string,
  anew = false,
  signal?: AbortSignal,
): Promise<void> {
  for (const blob of blobs) {
    signal?.throwIfAborted();
    const { name, bytes } = blob;
    if (bytes.length > MOST_BLOB_BYTES) {
      const expected = `at most ${MOST_BLOB_BYTES}`;
      throw codedError('ERR_UNSUPPORTED', `cluster: a part of the samples has ${bytes.length} bytes, ${expected}.`);
    }
    if (!anew && (await store.size(scope(blob), name)) === bytes.length) await store.touch(scope(blob));
    else await store.write(scope(blob), name, bytes, signal);
  }
}

const NOT_THERE = 'is not there.';

/** Also of an error whose message came from another machine. */
export function isMissingBlob({ message }: Error): boolean {
  return message.endsWith(NOT_THERE);
}

/** A blob, whose size and hash are as they were told. Throws ERR_IO where it is not there, or another one. */
export async function getBlob(store: Store, scope: string, name: string, size: number): Promise<Uint8Array> {
  const where = `cluster: blob ${name.slice(0, 12)}…`;
  const found = await store.size(scope, name);
  if (found === undefined) throw codedError('ERR_IO', `${where} ${NOT_THERE}`);
  if (found !== size || size > MOST_BLOB_BYTES) {
    throw codedError('ERR_IO', `${where} has ${found} bytes, expected ${size}.`);
  }
  const bytes = await store.read(scope, name, size);
  if (bytes.length !== size || hashOf(bytes) !== name) throw codedError('ERR_IO', `${where} has another hash.`);
  return bytes;
}
