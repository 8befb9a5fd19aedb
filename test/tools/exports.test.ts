/** Kernels as the package contains them: with the exports that src/ calls, and the code that the tests have called. */
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { compileText } from '../../src/engine/wasm/embedded.js';
import { withExports } from '../../tools/build/exports.js';

const ENGINE = ['evaluate', 'forward', 'gradients', 'heapBase', 'largest', 'train'];
const PACKED = {
  basic: [ENGINE, () => import('../../src/engine/wasm/generated/kernel-basic.js')],
  simd: [
    [...ENGINE, 'denseBackwardWeights', 'denseForward'],
    () => import('../../src/engine/wasm/generated/kernel-simd.js'),
  ],
  threads: [
    [...ENGINE, 'denseBackwardWeights', 'denseForward', 'help'],
    () => import('../../src/engine/wasm/generated/kernel-threads.js'),
  ],
} as const;

const namesOf = (module: WebAssembly.Module) => WebAssembly.Module.exports(module).map(({ name }) => name);

describe('packed kernels', () => {
  it.each(Object.entries(PACKED))('%s exports what src/ calls, and nothing else', async (_, [names, load]) => {
    expect(namesOf(await compileText(load)).sort()).toEqual([...names].sort());
  });
});

describe('withExports', () => {
  it('keeps the exports that it is given, and code that gives the same numbers', async () => {
    const bytes = await readFile(new URL('../../build/kernels/simd.wasm', import.meta.url));
    const packed = withExports(bytes, ['activationForward', 'heapBase']);
    expect(packed.length).toBeLessThan(bytes.length / 2);
    const [whole, part] = await Promise.all(
      [bytes, packed].map(async (kernel) => {
        const memory = new WebAssembly.Memory({ initial: 256 });
        const module = await WebAssembly.compile(Uint8Array.from(kernel));
        const instance = await WebAssembly.instantiate(module, { env: { memory } });
        const exports = instance.exports as Record<string, (...numbers: number[]) => number>;
        const floats = new Float32Array(memory.buffer, 65_536, 64).map((_, i, { length }) => (i - length / 2) / 4);
        new Float32Array(memory.buffer).set(floats, 16_384);
        exports.activationForward?.(2, 0, 1, 64, 65_536, 65_536, 256);
        return { names: namesOf(module), floats: new Float32Array(memory.buffer, 65_536, 64) };
      }),
    );
    expect(part?.names.sort()).toEqual(['activationForward', 'heapBase']);
    expect(whole?.names).toContain('denseForward');
    expect(part?.floats).toEqual(whole?.floats);
    expect(new Set(part?.floats).size).toBeGreaterThan(50);
  });
});
