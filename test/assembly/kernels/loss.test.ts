/** Losses and their derivatives, and the count of correct predictions, against their twins. */
import { describe, expect, it } from 'vitest';
import { LOSS_TABLE, METRIC_CODES } from '../../../src/engine/wasm/codes.js';
import { paddedUnits } from '../../../src/engine/wasm/panels.js';
import type { Metric } from '../../../src/options/losses.js';
import type { Activation, Loss } from '../../../src/options/types.js';
import { derivativeCode, KEPT, LOSS_PAIRS, ROW_SHAPES } from '../../support/engine/codes.js';
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

const PAIRS = LOSS_PAIRS.flatMap(({ loss, code, activations }) =>
  activations.map((activation) => ({ loss, code, activation })),
);
const METRICS = (Object.keys(METRIC_CODES) as Metric[]).filter((metric) => metric !== 'none');

interface Rows {
  readonly B: number;
  readonly O: number;
}

interface Outputs {
  readonly z: Float32Array;
  readonly a: Float32Array;
  readonly s: Float32Array;
}

/**
 * Weighted sums, outputs as the activation gives them, and what the kernel reads its derivative from, rounded to float32. Some sums
 * are so far from 0 that float32 rounds probabilities to 0 and 1.
 */
function outputsOf(loss: Loss, activation: Activation, { B, O }: Rows, random: SeededRandom): Outputs {
  const far = loss.endsWith('CrossEntropy') ? random.pick([1, 10, 100]) : 1;
  const z = random.floats(B * O, 3 * far);
  const a = Float32Array.from(twin.activationForward(activation, O, z));
  if (activation === 'softmax' || !KEPT.includes(activation)) return { z, a, s: a };
  return { z, a, s: Float32Array.from(twin.activationSlopes(activation, z)) };
}

/** Targets in the domain of the loss, exact 0 and 1 among them. */
function targetsOf(loss: Loss, { B, O }: Rows, random: SeededRandom): Float32Array {
  if (!loss.endsWith('CrossEntropy')) return random.floats(B * O, 2);
  const targets = new Float32Array(B * O);
  for (let row = 0; row < B; row++) {
    if (loss === 'categoricalCrossEntropy') targets[row * O + random.integer(0, O - 1)] = 1;
    else for (let o = 0; o < O; o++) targets[row * O + o] = random.pick([0, 1, 0.25, random.uniform()]);
  }
  return targets;
}

function tensors(build: KernelBuild, { B, O }: Rows, a: Float32Array, t: Float32Array, neighbours: Neighbours, s = a) {
  const bench = new Workbench(build, neighbours);
  const shape = { rows: B, width: O, owned: paddedUnits(O) };
  return { bench, shape, A: bench.input('A', shape, a), T: bench.input('T', shape, t), S: bench.input('S', shape, s) };
}

function sum(
  build: KernelBuild,
  code: number,
  shape: Rows,
  { z, a }: Pick<Outputs, 'a' | 'z'>,
  t: Float32Array,
  neighbours: Neighbours,
) {
  const { bench, shape: tensorShape, A, T } = tensors(build, shape, a, t, neighbours);
  const Z = bench.inOut('Z', tensorShape, z);
  const value = build.kernel.lossSum(code, shape.B, shape.O, A.address, Z.address, T.address, A.rowBytes);
  if (Z.padding().some((left) => left !== 0))
    return { value, faults: ['the padding of Z is not 0', ...bench.faults()] };
  return { value, faults: bench.faults() };
}

function backward(
  build: KernelBuild,
  codes: { loss: number; derivative: number; batch: number },
  shape: Rows,
  data: Outputs & { t: Float32Array; neighbours: Neighbours },
) {
  const { B, O } = shape;
  const { bench, shape: tensorShape, A, T, S } = tensors(build, shape, data.a, data.t, data.neighbours, data.s);
  const binary = codes.loss === LOSS_TABLE.binaryCrossEntropy.code;
  const D = bench.inOut('D', tensorShape, binary ? data.z.map((z) => Math.exp(-Math.abs(z))) : data.z);
  build.kernel.lossBackward(
    codes.loss,
    codes.derivative,
    B,
    O,
    A.address,
    S.address,
    T.address,
    D.address,
    D.rowBytes,
    codes.batch,
  );
  const problems = bench.faults();
  if (D.padding().some((value) => value !== 0)) problems.push('the padding is not 0');
  return { values: D.read(), problems };
}

/** The derivative by the activation carries four roundings; softmax spreads them over its row. */
function deltaBound(loss: Loss, activation: Activation, O: number, { z, a }: Outputs, t: Float32Array) {
  const byOutput = (i: number): number => {
    const y = a[i] as number;
    const difference = Math.abs(y - (t[i] as number));
    if (loss === 'meanSquaredError') return 2 * difference;
    if (loss === 'huber') return Math.min(difference, 1);
    if (loss === 'meanAbsoluteError') return 1;
    return difference / Math.max(y * (1 - y), 1e-12);
  };
  return (i: number, count: number): number => {
    if (loss.endsWith('CrossEntropy')) {
      const difference = Math.abs((a[i] as number) - (t[i] as number));
      // As exact for a 1 as for a 0.
      const exact = loss === 'binaryCrossEntropy' && t[i] === 1 ? 1 / (1 + Math.exp(z[i] as number)) : difference;
      return (4 * EPSILON * exact) / count + TINY;
    }
    // The slope of tanh, 1 - y^2, is as inexact as 1; that of selu and of the others is up to 1.8.
    if (activation !== 'softmax') return (11 * EPSILON * byOutput(i)) / count + TINY;
    const start = i - (i % O);
    let dot = 0;
    for (let o = start; o < start + O; o++) dot += byOutput(o) * (a[o] as number);
    return ((O + 8) * EPSILON * (a[i] as number) * (byOutput(i) + dot)) / count + TINY;
  };
}

describe.each(BUILDS)('loss kernels, %s build', (name) => {
  const build = openBuild(name);

  it.each(PAIRS)('rowLoss does both for a row: $loss of $activation', ({ loss, code, activation }) => {
    const findings = new Findings();
    const random = new SeededRandom(`rowLoss ${loss} ${activation}`);
    const derivative = derivativeCode(activation);
    for (let O = 1; O <= 67; O++) {
      const shape = { B: 1, O };
      const outputs = outputsOf(loss, activation, shape, random);
      const { z, a, s } = outputs;
      const t = targetsOf(loss, shape, random);
      const neighbours = random.pick<Neighbours>(['signal', 'nan']);
      const { bench, shape: tensorShape, A, T, S } = tensors(build, shape, a, t, neighbours, s);
      const D = bench.inOut('D', tensorShape, z);
      const { kernel } = build;
      const value = kernel.rowLoss(code, derivative, O, A.address, S.address, T.address, D.address, A.rowBytes);
      const faults = bench.faults();
      const [d, padding] = [D.read(), D.padding()];
      const apart = backward(build, { loss: code, derivative, batch: 1 }, shape, { ...outputs, t, neighbours });
      findings.add(`O=${O}`, [
        value === sum(build, code, shape, outputs, t, neighbours).value ? undefined : 'another loss than lossSum',
        beyondBound('D', d, apart.values, (o) => 5 * EPSILON * Math.abs(apart.values[o] as number) + TINY),
        padding.some((value) => value !== 0) ? 'the padding is not 0' : undefined,
        ...faults,
      ]);
    }
    findings.expectNone(67);
  });

  it.each(PAIRS)('$loss of $activation outputs', ({ loss, code, activation }) => {
    const findings = new Findings();
    const random = new SeededRandom(`sum ${loss} ${activation}`);
    for (const shape of ROW_SHAPES) {
      const outputs = outputsOf(loss, activation, shape, random);
      const t = targetsOf(loss, shape, random);
      const expected = twin.lossSum(loss, shape.O, outputs.a, outputs.z, t);
      const { value, faults } = sum(build, code, shape, outputs, t, 'signal');
      const spoiled = sum(build, code, shape, outputs, t, 'nan');
      // In float32 are the differences of the squares, and an exponential.
      const relative = loss === 'meanSquaredError' || loss === 'binaryCrossEntropy' ? EPSILON : 1e-12;
      // The probability of the right class is rounded: to 1, if it is near it.
      const rounded = loss === 'categoricalCrossEntropy' ? EPSILON * shape.B : 0;
      findings.add(`B=${shape.B} O=${shape.O}`, [
        beyondBound('sum', [value], [expected], () => relative * expected + rounded),
        Object.is(value, spoiled.value) ? undefined : 'NaN next to the buffers changed the result',
        ...faults,
        ...spoiled.faults,
      ]);
    }
    findings.expectNone(ROW_SHAPES.length);
  });

  it.each(PAIRS)('derivative of $loss of $activation outputs', ({ loss, code, activation }) => {
    const findings = new Findings();
    const random = new SeededRandom(`backward ${loss} ${activation}`);
    const derivative = derivativeCode(activation);
    for (const shape of ROW_SHAPES) {
      const { B, O } = shape;
      const outputs = outputsOf(loss, activation, shape, random);
      const { z, a, s } = outputs;
      const t = targetsOf(loss, shape, random);
      const batch = B + random.pick([0, 0, 1, 300]);
      const codes = { loss: code, derivative, batch };
      const { values, problems } = backward(build, codes, shape, { ...outputs, t, neighbours: 'signal' });
      const spoiled = backward(build, codes, shape, { ...outputs, t, neighbours: 'nan' });
      if (!sameBits(values, spoiled.values)) problems.push('NaN next to the buffers changed the result');
      const expected = twin.lossBackward(loss, activation, O, a, z, t, batch, s === a ? undefined : s);
      const bound = deltaBound(loss, activation, O, outputs, t);
      const count = loss === 'categoricalCrossEntropy' ? batch : batch * O;
      const beyond = beyondBound('D', values, expected, (i) => bound(i, count));
      findings.add(`B=${B} O=${O} batch=${batch}`, [beyond, ...problems, ...spoiled.problems]);
    }
    findings.expectNone(ROW_SHAPES.length);
  });

  it.each(METRICS)('correct predictions by %s', (metric) => {
    const findings = new Findings();
    const random = new SeededRandom(`correct ${metric}`);
    for (const shape of ROW_SHAPES) {
      const { B, O } = shape;
      // Few different values: ties, and outputs of exactly one half.
      const values = (): Float32Array =>
        Float32Array.from({ length: B * O }, () => random.pick([0, 0.25, 0.5, 0.75, 1]));
      const [a, t] = [values(), values()];
      const { bench, A, T } = tensors(build, shape, a, t, 'nan');
      const value = build.kernel.correctSum(METRIC_CODES[metric], B, O, A.address, T.address, A.rowBytes);
      const expected = twin.correctSum(metric, O, a, t);
      const beyond = beyondBound('sum', [value], [expected], () => 1e-12 * B);
      findings.add(`B=${B} O=${O}`, [beyond, ...bench.faults()]);
    }
    findings.expectNone(ROW_SHAPES.length);
  });

  it.each([
    ['a 0 and a 1 alike', [17, -17, 17, -17], [0, 1, 1, 0], 17 / 2 + (2 * 4.139937633089748e-8) / 2],
    ['a distance beyond what e^x reaches', [120, -3e38], [0, 1], (120 + Math.fround(3e38)) / 2],
    ['infinite sums on the side of their targets', [Infinity, -Infinity, 0], [1, 0, 1], Math.LN2 / 3],
    ['an infinite sum on the other side', [1, Infinity, 0], [1, 0, 1], Infinity],
    ['targets in between', [2, -2], [0.25, 0.25], (1.5 + 0.5 + 2 * Math.log1p(Math.exp(-2))) / 2],
  ] as const)('binary cross-entropy of %s', (_, sums, targets, expected) => {
    const z = Float32Array.from(sums);
    const t = Float32Array.from(targets);
    const shape = { B: 1, O: z.length };
    const { value } = sum(build, LOSS_TABLE.binaryCrossEntropy.code, shape, { z, a: z }, t, 'nan');
    if (expected === Infinity) expect(value).toBe(expected);
    else expect(Math.abs(value / expected - 1)).toBeLessThan(EPSILON);
  });

  it('binary cross-entropy moves a sure 1 as far as a sure 0', () => {
    const code = LOSS_TABLE.binaryCrossEntropy.code;
    const z = Float32Array.of(17, 40, 0.5, -17, -40, -0.5);
    const a = Float32Array.from(twin.activationForward('sigmoid', 6, z));
    const t = Float32Array.of(1, 1, 1, 0, 0, 0);
    const codes = { loss: code, derivative: derivativeCode('sigmoid'), batch: 1 };
    const { values, problems } = backward(build, codes, { B: 1, O: 6 }, { z, a, s: a, t, neighbours: 'nan' });
    expect(problems).toEqual([]);
    for (let i = 0; i < 3; i++) {
      const [one, zero] = [-(values[i] as number), values[i + 3] as number];
      expect(zero).toBeGreaterThan(0);
      expect(Math.abs(one / zero - 1)).toBeLessThan(4 * EPSILON);
    }
  });

  it.each([
    ['far from the largest', [0, -17, -120], [0, 0, 1], 120],
    ['infinitely far', [0, -Infinity, 1], [0, 1, 0], Infinity],
    ['infinitely far, with a target of 0', [0, -Infinity], [1, 0], 0],
  ] as const)('categorical cross-entropy of a class that is %s', (_, sums, targets, expected) => {
    const z = Float32Array.from(sums);
    // As the kernel has them: e^x stops at 2^-126.
    const a = Float32Array.from(twin.activationForward('softmax', z.length, z), (p) => Math.max(p, 2 ** -126));
    const code = LOSS_TABLE.categoricalCrossEntropy.code;
    const { value } = sum(build, code, { B: 1, O: z.length }, { z, a }, Float32Array.from(targets), 'nan');
    if (Number.isFinite(expected)) expect(value).toBeCloseTo(expected, 5);
    else expect(value).toBe(expected);
  });

  it.each(LOSS_PAIRS)('$loss of a NaN output is NaN, wherever it is', ({ code }) => {
    for (let place = 0; place < 6; place++) {
      const a = new Float32Array(6).fill(0.5);
      a[place] = Number.NaN;
      expect(sum(build, code, { B: 2, O: 3 }, { z: a, a }, new Float32Array(6), 'signal').value).toBeNaN();
    }
  });
});
