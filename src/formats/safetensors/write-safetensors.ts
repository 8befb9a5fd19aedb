/**
 * Writes safetensors files: the length of the header, a header in JSON that says where each tensor lies, and the bytes of the tensors.
 * https://github.com/huggingface/safetensors, format of 2023. The reader is in read-safetensors.ts. Knows nothing of networks.
 */
import { codedError } from '../../foundation/errors.js';
import { uint8 } from '../../foundation/memory.js';
import { type Bytes, bytesOf, joined } from '../bytes.js';
import { utf8Of } from '../encode-utf8.js';

/** Numbers of a tensor: float32, float64, or bytes. */
export type TensorValues = Float32Array | Float64Array | Uint8Array;

/** A tensor and its shape, row-major. */
export interface Tensor<V extends TensorValues = Float32Array> {
  readonly shape: readonly number[];
  readonly values: V;
}

/** A tensor to write: its numbers, or pieces of one type, which lie end to end in the file. */
export interface WrittenTensor {
  readonly shape: readonly number[];
  readonly values: TensorValues | readonly TensorValues[];
}

function piecesOf({ values }: WrittenTensor): readonly TensorValues[] {
  return Array.isArray(values) ? values : [values as TensorValues];
}

/** The types of tensors that are written and read. */
export type Dtype = 'F32' | 'F64' | 'U8';

export const LENGTH_BYTES = 8;
export const FLOAT_BYTES = 4;
export const METADATA = '__metadata__';
/** The largest header that is read: a million characters describe about ten thousand layers. */
export const MAX_HEADER_BYTES = 2 ** 20;
/** The most numbers in all tensors together. */
export const MAX_NUMBERS = 2 ** 28;
/** Most sizes in a tensor's shape. No tensor of any library has more. */
export const MAX_DIMENSIONS = 8;

/** The header of a file in UTF-8, without the spaces that pad it. */
export function headerOf(
  tensors: ReadonlyMap<string, WrittenTensor>,
  metadata: Readonly<Record<string, string>>,
): Uint8Array {
  const header: Record<string, unknown> = { [METADATA]: metadata };
  let end = 0;
  for (const [name, tensor] of tensors) {
    const pieces = piecesOf(tensor);
    const start = end;
    for (const { byteLength } of pieces) end += byteLength;
    header[name] = { dtype: dtypeOf(pieces[0] as TensorValues), shape: tensor.shape, data_offsets: [start, end] };
  }
  return utf8Of(JSON.stringify(header));
}

function dtypeOf(values: TensorValues): Dtype {
  if (values instanceof Uint8Array) return 'U8';
  return values instanceof Float64Array ? 'F64' : 'F32';
}

/**
 * Writes tensors end to end, in the order of the map, after the header that headerOf makes of them. Spaces pad the header so that tensors
 * are aligned. ERR_MODEL_LIMIT for a file that would be too large to read.
 */
export function writeSafetensors(
  tensors: ReadonlyMap<string, WrittenTensor>,
  metadata: Readonly<Record<string, string>>,
  header = headerOf(tensors, metadata),
): Bytes {
  const headerBytes = Math.ceil(header.length / LENGTH_BYTES) * LENGTH_BYTES;
  const pieces = Array.from(tensors.values(), piecesOf).flat();
  checkLimits('save', headerBytes, pieces.reduce((sum, { byteLength }) => sum + byteLength, 0) / FLOAT_BYTES);
  const length = uint8(LENGTH_BYTES);
  new DataView(length.buffer).setBigUint64(0, BigInt(headerBytes), true);
  const spaces = uint8(headerBytes - header.length).fill(0x20);
  return joined([length, header, spaces, ...pieces.map(bytesOf)]);
}

/** Throws ERR_MODEL_LIMIT for a header or tensors that are too large. `call` is for the message. */
export function checkLimits(call: string, headerBytes: number | bigint, numbers: number): void {
  const what = headerBytes > MAX_HEADER_BYTES ? `a header of ${headerBytes} bytes` : `${numbers} numbers`;
  const limit = headerBytes > MAX_HEADER_BYTES ? MAX_HEADER_BYTES : MAX_NUMBERS;
  if (headerBytes <= MAX_HEADER_BYTES && numbers <= MAX_NUMBERS) return;
  const mend = 'Layers, labels and the scaling of columns make the header long.';
  throw codedError('ERR_MODEL_LIMIT', `${call}: the model has ${what}, and at most ${limit} are read. ${mend}`);
}
