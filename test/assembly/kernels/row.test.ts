/** One row through a dense layer, forward and fused with the step, against the twins of the whole matrix. */
import { describe, it } from 'vitest';
import { ACTIVATION_SIGMOID, LOSS_MEAN_SQUARED_ERROR } from '../../../assembly/abi.js';
import { paddedUnits } from '../../../src/engine/wasm/panels.js';
import * as twin from '../../support/engine/reference.js';
import { EPSILON } from '../../support/engine/rounding.js';
import {
  BUILDS,
  type KernelBuild,
  type Neighbours,
  openBuild,
  sameBits,
  Workbench,
  weightsOf,
} from '../../support/engine/workbench.js';
import { beyondBound, Findings } from '../../support/findings.js';
import { repeats } from '../../support/repeats.js';
import { SeededRandom } from '../../support/seeded.js';

const LARGEST = 67;
/** From a size to the next one that it is paired with. */
const APART = repeats(7, 1);
/** Of sizes. With 7 apart: 10 sizes with each of four remainders, 9 with each of three, each with each of these. */
const PAIRS = repeats(4 * 10 ** 2 + 3 * 9 ** 2, LARGEST ** 2);
const POWERS = [64, 128, 256, 512, 1024].flatMap((power) => [power - 1, power, power + 1]);
/** Every pair of sizes, in the usual run a seventh of them: every size, and every two of the tails. */
const SHAPES = [
  ...Array.from({ length: LARGEST ** 2 }, (_, i) => ({ I: 1 + Math.floor(i / LARGEST), O: 1 + (i % LARGEST) })).filter(
    ({ I, O }) => (I - O) % APART === 0,
  ),
  ...POWERS.flatMap((size) => [
    { I: size, O: 13 },
    { I: 7, O: size },
  ]),
];

interface Row {
  readonly I: number;
  readonly O: number;
  readonly x: Float32Array;
  readonly w: Float32Array;
  /** The biases forward, the delta backward. */
  readonly v: Float32Array;
}

const magnitudes = (values: Float32Array): Float32Array => values.map(Math.abs);

function runForward(build: KernelBuild, { I, O, x, w, v }: Row, neighbours: Neighbours) {
  const bench = new Workbench(build, neighbours);
  const X = bench.input('x', { rows: 1, width: I }, x);
  const W = bench.panels('W', O, I, w, true);
  const b = bench.input('b', { rows: 1, width: O, owned: paddedUnits(O) }, v);
  const Y = bench.output('y', { rows: 1, width: O, owned: paddedUnits(O) });
  build.kernel.rowForward(I, O, X.address, W.address, b.address, Y.address);
  const problems = bench.faults();
  if (Y.padding().some((value) => value !== 0)) problems.push('the padding is not 0');
  return { y: Y.read(), problems };
}

function runBackwardStep(build: KernelBuild, { I, O, x, w, v }: Row, scale: number, neighbours: Neighbours) {
  const bench = new Workbench(build, neighbours);
  const X = bench.input('x', { rows: 1, width: I }, x);
  const d = bench.input('d', { rows: 1, width: O, owned: paddedUnits(O) }, v);
  const W = bench.panels('W', O, I, w, false);
  const dX = bench.output('dx', { rows: 1, width: I });
  build.kernel.rowBackwardStep(I, O, X.address, d.address, W.address, dX.address, scale);
  const problems = bench.faults();
  const weights = weightsOf(W.read(), O, I);
  if (weights === undefined) problems.push('the padding of the panels is not 0');
  return { dx: dX.read(), weights: weights ?? new Float32Array(0), problems };
}

/** An output layer by rowOutput1x12, or by the three kernels that it stands for. */
function runOutput(
  build: KernelBuild,
  { I, O, x, w, v }: Row,
  target: Float32Array,
  fused: boolean,
  neighbours: Neighbours,
) {
  const { kernel } = build;
  const bench = new Workbench(build, neighbours);
  const outputs = { rows: 1, width: O, owned: paddedUnits(O) };
  const X = bench.input('x', { rows: 1, width: I }, x);
  const W = bench.panels('W', O, I, w, true);
  const b = bench.input('b', outputs, v);
  const T = bench.input('t', outputs, target);
  const Y = bench.output('y', outputs);
  const D = bench.output('d', outputs);
  let loss: number;
  if (fused) {
    loss = kernel.rowOutput1x12(I, O, X.address, W.address, b.address, Y.address, T.address, D.address);
  } else {
    kernel.rowForward(I, O, X.address, W.address, b.address, Y.address);
    kernel.activationForward(ACTIVATION_SIGMOID, 0, 1, O, Y.address, Y.address, Y.rowBytes);
    loss = kernel.rowLoss(
      LOSS_MEAN_SQUARED_ERROR,
      ACTIVATION_SIGMOID,
      O,
      Y.address,
      Y.address,
      T.address,
      D.address,
      Y.rowBytes,
    );
  }
  const problems = bench.faults();
  if ([...Y.padding(), ...D.padding()].some((value) => value !== 0)) problems.push('the padding is not 0');
  return { numbers: [...Y.read(), ...D.read(), loss], problems };
}

function sweep(purpose: string, check: (row: Row, random: SeededRandom) => (string | undefined)[]): void {
  const findings = new Findings();
  const random = new SeededRandom(purpose);
  for (const { I, O } of SHAPES) {
    const row = { I, O, x: random.floats(I), w: random.floats(O * I), v: random.floats(O) };
    findings.add(`I=${I} O=${O}`, check(row, random));
  }
  findings.expectNone(PAIRS + 2 * POWERS.length);
}

describe.each(BUILDS)('row kernels, %s build', (name) => {
  const build = openBuild(name);

  it('rowForward is x W + b', () => {
    sweep('row forward', (row) => {
      const { I, O, x, w, v } = row;
      const { y, problems } = runForward(build, row, 'signal');
      const spoiled = runForward(build, row, 'nan');
      if (!sameBits(y, spoiled.y)) problems.push('NaN next to the buffers changed the result');
      const expected = twin.denseForward(1, I, O, x, w, v);
      const sums = twin.denseForward(1, I, O, magnitudes(x), magnitudes(w), magnitudes(v));
      const beyond = beyondBound('y', y, expected, (i) => (I + 2) * EPSILON * (sums[i] as number));
      return [beyond, ...problems, ...spoiled.problems];
    });
  });

  it('rowOutput1x12 gives the bits of rowForward, activationForward and rowLoss in turn', () => {
    const findings = new Findings();
    const random = new SeededRandom('row output');
    for (let I = 1; I <= LARGEST; I++) {
      for (let O = 9; O <= 12; O++) {
        // From sums near 0 to sums that saturate the sigmoid, whose deltas are tiny.
        const size = random.pick([0.1, 1, 30]);
        const row = { I, O, x: random.floats(I), w: random.floats(O * I).map((w) => w * size), v: random.floats(O) };
        const target = random.floats(O);
        const expected = runOutput(build, row, target, false, 'signal');
        const found = runOutput(build, row, target, true, 'signal');
        const spoiled = runOutput(build, row, target, true, 'nan');
        const same = [found, spoiled].every(({ numbers }) =>
          numbers.every((value, i) => Object.is(value, expected.numbers[i])),
        );
        findings.add(`I=${I} O=${O} size=${size}`, [
          same ? undefined : 'other bits than the three kernels in turn',
          ...expected.problems,
          ...found.problems,
          ...spoiled.problems,
        ]);
      }
    }
    findings.expectNone(4 * LARGEST);
  });

  it('rowBackwardStep is d W^T with the weights as they were, and adds scale x^T d to them', () => {
    sweep('row backward', (row, random) => {
      const { I, O, x, w, v } = row;
      const scale = Math.fround(random.pick([1, -0.1, 0.75]));
      const { dx, weights, problems } = runBackwardStep(build, row, scale, 'signal');
      const spoiled = runBackwardStep(build, row, scale, 'nan');
      const same = sameBits(dx, spoiled.dx) && sameBits(weights, spoiled.weights);
      if (!same) problems.push('NaN next to the buffers changed the result');
      const sums = twin.denseBackwardInput(1, I, O, magnitudes(v), magnitudes(w));
      const steps = twin.denseBackwardWeights(1, I, O, magnitudes(x), magnitudes(v), magnitudes(w), Math.abs(scale));
      const expectedDx = twin.denseBackwardInput(1, I, O, v, w);
      const expectedWeights = twin.denseBackwardWeights(1, I, O, x, v, w, scale);
      return [
        beyondBound('dx', dx, expectedDx, (i) => (O + 2) * EPSILON * (sums[i] as number)),
        beyondBound('W', weights, expectedWeights, (i) => 3 * EPSILON * (steps[i] as number)),
        ...problems,
        ...spoiled.problems,
      ];
    });
  });
});
