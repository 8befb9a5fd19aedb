/**
 * A dense layer, backward to its inputs. Knows no activation and no loss.
 *
 * Shapes: B rows, I inputs, O outputs. Rows lie `RowBytes` apart. Weights lie in panels (panel.ts). Every number is summed in
 * one order whatever the tile, so a row gives the same bits alone and among others.
 */
import { multiplyAdd, sumLanes, sumLanesOf4 } from '../math';
import { panelBytes } from './panel';

/**
 * Input gradient: dX = D W^T.
 *
 *   D (B, O padded to 4) · W panels  ->  dX (B, I)
 *
 * Overwrites the I values of each row of dX and nothing beyond them. D and dX may not overlap.
 */
export function denseBackwardInput(
  B: i32, I: i32, O: i32, d: usize, dRowBytes: usize, w: usize, dx: usize, dxRowBytes: usize,
): void {
  assert(B > 0 && I > 0 && O > 0);
  const tiledInputs = I & ~3;
  for (let row = 0; row < B; row++) {
    for (let i = 0; i < tiledInputs; i += 4) {
      v128.store(dx + (<usize>i << 2), inputGradient4(I, O, d, w, i));
    }
    for (let i = tiledInputs; i < I; i++) {
      f32.store(dx + (<usize>i << 2), inputGradient1(I, O, d, w, i));
    }
    d += dRowBytes;
    dx += dxRowBytes;
  }
}

/** dX for inputs i to i + 3 of one row: four sums over the panels, then across their lanes. */
function inputGradient4(I: i32, O: i32, d: usize, w: usize, i: i32): v128 {
  const step = panelBytes(I);
  let acc0 = f32x4.splat(0);
  let acc1 = acc0;
  let acc2 = acc0;
  let acc3 = acc0;
  let panel = w + (<usize>i << 5);
  while (O > 4) {
    let value = v128.load(d);
    acc0 = multiplyAdd(value, v128.load(panel), acc0);
    acc1 = multiplyAdd(value, v128.load(panel, 32), acc1);
    acc2 = multiplyAdd(value, v128.load(panel, 64), acc2);
    acc3 = multiplyAdd(value, v128.load(panel, 96), acc3);
    value = v128.load(d, 16);
    acc0 = multiplyAdd(value, v128.load(panel, 16), acc0);
    acc1 = multiplyAdd(value, v128.load(panel, 48), acc1);
    acc2 = multiplyAdd(value, v128.load(panel, 80), acc2);
    acc3 = multiplyAdd(value, v128.load(panel, 112), acc3);
    d += 32;
    panel += step;
    O -= 8;
  }
  if (O > 0) {
    panel -= <usize>i << 4; // the last panel holds 4 outputs per input, not 8
    const value = v128.load(d);
    acc0 = multiplyAdd(value, v128.load(panel), acc0);
    acc1 = multiplyAdd(value, v128.load(panel, 16), acc1);
    acc2 = multiplyAdd(value, v128.load(panel, 32), acc2);
    acc3 = multiplyAdd(value, v128.load(panel, 48), acc3);
  }
  return sumLanesOf4(acc0, acc1, acc2, acc3);
}

function inputGradient1(I: i32, O: i32, d: usize, w: usize, i: i32): f32 {
  const step = panelBytes(I);
  let acc = f32x4.splat(0);
  let panel = w + (<usize>i << 5);
  while (O > 4) {
    acc = multiplyAdd(v128.load(d), v128.load(panel), acc);
    acc = multiplyAdd(v128.load(d, 16), v128.load(panel, 16), acc);
    d += 32;
    panel += step;
    O -= 8;
  }
  if (O > 0) acc = multiplyAdd(v128.load(d), v128.load(panel - (<usize>i << 4)), acc);
  return sumLanes(acc);
}
