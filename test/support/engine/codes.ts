/** The names that the twin and the options use, with the kernel's codes for them, out of the tables of the engine. */
import * as abi from '../../../assembly/abi.js';
import { ACTIVATION_TABLE, LOSS_TABLE } from '../../../src/engine/wasm/codes.js';
import { LOSS_TRAITS, LOSSES } from '../../../src/options/losses.js';
import { ACTIVATIONS as NAMES } from '../../../src/options/names.js';
import type { Activation, Loss } from '../../../src/options/types.js';
import { repeats } from '../repeats.js';

export const ACTIVATIONS: readonly [Activation, number][] = NAMES.map((name) => [name, ACTIVATION_TABLE[name].code]);

/** Activations whose derivatives the forward pass keeps, because outputs do not tell them. */
export const KEPT: readonly Activation[] = NAMES.filter((name) => ACTIVATION_TABLE[name].derivative === 'kept');

/** Where the kernel reads the derivative of an activation. */
export function derivativeCode(activation: Activation): number {
  return KEPT.includes(activation) ? abi.DERIVATIVE_KEPT : ACTIVATION_TABLE[activation].code;
}

/** One of each way to the derivative. */
const SOME: readonly Activation[] = ['linear', 'selu', 'gelu', 'softmax'];

/** Every loss with the output activations that it goes with: one, or some, and the squared error with all. */
export const LOSS_PAIRS: readonly { loss: Loss; code: number; activations: readonly Activation[] }[] = LOSSES.map(
  (loss) => {
    const { activation } = LOSS_TRAITS[loss];
    const any = loss === 'meanSquaredError' ? NAMES : SOME;
    return { loss, code: LOSS_TABLE[loss].code, activations: activation === undefined ? any : [activation] };
  },
);

/** In the usual run, a fifth of the pairs, which has every width and every number of rows: each stands six times in a row. */
const isTaken = (_: unknown, place: number): boolean => place % repeats(5, 1) === 0;

/**
 * Shapes of the kernels that go element by element, (B, O): every width from 1 to 67 with few rows and with many, every
 * number of rows at widths with each kind of tail, and powers of two with their neighbours in one of the two.
 */
export const ROW_SHAPES: readonly { B: number; O: number }[] = [
  ...range(1, 67)
    .flatMap((O) => [1, 2, 3, 5, 8, 66].map((B) => ({ B, O })))
    .filter(isTaken),
  ...range(1, 67)
    .flatMap((B) => [1, 2, 3, 4, 9, 67].map((O) => ({ B, O })))
    .filter(isTaken),
  ...[64, 256, 1024, 128, 512].slice(0, repeats(3, 5)).flatMap((power) =>
    range(power - 1, power + 1).flatMap((size) => [
      { B: size, O: 5 },
      { B: 3, O: size },
    ]),
  ),
];

function range(low: number, high: number): number[] {
  return Array.from({ length: high - low + 1 }, (_, i) => low + i);
}
