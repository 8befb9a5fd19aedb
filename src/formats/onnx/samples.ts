/**
 * What columns of a sample a first layer takes: all of one input; or some, in any order, of one or several inputs, as pipelines of
 * scikit-learn export the columns of a table. Knows no layer but the shape of its weights.
 */
import { ColumnScaling } from '../../data/scaling.js';
import { float32, float64 } from '../../foundation/memory.js';
import { uint32From } from '../../foundation/more-memory.js';
import { MAX_WIDTH } from '../../options/plain.js';
import type { Node } from './decode.js';
import { notDense, tooMuch, unsupported } from './refused.js';
import type { AffineStep, Base, Columns, Rows } from './values.js';

/** The most ranges of columns that rows are picked in. */
const MAX_PICKS = 2 ** 10;

type InputRows = Pick<Rows, 'base' | 'dims'> & { readonly picks: readonly Columns[]; readonly node: Node };

/** These columns of rows of the inputs: ranges of them, in this order. */
export function picked(rows: Rows, ranges: readonly (readonly [first: number, count: number])[], node: Node): Rows {
  const { base, steps } = rows;
  const [range] = ranges;
  const isPlain = steps?.length === 0 || (ranges.length === 1 && steps?.every(({ at }) => at === undefined));
  if (base.width === undefined || range === undefined || !isPlain || steps === undefined) {
    throw notDense(node, 'which picks columns that were scaled together, or of rows of unknown width');
  }
  const [first] = range;
  const all = rows.picks ?? [{ input: base, first: 0, count: base.width }];
  return {
    ...rows,
    ...inputRows(
      ranges.flatMap(([from, count]) => within(all, from, count, node)),
      node,
    ),
    steps: steps.map((step) => ({ ...step, first: step.first + first })),
    values: steps.length === 0 ? rows.values : undefined,
  };
}

/** Rows of the inputs side by side; undefined where some are not of inputs alone. */
export function joinedInputs(parts: readonly Rows[], node: Node): Rows | undefined {
  const [first] = parts;
  const areInputs = parts.every(({ base, steps }) => base.layer === undefined && steps !== undefined);
  if (first === undefined || !areInputs) return undefined;
  if (parts.some(({ isWhole }) => isWhole !== first.isWhole)) throw notDense(node, 'of whole and of other numbers');
  let at = 0;
  const picks: Columns[] = [];
  const steps: AffineStep[] = [];
  for (const part of parts) {
    const { width } = part.base;
    if (width === undefined) throw notDense(node, 'of inputs whose width the model does not say');
    picks.push(...(part.picks ?? [{ input: part.base, first: 0, count: width }]));
    for (const step of part.steps ?? []) steps.push({ ...step, at: at + (step.at ?? 0), count: step.count ?? width });
    if (picks.length > MAX_PICKS || steps.length > MAX_PICKS) throw tooMuch('more columns that are joined', MAX_PICKS);
    at += width;
  }
  return { ...first, ...inputRows(picks, node), steps, values: steps.length === 0 ? first.values : undefined };
}

function inputRows(picks: readonly Columns[], node: Node): InputRows {
  const width = picks.reduce((sum, { count }) => sum + count, 0);
  if (picks.length > MAX_PICKS) throw tooMuch('more columns that are picked', MAX_PICKS);
  if (width > MAX_WIDTH) throw tooMuch(`${width} columns`, MAX_WIDTH);
  return { base: { width, layer: undefined }, picks, dims: [width], node };
}

/** A range of columns that were picked before. */
function within(picks: readonly Columns[], first: number, count: number, node: Node): Columns[] {
  const found: Columns[] = [];
  let start = 0;
  for (const pick of picks) {
    const [from, to] = [Math.max(first, start), Math.min(first + count, start + pick.count)];
    if (from < to) found.push({ ...pick, first: pick.first + from - start, count: to - from });
    start += pick.count;
  }
  if (first >= 0 && first + count <= start) return found;
  throw notDense(node, `which picks columns ${first} to ${first + count} of ${start}`);
}

/** Where the columns of a layer's inputs lie in a sample, and how wide that is. */
export interface SampleLayout {
  readonly width: number;
  readonly columns: Uint32Array;
  /** Whether no column comes twice. */
  readonly isUnique: boolean;
}

/** Undefined where a sample is what the layer takes. Inputs stand in the order of the model. */
export function layoutOf({ picks }: Rows): SampleLayout | undefined {
  if (picks === undefined) return undefined;
  const inputs = [...new Set(picks.map(({ input }) => input))].sort((a, b) => (a.place ?? 0) - (b.place ?? 0));
  const starts = new Map<Base, number>();
  let width = 0;
  for (const input of inputs) {
    starts.set(input, width);
    width += input.width ?? 0;
    if (width > MAX_WIDTH) throw tooMuch(`${width} columns in its inputs`, MAX_WIDTH);
  }
  const columns = picks.flatMap(({ input, first, count }) =>
    Array.from({ length: count }, (_, i) => (starts.get(input) as number) + first + i),
  );
  return { width, columns: uint32From(columns), isUnique: new Set(columns).size === columns.length };
}

/** Weights (units, columns) as (units, width): those of columns that the layer does not take are 0. */
export function spread(weights: Float32Array, units: number, { width, columns }: SampleLayout): Float32Array {
  const result = float32(units * width);
  for (let o = 0, at = 0; o < units; o++) {
    for (const column of columns)
      result[o * width + column] = (result[o * width + column] as number) + (weights[at++] as number);
  }
  return result;
}

/** Scaling of a layer's inputs as that of samples. */
export function spreadScaling({ shift, scale }: ColumnScaling, { width, columns }: SampleLayout): ColumnScaling {
  const [shifts, scales] = [float64(width), float64(width).fill(1)];
  columns.forEach((column, i) => {
    shifts[column] = shift[i] as number;
    scales[column] = scale[i] as number;
  });
  return new ColumnScaling(shifts, scales);
}

/** Refuses samples so much wider than what the layer takes that its weights would be many times as large as the file. */
export function checkLayout(layout: SampleLayout | undefined, units: number, fileBytes: number): void {
  if (layout === undefined || layout.width * units <= 2 * fileBytes + 2 ** 12) return;
  throw unsupported(`the first layer takes ${layout.columns.length} of ${layout.width} columns, expected most of them`);
}
