/** Scaling and the rarer activations as operators of ONNX. Networks without either do not load it. */
import type { ColumnScaling, NetworkScaling } from '../../data/scaling.js';
import { float32From, float64From } from '../../foundation/memory.js';
import { LEAKY_SLOPE } from '../../options/activations.js';
import type { LayerSpec } from '../../options/spec.js';
import { ELEMENTWISE_STEPS, GELU_CONSTANTS } from './activations.js';
import type { AddTensor, Step } from './write-onnx.js';

/** In place of the scale 0 of a column that is constant: inputs are divided by it, targets multiplied. */
export const CONSTANT_SCALE = { inputs: Number.MAX_VALUE, targets: Number.MIN_VALUE } as const;

/** Scaling: in double, as the library scales, which is type 11, and back to 1. */
const SCALING_STEPS: Readonly<Record<'inputs' | 'targets', readonly Step[]>> = {
  inputs: [
    { operator: 'Cast', integers: { to: 11 } },
    { operator: 'Sub', also: 'inputs.shift' },
    { operator: 'Div', also: 'inputs.scale' },
    { operator: 'Cast', integers: { to: 1 } },
  ],
  targets: [
    { operator: 'Cast', integers: { to: 11 } },
    { operator: 'Mul', also: 'targets.scale' },
    { operator: 'Add', also: 'targets.shift' },
    { operator: 'Cast', integers: { to: 1 } },
  ],
};

/** Tensors that gelu takes, where a layer has it. */
export function addGeluConstants(layers: readonly LayerSpec[], addTensor: AddTensor): void {
  if (!layers.some(({ activation }) => activation === 'gelu')) return;
  for (const [name, value] of Object.entries(GELU_CONSTANTS)) addTensor(name, [], float32From([value]));
}

export function rareSteps({ activation, slope = LEAKY_SLOPE }: LayerSpec): readonly Step[] {
  if (activation === 'softmax') return [];
  if (activation === 'leakyRelu') return [{ operator: 'LeakyRelu', floats: { alpha: slope } }];
  return ELEMENTWISE_STEPS[activation];
}

/** The steps that scale inputs, or undo the scaling of targets. None where that side has no scaling. */
export function scalingSteps(
  side: 'inputs' | 'targets',
  scaling: NetworkScaling | undefined,
  addTensor: AddTensor,
): readonly Step[] {
  const columns = scaling?.[side];
  // Medians alone scale nothing.
  if (columns === undefined || isTrivial(columns)) return [];
  // Readers expect scales above 0. These make of every float32 number what a scale of 0 does.
  const scale = float64From(Array.from(columns.scale, (size) => size || CONSTANT_SCALE[side]));
  addTensor(`${side}.shift`, [scale.length], columns.shift);
  addTensor(`${side}.scale`, [scale.length], scale);
  return SCALING_STEPS[side];
}

function isTrivial({ fill, shift, scale }: ColumnScaling): boolean {
  return fill !== undefined && shift.every((number) => number === 0) && scale.every((size) => size === 1);
}
