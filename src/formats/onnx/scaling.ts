/** Turns shifts and scales into the scaling of a network, or into shift and factor of a layer's inputs or sums. Knows no operator. */
import { ColumnScaling } from '../../data/scaling.js';
import { float64 } from '../../foundation/memory.js';
import type { Node } from './decode.js';
import { CONSTANT_SCALE } from './rare-steps.js';
import { nodeNamed, notDense, unsupported } from './refused.js';
import { type AffineStep, countOf, numbersOf, type Rows } from './values.js';

/** x factor + offset, column by column. */
export interface Affine {
  readonly factor: Float64Array;
  readonly offset: Float64Array;
}

/** The most steps of one scaling. No exporter writes as many. A batch normalization is four. */
export const MAX_STEPS = 16;

/** The steps before the first layer, as (x - shift) / scale. What toONNX wrote comes back bit for bit: 0 + shift, 1 * scale. */
export function inputScaling(steps: readonly AffineStep[], rows: Rows, width: number): ColumnScaling | undefined {
  return scalingOf(steps, rows, width, CONSTANT_SCALE.inputs, (operator, n, shift, scale) => {
    switch (operator) {
      case 'Sub':
        return [shift + n * scale, scale];
      case 'Add':
        return [shift - n * scale, scale];
      case 'Mul':
        return [shift, scale / n];
      default:
        return [shift, scale * n];
    }
  });
}

/** The steps after the last layer, as y * scale + shift. */
export function targetScaling(steps: readonly AffineStep[], rows: Rows, width: number): ColumnScaling | undefined {
  return scalingOf(steps, rows, width, CONSTANT_SCALE.targets, scaleAndShift);
}

/** Steps that become part of a layer. */
export function affineOf(steps: readonly AffineStep[], node: Node | undefined, width: number): Affine {
  const [offset, factor] = composed(steps, node, width, scaleAndShift);
  return { factor, offset };
}

const scaleAndShift: Compose = (operator, n, shift, scale) => {
  switch (operator) {
    case 'Sub':
      return [shift - n, scale];
    case 'Add':
      return [shift + n, scale];
    case 'Mul':
      return [shift * n, scale * n];
    default:
      return [shift / n, scale / n];
  }
};

/** Adds a step to a shift and a scale. */
type Compose = (operator: string, n: number, shift: number, scale: number) => readonly [shift: number, scale: number];

/** `constant` is the scale of a column that is constant. ERR_UNSUPPORTED unless each scale is finite and above 0. */
function scalingOf(
  steps: readonly AffineStep[],
  { node }: Rows,
  width: number,
  constant: number,
  compose: Compose,
): ColumnScaling | undefined {
  if (steps.length === 0) return undefined;
  const [shifts, scales] = composed(steps, node, width, compose);
  for (let i = 0; i < width; i++) {
    const [shift, scale] = [shifts[i] as number, scales[i] as number];
    if (scale === constant) scales[i] = 0;
    if (Number.isFinite(shift) && Number.isFinite(scale) && scale > 0) continue;
    const why = `whose column ${i} has a shift of ${shift} and a scale of ${scale}, expected a scale above 0`;
    throw notDense(node as Node, why);
  }
  // + 0 turns -0 into 0: JSON, in which scalings are saved, has no -0.
  for (let i = 0; i < width; i++) shifts[i] = (shifts[i] as number) + 0;
  return new ColumnScaling(shifts, scales);
}

/** Whether `inputScaling` takes these steps. */
export function areScaling(steps: readonly AffineStep[], width: number): boolean {
  const { factor, offset } = affineOf(steps, undefined, width);
  return factor.every((each, i) => each > 0 && Number.isFinite(each) && Number.isFinite(offset[i]));
}

function composed(
  steps: readonly AffineStep[],
  node: Node | undefined,
  width: number,
  compose: Compose,
): [shifts: Float64Array, scales: Float64Array] {
  const shifts = float64(width);
  const scales = float64(width).fill(1);
  for (const step of steps) {
    const { at = 0, count = width - at } = step;
    const each = columnsOf(step, node, count);
    for (let i = at; i < at + count; i++) {
      const n = each[each.length === 1 ? 0 : i - at] as number;
      [shifts[i], scales[i]] = compose(step.operator, n, shifts[i] as number, scales[i] as number) as [number, number];
    }
  }
  return [shifts, scales];
}

/** The numbers of a step: one, or one for each of `width` columns. */
function columnsOf({ numbers, dims, first, epsilon }: AffineStep, node: Node | undefined, width: number): Float64Array {
  const own = numbersOf(numbers);
  const given = epsilon === undefined ? own : own.map((variance) => Math.sqrt(variance + epsilon));
  if (given.length === 1) return given;
  const size = dims.reduce((product, each) => product * each, 1);
  if (first + width > size) {
    const what = node === undefined ? 'a node' : nodeNamed(node);
    throw unsupported(`${what} scales ${size} columns, and the layer next to it has ${width}`);
  }
  if (countOf(numbers) === size) return given.subarray(first, first + width);
  const columns = float64(width);
  for (let i = 0; i < width; i++) columns[i] = given[indexIn(numbers.dims, dims, first + i)] as number;
  return columns;
}

/** Where the number of a column lies in a tensor that is repeated over the sizes of a row, as ONNX broadcasts. */
function indexIn(tensor: readonly number[], row: readonly number[], column: number): number {
  let index = 0;
  let stride = 1;
  let rest = column;
  for (let back = 1; back <= row.length; back++) {
    const size = row[row.length - back] as number;
    const own = tensor[tensor.length - back] ?? 1;
    if (own > 1) index += stride * (rest % size);
    stride *= own;
    rest = Math.floor(rest / size);
  }
  return index;
}
