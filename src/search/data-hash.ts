/** The SHA-256 of samples: what names them in a study and on other machines. */
import { codedError } from '../foundation/errors.js';
import { turnWhenDue } from '../training/event-loop.js';
import { isSparse, type StudyData } from './data.js';
import { writable } from './plain.js';

/** The part of node:crypto that this file needs. */
interface Crypto {
  createHash(name: 'sha256'): { update(data: string | Uint8Array): void; digest(encoding: 'hex'): string };
}

interface NodeProcess {
  getBuiltinModule?(name: 'node:crypto'): Crypto;
}

/** Bytes, and values of a list, that are hashed in a few milliseconds. */
const SLICE_BYTES = 2 ** 21;
const SLICE_VALUES = 2 ** 10;

/**
 * In hexadecimal digits. Samples that float32 holds have one hash, however they were given. The event loop has its turn between slices, and an
 * abort is heard there.
 */
export async function hashOfData(
  { count, width, inputs, targets, classes }: StudyData,
  signal?: AbortSignal,
): Promise<string> {
  const crypto = (globalThis as { process?: NodeProcess }).process?.getBuiltinModule?.('node:crypto');
  if (crypto === undefined) throw codedError('ERR_UNSUPPORTED', 'search: this host has no node:crypto.');
  const hash = crypto.createHash('sha256');
  hash.update(JSON.stringify({ count, width }));
  for (const values of [inputs, targets, classes].flatMap(partsOf)) {
    hash.update(`\n${kindOf(values)}\n`);
    const bytes = ArrayBuffer.isView(values)
      ? new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
      : undefined;
    const list = bytes ?? ((values ?? []) as readonly unknown[]);
    const size = bytes ? SLICE_BYTES : SLICE_VALUES;
    for (let from = 0; from < list.length; from += size) {
      await turnWhenDue();
      signal?.throwIfAborted();
      if (bytes) hash.update(bytes.subarray(from, from + size));
      else for (const value of list.slice(from, from + size)) hash.update(`${textOf(value)}\n`);
    }
  }
  return hash.digest('hex');
}

/** Of sparse rows, which are no list, their arrays: `starts` says how long the others are. */
function partsOf(values: unknown): unknown[] {
  if (!isSparse(values)) return [values];
  const { starts, columns, values: numbers } = values;
  return [SPARSE, starts, columns, numbers];
}

const SPARSE = ['sparse rows'];

function kindOf(values: unknown): string {
  return Object.prototype.toString.call(values);
}

/** JSON, in which NaN and undefined are not null. */
function textOf(value: unknown): string {
  if (ArrayBuffer.isView(value)) return JSON.stringify([...(value as Float32Array)]);
  return JSON.stringify(writable(value), (_, inner) =>
    inner === undefined || (typeof inner === 'number' && !Number.isFinite(inner)) ? `(${String(inner)})` : inner,
  );
}
