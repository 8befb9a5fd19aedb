/** The builds that options ask for, relaxed and wide ones. A chunk of its own: only networks with such options load it. */
import type { EngineSpec } from '../../options/engine.js';
import { kernelsInUse, type Variant } from './kernel.js';
import { type Realm, sharedRealm } from './realm.js';
import { checkWideVectors, enableWideVectors } from './wide-vectors.js';

/**
 * The realm of the build that the options ask for, and whether it is relaxed: only if the entry point has that build and the host accepts
 * it. `usual` is the build without options. Rejects with ERR_ENGINE where there are no wide vectors.
 */
export async function chosenRealm(
  { relaxed: wanted, wideVectors }: Pick<EngineSpec, 'relaxed' | 'wideVectors'>,
  usual: Variant,
): Promise<{ realm: Realm; relaxed: boolean }> {
  // Before anything is compiled: the flag only affects modules compiled after it is set.
  if (wideVectors) enableWideVectors(kernelsInUse().wide !== undefined);
  const relaxed = wanted && (await hasRealm(wideVectors ? 'relaxedWide' : 'relaxed'));
  const wide = relaxed ? 'relaxedWide' : 'wide';
  const realm = await sharedRealm(wideVectors ? wide : relaxed ? 'relaxed' : usual);
  if (wideVectors) checkWideVectors(realm, relaxed);
  return { realm, relaxed };
}

/** Relaxed SIMD came with Node 21 and the browsers of 2024. */
function hasRealm(variant: Variant): Promise<boolean> {
  return sharedRealm(variant).then(
    () => true,
    () => false,
  );
}
