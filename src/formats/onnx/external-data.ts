/**
 * The numbers of tensors that lie in files beside a model: the caller gives the bytes of each file by its name. Nothing is copied, and
 * no file is opened.
 */
import { isTyped } from '../../foundation/checks.js';
import { codedError, describe, tagOf } from '../../foundation/errors.js';
import { isObject } from '../../foundation/more-checks.js';
import { bad, unsupported } from './refused.js';

/** Where the model says that the numbers of a tensor lie. */
export interface Location {
  readonly location?: string;
  readonly offset?: string;
  readonly length?: string;
}

/** The files that a caller gave. `size` is the sum of their bytes. */
export interface ExternalFiles {
  readonly files: ReadonlyMap<string, Uint8Array> | undefined;
  readonly size: number;
}

const MEND = 'Give externalData: { "name as in the model": bytes }, or a Map.';

/** Checks the option `externalData`. */
export function externalBytes(given: unknown): ExternalFiles {
  if (given === undefined) return { files: undefined, size: 0 };
  const isMap = tagOf(given) === 'Map';
  if (!isMap && (!isObject(given) || tagOf(given) !== 'Object')) {
    const came = `fromONNX: externalData is ${describe(given)}, expected an object or a Map of names and bytes`;
    throw codedError('ERR_INVALID_TYPE', `${came}. ${MEND}`);
  }
  const entries = isMap ? Array.from(given as Map<unknown, unknown>) : Object.entries(given as object);
  const files = new Map<string, Uint8Array>();
  let size = 0;
  for (const [name, bytes] of entries) {
    if (typeof name !== 'string') {
      throw codedError(
        'ERR_INVALID_TYPE',
        `fromONNX: externalData has the key ${describe(name)}, expected names. ${MEND}`,
      );
    }
    const file = bytesOf(name, bytes);
    files.set(plain(name), file);
    size += file.length;
  }
  return { files, size };
}

function bytesOf(name: string, given: unknown): Uint8Array {
  const came = `fromONNX: externalData[${describe(name)}] is ${describe(given)}`;
  if (!isTyped(given, 'Uint8Array') && tagOf(given) !== 'ArrayBuffer') {
    throw codedError('ERR_INVALID_TYPE', `${came}, expected a Uint8Array or an ArrayBuffer. ${MEND}`);
  }
  try {
    if (!ArrayBuffer.isView(given)) return new Uint8Array(given as ArrayBuffer);
    const { buffer, byteOffset, byteLength } = given;
    return new Uint8Array(buffer, byteOffset, byteLength);
  } catch (cause) {
    const gone = 'whose bytes are gone, perhaps transferred to a worker';
    throw codedError('ERR_INVALID_TYPE', `${came} ${gone}. ${MEND}`, { cause });
  }
}

/** The bytes of a tensor. */
export function located(tensor: string, { location, offset, length }: Location, { files }: ExternalFiles): Uint8Array {
  if (location === undefined) throw bad(`tensor ${describe(tensor)} does not say in which file its numbers are`);
  const name = JSON.stringify(location.slice(0, 200));
  if (files === undefined) {
    const mend = `give its bytes, externalData: { ${name}: bytes }, or export one file, in PyTorch with external_data=False`;
    throw unsupported(`the numbers of tensor ${describe(tensor)} are in a file beside the model, ${name}: ${mend}`);
  }
  const file = files.get(plain(location));
  if (file === undefined) {
    const came = `externalData lacks ${name}, where the numbers of tensor ${describe(tensor)} are`;
    const known =
      Array.from(files.keys(), (key) => describe(key))
        .slice(0, 4)
        .join(', ') || 'nothing';
    throw codedError('ERR_INVALID_OPTION', `fromONNX: ${came}. It has ${known}.`);
  }
  const start = countOf(tensor, 'offset', offset ?? '0');
  const end = length === undefined ? file.length : start + countOf(tensor, 'length', length);
  if (start <= end && end <= file.length) return file.subarray(start, end);
  const came = `tensor ${describe(tensor)} is at bytes ${start} to ${end} of ${name}, which has ${file.length}`;
  throw codedError('ERR_MODEL_FORMAT', `fromONNX: ${came}. Give the whole file that was written with this model.`);
}

function countOf(tensor: string, what: string, text: string): number {
  const count = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isSafeInteger(count)) return count;
  throw bad(`tensor ${describe(tensor)} has ${describe(text)} as the ${what} of its numbers`);
}

/** Exporters may write that a file lies in the folder of the model. */
function plain(name: string): string {
  return name.replace(/^(\.\/)+/, '');
}
