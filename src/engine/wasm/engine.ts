/** The WebAssembly engine. Its kernels are written in AssemblyScript, with SIMD. */
import type { EngineSpec } from '../../options/engine.js';
import { momentsOf } from '../../options/optimizers.js';
import type { NetworkSpec } from '../../options/spec.js';
import type { Engine, EngineInfo, EngineNetwork } from '../engine.js';
import { kernelsInUse, type Variant } from './kernel.js';
import type { createMoments } from './moments.js';
import { WasmNetwork } from './network.js';
import { type Realm, sharedRealm } from './realm.js';
import { isBasic, variantOf } from './variants.js';

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
  { relaxed: wanted, wideVectors }: Pick<EngineSpec, 'relaxed' | 'wideVectors'>,
  network: NetworkSpec,
): Promise<Engine> {
  const kernels = kernelsInUse();
  // Before anything is compiled: the flag only affects modules compiled after it is set.
  const wide = wideVectors ? await import('./wide-vectors.js') : undefined;
  wide?.enableWideVectors(kernels.wide !== undefined);
  const relaxed = wanted && (await hasRealm(variantOf(true, wideVectors, false)));
  const basic = kernels.basic !== undefined && isBasic(network);
  const realm = await sharedRealm(variantOf(relaxed, wideVectors, basic));
  wide?.checkWideVectors(realm, relaxed);
  const turn = realm.breathe();
  if (turn !== undefined) await turn;
  const { createMoments } = momentsOf(network.optimizer).length > 0 ? await import('./moments.js') : {};
  return new WasmEngine(realm, relaxed, wideVectors, createMoments);
}

/** Whether the entry point has such a kernel and the host accepts it. Relaxed SIMD came with Node 21 and the browsers of 2024. */
function hasRealm(variant: Variant): Promise<boolean> {
  return sharedRealm(variant).then(
    () => true,
    () => false,
  );
}
