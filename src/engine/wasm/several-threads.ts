/** What the option `threads` asks for, where it is not 1. A chunk of its own: few networks have it. */
import { checkNumber } from '../../foundation/checks.js';
import { codedError } from '../../foundation/errors.js';
import type { NetworkSpec } from '../../options/spec.js';
import type { Engine } from '../engine.js';
import { kernelsInUse } from './kernel.js';

/**
 * The engine with several threads. `call` is the public call, for errors. Throws if `threads` is neither a whole number from 1 to 1024 nor
 * `'auto'`, and ERR_UNSUPPORTED if it is a number above 1 and the engine, the entry point or the host has no threads.
 */
export async function withThreads(
  engine: Engine,
  call: string,
  threads: unknown,
  network: NetworkSpec,
): Promise<Engine> {
  const isNumber = threads !== 'auto';
  if (isNumber) checkNumber(`${call}: threads`, threads, 'a whole number from 1 to 1024, or "auto"', isCount);
  const several = engine.info.kind === 'wasm' ? await kernelsInUse().threads?.() : undefined;
  if (several !== undefined) return several.withThreads(engine, call, threads as number | 'auto', network);
  if (!isNumber) return engine;
  const why = 'only WebAssembly has threads, and only "wasmlp" carries the kernel for them';
  throw codedError('ERR_UNSUPPORTED', `${call}: threads is ${threads}, but ${why}. Leave it out.`);
}

function isCount(threads: number): boolean {
  return Number.isInteger(threads) && threads >= 1 && threads <= 1024;
}
