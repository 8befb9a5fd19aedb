/**
 * Rewrites parameters for another scaling, so that the network predicts as before: the first layer for the inputs, the last one for the
 * targets. A chunk of its own: only fits with relearnScaling load it.
 */
import type { ColumnScaling, NetworkScaling } from '../data/scaling.js';
import { namedIn, type StaleColumn } from '../data/stale-columns.js';
import type { EngineNetwork, LayerParameters } from '../engine/engine.js';
import { codedError } from '../foundation/errors.js';
import { allFinite } from '../foundation/finite.js';
import type { Model } from '../model/model.js';
import type { LayerSpec, NetworkSpec } from '../options/spec.js';

/** How many deviations a column may move, and how many times as wide or narrow it may become, until the network hardly learns from there. */
const FAR = 10;

/** The parameters for a scaling that was learned anew. */
export interface Rescaling {
  /** The columns that moved far. */
  readonly moved: readonly StaleColumn[];
  /** Gives them to the network. */
  write(): void;
  /** A snapshot of the network with them, for a worker: the network does not have them yet. */
  snapshot(): Float32Array;
}

/**
 * Checks that the network can learn its scaling anew, and computes the parameters for `scaling`. Changes nothing yet. Undefined where
 * the network had no scaling before.
 */
export function prepareRescaling(
  call: string,
  model: Model,
  scaling: NetworkScaling | undefined,
): Rescaling | undefined {
  const { spec, engine, scaling: before } = model;
  checkRelearns(call, spec, before);
  // While this chunk was loaded, the network may have been disposed of.
  model.check(call);
  if (before === undefined || scaling === undefined) return undefined;
  const layers = rescaledLayers(call, spec, engine, before, scaling);
  return {
    moved: [
      ...namedIn(spec.columns, movedColumns('inputs', before.inputs, scaling.inputs)),
      ...movedColumns('targets', before.targets, scaling.targets),
    ],
    write: () => writeRescaled(engine, layers),
    snapshot: () => rescaledSnapshot(engine, layers),
  };
}

/** The columns whose scaling is now far from the one before. */
function movedColumns(
  samples: StaleColumn['samples'],
  from: ColumnScaling | undefined,
  to: ColumnScaling | undefined,
): StaleColumn[] {
  if (from === undefined || to === undefined) return [];
  return Array.from(to.shift).flatMap((value, column) => {
    const [shift, scale, spread] = [from.shift[column], from.scale[column], to.scale[column]] as [
      number,
      number,
      number,
    ];
    const deviations = Math.abs(value - shift) / scale;
    // A column that was constant counted for nothing, one that is constant now keeps its scaling.
    const isFar = scale > 0 && spread > 0 && (deviations > FAR || spread > FAR * scale || spread * FAR < scale);
    return isFar
      ? [{ kind: 'relearned', samples, column, row: 0, value, spread, shift, scale, deviations, count: 0, rows: 0 }]
      : [];
  });
}

/** Throws where a network cannot learn its scaling anew, and says why. `before` is its scaling now. */
function checkRelearns(call: string, spec: NetworkSpec, before: NetworkScaling | undefined): void {
  const { layers, normalize, normalizeTargets } = spec;
  const learnsInputs = isLearned(normalize);
  const learnsTargets = isLearned(normalizeTargets);
  const where = `${call}: relearnScaling`;
  if (!learnsInputs && !learnsTargets) {
    const why = normalize || normalizeTargets ? 'whose scaling was given' : 'that scales nothing';
    const mend = 'Only the scalings "standard" and "minMax" of normalize and normalizeTargets are learned.';
    throw codedError('ERR_INVALID_OPTION', `${where} of a network ${why}. ${mend}`);
  }
  const [first, last] = [layers[0] as LayerSpec, layers[layers.length - 1] as LayerSpec];
  const refuse = (what: string, mend: string): never => {
    throw codedError(
      'ERR_UNSUPPORTED',
      `${where} with ${what}, which cannot be rewritten to predict as before. ${mend}`,
    );
  };
  const mend = 'Train a new network, or leave it out.';
  if (learnsInputs && before?.inputs && !first.bias) refuse('a first layer without biases', mend);
  if (learnsTargets && before?.targets && !last.bias) refuse('a last layer without biases', mend);
  if (learnsTargets && before?.targets && last.activation !== 'linear') {
    refuse(`scaled targets of a ${last.activation} output`, 'Give the output layer activation: "linear".');
  }
}

function isLearned(normalize: NetworkSpec['normalize']): boolean {
  return normalize !== false && normalize !== 'given';
}

/**
 * The parameters of the layers that change, by their number. Sides without a scaling before are left alone: there is nothing to keep.
 * ERR_NON_FINITE where a parameter would be beyond float32.
 */
function rescaledLayers(
  call: string,
  { layers }: NetworkSpec,
  engine: EngineNetwork,
  before: NetworkScaling,
  after: NetworkScaling,
): ReadonlyMap<number, LayerParameters> {
  const changed = new Map<number, LayerParameters>();
  const rewrite = (
    layer: number,
    from: ColumnScaling | undefined,
    to: ColumnScaling | undefined,
    by: Rewrite,
  ): void => {
    if (from === undefined || to === undefined) return;
    const parameters = changed.get(layer) ?? engine.readParameters(layer);
    by(parameters, from, to);
    changed.set(layer, parameters);
    if (allFinite(parameters.weights) && allFinite(parameters.biases)) return;
    const mend = 'Train a new network: the samples of this fit and of those before are too far apart.';
    throw codedError('ERR_NON_FINITE', `${call}: relearnScaling takes layer ${layer} beyond float32. ${mend}`);
  };
  rewrite(0, before.inputs, after.inputs, rewriteInputs);
  rewrite(layers.length - 1, before.targets, after.targets, rewriteTargets);
  return changed;
}

type Rewrite = (parameters: LayerParameters, from: ColumnScaling, to: ColumnScaling) => void;

/**
 * W x + b, where x was (v - from.shift) / from.scale and is (v - to.shift) / to.scale. A blank of a table has another median as v: the next
 * input, which says that it is blank, makes up for that.
 */
function rewriteInputs({ weights, biases }: LayerParameters, from: ColumnScaling, to: ColumnScaling): void {
  const width = from.shift.length;
  for (let unit = 0; unit < biases.length; unit++) {
    let bias = biases[unit] as number;
    for (let i = 0; i < width; i++) {
      const [scale, next] = [from.scale[i] as number, to.scale[i] as number];
      const at = unit * width + i;
      const weight = weights[at] as number;
      if (scale > 0) {
        bias += (weight * ((to.shift[i] as number) - (from.shift[i] as number))) / scale;
        weights[at] = weight * (next / scale);
        const moved = ((from.fill?.[i] ?? 0) - (to.fill?.[i] ?? 0)) / scale;
        if (moved !== 0) weights[at + 1] = (weights[at + 1] as number) + weight * moved;
      } else if (next > 0) {
        // The column was constant, and counted for nothing.
        weights[at] = 0;
      }
    }
    biases[unit] = bias;
  }
}

/** W x + b, which was (v - from.shift) / from.scale and is (v - to.shift) / to.scale. */
function rewriteTargets({ weights, biases }: LayerParameters, from: ColumnScaling, to: ColumnScaling): void {
  const width = weights.length / biases.length;
  for (let unit = 0; unit < biases.length; unit++) {
    const next = to.scale[unit] as number;
    // A column that is constant again predicts its constant, whatever the layer says.
    if (next === 0) continue;
    const factor = (from.scale[unit] as number) / next;
    const shift = ((from.shift[unit] as number) - (to.shift[unit] as number)) / next;
    biases[unit] = (biases[unit] as number) * factor + shift;
    for (let i = unit * width; i < (unit + 1) * width; i++) weights[i] = (weights[i] as number) * factor;
  }
}

/** Writes the layers. The optimizer begins anew: its state was gathered in the units of the old scaling. */
function writeRescaled(engine: EngineNetwork, layers: ReadonlyMap<number, LayerParameters>): void {
  const state = engine.readOptimizerState();
  for (const [layer, parameters] of layers) engine.writeParameters(layer, parameters);
  if (state === undefined) return;
  for (const moment of state.moments) {
    for (const { weights, biases } of moment) {
      weights.fill(0);
      biases.fill(0);
    }
  }
  engine.writeOptimizerState({ products: [1, 1], moments: state.moments });
}

/** A snapshot of the network as `writeRescaled` makes it, which it is not yet: for a fit in a worker. */
function rescaledSnapshot(engine: EngineNetwork, layers: ReadonlyMap<number, LayerParameters>): Float32Array {
  const before = engine.snapshot();
  writeRescaled(engine, layers);
  const numbers = engine.snapshot();
  engine.restore(before);
  return numbers;
}
