/** What the causes are looked for in. A type only. */
import type { EngineSamples } from '../../engine/engine.js';
import type { EpochResult } from '../history.js';
import type { FitRun } from '../run.js';
import type { Budget } from './budget.js';

/** A fit that has ended, and what is known of it so far. */
export interface Evidence {
  readonly run: FitRun;
  /** Samples as the engine gets them: scaled where the network scales. */
  readonly sample: EngineSamples;
  /** What a layer, by default the last, answers to them, (samples, units) row-major. */
  readonly answers: (layer?: number) => Float32Array;
  /** What the network answers to them, (samples, outputs) row-major, not unscaled. */
  readonly outputs: Float32Array;
  readonly epochs: readonly EpochResult[];
  readonly budget: Budget;
}
