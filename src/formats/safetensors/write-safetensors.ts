/**
 * Writes safetensors files: the length of the header, a header in JSON that says where each tensor lies, and the bytes of the tensors.
 * https://github.com/huggingface/safetensors, format of 2023. The reader is in read-safetensors.ts. Knows nothing of networks.
 */
import { codedError } from '../../foundation/errors.js';
import { uint8 } from '../../foundation/memory.js';
import { type Bytes, bytesOf, joined } from '../bytes.js';

/** A float32 tensor and its shape, row-major. */
export interface Tensor {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

export const LENGTH_BYTES = 8;
export const FLOAT_BYTES = 4;
export const METADATA = '__metadata__';
/** The largest header that is read: a million characters describe about ten thousand layers. */
export const MAX_HEADER_BYTES = 2 ** 20;
/** The most numbers in all tensors together. */
export const MAX_NUMBERS = 2 ** 28;
/** Most sizes in a tensor's shape. No tensor of any library has more. */
export const MAX_DIMENSIONS = 8;

/**
 * Writes tensors end to end, in the order of the map. Spaces pad the header so that tensors are aligned. ERR_MODEL_LIMIT for a file
 * that would be too large to read.
 */
export function writeSafetensors(tensors: ReadonlyMap<string, Tensor>, metadata: Record<string, string>): Bytes {
  const header: Record<string, unknown> = { [METADATA]: metadata };
  let end = 0;
  for (const [name, { shape, values }] of tensors) {
    const start = end;
    end += values.byteLength;
    header[name] = { dtype: 'F32', shape, data_offsets: [start, end] };
  }
  const encoder = new TextEncoder();
  const json = encoder.encode(JSON.stringify(header));
  const headerBytes = Math.ceil(json.length / LENGTH_BYTES) * LENGTH_BYTES;
  checkLimits('save', headerBytes, end / FLOAT_BYTES);
  const length = uint8(LENGTH_BYTES);
  new DataView(length.buffer).setBigUint64(0, BigInt(headerBytes), true);
  const spaces = encoder.encode(' '.repeat(headerBytes - json.length));
  return joined([length, json, spaces, ...Array.from(tensors.values(), ({ values }) => bytesOf(values))]);
}

/** Throws ERR_MODEL_LIMIT for a header or tensors that are too large. `call` is for the message. */
export function checkLimits(call: string, headerBytes: number | bigint, numbers: number): void {
  const what = headerBytes > MAX_HEADER_BYTES ? `a header of ${headerBytes} bytes` : `${numbers} numbers`;
  const limit = headerBytes > MAX_HEADER_BYTES ? MAX_HEADER_BYTES : MAX_NUMBERS;
  if (headerBytes <= MAX_HEADER_BYTES && numbers <= MAX_NUMBERS) return;
  const mend = 'Layers, labels and the scaling of columns make the header long.';
  throw codedError('ERR_MODEL_LIMIT', `${call}: the model has ${what}, and at most ${limit} are read. ${mend}`);
}
