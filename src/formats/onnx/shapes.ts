/** Operators that change the shape of rows, or tell it. Every row keeps its numbers and their order. Knows no arithmetic. */
import { anyRowsAt, type Call, checkSingle, integerOf, integersOf } from './call.js';
import { notDense } from './refused.js';
import { type Rows, rankOf, type Sizes, type Value } from './values.js';

type Size = Sizes['sizes'][number];

/** The rows that a call reshapes; undefined for what only goes to outputs, and passes. */
function reshapedRows(call: Call): Rows | undefined {
  const kind = call.inputs[0]?.kind;
  if (kind === 'classes' || kind === 'column') return undefined;
  const rows = anyRowsAt(call, 0);
  checkSingle(rows, call.node);
  return rows;
}

function withDims(rows: Rows, dims: Rows['dims'], { node }: Call): Rows {
  return { ...rows, dims, node };
}

/** Samples of any shape, such as images, become rows. */
export function flatten(call: Call): Value {
  const rows = anyRowsAt(call, 0);
  checkSingle(rows, call.node);
  const axis = integerOf(call.node, 'axis', 1);
  const rank = rankOf(rows);
  if (rank < 2 || (axis !== 1 && axis !== 1 - rank)) throw notDense(call.node, `whose axis is ${axis}, expected 1`);
  return withDims(rows, [rows.base.width], call);
}

/**
 * Accepts shapes that keep each row's numbers together; a flat list, if rows have one column; and one column for the outputs of the last
 * layer, which skl2onnx writes for every regressor, however many outputs it has.
 */
export function reshape(call: Call): Value {
  const rows = reshapedRows(call);
  if (rows === undefined) return call.inputs[0] as Value;
  const { width, layer } = rows.base;
  const shape = shapeAt(call, 1);
  const first = shape[0];
  const isColumn = shape.length === 1 && first === -1 && width === 1;
  const isOneColumn = shape.join() === '-1,1' && layer !== undefined && width !== 1;
  if (isColumn || isOneColumn) return withDims(rows, [], call);
  const dims = sizesFor(rows, shape);
  // A flat list has as many rows as numbers, so its rows have 1 number.
  const isKept = (first === 0 || first === 'rows') && rankOf(rows) === 1 && width !== 1;
  if (dims === undefined || isKept) {
    throw notDense(call.node, `which makes the shape [${shape}] of rows of ${width ?? 'unknown'} numbers`);
  }
  return withDims(rows, dims, call);
}

/** The sizes of a row in this shape; undefined where rows would not stay rows. */
function sizesFor({ base: { width, layer }, dims }: Rows, shape: readonly Size[]): Rows['dims'] | undefined {
  const [first, ...given] = shape;
  if (given.length === 0 || first === undefined) return undefined;
  const keepsRows = first === 0 || first === 'rows';
  const sizes = given.map((size, i) => (size === 0 ? dims[i] : size));
  const open = sizes.filter((size) => size === -1).length;
  const product = sizes.reduce<number>((all, size) => all * Math.abs(Number(size)), 1);
  // [1, -1] is for a fixed number of rows. It keeps the rows only if a layer follows, which takes no other width.
  if (open === 1 && sizes.length === 1 && first !== -1 && (keepsRows || layer === undefined)) return [width];
  if (width === undefined || sizes.includes('rows')) return undefined;
  if (open === 0 && product === width) return sizes as number[];
  if (open !== 1 || !keepsRows || width % product !== 0) return undefined;
  return sizes.map((size) => (size === -1 ? width / product : (size as number)));
}

/** The numbers of a shape: constant, or made of the shape of rows. */
function shapeAt(call: Call, index: number): readonly Size[] {
  const value = call.inputs[index];
  return value?.kind === 'sizes' ? value.sizes : integersOf(call, index, 'shape');
}

export function squeeze(call: Call): Value {
  const [value] = call.inputs;
  if (value?.kind === 'sizes') return value;
  const rows = reshapedRows(call);
  if (rows === undefined) return value as Value;
  const axes = integersOf(call, 1, 'axes');
  const rank = rankOf(rows);
  if (rank > 2) return withDims(rows, squeezed(call, rows, axes), call);
  if (rank !== 2 || !['', '1', '-1'].includes(axes.join())) {
    throw notDense(call.node, `of axes [${axes}] of rows of rank ${rank}, expected columns`);
  }
  if (rows.base.width !== 1)
    throw notDense(call.node, `of rows of ${rows.base.width ?? 'unknown'} numbers, expected 1`);
  return withDims(rows, [], call);
}

/** Leaves out sizes of 1. */
function squeezed({ node }: Call, rows: Rows, axes: readonly number[]): Rows['dims'] {
  const rank = rankOf(rows);
  const places = axes.map((axis) => (axis < 0 ? axis + rank : axis) - 1);
  const dims = rows.dims.filter((_, i) => !places.includes(i));
  const fits = places.every((place) => rows.dims[place] === 1) && dims.length > 0 && axes.length > 0;
  if (fits) return dims;
  throw notDense(node, `of axes [${axes}] of rows of rank ${rank}, expected some whose size is 1`);
}

export function unsqueeze(call: Call): Value {
  const [value] = call.inputs;
  if (value?.kind === 'sizes') return value;
  const rows = anyRowsAt(call, 0);
  checkSingle(rows, call.node);
  const axes = integersOf(call, 1, 'axes');
  const rank = rankOf(rows) + axes.length;
  const places = axes.map((axis) => (axis < 0 ? axis + rank : axis) - 1);
  if (rank > 8 || rankOf(rows) < 2 || places.some((place) => place < 0)) {
    throw notDense(call.node, `of axes [${axes}] of rows of rank ${rankOf(rows)}, expected axes behind the first`);
  }
  const rest = [...rows.dims];
  const dims = Array.from({ length: rank - 1 }, (_, i) => (places.includes(i) ? 1 : rest.shift()));
  return withDims(rows, dims, call);
}

/** Repeats nothing: PyTorch writes it where two tensors are made alike that are so already. */
export function expand(call: Call): Value {
  const rows = anyRowsAt(call, 0);
  checkSingle(rows, call.node);
  const shape = shapeAt(call, 1);
  const isSame =
    shape.length <= rankOf(rows) &&
    [...shape].reverse().every((size, back) => {
      const own = back < rows.dims.length ? rows.dims[rows.dims.length - 1 - back] : 'rows';
      return size === 1 || size === -1 || size === own;
    });
  if (!isSame) throw notDense(call.node, `to the shape [${shape}], expected that of its rows`);
  return { ...rows, node: call.node };
}

export function transpose(call: Call): Value {
  const [value] = call.inputs;
  const order = call.node.attributes.get('perm')?.integers ?? [1, 0];
  if (value?.kind !== 'constant' || value.dims.length !== 2 || order.join() !== '1,0') {
    throw notDense(call.node, 'and only matrices of weights are transposed');
  }
  return { ...value, dims: [...value.dims].reverse(), transposed: !value.transposed };
}

/** The shape of rows, from which exporters make that of a Reshape. */
export function shapeOf(call: Call): Sizes {
  const { dims } = anyRowsAt(call, 0);
  const sizes = ['rows' as const, ...dims];
  const chosen = sizes.slice(integerOf(call.node, 'start', 0), integerOf(call.node, 'end', sizes.length));
  if (chosen.includes(undefined)) throw notDense(call.node, 'of rows whose width the model does not say');
  return { kind: 'sizes', sizes: chosen as Size[] };
}

/** One or some of the sizes. */
export function gather(call: Call): Sizes {
  const [value] = call.inputs;
  const indexes = integersOf(call, 1, 'indices');
  if (value?.kind !== 'sizes') throw notDense(call.node, 'which picks columns, expected sizes of a shape');
  const sizes = indexes.map((index) => value.sizes.at(index));
  if (sizes.length === 0 || sizes.includes(undefined)) throw notDense(call.node, `of indexes [${indexes}]`);
  return { kind: 'sizes', sizes: sizes as Size[] };
}

/** Sizes and constants, one after the other; undefined where there are others. */
export function joinedSizes(call: Call): Sizes | undefined {
  if (!call.inputs.some((value) => value?.kind === 'sizes') || call.inputs.length > 8) return undefined;
  const sizes = call.inputs.flatMap((value, i) =>
    value?.kind === 'sizes' ? value.sizes : integersOf(call, i, 'sizes'),
  );
  if (sizes.length > 8) throw notDense(call.node, `of ${sizes.length} sizes, expected at most 8`);
  return { kind: 'sizes', sizes };
}

/** Some of the sizes, by constant bounds. */
export function slicedSizes(call: Call, { sizes }: Sizes): Sizes {
  const [start = 0, end = sizes.length, , step = 1] = ['starts', 'ends', 'axes', 'steps'].map(
    (name, i) => integersOf(call, i + 1, name)[0],
  );
  if (step !== 1) throw notDense(call.node, `with steps of ${step}, expected 1`);
  return { kind: 'sizes', sizes: sizes.slice(start, end) };
}
