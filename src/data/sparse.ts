/**
 * Sparse rows that stay sparse on their way into an engine: packs and checks them, scales them, chooses some of them. Only networks with many
 * inputs load it: for others they are written out (sparse-rows.ts).
 */
import type { SparseEntries } from '../engine/engine.js';
import { codedError } from '../foundation/errors.js';
import { allFinite } from '../foundation/finite.js';
import { float32, sliceOf } from '../foundation/memory.js';
import type { Receiver } from './receiver.js';
import { empty, type PackedSamples, type Subject } from './samples.js';
import type { ColumnScaling } from './scaling.js';
import { areSparse, partsOf, readSparse } from './sparse-rows.js';
import { SparseValues } from './sparse-values.js';

export { select } from './sparse-values.js';

/** Copies, checked and scaled; undefined for samples that are not sparse. */
export function pack(receiver: Receiver, subject: Subject, samples: unknown): PackedSamples | undefined {
  if (!areSparse(samples)) return undefined;
  const { starts, columns, values } = partsOf(subject, samples);
  // Copies, which nobody changes any more: the kernel trusts these numbers as addresses. What is no array is refused as it is.
  const entries = { starts: copyOf(starts), columns: copyOf(columns) };
  const given = values === undefined ? undefined : copyOf(values);
  readSparse(subject, { ...entries, values: given });
  // Also where its buffer was transferred away.
  if (starts.length < 2) throw empty(subject);
  const copied = given ?? float32(entries.columns.length).fill(1);
  if (!allFinite(copied)) throw notFinite(subject, entries, copied);
  const scaling = scalingOf(receiver, subject);
  if (scaling !== undefined) scale(subject, scaling, entries, copied);
  return { values: new SparseValues(copied, entries), count: starts.length - 1, shape: 'packed' };
}

function copyOf<T extends Float32Array | Uint32Array>(part: T): T {
  // A DataView has no length.
  if (!ArrayBuffer.isView(part) || part.length === undefined) return part;
  // One whose buffer was transferred away has no elements, as one of length 0; an engine could not read it.
  return part.length > 0 ? sliceOf(part) : (new (part.constructor as new () => T)() as T);
}

/** What the inputs are scaled by; undefined where they are not. Throws ERR_UNSUPPORTED where scaling would leave few zeros. */
function scalingOf({ spec, scaling, createLearner }: Receiver, { call, name }: Subject): ColumnScaling | undefined {
  const inputs = createLearner === undefined || spec.normalize === 'given' ? scaling?.inputs : undefined;
  if (spec.normalize === false && inputs === undefined) return undefined;
  if (inputs?.shift.every((shift) => shift === 0)) return inputs;
  const why = inputs === undefined ? 'a scaling that is learned shifts columns' : 'the scaling shifts columns';
  const mend = 'Leave normalize out, or give normalize: { shift, scale } with shifts of 0.';
  throw codedError(
    'ERR_UNSUPPORTED',
    `${call}: ${name} are sparse rows, but ${why}, and then zeros are zeros no more. ${mend}`,
  );
}

function scale(
  { call, name }: Subject,
  scaling: ColumnScaling,
  { columns }: SparseEntries,
  values: Float32Array,
): void {
  for (let at = 0; at < values.length; at++) {
    const size = scaling.scale[columns[at] as number] as number;
    const scaled = size === 0 ? 0 : (values[at] as number) / size;
    values[at] = scaled;
    if (Number.isFinite(values[at])) continue;
    throw codedError('ERR_NON_FINITE', `${call}: ${name}.values[${at}], which scaled is ${scaled}, is beyond float32.`);
  }
}

function notFinite({ call, name }: Subject, { starts, columns }: SparseEntries, values: Float32Array): Error {
  const at = values.findIndex((value) => !Number.isFinite(value));
  const row = starts.findIndex((start) => start > at) - 1;
  const where = `${call}: ${name}.values[${at}] (row ${row}, column ${columns[at]})`;
  return codedError('ERR_NON_FINITE', `${where} is ${values[at]}. Every number must be finite and within float32.`);
}
