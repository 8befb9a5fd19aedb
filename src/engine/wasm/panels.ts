/**
 * Where a weight lies: converts between the panel layout of the kernel and the row-major (units, inputs) that users see.
 *
 * Panels of 8 outputs, [units/8][inputs][8]. If at most 4 outputs are left, the last panel is [inputs][4]. There are gaps between
 * panels if the number of inputs is a multiple of ALIASING_INPUTS.
 */

import { ALIASING_INPUTS, LANES, PANEL, PANEL_GAP_BYTES } from '../../../assembly/abi.js';
import { float32 } from '../../foundation/memory.js';
import { roundUp } from './arena.js';

/** Units with their padding: the floats in a row of outputs, and in the weights of one input. */
export function paddedUnits(units: number): number {
  return roundUp(units, LANES);
}

/** The floats that all weights of a layer take, including padding and gaps. */
export function panelsFloats(units: number, inputs: number): number {
  const { start, stride } = column(units - 1, units, inputs);
  return start - ((units - 1) % PANEL) + inputs * stride;
}

/** Writes row-major `weights` as panels to `target`, starting at `offset`. Writes the padding too. */
export function writePanels(
  weights: Float32Array,
  units: number,
  inputs: number,
  target: Float32Array,
  offset: number,
): void {
  target.fill(0, offset, offset + panelsFloats(units, inputs));
  for (let unit = 0; unit < units; unit++) {
    const { start, stride } = column(unit, units, inputs);
    const row = unit * inputs;
    for (let i = 0; i < inputs; i++) target[offset + start + i * stride] = weights[row + i] as number;
  }
}

/** Reads the panels in `source` that start at `offset`. Returns row-major weights. */
export function readPanels(source: Float32Array, offset: number, units: number, inputs: number): Float32Array {
  const weights = float32(units * inputs);
  for (let unit = 0; unit < units; unit++) {
    const { start, stride } = column(unit, units, inputs);
    const row = unit * inputs;
    for (let i = 0; i < inputs; i++) weights[row + i] = source[offset + start + i * stride] as number;
  }
  return weights;
}

/** Where the weights of a unit begin, and how far apart they lie, in floats. */
function column(unit: number, units: number, inputs: number): { start: number; stride: number } {
  const first = unit - (unit % PANEL);
  const gap = inputs % ALIASING_INPUTS === 0 ? PANEL_GAP_BYTES / Float32Array.BYTES_PER_ELEMENT : 0;
  return {
    start: (first / PANEL) * (inputs * PANEL + gap) + (unit - first),
    stride: units - first > LANES ? PANEL : LANES,
  };
}
