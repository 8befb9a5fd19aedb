/**
 * The input gradient in 256-bit vectors, used only by the wide builds.
 *
 * The smaller tiles of ../backward-input.ts sum over outputs, four lanes at a time, and V8 cannot join these to wider vectors. Here the lanes of
 * a vector are rows. So 16 rows of D are transposed first, and their dX last. The sums stay the same, bit for bit: what was lane n is now a
 * pass of its own over the outputs n, n + 4, n + 8 and so on, and the four passes are added in the order of sumLanes.
 *
 * assembly/README.md has the tiles that were tried.
 */
import { SCRATCH_BYTES } from '../../../abi';
import { multiplyAdd } from '../../math';
import { panelBytes } from '../panel';

const ROWS: i32 = 16;
const ROW_BYTES: usize = 64;
/** Inputs of a tile, and of the two tiles that are transposed together. */
const INPUTS: i32 = 6;
const PAIR_INPUTS: i32 = 2 * INPUTS;
const SUMS_BYTES: usize = <usize>INPUTS * ROW_BYTES;
const PAIR_BYTES: usize = 2 * SUMS_BYTES;

/** The most outputs whose deltas fit the scratch memory beside the sums. */
const MOST_OUTPUTS: i32 = SCRATCH_BYTES / 64 - (4 * INPUTS + PAIR_INPUTS);
/** From so many outputs on it is faster: the layer of 9 to 12 has a tile of its own, which keeps all deltas in registers. */
const LEAST_OUTPUTS: i32 = 13;
/** Rows that are left over are run once more among 16, if they are at least so many. */
const LEAST_ROWS: i32 = 8;

/** How many of the first rows of B wideBackwardInput should take. */
export function wideRows(B: i32, I: i32, O: i32): i32 {
  if (B < ROWS || I < PAIR_INPUTS || O < LEAST_OUTPUTS || O > MOST_OUTPUTS) return 0;
  const left = B % ROWS;
  return left < LEAST_ROWS ? B - left : B;
}

/** denseBackwardInput for rows, inputs and outputs as wideRows demands. Overwrites SCRATCH_BYTES bytes at `scratch`. */
export function wideBackwardInput(
  B: i32, I: i32, O: i32, d: usize, dRowBytes: usize, w: usize, dx: usize, dxRowBytes: usize, scratch: usize,
): void {
  assert(B >= ROWS && I >= PAIR_INPUTS && O <= MOST_OUTPUTS && scratch != 0);
  const tile = scratch + 4 * SUMS_BYTES;
  const deltas = tile + PAIR_BYTES;
  for (let row = 0; row < B; row += ROWS) {
    // What is left over begins earlier: the values that are computed twice are the same.
    row = min(row, B - ROWS);
    transpose(O, d + <usize>row * dRowBytes, dRowBytes, deltas);
    for (let i = 0; i < I; i += PAIR_INPUTS) {
      i = min(i, I - PAIR_INPUTS);
      gradientsOfTile(I, O, deltas, w, i, scratch, tile);
      gradientsOfTile(I, O, deltas, w, i + INPUTS, scratch, tile + SUMS_BYTES);
      transposeBack(tile, dx + <usize>row * dxRowBytes + (<usize>i << 2), dxRowBytes);
    }
  }
}

/** dX of inputs i to i + 5, transposed: four passes over the outputs, and their sum. */
function gradientsOfTile(I: i32, O: i32, d: usize, w: usize, i: i32, sums: usize, out: usize): void {
  const step = panelBytes(I);
  const panel = w + (<usize>i << 5);
  const last = w + <usize>(O >> 3) * step + (<usize>i << 4);
  for (let n: usize = 0; n < 4; n++) {
    inputGradient16x1x6(O, d + n * ROW_BYTES, panel + (n << 2), step, last + (n << 2), sums + n * SUMS_BYTES);
  }
  for (const end = sums + SUMS_BYTES; sums < end; sums += 32) {
    const even = f32x4.add(v128.load(sums), v128.load(sums, 2 * SUMS_BYTES));
    const evenNext = f32x4.add(v128.load(sums, 16), v128.load(sums, 2 * SUMS_BYTES + 16));
    const odd = f32x4.add(v128.load(sums, SUMS_BYTES), v128.load(sums, 3 * SUMS_BYTES));
    const oddNext = f32x4.add(v128.load(sums, SUMS_BYTES + 16), v128.load(sums, 3 * SUMS_BYTES + 16));
    v128.store(out, f32x4.add(even, odd));
    v128.store(out, f32x4.add(evenNext, oddNext), 16);
    out += 32;
  }
}

/** D (16, O padded to 4) to (O padded to 4, 16). */
function transpose(O: i32, d: usize, dRowBytes: usize, to: usize): void {
  for (let o = 0; o < O; o += 4) {
    transpose4x4(d, dRowBytes, to, ROW_BYTES);
    transpose4x4(d + (dRowBytes << 2), dRowBytes, to + 16, ROW_BYTES);
    transpose4x4(d + (dRowBytes << 3), dRowBytes, to + 32, ROW_BYTES);
    transpose4x4(d + 12 * dRowBytes, dRowBytes, to + 48, ROW_BYTES);
    d += 16;
    to += ROW_BYTES << 2;
  }
}

/** (12, 16) to 12 inputs of 16 rows. */
function transposeBack(from: usize, dx: usize, dxRowBytes: usize): void {
  for (let row = 0; row < ROWS; row += 4) {
    transpose4x4(from, ROW_BYTES, dx, dxRowBytes);
    transpose4x4(from + (ROW_BYTES << 2), ROW_BYTES, dx + 16, dxRowBytes);
    transpose4x4(from + (ROW_BYTES << 3), ROW_BYTES, dx + 32, dxRowBytes);
    from += 16;
    dx += dxRowBytes << 2;
  }
}

// @ts-ignore: decorator
@inline
function transpose4x4(from: usize, fromRowBytes: usize, to: usize, toRowBytes: usize): void {
  const a = v128.load(from);
  const b = v128.load(from + fromRowBytes);
  const c = v128.load(from + (fromRowBytes << 1));
  const d = v128.load(from + 3 * fromRowBytes);
  const abLow = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
  const abHigh = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
  const cdLow = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
  const cdHigh = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<f32>(abLow, cdLow, 0, 1, 4, 5));
  v128.store(to + toRowBytes, v128.shuffle<f32>(abLow, cdLow, 2, 3, 6, 7));
  v128.store(to + (toRowBytes << 1), v128.shuffle<f32>(abHigh, cdHigh, 0, 1, 4, 5));
  v128.store(to + 3 * toRowBytes, v128.shuffle<f32>(abHigh, cdHigh, 2, 3, 6, 7));
}

/**
 * One pass over outputs: those of `d` and every fourth one after it, for six inputs and 16 rows. Two outputs of a panel per iteration, without
 * the change of steps, spill two weights: 61 instead of 86 GFLOP/s.
 */
function inputGradient16x1x6(O: i32, d: usize, w: usize, step: usize, last: usize, sums: usize): void {
  let acc0x0123 = f32x4.splat(0);
  let acc0x4567 = acc0x0123;
  let acc0x89ab = acc0x0123;
  let acc0xcdef = acc0x0123;
  let acc1x0123 = acc0x0123;
  let acc1x4567 = acc0x0123;
  let acc1x89ab = acc0x0123;
  let acc1xcdef = acc0x0123;
  let acc2x0123 = acc0x0123;
  let acc2x4567 = acc0x0123;
  let acc2x89ab = acc0x0123;
  let acc2xcdef = acc0x0123;
  let acc3x0123 = acc0x0123;
  let acc3x4567 = acc0x0123;
  let acc3x89ab = acc0x0123;
  let acc3xcdef = acc0x0123;
  let acc4x0123 = acc0x0123;
  let acc4x4567 = acc0x0123;
  let acc4x89ab = acc0x0123;
  let acc4xcdef = acc0x0123;
  let acc5x0123 = acc0x0123;
  let acc5x4567 = acc0x0123;
  let acc5x89ab = acc0x0123;
  let acc5xcdef = acc0x0123;
  let d0123: v128;
  let d4567: v128;
  let d89ab: v128;
  let dcdef: v128;
  let weight: v128;
  // From the first four outputs of a panel to the other four, then to the next panel, and so on.
  let near: usize = 16;
  let far = step - near;
  const end = d + (<usize>(O + 3 & ~7) << 6);
  while (d < end) {
    d0123 = v128.load(d);
    d4567 = v128.load(d, 16);
    d89ab = v128.load(d, 32);
    dcdef = v128.load(d, 48);
    weight = v128.load_splat<f32>(w);
    acc0x0123 = multiplyAdd(weight, d0123, acc0x0123);
    acc0x4567 = multiplyAdd(weight, d4567, acc0x4567);
    acc0x89ab = multiplyAdd(weight, d89ab, acc0x89ab);
    acc0xcdef = multiplyAdd(weight, dcdef, acc0xcdef);
    weight = v128.load_splat<f32>(w, 32);
    acc1x0123 = multiplyAdd(weight, d0123, acc1x0123);
    acc1x4567 = multiplyAdd(weight, d4567, acc1x4567);
    acc1x89ab = multiplyAdd(weight, d89ab, acc1x89ab);
    acc1xcdef = multiplyAdd(weight, dcdef, acc1xcdef);
    weight = v128.load_splat<f32>(w, 64);
    acc2x0123 = multiplyAdd(weight, d0123, acc2x0123);
    acc2x4567 = multiplyAdd(weight, d4567, acc2x4567);
    acc2x89ab = multiplyAdd(weight, d89ab, acc2x89ab);
    acc2xcdef = multiplyAdd(weight, dcdef, acc2xcdef);
    weight = v128.load_splat<f32>(w, 96);
    acc3x0123 = multiplyAdd(weight, d0123, acc3x0123);
    acc3x4567 = multiplyAdd(weight, d4567, acc3x4567);
    acc3x89ab = multiplyAdd(weight, d89ab, acc3x89ab);
    acc3xcdef = multiplyAdd(weight, dcdef, acc3xcdef);
    weight = v128.load_splat<f32>(w, 128);
    acc4x0123 = multiplyAdd(weight, d0123, acc4x0123);
    acc4x4567 = multiplyAdd(weight, d4567, acc4x4567);
    acc4x89ab = multiplyAdd(weight, d89ab, acc4x89ab);
    acc4xcdef = multiplyAdd(weight, dcdef, acc4xcdef);
    weight = v128.load_splat<f32>(w, 160);
    acc5x0123 = multiplyAdd(weight, d0123, acc5x0123);
    acc5x4567 = multiplyAdd(weight, d4567, acc5x4567);
    acc5x89ab = multiplyAdd(weight, d89ab, acc5x89ab);
    acc5xcdef = multiplyAdd(weight, dcdef, acc5xcdef);
    w += near;
    const other = near;
    near = far;
    far = other;
    d += 256;
  }
  if ((O - 1 & 7) < 4) {
    d0123 = v128.load(d);
    d4567 = v128.load(d, 16);
    d89ab = v128.load(d, 32);
    dcdef = v128.load(d, 48);
    weight = v128.load_splat<f32>(last);
    acc0x0123 = multiplyAdd(weight, d0123, acc0x0123);
    acc0x4567 = multiplyAdd(weight, d4567, acc0x4567);
    acc0x89ab = multiplyAdd(weight, d89ab, acc0x89ab);
    acc0xcdef = multiplyAdd(weight, dcdef, acc0xcdef);
    weight = v128.load_splat<f32>(last, 16);
    acc1x0123 = multiplyAdd(weight, d0123, acc1x0123);
    acc1x4567 = multiplyAdd(weight, d4567, acc1x4567);
    acc1x89ab = multiplyAdd(weight, d89ab, acc1x89ab);
    acc1xcdef = multiplyAdd(weight, dcdef, acc1xcdef);
    weight = v128.load_splat<f32>(last, 32);
    acc2x0123 = multiplyAdd(weight, d0123, acc2x0123);
    acc2x4567 = multiplyAdd(weight, d4567, acc2x4567);
    acc2x89ab = multiplyAdd(weight, d89ab, acc2x89ab);
    acc2xcdef = multiplyAdd(weight, dcdef, acc2xcdef);
    weight = v128.load_splat<f32>(last, 48);
    acc3x0123 = multiplyAdd(weight, d0123, acc3x0123);
    acc3x4567 = multiplyAdd(weight, d4567, acc3x4567);
    acc3x89ab = multiplyAdd(weight, d89ab, acc3x89ab);
    acc3xcdef = multiplyAdd(weight, dcdef, acc3xcdef);
    weight = v128.load_splat<f32>(last, 64);
    acc4x0123 = multiplyAdd(weight, d0123, acc4x0123);
    acc4x4567 = multiplyAdd(weight, d4567, acc4x4567);
    acc4x89ab = multiplyAdd(weight, d89ab, acc4x89ab);
    acc4xcdef = multiplyAdd(weight, dcdef, acc4xcdef);
    weight = v128.load_splat<f32>(last, 80);
    acc5x0123 = multiplyAdd(weight, d0123, acc5x0123);
    acc5x4567 = multiplyAdd(weight, d4567, acc5x4567);
    acc5x89ab = multiplyAdd(weight, d89ab, acc5x89ab);
    acc5xcdef = multiplyAdd(weight, dcdef, acc5xcdef);
  }
  v128.store(sums, acc0x0123);
  v128.store(sums, acc0x4567, 16);
  v128.store(sums, acc0x89ab, 32);
  v128.store(sums, acc0xcdef, 48);
  v128.store(sums, acc1x0123, 64);
  v128.store(sums, acc1x4567, 80);
  v128.store(sums, acc1x89ab, 96);
  v128.store(sums, acc1xcdef, 112);
  v128.store(sums, acc2x0123, 128);
  v128.store(sums, acc2x4567, 144);
  v128.store(sums, acc2x89ab, 160);
  v128.store(sums, acc2xcdef, 176);
  v128.store(sums, acc3x0123, 192);
  v128.store(sums, acc3x4567, 208);
  v128.store(sums, acc3x89ab, 224);
  v128.store(sums, acc3xcdef, 240);
  v128.store(sums, acc4x0123, 256);
  v128.store(sums, acc4x4567, 272);
  v128.store(sums, acc4x89ab, 288);
  v128.store(sums, acc4xcdef, 304);
  v128.store(sums, acc5x0123, 320);
  v128.store(sums, acc5x4567, 336);
  v128.store(sums, acc5x89ab, 352);
  v128.store(sums, acc5xcdef, 368);
}
