/** What operators of ONNX compute of numbers. Knows neither tensors nor activations. Semantics: https://onnx.ai/onnx/operators/. */
import { exp, expm1, log, log1p, sigmoid, tanh } from '../../foundation/math.js';
import { GELU_CUBIC, GELU_LINEAR, SELU_ALPHA, SELU_SCALE } from '../../options/activation-constants.js';
import { LEAKY_SLOPE } from '../../options/activations.js';

/** A function of one number and of what an attribute says. */
export type Unary = (z: number, parameter: (name: string, byDefault: number) => number) => number;
export type Binary = (a: number, b: number) => number;

/** Operators of one tensor, with the attributes that some take. */
export const UNARY_OPERATORS = {
  Sigmoid: sigmoid,
  Tanh: tanh,
  Relu: (z) => Math.max(z, 0),
  LeakyRelu: (z, parameter) => (z < 0 ? parameter('alpha', LEAKY_SLOPE) * z : z),
  Elu: (z, parameter) => (z < 0 ? parameter('alpha', 1) * expm1(z) : z),
  Selu: (z, parameter) => parameter('gamma', SELU_SCALE) * (z < 0 ? parameter('alpha', SELU_ALPHA) * expm1(z) : z),
  Softplus: (z) => Math.max(z, 0) + log1p(exp(-Math.abs(z))),
  // Its tanh form: tanh(u) is 2 sigmoid(2 u) - 1.
  Gelu: (z) => z * sigmoid(z * (GELU_LINEAR + GELU_CUBIC * (z * z))),
  Swish: (z, parameter) => z * sigmoid(parameter('alpha', 1) * z),
  Exp: exp,
  Log: log,
  Neg: (z) => -z,
} as const satisfies Readonly<Record<string, Unary>>;

/** Operators of two tensors; comparisons are 1 where they hold. */
export const BINARY_OPERATORS = {
  Add: (a, b) => a + b,
  Sub: (a, b) => a - b,
  Mul: (a, b) => a * b,
  Div: (a, b) => a / b,
  Pow: power,
  Max: Math.max,
  Min: Math.min,
  Greater: (a, b) => Number(a > b),
  GreaterOrEqual: (a, b) => Number(a >= b),
  Less: (a, b) => Number(a < b),
  LessOrEqual: (a, b) => Number(a <= b),
} as const satisfies Readonly<Record<string, Binary>>;

/** The same by names that a file gives. */
export const UNARY: ReadonlyMap<string, Unary> = new Map<string, Unary>(Object.entries(UNARY_OPERATORS));
export const BINARY: ReadonlyMap<string, Binary> = new Map<string, Binary>(Object.entries(BINARY_OPERATORS));

/** Whole powers up to 4, which gelu has; NaN for others. */
function power(base: number, exponent: number): number {
  if (!Number.isInteger(exponent) || exponent < 1 || exponent > 4) return Number.NaN;
  let product = base;
  for (let n = 1; n < exponent; n++) product *= base;
  return product;
}
