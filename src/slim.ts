/**
 * The entry point wasmlp/slim, without kernels: the page or program loads wasmlp/kernel.wasm in its own way and gives it to `init`.
 * No other file of the library fetches anything, and this one fetches only the address that it is given.
 */

import { moduleOfThisRealm } from './engine/wasm/host-module.js';
import { identityOfBytes, identityOfModule, KERNEL_IDENTITY } from './engine/wasm/identity.js';
import { withKernels } from './engine/wasm/kernel.js';
import { codedError, describe, tagOf } from './foundation/errors.js';
import { uint8From } from './foundation/memory.js';
import { Network as NetworkOfAny } from './network.js';

export * from './api.js';

/** See network.ts. */
export const Network = withKernels(NetworkOfAny, {
  refuse: () => {
    throw codedError('ERR_ENGINE', 'create: no kernel yet. Await init of wasmlp/slim first.');
  },
});
export type Network = NetworkOfAny;

/** WebAssembly.Module, if the program has types for WebAssembly: the types of Node lack them. */
type CompiledModule = typeof globalThis extends { WebAssembly: { Module: { prototype: infer Module } } }
  ? Module
  : object;

/** wasmlp/kernel.wasm of the same version: the compiled module, its bytes, a response with the bytes, or their address. */
export type KernelSource = CompiledModule | Uint8Array | ArrayBuffer | Response | URL | string;

let begun = false;

/**
 * Sets the kernel of all networks. Await it once, before the first Network.create or load. Networks on `engine: 'js'` do not need it.
 *
 * Rejects with ERR_INVALID_TYPE for anything but the kernel of this version, and with ERR_IO if the kernel cannot be fetched; after
 * both you may call it again. Rejects with ERR_ENGINE for a second call. If the host refuses WebAssembly, it resolves nevertheless:
 * create then rejects or uses the js engine, depending on its option `engine`.
 */
export async function init(kernel: KernelSource | Promise<Response>): Promise<void> {
  if (begun) {
    // Nobody awaits this promise: an unhandled rejection would end the process.
    if (tagOf(kernel) === 'Promise') (kernel as Promise<Response>).catch(() => undefined);
    throw codedError('ERR_ENGINE', 'init: a kernel is loaded or loading already. Call init once.');
  }
  begun = true;
  try {
    const checked = await checkedKernel(kernel);
    const compiled = checked instanceof Uint8Array ? compile(checked) : Promise.resolve(checked);
    withKernels(init, { simd: () => compiled });
    // If the host refuses to compile it, create reports that.
    await compiled.catch(() => undefined);
  } catch (error) {
    begun = false;
    throw error;
  }
}

/** Async, so that it rejects instead of throwing on a host without WebAssembly. */
async function compile(bytes: Uint8Array<ArrayBuffer>): Promise<WebAssembly.Module> {
  return await WebAssembly.compile(bytes);
}

/** The module or its bytes, once it is certain that it is the kernel of this version. */
async function checkedKernel(source: unknown): Promise<WebAssembly.Module | Uint8Array<ArrayBuffer>> {
  // Given bytes are copied before the first await, because the caller may change them later.
  const awaited = tagOf(source) === 'Promise' ? await settled(source as Promise<unknown>) : source;
  const isAddress = typeof awaited === 'string' || tagOf(awaited) === 'URL';
  const kernel = isAddress ? await fetched(awaited as string | URL) : awaited;
  if (tagOf(kernel) === 'WebAssembly.Module') {
    const module = kernel as WebAssembly.Module;
    checkIdentity(identityOfModule(module), 'the module');
    return moduleOfThisRealm(module);
  }
  const bytes = tagOf(kernel) === 'Response' ? await bodyOf(kernel as Response) : kernel;
  if (tagOf(bytes) !== 'ArrayBuffer' && tagOf(bytes) !== 'Uint8Array') {
    const expected = 'a WebAssembly.Module, its bytes (Uint8Array or ArrayBuffer), a Response or a URL';
    throw codedError(
      'ERR_INVALID_TYPE',
      `init: kernel is ${describe(bytes)}, expected wasmlp/kernel.wasm as ${expected}.`,
    );
  }
  const given = bytes as Uint8Array | ArrayBuffer;
  // A buffer that was transferred away allows no view.
  const copy = uint8From(given.byteLength === 0 ? [] : new Uint8Array(given));
  checkIdentity(identityOfBytes(copy), `what was given has ${copy.length} bytes and`);
  return copy;
}

function checkIdentity(identity: string | undefined, subject: string): void {
  if (identity === KERNEL_IDENTITY) return;
  const came = identity === undefined ? 'not a kernel of wasmlp' : `kernel ${describe(identity)}`;
  const expected = `expected kernel ${describe(KERNEL_IDENTITY)}`;
  throw codedError(
    'ERR_INVALID_TYPE',
    `init: ${subject} is ${came}, ${expected}. Give the whole wasmlp/kernel.wasm of this version.`,
  );
}

async function settled(response: Promise<unknown>): Promise<unknown> {
  try {
    return await response;
  } catch (cause) {
    throw codedError('ERR_IO', 'init: the promise of kernel.wasm rejected. Its reason is the cause of this error.', {
      cause,
    });
  }
}

async function fetched(url: string | URL): Promise<Response> {
  try {
    return await fetch(url);
  } catch (cause) {
    const mend = 'Check the address and connect-src, or give the bytes.';
    throw codedError('ERR_IO', `init: ${describe(String(url))} could not be fetched. ${mend}`, { cause });
  }
}

async function bodyOf(response: Response): Promise<ArrayBuffer> {
  const where = describe(response.url || 'the response');
  if (!response.ok) {
    throw codedError(
      'ERR_IO',
      `init: ${where} has the status ${response.status}, expected 200. Check the address of kernel.wasm.`,
    );
  }
  try {
    return await response.arrayBuffer();
  } catch (cause) {
    throw codedError('ERR_IO', `init: ${where} could not be read to its end. Give a response that nobody has read.`, {
      cause,
    });
  }
}
