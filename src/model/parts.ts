/** The code that only some networks need, by what they are: loaded when a network is opened, so that its calls need not wait for it. */
import { isMultiLabel } from '../data/classification.js';
import type { Receiver } from '../data/receiver.js';
import { LOSS_TRAITS } from '../options/losses.js';
import { WRITTEN_OUT_INPUTS } from '../options/sparse.js';
import type { LayerSpec, NetworkSpec } from '../options/spec.js';

export interface ModelParts {
  /** Undefined where the network scales nothing. */
  readonly scaling: typeof import('../data/scaling-code.js') | undefined;
  /** Undefined where a sample has one class. */
  readonly multiLabel: Receiver['parts']['multiLabel'];
  /** Undefined where the network has no labels. */
  readonly names: Receiver['parts']['names'];
  /** Undefined where sparse rows are written out. */
  readonly sparse: Receiver['parts']['sparse'];
  /** Undefined where samples are numbers. */
  readonly table: Receiver['parts']['table'];
  /** Undefined where a network is so large that a shorter way for one row gains little. */
  readonly oneRow: typeof import('./one-row.js') | undefined;
  /** Undefined where targets are always classes. */
  readonly numbers: typeof import('../data/numbers.js') | undefined;
}

/** The most weights of the first layer of a network whose calls of one row have a shorter way. */
const SMALL_WEIGHTS = 1000;

export async function loadParts(spec: NetworkSpec): Promise<ModelParts> {
  const scales = spec.normalize !== false || spec.normalizeTargets !== false;
  return {
    oneRow:
      spec.inputs * (spec.layers[0] as LayerSpec).units > SMALL_WEIGHTS ? undefined : await import('./one-row.js'),
    scaling: scales ? await import('../data/scaling-code.js') : undefined,
    multiLabel: isMultiLabel(spec) ? await import('../data/multi-label.js') : undefined,
    names: spec.labels && (await import('../data/named-classes.js')),
    sparse: spec.inputs > WRITTEN_OUT_INPUTS ? await import('../data/sparse.js') : undefined,
    table: spec.columns && new (await import('../data/table.js')).Table(spec),
    numbers: LOSS_TRAITS[spec.loss].metric === 'none' ? await import('../data/numbers.js') : undefined,
  };
}
