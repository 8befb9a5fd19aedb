/** Activations, forward and backward, against their twins. How exact sigmoid and tanh are is measured in math.test.ts. */
import { describe, expect, it } from 'vitest';
import { ACTIVATION_TABLE } from '../../../src/engine/wasm/codes.js';
import { paddedUnits } from '../../../src/engine/wasm/panels.js';
import type { Activation } from '../../../src/options/types.js';
import { ACTIVATIONS, derivativeCode, KEPT, ROW_SHAPES } from '../../support/engine/codes.js';
import * as twin from '../../support/engine/reference.js';
import { EPSILON, TINY } from '../../support/engine/rounding.js';
import {
  BUILDS,
  type KernelBuild,
  type Neighbours,
  openBuild,
  sameBits,
  Workbench,
} from '../../support/engine/workbench.js';
import { beyondBound, Findings } from '../../support/findings.js';
import { SeededRandom } from '../../support/seeded.js';

interface Rows {
  readonly B: number;
  readonly O: number;
}

/** Every activation, leakyRelu with several slopes. */
const CASES = ACTIVATIONS.flatMap(([activation, code]) =>
  (activation === 'leakyRelu' ? [0.01, 0.2, 0, 1, 3, -0.3] : [0.01]).map((slope) => [activation, slope, code] as const),
);

/** What the kernel makes of Z, and what it did wrong besides: canaries, padding, rows that depend on others. */
function forward(
  build: KernelBuild,
  code: number,
  slope: number,
  { B, O }: Rows,
  z: Float32Array,
  neighbours: Neighbours,
) {
  const bench = new Workbench(build, neighbours);
  const A = bench.inOut('A', { rows: B, width: O, owned: paddedUnits(O) }, z);
  const S = bench.inOut('S', { rows: B, width: O, owned: paddedUnits(O) }, z);
  build.kernel.activationForward(code, slope, B, O, A.address, S.address, A.rowBytes);
  const values = A.read();
  const slopes = S.read();
  const problems = bench.faults();
  if (A.padding().some((value) => value !== 0)) problems.push('the padding is not 0');
  A.write(z);
  for (let row = 0; row < B; row++) {
    build.kernel.activationForward(code, slope, 1, O, A.row(row), S.row(row), A.rowBytes);
  }
  if (!sameBits(A.read(), values) || !sameBits(S.read(), slopes)) {
    problems.push('a row alone differs from the same row among others');
  }
  return { values, slopes, problems: [...problems, ...bench.faults()] };
}

function backward(
  build: KernelBuild,
  code: number,
  { B, O }: Rows,
  a: Float32Array,
  d: Float32Array,
  neighbours: Neighbours,
) {
  const bench = new Workbench(build, neighbours);
  const A = bench.input('A', { rows: B, width: O, owned: paddedUnits(O) }, a);
  const D = bench.inOut('D', { rows: B, width: O, owned: paddedUnits(O) }, d);
  build.kernel.activationBackward(code, B, O, A.address, D.address, A.rowBytes);
  const values = D.read();
  const problems = bench.faults();
  if (D.padding().some((value) => value !== 0)) problems.push('the padding is not 0');
  D.write(d);
  for (let row = 0; row < B; row++) build.kernel.activationBackward(code, 1, O, A.row(row), D.row(row), A.rowBytes);
  if (!sameBits(D.read(), values)) problems.push('a row alone differs from the same row among others');
  return { values, problems: [...problems, ...bench.faults()] };
}

/** A bound on the error of every output. Softmax loses bits in z - largest z, and in the sum of O exponentials. */
function forwardBound(activation: Activation, O: number, expected: Float64Array): (index: number) => number {
  // The argument of gelu's exponential is as large as 40, and its rounding counts as often.
  const relative = {
    linear: 0,
    relu: 0,
    sigmoid: 3,
    tanh: 3,
    softmax: O + 40,
    leakyRelu: 1,
    elu: 3,
    selu: 4,
    gelu: 100,
    silu: 4,
    softplus: 4,
  }[activation];
  return (i) => relative * EPSILON * Math.abs(expected[i] as number);
}

/** A bound on the error of every delta: that of 1 - y^2 is as large as that of 1, that of softmax spreads over its row. `s` is what is read. */
function backwardBound(activation: Activation, O: number, a: Float32Array, d: Float32Array) {
  const at = (values: Float32Array, i: number): number => Math.abs(values[i] as number);
  return (i: number): number => {
    if (activation === 'linear' || activation === 'relu') return 0;
    if (KEPT.includes(activation)) return EPSILON * at(d, i) * at(a, i) + TINY;
    if (activation !== 'sigmoid' && activation !== 'tanh' && activation !== 'softmax')
      return 4 * EPSILON * at(d, i) + TINY;
    if (activation === 'sigmoid') return 3 * EPSILON * at(d, i) * at(a, i) + TINY;
    if (activation === 'tanh') return 2 * EPSILON * at(d, i) + TINY;
    const start = i - (i % O);
    let dot = 0;
    for (let o = start; o < start + O; o++) dot += at(d, o) * at(a, o);
    return (O + 4) * EPSILON * at(a, i) * (at(d, i) + dot) + TINY;
  };
}

/** What the kernel reads the derivative from: outputs, or kept derivatives. */
function readByDerivative(activation: Activation, O: number, z: Float32Array): Float32Array {
  const kept = activation !== 'softmax' && KEPT.includes(activation);
  return Float32Array.from(kept ? twin.activationSlopes(activation, z) : twin.activationForward(activation, O, z));
}

/** The twin's answer, from the same. */
function deltasOf(activation: Activation, O: number, s: Float32Array, d: Float32Array): Float64Array {
  if (!KEPT.includes(activation)) return twin.activationBackward(activation, O, s, d);
  return Float64Array.from(d, (delta, i) => delta * (s[i] as number));
}

/** The derivatives that forward keeps. They go through 0 where the function turns, and gelu's has a factor of up to 30: errors as of those. */
function slopesBeyond(
  activation: Activation,
  slope: number,
  z: Float32Array,
  slopes: Float32Array,
): string | undefined {
  if (activation === 'softmax' || !KEPT.includes(activation)) {
    return sameBits(slopes, z) ? undefined : 'S was written, of an activation whose outputs tell its derivative';
  }
  return beyondBound(
    'S',
    slopes,
    twin.activationSlopes(activation, z, slope),
    () => (activation === 'gelu' ? 32 : 8) * EPSILON,
  );
}

describe.each(BUILDS)('activation kernels, %s build', (name) => {
  const build = openBuild(name);

  it.each(CASES)('%s (slope %f) forward', (activation, slope, code) => {
    const findings = new Findings();
    const random = new SeededRandom(`forward ${activation}`);
    for (const shape of ROW_SHAPES) {
      const { B, O } = shape;
      const z = random.floats(B * O, 6);
      const { values, slopes, problems } = forward(build, code, slope, shape, z, 'signal');
      const spoiled = forward(build, code, slope, shape, z, 'nan');
      if (!sameBits(values, spoiled.values)) problems.push('NaN next to the buffer changed the result');
      const expected = twin.activationForward(activation, O, z, slope);
      const beyond = beyondBound('A', values, expected, forwardBound(activation, O, expected));
      findings.add(`B=${B} O=${O}`, [
        beyond,
        slopesBeyond(activation, slope, z, slopes),
        ...problems,
        ...spoiled.problems,
      ]);
    }
    findings.expectNone(ROW_SHAPES.length);
  });

  it.each(ACTIVATIONS)('%s backward', (activation) => {
    const code = derivativeCode(activation);
    const findings = new Findings();
    const random = new SeededRandom(`backward ${activation}`);
    for (const shape of ROW_SHAPES) {
      const { B, O } = shape;
      const a = readByDerivative(activation, O, random.floats(B * O, 3));
      const d = random.floats(B * O);
      const { values, problems } = backward(build, code, shape, a, d, 'signal');
      const spoiled = backward(build, code, shape, a, d, 'nan');
      if (!sameBits(values, spoiled.values)) problems.push('NaN next to the buffers changed the result');
      const expected = deltasOf(activation, O, a, d);
      const beyond = beyondBound('D', values, expected, backwardBound(activation, O, a, d));
      findings.add(`B=${B} O=${O}`, [beyond, ...problems, ...spoiled.problems]);
    }
    findings.expectNone(ROW_SHAPES.length);
  });

  it.each(ACTIVATIONS)('%s lets NaN through, and leaves other rows alone', (activation, code) => {
    for (let column = 0; column < 5; column++) {
      const z = new Float32Array(10).fill(0.5);
      z[column] = Number.NaN;
      const { values } = forward(build, code, 0.01, { B: 2, O: 5 }, z, 'signal');
      const spoiled = [...values].map(Number.isNaN);
      const whole = activation === 'softmax';
      expect(spoiled).toEqual(Array.from({ length: 10 }, (_, i) => i === column || (whole && i < 5)));
      const one = new Float32Array(10).fill(0.5);
      const deltas = backward(build, derivativeCode(activation), { B: 2, O: 5 }, one, z, 'signal').values;
      expect([...deltas].map(Number.isNaN)).toEqual(spoiled);
    }
  });

  it.each(ACTIVATIONS)('%s backward makes deltas below 1e-30 exactly 0', (activation) => {
    const code = derivativeCode(activation);
    // Outputs at which every slope is 1, a quarter, or three quarters; softmax weighs d less the mean of d.
    const a = new Float32Array(6).fill(0.5);
    const shape = { B: 1, O: 6 };
    const few = Float32Array.of(TINY / 2, -TINY / 2, 1e-45, -1e-38, 0, TINY / 4);
    expect(backward(build, code, shape, a, few, 'signal').values.every((delta) => delta === 0)).toBe(true);
    const kept = Float32Array.of(8 * TINY, -8 * TINY, 1e-20, -1e-25, 1, -1);
    const expected = deltasOf(activation, 6, a, kept);
    const { values } = backward(build, code, shape, a, kept, 'signal');
    expect(beyondBound('D', values, expected, (i) => 4 * EPSILON * Math.abs(expected[i] as number))).toBeUndefined();
  });

  it('relu has slope 0 at 0 and below, whatever the sign of 0', () => {
    const code = ACTIVATIONS.find(([activation]) => activation === 'relu')?.[1] as number;
    const a = Float32Array.of(0, -0, 1e-45, 1);
    const d = Float32Array.of(1, 1, 1, -1);
    expect([...backward(build, code, { B: 1, O: 4 }, a, d, 'signal').values]).toEqual([0, 0, 1, -1]);
  });

  it('leakyRelu keeps what lies above 0 to the bit, whatever its slope', () => {
    const code = ACTIVATION_TABLE.leakyRelu.code;
    const z = Float32Array.of(3e38, 1e-45, 1, 0.1, -3e38, -1e-45, -2);
    const shape = { B: 1, O: 7 };
    expect([...forward(build, code, 1e30, shape, z, 'nan').values.subarray(0, 4)]).toEqual([...z.subarray(0, 4)]);
    const none = forward(build, code, 0, shape, z, 'nan');
    expect([...none.values.subarray(4)].every((value) => value === 0)).toBe(true);
    expect([...none.slopes]).toEqual([1, 1, 1, 1, 0, 0, 0]);
    expect([...forward(build, code, -1, shape, z, 'nan').values]).toEqual([...z.map(Math.abs)]);
  });

  it.each([
    ['all alike', [7, 7, 7, 7, 7]],
    ['large and far apart', [3e38, -3e38, 0, 1, 3e38]],
    ['all hugely negative', [-1e30, -1e30, -1e30, -2e30, -1e30]],
    ['as far apart as e^x reaches', [0, -87, -88, -103, -1000]],
  ])('softmax of sums that are %s', (_, sums) => {
    const code = ACTIVATIONS.find(([activation]) => activation === 'softmax')?.[1] as number;
    const z = Float32Array.from(sums);
    const { values, problems } = forward(build, code, 0.01, { B: 1, O: 5 }, z, 'nan');
    // e^x stops at the smallest normal number, 2^-126, instead of 0.
    const beyond = beyondBound('A', values, twin.activationForward('softmax', 5, z), () => 8 * EPSILON);
    expect([...problems, beyond].filter((problem) => problem !== undefined)).toEqual([]);
    expect(values.every((value) => value >= 0 && value <= 1)).toBe(true);
  });
});
