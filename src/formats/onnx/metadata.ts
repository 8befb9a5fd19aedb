/** Names of classes and of columns as metadata of an ONNX model: ONNX itself has no place for them. Networks without names do not load it. */
import { inputNames } from '../../columns/spec.js';
import type { NetworkScaling } from '../../data/scaling.js';
import type { NetworkSpec } from '../../options/spec.js';

/** The metadata key for class names. */
export const LABELS = 'wasmlp.labels';

/**
 * The metadata key for columns: as JSON `{ inputs, missing }`, the names of the inputs in their order, and what a blank of each number column
 * becomes before it enters, by the name of the column. The graph takes encoded inputs, without blanks.
 */
export const COLUMNS = 'wasmlp.columns';

export function metadata(
  { labels, columns }: NetworkSpec,
  scaling: NetworkScaling | undefined,
): readonly (readonly [key: string, text: string])[] {
  const entries: [string, string][] = [];
  if (labels !== undefined) entries.push([LABELS, JSON.stringify({ labels })]);
  if (columns !== undefined) {
    const missing = Object.fromEntries(scaling?.inputs?.medians ?? []);
    entries.push([COLUMNS, JSON.stringify({ inputs: inputNames(columns), missing })]);
  }
  return entries;
}
