/** Losses and their derivatives, and the count of correct predictions, against their twins. */
import { describe, expect, it } from 'vitest';
import type { Metric } from '../../../src/engine/engine.js';
import { METRIC_CODES } from '../../../src/engine/wasm/codes.js';
import { paddedUnits } from '../../../src/engine/wasm/panels.js';
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

/** Outputs as the activation gives them, and what the kernel reads its derivative from, rounded to float32. */
function outputsOf(activation: Activation, { B, O }: Rows, random: SeededRandom): { a: Float32Array; s: Float32Array } {
  const z = random.floats(B * O, 3);
  const a = Float32Array.from(twin.activationForward(activation, O, z));
  if (activation === 'softmax' || !KEPT.includes(activation)) return { a, s: a };
  return { a, s: Float32Array.from(twin.activationSlopes(activation, z)) };
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

function sum(build: KernelBuild, code: number, shape: Rows, a: Float32Array, t: Float32Array, neighbours: Neighbours) {
  const { bench, A, T } = tensors(build, shape, a, t, neighbours);
  const value = build.kernel.lossSum(code, shape.B, shape.O, A.address, T.address, A.rowBytes);
  return { value, faults: bench.faults() };
}

function backward(
  build: KernelBuild,
  codes: { loss: number; derivative: number; batch: number },
  shape: Rows,
  data: { a: Float32Array; s: Float32Array; t: Float32Array; neighbours: Neighbours },
) {
  const { B, O } = shape;
  const { bench, shape: tensorShape, A, T, S } = tensors(build, shape, data.a, data.t, data.neighbours, data.s);
  const D = bench.output('D', tensorShape);
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
function deltaBound(loss: Loss, activation: Activation, O: number, a: Float32Array, t: Float32Array) {
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
      return (4 * EPSILON * Math.abs((a[i] as number) - (t[i] as number))) / count + TINY;
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
      const { a, s } = outputsOf(activation, shape, random);
      const t = targetsOf(loss, shape, random);
      const neighbours = random.pick<Neighbours>(['signal', 'nan']);
      const { bench, shape: tensorShape, A, T, S } = tensors(build, shape, a, t, neighbours, s);
      const D = bench.output('D', tensorShape);
      const { kernel } = build;
      const value = kernel.rowLoss(code, derivative, O, A.address, S.address, T.address, D.address, A.rowBytes);
      const faults = bench.faults();
      const [d, padding] = [D.read(), D.padding()];
      const apart = backward(build, { loss: code, derivative, batch: 1 }, shape, { a, s, t, neighbours });
      findings.add(`O=${O}`, [
        value === sum(build, code, shape, a, t, neighbours).value ? undefined : 'another loss than lossSum',
        beyondBound('D', d, apart.values, (o) => 4 * EPSILON * Math.abs(apart.values[o] as number) + TINY),
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
      const { a } = outputsOf(activation, shape, random);
      const t = targetsOf(loss, shape, random);
      const expected = twin.lossSum(loss, shape.O, a, t);
      const { value, faults } = sum(build, code, shape, a, t, 'signal');
      const spoiled = sum(build, code, shape, a, t, 'nan');
      // Cross-entropy is float64 throughout; the differences of the squares are rounded to float32.
      const relative = loss === 'meanSquaredError' ? EPSILON : 1e-12;
      findings.add(`B=${shape.B} O=${shape.O}`, [
        beyondBound('sum', [value], [expected], () => relative * expected),
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
      const { a, s } = outputsOf(activation, shape, random);
      const t = targetsOf(loss, shape, random);
      const batch = B + random.pick([0, 0, 1, 300]);
      const codes = { loss: code, derivative, batch };
      const { values, problems } = backward(build, codes, shape, { a, s, t, neighbours: 'signal' });
      const spoiled = backward(build, codes, shape, { a, s, t, neighbours: 'nan' });
      if (!sameBits(values, spoiled.values)) problems.push('NaN next to the buffers changed the result');
      const expected = twin.lossBackward(loss, activation, O, a, t, batch, s === a ? undefined : s);
      const bound = deltaBound(loss, activation, O, a, t);
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
    ['binaryCrossEntropy', [0, 1, 0, 1], [1, 0, 0, 1], (100 + 100) / 4],
    ['categoricalCrossEntropy', [0, 1, 0, 0], [1, 0, 0, 0], 100],
  ] as const)('%s holds the logarithm of 0 at -100, and weighs it 0 where the target does', (loss, a, t, expected) => {
    const code = LOSS_PAIRS.find((pair) => pair.loss === loss)?.code as number;
    const { value } = sum(build, code, { B: 1, O: 4 }, Float32Array.from(a), Float32Array.from(t), 'nan');
    expect(value).toBe(expected);
    expect(twin.lossSum(loss, 4, a, t)).toBe(expected);
  });

  it.each(LOSS_PAIRS)('$loss of a NaN output is NaN, wherever it is', ({ code }) => {
    for (let place = 0; place < 6; place++) {
      const a = new Float32Array(6).fill(0.5);
      a[place] = Number.NaN;
      expect(sum(build, code, { B: 2, O: 3 }, a, new Float32Array(6), 'signal').value).toBeNaN();
    }
  });
});
