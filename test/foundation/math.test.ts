/** exp, expm1, sigmoid, tanh, log and log1p of the js engine agree with the host's own, within their stated errors. */
import { describe, expect, it } from 'vitest';
import { exp, expm1, log, log1p, sigmoid, tanh } from '../../src/foundation/math.js';
import { Random } from '../../src/foundation/random.js';

const random = new Random(1, 'split');
const between = (low: number, high: number, count = 20_000): number[] =>
  Array.from({ length: count }, () => low + (high - low) * random.uniform());
/** Numbers around 0, where series and cancellation matter, and over the whole range. */
const POINTS = [
  ...between(-708, 708),
  ...between(-2, 2),
  ...between(-0.02, 0.02),
  ...between(-1e-8, 1e-8),
  0,
  1,
  -1,
  0.01,
  -0.01,
];

const relative = (got: number, expected: number): number => (got === expected ? 0 : Math.abs(got / expected - 1));

/** The stated error of exp at x, plus one step of the host's own. */
const allowed = (x: number): number => 2e-15 + 2e-16 * Math.abs(x) + Number.EPSILON;

describe('exp', () => {
  it('is right to the error it states', () => {
    const excess = POINTS.map((x) => relative(exp(x), Math.exp(x)) / allowed(x));
    expect(Math.max(...excess)).toBeLessThan(1);
  });

  it('saturates beyond 708, keeps NaN, and is exact at 0', () => {
    expect(exp(0)).toBe(1);
    expect(exp(-0)).toBe(1);
    expect(exp(1e9)).toBe(exp(708));
    expect(exp(Number.NEGATIVE_INFINITY)).toBe(exp(-708));
    expect(exp(708)).toBeLessThan(Number.POSITIVE_INFINITY);
    expect(exp(-708)).toBeGreaterThan(0);
    expect(exp(Number.NaN)).toBeNaN();
  });
});

describe('sigmoid', () => {
  it('is right, within [0, 1], monotone', () => {
    const sorted = POINTS.toSorted((a, b) => a - b);
    const wrong = sorted.filter((x, i) => {
      const near = relative(sigmoid(x), 1 / (1 + Math.exp(-x))) < allowed(x);
      return !near || sigmoid(x) < (i === 0 ? 0 : sigmoid(sorted[i - 1] as number)) || sigmoid(x) > 1;
    });
    expect(wrong).toEqual([]);
    expect(sigmoid(0)).toBe(0.5);
  });
});

describe('tanh', () => {
  it('is right to 1e-13, odd, within [-1, 1]', () => {
    const wrong = POINTS.filter((x) => {
      const near = relative(tanh(x), Math.tanh(x)) < 1e-13;
      return !near || !Object.is(tanh(-x), -tanh(x)) || Math.abs(tanh(x)) > 1;
    });
    expect(wrong).toEqual([]);
  });

  it('keeps the sign of 0, and NaN', () => {
    expect(tanh(0)).toBe(0);
    expect(tanh(-0)).toBe(-0);
    expect(tanh(Number.NaN)).toBeNaN();
    expect([tanh(Number.POSITIVE_INFINITY), tanh(Number.NEGATIVE_INFINITY)]).toEqual([1, -1]);
  });
});

describe('log', () => {
  it('is right to an ulp over the whole range', () => {
    const points = [
      ...POINTS.map((x) => Math.exp(x)),
      ...between(0.5, 2),
      ...between(0.999, 1.001),
      2 ** -1022,
      Number.MAX_VALUE,
    ];
    const worst = Math.max(...points.filter((x) => x >= 2 ** -1022).map((x) => relative(log(x), Math.log(x))));
    expect(worst).toBeLessThan(5e-16);
  });

  it('is right at 0, below 0 and at infinity', () => {
    expect(log(1)).toBe(0);
    expect([log(0), log(-0)]).toEqual([Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY]);
    expect([log(-1), log(Number.NaN)]).toEqual([Number.NaN, Number.NaN]);
    expect(log(Number.POSITIVE_INFINITY)).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('expm1', () => {
  it('is right to 1e-12, also where e^x - 1 cancels', () => {
    const points = POINTS.filter((x) => x < 0.01);
    expect(points.some((x) => x !== 0 && Math.abs(x) < 1e-9)).toBe(true);
    expect(Math.max(...points.map((x) => relative(expm1(x), Math.expm1(x))))).toBeLessThan(1e-12);
    expect(expm1(Number.NEGATIVE_INFINITY)).toBe(-1);
    expect(expm1(Number.NaN)).toBeNaN();
  });
});

describe('log1p', () => {
  it('is right to 3 ULP from 0 to 1, also where 1 + x rounds', () => {
    const points = [...between(0, 1), ...between(0, 1e-8), ...between(0, 1e-15), 1e-300, 0, 1];
    expect(Math.max(...points.map((x) => relative(log1p(x), Math.log1p(x))))).toBeLessThan(3 * Number.EPSILON);
    expect(log1p(Number.NaN)).toBeNaN();
  });
});
