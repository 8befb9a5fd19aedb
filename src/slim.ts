/**
 * wasmlp without kernels: the page or program loads wasmlp/kernel.wasm in its own way and gives it to `init`. The only file of the
 * library that fetches, and it fetches nothing but what it is told to.
 */

import { moduleOfThisRealm } from './engine/wasm/host-module.js';
import { identityOfBytes, identityOfModule, KERNEL_IDENTITY } from './engine/wasm/identity.js';
import { withKernels } from './engine/wasm/kernel.js';
import { codedError, describe, tagOf } from './foundation/errors.js';
import { Network } from './network.js';

export * from './api.js';
export { Network };

/** WebAssembly.Module where a program has types of WebAssembly: those of Node have none. */
type CompiledModule = typeof globalThis extends { WebAssembly: { Module: { prototype: infer Module } } }
  ? Module
  : object;

/** wasmlp/kernel.wasm, of the same version: compiled, its bytes, a response that has them, or where to fetch them. */
export type KernelSource = CompiledModule | Uint8Array | ArrayBuffer | Response | URL | string;

let begun = false;

/**
 * Gives networks their kernel: to be awaited once, before the first Network.create or load. Networks on `engine: 'js'` do without.
 *
 * Rejects with ERR_INVALID_TYPE for what is no kernel of this version, ERR_IO for what cannot be fetched (after both it may be called
 * again), ERR_ENGINE for a second call. Where the host refuses WebAssembly it resolves all the same: create says so, or trains on the
 * js engine, as its option `engine` has it.
 */
export async function init(kernel: KernelSource | Promise<Response>): Promise<void> {
  if (begun) {
    // Nobody awaits this promise any more: where it rejects, that must not end the process.
    if (tagOf(kernel) === 'Promise') (kernel as Promise<Response>).catch(() => undefined);
    throw codedError('ERR_ENGINE', 'init: there is a kernel already, or on its way. Call init once.');
  }
  begun = true;
  try {
    const proven = await provenKernel(kernel);
    const compiled = proven instanceof Uint8Array ? compile(proven) : Promise.resolve(proven);
    withKernels(init, { simd: () => compiled });
    // Where the host refuses it, the networks that ask for it say so.
    await compiled.catch(() => undefined);
  } catch (error) {
    begun = false;
    throw error;
  }
}

/** Async: where there is no WebAssembly it rejects, and does not throw. */
async function compile(bytes: Uint8Array<ArrayBuffer>): Promise<WebAssembly.Module> {
  return await WebAssembly.compile(bytes);
}

/** The module, or the bytes of one, where it is the kernel of this version. */
async function provenKernel(source: unknown): Promise<WebAssembly.Module | Uint8Array<ArrayBuffer>> {
  // Bytes are copied before the first wait: the caller may change them meanwhile.
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
  // A view first, then a copy: of a buffer, `new Uint8Array` is a view. A buffer that was transferred away has no bytes and no view.
  const copy = new Uint8Array(given.byteLength === 0 ? [] : new Uint8Array(given));
  checkIdentity(identityOfBytes(copy), `what came has ${copy.length} bytes and`);
  return copy;
}

function checkIdentity(identity: string | undefined, subject: string): void {
  if (identity === KERNEL_IDENTITY) return;
  const came = identity === undefined ? 'no kernel of wasmlp' : `kernel ${describe(identity)}`;
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
    throw codedError('ERR_IO', 'init: the promise that was to bring kernel.wasm rejected.', { cause });
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
