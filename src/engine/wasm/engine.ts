/** The WebAssembly engine: AssemblyScript kernels with SIMD. */
import type { EngineSpec } from '../../options/engine.js';
import type { NetworkSpec } from '../../options/network.js';
import type { Engine, EngineInfo, EngineNetwork } from '../engine.js';
import { hostHasRelaxed, type Variant } from './kernel.js';
import { WasmNetwork } from './network.js';
import { type Realm, sharedRealm } from './realm.js';
import { checkWideVectors, enableWideVectors } from './wide.js';

class WasmEngine implements Engine {
  readonly info: EngineInfo;
  readonly #realm: Realm;

  constructor(realm: Realm, relaxed: boolean, wideVectors: boolean) {
    this.#realm = realm;
    const variant = relaxed ? 'relaxed' : 'simd';
    this.info = Object.freeze({ kind: 'wasm', variant, threads: 1, wideVectors, reproducible: !relaxed });
  }

  createNetwork(spec: NetworkSpec): EngineNetwork {
    return new WasmNetwork(this.#realm, spec);
  }
}

/**
 * `relaxed` where the host has it; `wideVectors` or ERR_ENGINE. ERR_ENGINE too where the host refuses WebAssembly or its
 * SIMD.
 */
export async function createWasmEngine(
  { relaxed: wanted, wideVectors }: Pick<EngineSpec, 'relaxed' | 'wideVectors'> = {
    relaxed: false,
    wideVectors: false,
  },
): Promise<Engine> {
  // Before anything is compiled: the flag holds for what comes after it.
  if (wideVectors) enableWideVectors();
  const relaxed = wanted && (await hostHasRelaxed());
  const realm = await sharedRealm(variantOf(relaxed, wideVectors));
  if (wideVectors) checkWideVectors(realm, relaxed);
  return new WasmEngine(realm, relaxed, wideVectors);
}

function variantOf(relaxed: boolean, wideVectors: boolean): Variant {
  if (wideVectors) return relaxed ? 'relaxedWide' : 'wide';
  return relaxed ? 'relaxed' : 'simd';
}
