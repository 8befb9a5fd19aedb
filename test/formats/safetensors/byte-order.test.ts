/** A host with the other byte order writes and reads the same files. A file of its own, because it loads modules anew. */
import { expect, it, vi } from 'vitest';
import { writeSafetensors } from '../../../src/formats/safetensors/write-safetensors.js';
import { turned } from '../../support/formats/model-files.js';

it('files are the same on a host of the other byte order', async () => {
  const tensors = new Map([
    ['a', { shape: [3], values: Float32Array.of(1.5, -0, 1e-45) }],
    ['b', { shape: [1, 1], values: Float32Array.of(-2) }],
  ]);
  const file = writeSafetensors(tensors, { key: 'value' });
  const swapped = Uint16Array.of(0x100);
  vi.resetModules();
  vi.stubGlobal('Uint16Array', { of: () => swapped });
  const { LITTLE_ENDIAN } = await import('../../../src/formats/bytes.js');
  const writer = await import('../../../src/formats/safetensors/write-safetensors.js');
  const reader = await import('../../../src/formats/safetensors/read-safetensors.js');
  vi.unstubAllGlobals();
  expect(LITTLE_ENDIAN).toBe(false);
  const there = new Map(Array.from(tensors, ([name, { shape, values }]) => [name, { shape, values: turned(values) }]));
  expect(writer.writeSafetensors(there, { key: 'value' })).toEqual(file);
  expect(reader.readTensors(file, reader.readHeader(file))).toEqual(tensors);
});
