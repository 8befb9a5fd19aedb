/** Gives an engine several threads. A chunk of its own: only networks that ask for threads load it. */
import { TEAM_THREADS } from '../../../../assembly/abi.js';
import { coresOfHost } from '../../../foundation/cores.js';
import { codedError } from '../../../foundation/errors.js';
import { isOutOfMemory } from '../../../foundation/memory.js';
import { knowsWorker } from '../../../foundation/workers.js';
import type { NetworkSpec } from '../../../options/spec.js';
import type { Engine, EngineNetwork } from '../../engine.js';
import type { WasmNetwork } from '../network.js';
import { whyAlone } from './host.js';
import { threadsKernel } from './kernels.js';
import { ThreadedNetwork, type ThreadOptions } from './network.js';
import { mayPayOff } from './rule.js';

/**
 * The engine, which must be the wasm engine, with as many threads as `threads` asks for. `'auto'` takes all cores where the network may gain by
 * it, the host allows it and this file knows where the workers' program is, else one. Rejects with ERR_UNSUPPORTED if the host allows no threads
 * and a number asks for them.
 */
export async function withThreads(
  engine: Engine,
  call: string,
  threads: number | 'auto',
  network: NetworkSpec,
): Promise<Engine> {
  const isExact = threads !== 'auto';
  const count = Math.min(isExact ? threads : mayPayOff(network) ? coresOfHost() : 1, TEAM_THREADS);
  if (count === 1) return engine;
  const why = whyAlone();
  if (why !== undefined) {
    if (!isExact) return engine;
    throw codedError('ERR_UNSUPPORTED', `${call}: threads is ${threads}, and ${why}`);
  }
  // A fit may say where the worker is. Those that do not say it must not fail because of "auto".
  if (!isExact && !knowsWorker()) return engine;
  const module = await kernelFor(engine, call, isExact);
  if (module === undefined) return engine;
  return new ThreadedEngine(engine, { module, threads: count, isExact });
}

/** Undefined where the host refuses threads in WebAssembly, and they are not asked for by a number. */
async function kernelFor({ info }: Engine, call: string, isExact: boolean): Promise<WebAssembly.Module | undefined> {
  try {
    return await threadsKernel(info.variant === 'relaxed', info.wideVectors);
  } catch (cause) {
    if (isOutOfMemory(cause)) throw cause;
    if (!isExact) return undefined;
    const mend = 'Leave threads out.';
    throw codedError('ERR_UNSUPPORTED', `${call}: this host refuses WebAssembly with threads. ${mend}`, { cause });
  }
}

class ThreadedEngine implements Engine {
  readonly info: Engine['info'];
  readonly #engine: Engine;
  readonly #options: ThreadOptions;

  constructor(engine: Engine, options: ThreadOptions) {
    this.#engine = engine;
    this.#options = options;
    // Those that take part.
    this.info = Object.freeze({ ...engine.info, threads: Math.min(options.threads, coresOfHost()) });
  }

  createNetwork(spec: NetworkSpec): EngineNetwork {
    return new ThreadedNetwork(this.#engine.createNetwork(spec) as WasmNetwork, spec, this.#options);
  }
}
