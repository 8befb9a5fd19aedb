/** Samples in an engine, for as long as something takes. */
import type { EngineNetwork, LoadedSamples, Samples } from '../engine/engine.js';

/**
 * Holds samples in the engine for as long as `use` takes, however it ends. They are there before the first wait, since until then they
 * may be the caller's own arrays.
 */
export async function withLoaded<T>(
  engine: EngineNetwork,
  given: readonly (Samples | undefined)[],
  use: (loaded: readonly (LoadedSamples | undefined)[]) => Promise<T>,
): Promise<T> {
  const loaded: (LoadedSamples | undefined)[] = [];
  try {
    for (const samples of given) loaded.push(samples && engine.load(samples));
    return await use(loaded);
  } finally {
    for (const samples of loaded) samples?.release();
  }
}
