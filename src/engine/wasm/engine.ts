/** The WebAssembly engine: AssemblyScript kernels with SIMD. */
import type { NetworkSpec } from '../../options/network.js';
import type { Engine, EngineInfo, EngineNetwork } from '../engine.js';
import { WasmNetwork } from './network.js';
import { type Realm, sharedRealm } from './realm.js';

const INFO: EngineInfo = Object.freeze({
  kind: 'wasm',
  variant: 'simd',
  threads: 1,
  wideVectors: false,
  reproducible: true,
});

class WasmEngine implements Engine {
  readonly info = INFO;
  readonly #realm: Realm;

  constructor(realm: Realm) {
    this.#realm = realm;
  }

  createNetwork(spec: NetworkSpec): EngineNetwork {
    return new WasmNetwork(this.#realm, spec);
  }
}

/** ERR_ENGINE where the host refuses WebAssembly or its SIMD. */
export async function createWasmEngine(): Promise<Engine> {
  return new WasmEngine(await sharedRealm());
}
