/** The WebAssembly engine. Its kernels are written in AssemblyScript, with SIMD. */
import type { EngineSpec } from '../../options/engine.js';
import { keepsState } from '../../options/optimizers.js';
import type { NetworkSpec } from '../../options/spec.js';
import type { Engine, EngineInfo, EngineNetwork } from '../engine.js';
import { kernelsInUse } from './kernel.js';
import type { createMoments } from './moments.js';
import { WasmNetwork } from './network.js';
import { type Realm, sharedRealm } from './realm.js';
import { isBasic } from './variants.js';

class WasmEngine implements Engine {
  readonly info: EngineInfo;
  readonly #realm: Realm;
  readonly #moments: typeof createMoments | undefined;

  constructor(realm: Realm, relaxed: boolean, wideVectors: boolean, moments: typeof createMoments | undefined) {
    this.#realm = realm;
    this.#moments = moments;
    const variant = relaxed ? 'relaxed' : 'simd';
    this.info = Object.freeze({ kind: 'wasm', variant, threads: 1, wideVectors, reproducible: !relaxed });
  }

  createNetwork(spec: NetworkSpec): EngineNetwork {
    return new WasmNetwork(this.#realm, spec, this.#moments);
  }
}

/**
 * With `relaxed`, takes the relaxed kernel if host and entry point have it. With `wideVectors`, takes a wide kernel or rejects
 * with ERR_ENGINE. Also rejects with ERR_ENGINE if the host refuses WebAssembly or its SIMD. It may take a smaller kernel, which
 * lacks only what this network does not need.
 */
export async function createWasmEngine(
  options: Pick<EngineSpec, 'relaxed' | 'wideVectors'>,
  network: NetworkSpec,
): Promise<Engine> {
  const usual = kernelsInUse().basic && isBasic(network) ? 'basic' : 'simd';
  const { wideVectors } = options;
  const { realm, relaxed } =
    options.relaxed || wideVectors
      ? await (await import('./chosen-build.js')).chosenRealm(options, usual)
      : { realm: await sharedRealm(usual), relaxed: false };
  const turn = realm.breathe();
  if (turn !== undefined) await turn;
  const { createMoments } = keepsState(network.optimizer) ? await import('./moments.js') : {};
  return new WasmEngine(realm, relaxed, wideVectors, createMoments);
}
