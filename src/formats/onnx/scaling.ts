/** Turns the shifts and scales before and after the layers of a model into the scaling of a network. */

import { ColumnScaling } from '../../data/scaling.js';
import { float64 } from '../../foundation/memory.js';
import type { Node } from './decode.js';
import { bad, nodeNamed, notDense } from './refused.js';
import { numbersOf, type Rows } from './values.js';
import { CONSTANT_SCALE } from './write-onnx.js';

/** The steps before the first layer, as (x - shift) / scale. What toONNX wrote comes back bit for bit: 0 + shift, 1 * scale. */
export function inputScaling(rows: Rows, width: number): ColumnScaling | undefined {
  return scalingOf(rows, width, CONSTANT_SCALE.inputs, (operator, n, shift, scale) => {
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
export function targetScaling(rows: Rows, width: number): ColumnScaling | undefined {
  return scalingOf(rows, width, CONSTANT_SCALE.targets, (operator, n, shift, scale) => {
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
  });
}

type Step = (operator: string, n: number, shift: number, scale: number) => readonly [shift: number, scale: number];

/** `constant` is the scale of a column that is constant. ERR_UNSUPPORTED unless each scale is finite and above 0. */
function scalingOf({ steps = [], node }: Rows, width: number, constant: number, step: Step): ColumnScaling | undefined {
  if (steps.length === 0) return undefined;
  const last = node as Node;
  const shifts = float64(width);
  const scales = float64(width).fill(1);
  for (const { operator, numbers } of steps) {
    const each = numbersOf(numbers);
    if (each.length !== 1 && each.length !== width) {
      throw bad(`${nodeNamed(last)} scales ${each.length} columns, and the layer next to it has ${width}`);
    }
    for (let i = 0; i < width; i++) {
      const n = each[each.length === 1 ? 0 : i] as number;
      [shifts[i], scales[i]] = step(operator, n, shifts[i] as number, scales[i] as number) as [number, number];
    }
  }
  for (let i = 0; i < width; i++) {
    const [shift, scale] = [shifts[i] as number, scales[i] as number];
    if (scale === constant) scales[i] = 0;
    if (Number.isFinite(shift) && Number.isFinite(scale) && scale > 0) continue;
    throw notDense(last, `whose column ${i} has a shift of ${shift} and a scale of ${scale}, expected a scale above 0`);
  }
  // + 0 turns -0 into 0: JSON, in which scalings are saved, has no -0.
  for (let i = 0; i < width; i++) shifts[i] = (shifts[i] as number) + 0;
  return new ColumnScaling(shifts, scales);
}
