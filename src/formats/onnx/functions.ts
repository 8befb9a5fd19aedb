/**
 * Recognises functions of one number by their values at a few points. Exporters write the same activation in different operators: silu
 * as a product with a sigmoid, gelu as powers and a tanh, softplus with a threshold. So we compare what a chain of operators makes of
 * a layer's sums with what each activation makes of them. Knows no graph.
 */

import { GELU_CUBIC, GELU_LINEAR, SELU_ALPHA, SELU_SCALE } from '../../options/activation-constants.js';
import { LEAKY_SLOPE } from '../../options/activations.js';
import type { Activation } from '../../options/types.js';
import { shortestFloat } from '../imported-options.js';
import { type ActivationStep, ELEMENTWISE_STEPS, GELU_CONSTANTS } from './activations.js';
import { BINARY_OPERATORS, UNARY_OPERATORS, type Unary } from './arithmetic.js';
import { SUMS } from './basic-steps.js';

export interface Values {
  /** The value at each of POINTS. A plain array: making it at import time cannot fail for want of memory. */
  readonly at: readonly number[];
  /** Whether activations have all its constants. With other constants, the function could differ where there is no point. */
  readonly isKnown: boolean;
  readonly degree: Degree;
}

/**
 * f(k z) is k^degree f(z) for every k > 0, so that two points tell the whole function, whatever its constants: leaky slopes are found
 * so. The constant 0 has any degree; other functions have none.
 */
export type Degree = 0 | 1 | 'any' | undefined;

/** An activation, with the slope of leakyRelu where that is not the usual one. */
export interface KnownActivation {
  readonly activation: Activation;
  readonly slope?: number;
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

export const IDENTITY: Values = { at: POINTS, isKnown: true, degree: 1 };

/** A constant function. */
export function constantValues(value: number): Values {
  return {
    at: POINTS.map(() => value),
    isKnown: isKnown(value),
    degree: value === 0 ? 'any' : Number.isFinite(value) ? 0 : undefined,
  };
}

/** Operators that keep the degree of their operand. */
const KEEPS_DEGREE: ReadonlySet<string> = new Set(['Relu', 'LeakyRelu', 'PRelu', 'Neg']);

/** A unary operator applied to the values of a function. */
export function valuesBy(operator: string, { at, isKnown, degree }: Values, f: (value: number) => number): Values {
  return {
    at: at.map((value) => f(value)),
    isKnown,
    degree: KEEPS_DEGREE.has(operator) ? degree : degree === 1 ? undefined : degree,
  };
}

/** The degree of an operator of two functions. */
export function degreeOf(operator: string, a: Degree, b: Degree): Degree {
  if (a === undefined || b === undefined) return undefined;
  switch (operator) {
    case 'Add':
    case 'Sub':
    case 'Max':
    case 'Min':
      return sameDegree(a, b);
    case 'Mul':
      return a === 'any' || b === 'any' ? 'any' : a + b < 2 ? ((a + b) as 0 | 1) : undefined;
    case 'Div':
      return b === 0 ? a : undefined;
    case 'Greater':
    case 'GreaterOrEqual':
    case 'Less':
    case 'LessOrEqual':
      return sameDegree(a, b) === undefined ? undefined : 0;
    default:
      return undefined;
  }
}

/** The degree that both have, where they have one. */
export function sameDegree(a: Degree, b: Degree): Degree {
  if (a === 'any') return b;
  return b === 'any' || a === b ? a : undefined;
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
export function activationOf(values: Values): KnownActivation | undefined {
  const known = values.isKnown ? KNOWN.find(([, expected]) => areNear(values.at, expected))?.[0] : undefined;
  return known === undefined ? leakyOf(values) : { activation: known };
}

/** z above 0 and slope z below it. */
function leakyOf({ at, degree }: Values): KnownActivation | undefined {
  if (degree !== 1) return undefined;
  const [below, above] = [-1, 1].map((z) => at[POINTS.indexOf(z)] as number) as [number, number];
  const slope = -below;
  const expected = POINTS.map((z) => (z < 0 ? slope * z : z));
  if (above !== 1 || !areNear(at, expected)) return undefined;
  if (slope === 0) return { activation: 'relu' };
  return slope === 1 ? { activation: 'linear' } : { activation: 'leakyRelu', slope: shortestFloat(slope) };
}

/** Whether the two functions are 1 - p and p, where p is a sigmoid. */
export function areBothOfSigmoid(no: Values, yes: Values): boolean {
  const others = yes.at.map((p) => 1 - p);
  return activationOf(yes)?.activation === 'sigmoid' && no.isKnown && areNear(no.at, others);
}

function areNear(a: readonly number[], b: readonly number[]): boolean {
  return a.every((value, i) => {
    const expected = b[i] as number;
    return Math.abs(value - expected) <= TOLERANCE * Math.abs(expected) + NOISE;
  });
}
