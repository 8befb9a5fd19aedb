/** How exact the elementary functions are, measured: the maxima that assembly/kernels/math.ts states. */
import { describe, expect, it } from 'vitest';
import { ACTIVATION_SIGMOID, ACTIVATION_SOFTMAX, ACTIVATION_TANH } from '../../../assembly/abi.js';
import {
  describeFigures,
  GATES,
  INFINITY_POSITION,
  measure,
  openActivation,
  ulpError,
} from '../../../tools/measure-math.js';
import { BUILDS, openBuild, readBuild, sameBits, Workbench } from '../../support/engine/workbench.js';
import { SeededRandom } from '../../support/seeded.js';

/** Every 1021st of all float32 numbers, a prime: mantissas of all kinds, 4 million of them. */
const STRIDE = 1021;

/** Just above what sigmoid gives far below 0: 2^-126, but for the rounding of its logarithm. */
const SATURATED = 2 ** -126 * (1 + 1e-5);

describe.each(BUILDS)('elementary functions, %s build', (name) => {
  const build = openBuild(name);
  const run = openActivation(readBuild(name));
  /** One kernel on a few numbers. */
  const apply = (activation: number, ...inputs: number[]): number[] => [
    ...run(activation, Float32Array.from(inputs)).subarray(0, inputs.length),
  ];

  describe.each(GATES)('$name', (gate) => {
    const figures = measure(run, gate, STRIDE);
    console.log(`${name} build, ${describeFigures(gate.name, STRIDE, figures)}`);

    it('was measured from -Infinity to Infinity', () => {
      expect(figures.inputs).toBe(Math.floor((2 * INFINITY_POSITION) / STRIDE) + 2);
    });

    it(`is off by at most ${gate.maxUlp} ULP where its value is a normal number`, () => {
      expect(figures.maxUlp, `at ${figures.worstInput}`).toBeLessThanOrEqual(gate.maxUlp);
    });

    it('is off by no more than where it saturates, the smallest normal number, below that', () => {
      expect(figures.maxTinyError).toBeLessThan(SATURATED);
    });

    it('never turns back', () => {
      expect(figures.turns, `first at ${figures.firstTurn}`).toBe(0);
    });

    it(`stays from ${gate.low} to 1`, () => {
      expect(figures.outside).toBe(0);
    });

    it('gives NaN for the NaN that arithmetic makes', () => {
      const inputs = new Float32Array(8);
      new Uint32Array(inputs.buffer).set([0x7fc00000, 0xffc00000, 0x7fc00000, 0xffc00000, 0xffc00000, 0x7fc00000]);
      expect([...run(gate.activation, inputs)].slice(0, 6)).toEqual(new Array(6).fill(NaN));
    });
  });

  it('tanh is odd to the bit, and gives back zeros and subnormal numbers as they are', () => {
    const tanh = GATES.find((gate) => gate.name === 'tanh') as (typeof GATES)[number];
    expect(measure(run, tanh, 65521).uneven).toBe(0);
    const small = [0, -0, 1e-45, -1e-45, 1.1754942e-38, -1.1754942e-38, 1e-30].map(Math.fround);
    expect(sameBits(Float32Array.from(apply(ACTIVATION_TANH, ...small)), Float32Array.from(small))).toBe(true);
  });

  it('has the limits and centres of sigmoid and tanh', () => {
    expect(apply(ACTIVATION_TANH, Infinity, -Infinity, 20, -20)).toEqual([1, -1, 1, -1]);
    expect(apply(ACTIVATION_SIGMOID, Infinity, 40, 0, -0, 1e-45, -1e-45)).toEqual([1, 1, 0.5, 0.5, 0.5, 0.5]);
    const [least] = apply(ACTIVATION_SIGMOID, -Infinity) as [number];
    expect(least).toBeGreaterThanOrEqual(0);
    expect(least).toBeLessThan(SATURATED);
  });

  // Softmax of three such x and a 0, in every lane once: below -17.8 their sum is 1 to float32 and the outputs are e^x
  // themselves; above, the quotient of two outputs is e^x but for the rounding of both.
  it.each([
    { low: -87.3, high: -17.8, quotient: false, maxUlp: 1 },
    { low: -17.8, high: 0, quotient: true, maxUlp: 3 },
  ])('exp is off by at most $maxUlp ULP from $low to $high', ({ low, high, quotient, maxUlp }) => {
    const random = new SeededRandom(`exp ${low}`);
    const rows = 1 << 19;
    const inputs = Float32Array.from({ length: 4 * rows }, () => low + random.uniform() * (high - low));
    for (let row = 0; row < rows; row++) inputs[4 * row + (row % 4)] = 0;
    const bench = new Workbench(build, 'signal');
    const A = bench.inOut('A', { rows, width: 4 }, inputs);
    build.kernel.activationForward(ACTIVATION_SOFTMAX, 0, rows, 4, A.address, A.address, A.rowBytes);
    const outputs = A.read();
    let [worst, worstInput] = [0, 0];
    for (let i = 0; i < outputs.length; i++) {
      const row = Math.floor(i / 4);
      if (i % 4 === row % 4) continue;
      const x = inputs[i] as number;
      const e = (outputs[i] as number) / (quotient ? (outputs[4 * row + (row % 4)] as number) : 1);
      const error = ulpError(e, Math.exp(x));
      if (!(error <= worst)) [worst, worstInput] = [error, x];
    }
    console.log(`${name} build, exp: at most ${worst.toFixed(4)} ULP (at ${worstInput}), from ${low} to ${high}`);
    expect(worst, `at ${worstInput}`).toBeLessThanOrEqual(maxUlp);
  });

  it('log is within 1 ULP of Math.log', () => {
    const random = new SeededRandom('log');
    const double = new DataView(new ArrayBuffer(8));
    let [worst, worstInput] = [0, 0];
    const visit = (x: number): void => {
      const expected = Math.log(x);
      const spacing = expected === 0 ? 2 ** -1074 : 2 ** (Math.floor(Math.log2(Math.abs(expected))) - 52);
      const error = Math.abs(build.kernel.log(x) - expected) / spacing;
      if (!(error <= worst)) [worst, worstInput] = [error, x];
    };
    for (let i = 0; i < 1 << 19; i++) {
      // Any positive finite double, subnormal ones included; a number around 1; a probability.
      double.setUint32(0, Math.floor(random.uniform() * 0x7ff00000));
      double.setUint32(4, Math.floor(random.uniform() * 2 ** 32));
      for (const x of [double.getFloat64(0), 0.5 + random.uniform(), random.uniform()]) if (x > 0) visit(x);
    }
    for (const x of [1, 5e-324, 2.2250738585072014e-308, 1.7976931348623157e308, Math.SQRT1_2, Math.SQRT2]) visit(x);
    console.log(`${name} build, log: at most ${worst.toFixed(4)} ULP from Math.log (at ${worstInput})`);
    expect(worst, `at ${worstInput}`).toBeLessThanOrEqual(1);
  });

  it('log of what has none, or no finite one', () => {
    const { log } = build.kernel;
    expect([log(0), log(-0), log(Infinity), log(1)]).toEqual([-Infinity, -Infinity, Infinity, 0]);
    expect([log(-1), log(-Infinity), log(Number.NaN), log(-5e-324)]).toEqual([NaN, NaN, NaN, NaN]);
  });
});
