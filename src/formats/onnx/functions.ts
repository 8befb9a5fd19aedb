/**
 * Recognises functions of one number by their values at a few points. Exporters write the same activation in different operators: silu
 * as a product with a sigmoid, gelu as powers and a tanh, softplus with a threshold. So we compare what a chain of operators makes of
 * a layer's sums with what each activation makes of them. Knows no graph.
 */
import { GELU_CUBIC, GELU_LINEAR, LEAKY_SLOPE, SELU_ALPHA, SELU_SCALE } from '../../options/activations.js';
import type { Activation } from '../../options/types.js';
import { type ActivationStep, ELEMENTWISE_STEPS, GELU_CONSTANTS, SUMS } from './activations.js';
import { BINARY_OPERATORS, UNARY_OPERATORS, type Unary } from './arithmetic.js';

export interface Values {
  /** The value at each of POINTS. A plain array: making it at import time cannot fail for want of memory. */
  readonly at: readonly number[];
  /** Whether activations have all its constants. With other constants, the function could differ where there is no point. */
  readonly isKnown: boolean;
}

/** The constants of all forms in which exporters write activations, without signs. 20 is PyTorch's threshold of softplus. */
const CONSTANTS = [
  ...[0, 0.5, 1, 2, 3, 20, LEAKY_SLOPE],
  ...[0.044715, GELU_LINEAR, GELU_LINEAR / 2, GELU_CUBIC, GELU_CUBIC / 2],
  ...[SELU_ALPHA, SELU_SCALE, SELU_ALPHA * SELU_SCALE],
];
/** Models have constants in float32, or products of such numbers. */
const ROUNDING = 2 ** -23;

const MAGNITUDES = [1e-6, 1e-4, 0.001, 0.005, 0.009, 0.02, 0.04, 0.1, 0.3, 0.49, 0.7, 0.9, 1, 1.2, 1.5, 1.8, 2, 2.5, 3];
const LARGE = [4, 5, 6, 8, 12, 19, 21, 30, 50, 75, 100, 300, 1000, 1e4, 1e6, 1e10, 1e30];
const SIZES = [...MAGNITUDES, ...LARGE];
/** There are points between any two constants, and beyond the largest. */
const POINTS: readonly number[] = [...SIZES.map((size) => -size).reverse(), 0, ...SIZES];
/** Relative. Different slopes, and the two forms of gelu, are at least 1e-4 apart. */
const TOLERANCE = 1e-6;
/** Absolute: the rounding error of a difference of numbers near 1, where a function goes to 0. */
const NOISE = 1e-12;

export const IDENTITY: Values = { at: POINTS, isKnown: true };

/** A constant function. */
export function constantValues(value: number): Values {
  return { at: POINTS.map(() => value), isKnown: isKnown(value) };
}

/** f applied to the values of a function. */
export function valuesBy({ at, isKnown }: Values, f: (value: number) => number): Values {
  return { at: at.map((value) => f(value)), isKnown };
}

/** Whether an activation has this constant, of either sign. */
export function isKnown(value: number): boolean {
  const size = Math.abs(value);
  return CONSTANTS.some((known) => {
    const isExact = Math.fround(known) === known;
    return isExact ? size === known : Math.abs(size - known) <= ROUNDING * known;
  });
}

/** The activations that take a unit by itself, each by the values of what is written of it. */
const KNOWN = (Object.keys(ELEMENTWISE_STEPS) as (keyof typeof ELEMENTWISE_STEPS)[]).map(
  (activation) => [activation, ELEMENTWISE_STEPS[activation].reduce(after, POINTS)] as const,
);

/** What an operator makes of values. */
function after(values: readonly number[], step: ActivationStep): readonly number[] {
  if ('also' in step) {
    const { operator, also } = step;
    const other = (i: number): number => (also === SUMS ? (POINTS[i] as number) : GELU_CONSTANTS[also]);
    return values.map((a, i) => BINARY_OPERATORS[operator](a, other(i)));
  }
  const { operator, floats = {} } = step;
  const unary: Unary = UNARY_OPERATORS[operator];
  return values.map((z) => unary(z, (name, byDefault) => floats[name] ?? byDefault));
}

/** The activation that has these values, if there is one. */
export function activationOf(values: Values): Activation | undefined {
  return values.isKnown ? KNOWN.find(([, expected]) => areNear(values.at, expected))?.[0] : undefined;
}

/** Whether the two functions are 1 - p and p, where p is a sigmoid. */
export function areBothOfSigmoid(no: Values, yes: Values): boolean {
  const others = yes.at.map((p) => 1 - p);
  return activationOf(yes) === 'sigmoid' && no.isKnown && areNear(no.at, others);
}

function areNear(a: readonly number[], b: readonly number[]): boolean {
  return a.every((value, i) => {
    const expected = b[i] as number;
    return Math.abs(value - expected) <= TOLERANCE * Math.abs(expected) + NOISE;
  });
}
