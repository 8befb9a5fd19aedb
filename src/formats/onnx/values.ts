/** What the tensors of a graph stand for in a dense network. Knows no operator. */
import { describe } from '../../foundation/errors.js';
import { float32, float64, float64From } from '../../foundation/memory.js';
import { MAX_NUMBERS } from '../safetensors/write-safetensors.js';
import { type Node, type Tensor, TYPES } from './decode.js';
import type { Values } from './functions.js';
import { bad, tooMuch, unsupported } from './refused.js';

/** Numbers that stand in the model and are the same for all samples. */
export interface Constant {
  readonly kind: 'constant';
  readonly tensor: Tensor;
  readonly dims: readonly number[];
  /** Whether this is a matrix whose rows are the tensor's columns. */
  readonly transposed: boolean;
  /** The type of the numbers: the tensor's, unless they were cast. */
  readonly type: number;
  /** Whether they were cast to float32 on the way. */
  readonly isRounded: boolean;
}

/** A row for each sample: what layers and operators have made of the inputs so far. */
export interface Rows {
  readonly kind: 'rows';
  /** What the rows are a function of, unit by unit. */
  readonly base: Base;
  /** The function, where it is the same for all units. */
  readonly values: Values | undefined;
  /** The function as shifts and scales, where it is nothing more. Empty: the base itself. */
  readonly steps: readonly AffineStep[] | undefined;
  /** The function as another one, the same for all units, with shifts and scales behind it. */
  readonly scaled: { readonly values: Values; readonly steps: readonly AffineStep[] } | undefined;
  readonly isSoftmax: boolean;
  /**
   * The sizes of a row, undefined where the model does not say: one; more for images that are not flattened yet; none for outputs that
   * are squeezed, or reshaped into one column.
   */
  readonly dims: readonly (number | undefined)[];
  /** The rows that these are columns of, and the first of these columns, as long as nothing is computed of them. */
  readonly part?: { readonly of: Rows; readonly first: number } | undefined;
  /** The columns of the inputs that these are, where they are not all of one. */
  readonly picks?: readonly Columns[] | undefined;
  /** Whether they are int32 or int64: ONNX computes differently with those than with real numbers. */
  readonly isWhole: boolean;
  /** The node that made them. */
  readonly node: Node | undefined;
  /** Names of the classes, where the columns are their probabilities. */
  readonly labels?: readonly string[] | undefined;
  /** Whether the model has two columns, 1 - p and p, where the network has p alone. */
  readonly isPair?: boolean;
}

/** One column of probabilities, which is an output of its own. */
export interface Column {
  readonly kind: 'column';
  readonly of: Rows;
  readonly first: number;
}

/** The class of each row: its index, or its name. */
export interface Classes {
  readonly kind: 'classes';
  readonly labels: readonly string[] | undefined;
  /** The probabilities that the index is the greatest of, where they are a softmax. */
  readonly of: Rows | undefined;
}

/** The shape of rows, which a later node turns into another one. The number of rows is unknown. */
export interface Sizes {
  readonly kind: 'sizes';
  readonly sizes: readonly (number | 'rows')[];
}

/** One number for each row, log(sum(exp(row))); or the rows less that number, of which a softmax is the same as of the rows. */
export interface Logarithm {
  readonly kind: 'logarithm' | 'shifted';
  readonly of: Rows;
}

/** What no dense network has. The model is refused if its output is made of it. */
export interface Refused {
  readonly kind: 'refused';
  readonly error: Error;
  /** Whether it is an input as it came, such as a state that passes through to an output. */
  readonly passes?: boolean;
}

export type Value = Constant | Rows | Column | Classes | Sizes | Logarithm | Refused;

/** The weighted sums of a layer; without a layer, the model's inputs. */
export interface Base {
  /** Undefined where the model does not say how wide its inputs are. */
  readonly width: number | undefined;
  readonly layer: Layer | undefined;
  /** Which of the model's inputs this is. */
  readonly place?: number;
}

/** Some columns of an input, one after the other. */
export interface Columns {
  readonly input: Base;
  readonly first: number;
  readonly count: number;
}

/** A layer, or some of its units, one after the other. */
export interface Layer {
  readonly from: Rows;
  readonly inputs: number;
  readonly units: number;
  /** The first of the units, as the weights count them. */
  readonly first: number;
  readonly weights: Constant;
  /** Whether weights are (units, inputs). */
  readonly unitsFirst: boolean;
  readonly bias: { readonly numbers: Constant; readonly sign: 1 | -1; readonly first: number } | undefined;
  /** Shifts and scales of the sums, with the bias in them, that become part of weights and bias. */
  readonly folded: readonly AffineStep[];
}

/** The same arithmetic for all rows, column by column. */
export interface AffineStep {
  readonly operator: 'Add' | 'Sub' | 'Mul' | 'Div';
  /** One number, or numbers that are repeated over the sizes of a row. */
  readonly numbers: Constant;
  readonly dims: readonly number[];
  /** The first column, of all that these sizes have. */
  readonly first: number;
  /** The columns of the rows that the step is for, where it is not for all. */
  readonly at?: number;
  readonly count?: number;
  /** With an epsilon, the step divides by the square root of numbers + epsilon: they are variances. */
  readonly epsilon?: number;
}

export function constantOf(tensor: Tensor): Constant {
  return { kind: 'constant', tensor, dims: tensor.dims, transposed: false, type: tensor.type, isRounded: false };
}

/** The number of rows and their sizes. */
export function rankOf({ dims }: Rows): number {
  return dims.length + 1;
}

/** How many numbers there are. */
export function countOf({ tensor: { name, dims } }: Constant): number {
  const count = dims.reduce((product, size) => product * size, 1);
  const isShape = dims.every((size) => Number.isSafeInteger(size) && size >= 0);
  if (!isShape) throw bad(`tensor ${describe(name)} has the shape [${dims}]`);
  if (count > MAX_NUMBERS) throw tooMuch(`${count} numbers in tensor ${describe(name)}`, MAX_NUMBERS);
  return count;
}

/** Whether a type is floating point. */
export function isReal(type: number | undefined): boolean {
  return type === TYPES.float || type === TYPES.double;
}

export function isWhole(type: number | undefined): boolean {
  return type === TYPES.int32 || type === TYPES.int64;
}

const BYTES: ReadonlyMap<number, number> = new Map([
  [TYPES.float, 4],
  [TYPES.double, 8],
  [TYPES.int32, 4],
  [TYPES.int64, 8],
]);

/** Counts the numbers. ERR_MODEL_FORMAT where the shape says another count, ERR_UNSUPPORTED for a type that is not read. */
export function checkNumbers(constant: Constant): number {
  const { name, type, bytes, integers } = constant.tensor;
  const count = countOf(constant);
  const size = BYTES.get(type);
  if (size === undefined) {
    throw unsupported(`tensor ${describe(name)} is of type ${type}, and only float, double and whole numbers are read`);
  }
  const found = isWhole(type) && bytes.length === 0 ? integers.length : bytes.length / size;
  if (found !== count) throw bad(`tensor ${describe(name)} has ${found} numbers, and its shape ${count}`);
  return count;
}

/** The numbers in the tensor's order, even where the constant is transposed. For vectors; float32Of reads weights. */
export function numbersOf(constant: Constant): Float64Array {
  const { type, bytes, integers } = constant.tensor;
  const count = checkNumbers(constant);
  const rounded = (value: number): number => (constant.isRounded ? Math.fround(value) : value);
  if (bytes.length === 0) return float64From(integers.map(rounded));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const numbers = float64(count);
  for (let i = 0; i < count; i++) {
    if (type === TYPES.float) numbers[i] = view.getFloat32(4 * i, true);
    else if (type === TYPES.double) numbers[i] = rounded(view.getFloat64(8 * i, true));
    else
      numbers[i] = rounded(type === TYPES.int32 ? view.getInt32(4 * i, true) : Number(view.getBigInt64(8 * i, true)));
  }
  return numbers;
}

/** The numbers rounded to float32. `rows` and `columns` are the tensor's; `isTransposed` swaps them in the result. */
export function float32Of(constant: Constant, rows: number, columns: number, isTransposed: boolean): Float32Array {
  const { type, bytes } = constant.tensor;
  checkNumbers(constant);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isFloat = type === TYPES.float;
  // Whole numbers are copied once more: few networks have such weights.
  const wholes = isReal(type) ? undefined : numbersOf(constant);
  const result = float32(rows * columns);
  for (let row = 0, i = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++, i++) {
      const value = wholes?.[i] ?? (isFloat ? view.getFloat32(4 * i, true) : view.getFloat64(8 * i, true));
      result[isTransposed ? column * rows + row : i] = value;
    }
  }
  return result;
}
