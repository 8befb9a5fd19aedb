/** A Scaler: scales packed samples, and looks for columns that the scaling does not suit. */
import type { EngineSamples } from '../engine/engine.js';
import { float64 } from '../foundation/memory.js';
import type { LayerSpec, NetworkSpec } from '../options/spec.js';
import { numbersOf } from './column-numbers.js';
import type { Receiver, UnscaledSamples } from './receiver.js';
import type { Numbers } from './samples.js';
import type { ColumnScaling, NetworkScaling } from './scaling.js';
import { entriesOf } from './sparse-values.js';
import { namedIn, type StaleColumn, staleColumns } from './stale-columns.js';

/** All that the network scales where the receiver learns the scaling; else what it knows the scaling of. */
export function scaledSides({ spec, scaling, createLearner }: Receiver): { inputs: boolean; targets: boolean } {
  const learns = createLearner !== undefined;
  return {
    inputs: learns ? spec.normalize !== false : scaling?.inputs !== undefined,
    targets: learns ? spec.normalizeTargets !== false : scaling?.targets !== undefined,
  };
}

export function scale<T extends UnscaledSamples>(
  { call, spec, trains, findsStale }: Receiver,
  { inputs, targets }: NetworkScaling,
  samples: T,
  prefix = '',
  numbers?: Uint32Array,
): T & EngineSamples {
  const { activation } = spec.layers[spec.layers.length - 1] as LayerSpec;
  const output = trains ? activation : 'linear';
  // Only losses on numbers have scaled targets, and those losses take no class indexes.
  const given = samples.targets as Numbers;
  const scaled = {
    ...samples,
    inputs: inputs?.apply(`${call}: ${prefix}inputs`, samples.inputs, numbers) ?? (samples.inputs as Float32Array),
    targets: targets?.apply(`${call}: ${prefix}targets`, given, numbers, output) ?? (given as Float32Array),
  };
  if (!findsStale) return scaled;
  const stale = [
    ...(inputs ? staleInputs(spec, inputs, samples.inputs) : []),
    ...(targets ? staleColumns('targets', targets, given) : []),
  ];
  return { ...scaled, stale };
}

/** Only where they are scaled. Of sparse rows none, since most of their numbers are 0; of the entries of a table its number columns. */
function staleInputs({ columns, normalize }: NetworkSpec, inputs: ColumnScaling, values: Numbers): StaleColumn[] {
  const areEntries = entriesOf(values) !== undefined;
  if (normalize === 'medians' || (areEntries && columns === undefined)) return [];
  if (!areEntries || columns === undefined) return namedIn(columns, staleColumns('inputs', inputs, values));
  const { shift, scale } = inputs;
  const asked = columns.filter(({ type }) => type === 'number').map(({ first }) => first);
  const of = (all: Float64Array): Float64Array =>
    float64(asked.length).map((_, k) => all[asked[k] as number] as number);
  const { numbers } = numbersOf(values, shift.length, asked);
  const found = staleColumns('inputs', { shift: of(shift), scale: of(scale) }, numbers);
  return namedIn(
    columns,
    found.map((stale) => ({ ...stale, column: asked[stale.column] as number })),
  );
}

/** Of plain numbers: rows of a table are never looked at in slices. */
export function staleAmong(
  scaling: NetworkScaling,
  samples: UnscaledSamples,
  side: 'inputs' | 'targets',
  first: number,
  end: number,
): readonly StaleColumn[] {
  const columns = scaling[side];
  return columns === undefined ? [] : staleColumns(side, columns, samples[side] as Numbers, first, end);
}

export function scaleValidation(
  receiver: Receiver,
  scaling: NetworkScaling,
  samples: UnscaledSamples,
  prefix: string,
  numbers?: Uint32Array,
): EngineSamples {
  const judging = { ...receiver, trains: false, findsStale: false };
  return scale(judging, scaling, samples, prefix, numbers);
}
