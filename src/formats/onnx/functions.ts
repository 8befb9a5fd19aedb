/**
 * Functions of one number, by their values at a few points: what a chain of operators makes of a layer's sums is told by comparing,
 * however an exporter writes it. silu comes as a product with a sigmoid, gelu as powers and a tanh, softplus with a threshold.
 */
import { exp, expm1, log, log1p, sigmoid, tanh } from '../../math.js';
import type { Activation } from '../../options/types.js';

/** A function by its values at POINTS. */
export type Values = Float64Array;

const MAGNITUDES = [0.01, 0.1, 0.3, 0.5, 1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 12, 19, 21, 50, 100, 1000];
/** On both sides of every bend and threshold that exporters write. */
const POINTS: Values = Float64Array.from([...MAGNITUDES.map((size) => -size).reverse(), 0, ...MAGNITUDES]);
/** Constants of activations are float32 in models. Leaky slopes and forms of gelu are 1e-4 apart and more. */
const TOLERANCE = 1e-6;

export function identity(): Values {
  return POINTS.slice();
}

/** A function of one number and of what an attribute says. */
export type Unary = (z: number, parameter: (name: string, byDefault: number) => number) => number;

// So that sums of mean 0 and variance 1 keep both, as in engine/js/activation.ts.
const SELU = { alpha: 1.6732632423543772, gamma: 1.0507009873554805 };

/** Operators of one tensor, with the attributes that some take. */
export const UNARY: ReadonlyMap<string, Unary> = new Map<string, Unary>([
  ['Sigmoid', sigmoid],
  ['Tanh', tanh],
  ['Relu', (z) => Math.max(z, 0)],
  ['LeakyRelu', (z, parameter) => (z < 0 ? parameter('alpha', 0.01) * z : z)],
  ['Elu', (z, parameter) => (z < 0 ? parameter('alpha', 1) * expm1(z) : z)],
  ['Selu', (z, parameter) => parameter('gamma', SELU.gamma) * (z < 0 ? parameter('alpha', SELU.alpha) * expm1(z) : z)],
  ['Softplus', softplus],
  ['Gelu', gelu],
  ['Swish', (z, parameter) => z * sigmoid(parameter('alpha', 1) * z)],
  ['Exp', exp],
  ['Log', log],
  ['Neg', (z) => -z],
]);

/** Operators of two tensors; comparisons are 1 where they hold. */
export const BINARY: ReadonlyMap<string, (a: number, b: number) => number> = new Map<
  string,
  (a: number, b: number) => number
>([
  ['Add', (a, b) => a + b],
  ['Sub', (a, b) => a - b],
  ['Mul', (a, b) => a * b],
  ['Div', (a, b) => a / b],
  ['Pow', power],
  ['Max', Math.max],
  ['Min', Math.min],
  ['Greater', (a, b) => Number(a > b)],
  ['GreaterOrEqual', (a, b) => Number(a >= b)],
  ['Less', (a, b) => Number(a < b)],
  ['LessOrEqual', (a, b) => Number(a <= b)],
]);

/** The activations that take a unit by itself. */
const ACTIVATIONS: readonly (readonly [Activation, Values])[] = (
  [
    ['linear', (z) => z],
    ['sigmoid', sigmoid],
    ['tanh', tanh],
    ['relu', (z) => Math.max(z, 0)],
    ['leakyRelu', (z) => (z < 0 ? 0.01 * z : z)],
    ['elu', (z) => (z < 0 ? expm1(z) : z)],
    ['selu', (z) => SELU.gamma * (z < 0 ? SELU.alpha * expm1(z) : z)],
    ['gelu', gelu],
    ['silu', (z) => z * sigmoid(z)],
    ['softplus', softplus],
  ] satisfies [Activation, (z: number) => number][]
).map(([activation, f]) => [activation, POINTS.map(f)]);

/** The activation that has these values, if any has. */
export function activationOf(values: Values): Activation | undefined {
  return ACTIVATIONS.find(([, expected]) => areNear(values, expected))?.[0];
}

export function areNear(a: Values, b: Values): boolean {
  return a.every((value, i) => {
    const expected = b[i] as number;
    return Math.abs(value - expected) <= TOLERANCE * Math.max(1, Math.abs(expected));
  });
}

function softplus(z: number): number {
  return Math.max(z, 0) + log1p(exp(-Math.abs(z)));
}

/** Its tanh form: tanh(u) is 2 sigmoid(2 u) - 1. */
function gelu(z: number): number {
  return z * sigmoid(1.5957691216057308 * (z + 0.044715 * z * z * z));
}

/** Whole powers up to 4, which gelu has; NaN for others. */
function power(base: number, exponent: number): number {
  if (!Number.isInteger(exponent) || exponent < 1 || exponent > 4) return Number.NaN;
  let product = base;
  for (let n = 1; n < exponent; n++) product *= base;
  return product;
}
