/**
 * safetensors: a length, a header in JSON that says where each tensor lies, and the bytes of the tensors. Knows nothing of
 * networks. https://github.com/huggingface/safetensors, format of 2023. The reader is in read-safetensors.ts.
 */
import { codedError } from '../errors.js';
import { withinMemory } from '../memory.js';

/** A float32 tensor and its shape, row-major. */
export interface Tensor {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

export const LENGTH_BYTES = 8;
export const FLOAT_BYTES = 4;
export const METADATA = '__metadata__';
/** Whether the host has its numbers in memory as the file has them. */
export const LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;
/** The largest header that is read: a million of characters describe some ten thousand layers. */
export const HEADER_LIMIT = 2 ** 20;
/** The most numbers in all tensors together. */
export const NUMBERS_LIMIT = 2 ** 28;

/**
 * Tensors lie end to end in the order of their names here. The header is padded with spaces, so that they are aligned.
 * ERR_MODEL_LIMIT for what no reader would take.
 */
export function writeSafetensors(tensors: ReadonlyMap<string, Tensor>, metadata: Record<string, string>): Uint8Array {
  const header: Record<string, unknown> = { [METADATA]: metadata };
  let end = 0;
  for (const [name, { shape, values }] of tensors) {
    const start = end;
    end += values.byteLength;
    header[name] = { dtype: 'F32', shape, data_offsets: [start, end] };
  }
  const json = new TextEncoder().encode(JSON.stringify(header));
  const headerBytes = Math.ceil(json.length / LENGTH_BYTES) * LENGTH_BYTES;
  checkLimits('save', headerBytes, end / FLOAT_BYTES);
  const fileBytes = LENGTH_BYTES + headerBytes + end;
  const file = createFile(fileBytes);
  const view = new DataView(file.buffer);
  view.setBigUint64(0, BigInt(headerBytes), true);
  file.fill(0x20, LENGTH_BYTES, LENGTH_BYTES + headerBytes);
  file.set(json, LENGTH_BYTES);
  let offset = LENGTH_BYTES + headerBytes;
  for (const { values } of tensors.values()) {
    // At once where that is the host's byte order: a loop takes 3 ms for the 101,770 numbers of 784-128-10, until it is compiled.
    if (LITTLE_ENDIAN) new Float32Array(file.buffer, offset).set(values);
    else for (const [i, value] of values.entries()) view.setFloat32(offset + i * FLOAT_BYTES, value, true);
    offset += values.byteLength;
  }
  return file;
}

/** Room for a file. */
export function createFile(bytes: number): Uint8Array<ArrayBuffer> {
  return withinMemory(`a file of ${bytes} bytes`, () => new Uint8Array(bytes));
}

/** ERR_MODEL_LIMIT for a header or for tensors that are too large, by the call that came upon them. */
export function checkLimits(call: string, headerBytes: number | bigint, numbers: number): void {
  const what = headerBytes > HEADER_LIMIT ? `a header of ${headerBytes} bytes` : `${numbers} numbers`;
  const limit = headerBytes > HEADER_LIMIT ? HEADER_LIMIT : NUMBERS_LIMIT;
  if (headerBytes <= HEADER_LIMIT && numbers <= NUMBERS_LIMIT) return;
  const mend = 'Layers, labels and the scaling of columns make the header long.';
  throw codedError('ERR_MODEL_LIMIT', `${call}: the model has ${what}, and at most ${limit} are read. ${mend}`);
}
