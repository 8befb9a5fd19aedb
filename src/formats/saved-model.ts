/** What every format writes and reads: a network without an engine. Knows no format. */
import type { NetworkScaling } from '../data/scaling.js';
import type { LayerParameters } from '../engine/engine.js';
import type { NetworkSpec } from '../options/spec.js';
import type { Checkpoint } from '../training/state.js';

/** Everything that predictions depend on. */
export interface SavedModel {
  readonly spec: NetworkSpec;
  readonly parameters: readonly LayerParameters[];
  readonly scaling: NetworkScaling | undefined;
  /** Whether the parameters may belong to a scaling that is lacking: then they do not predict. Default false. */
  readonly needsScaling?: boolean;
}

/** What a file contains. */
export interface Restored {
  readonly model: SavedModel;
  readonly checkpoint?: Checkpoint | undefined;
}
