/** Steps with momentum, of a block and of one row, against the same in float64: every size and tail, strides, neighbours. */
import { describe, expect, it } from 'vitest';
import { BLOCK_ROWS } from '../../../assembly/abi.js';
import { paddedUnits } from '../../../src/engine/wasm/panels.js';
import * as twin from '../../support/engine/reference.js';
import { EPSILON, TINY } from '../../support/engine/rounding.js';
import {
  type KernelBuild,
  type Neighbours,
  openBuild,
  sameBits,
  TILED_BUILDS,
  Workbench,
  weightsOf,
} from '../../support/engine/workbench.js';
import { beyondBound, Findings } from '../../support/findings.js';
import { repeats } from '../../support/repeats.js';
import { SeededRandom } from '../../support/seeded.js';

const LARGEST = 67;
/** From a size to the next one that it is paired with. */
const APART = repeats(7, 1);
const POWERS = [64, 128, 256, 512, 1024].flatMap((power) => [power - 1, power, power + 1]);

interface Shape {
  readonly B: number;
  readonly I: number;
  readonly O: number;
  /** Floats between the rows: odd, so that rows are aligned to nothing. */
  readonly gap: number;
}

/** Every pair of inputs and outputs from 1 to 67, in the usual run a seventh of them, then powers; rows in turn. */
const SHAPES = ((): Shape[] => {
  const random = new SeededRandom('momentum, gaps');
  const result: Shape[] = [];
  const add = (I: number, O: number): void => {
    result.push({ B: 1 + (result.length % (BLOCK_ROWS + 1)), I, O, gap: random.pick([0, random.integer(1, 9)]) });
  };
  for (let I = 1; I <= LARGEST; I++) for (let O = 1; O <= LARGEST; O++) if ((I - O) % APART === 0) add(I, O);
  for (const size of POWERS) {
    add(size, 13);
    add(7, size);
  }
  return result;
})();

/** W or b with their velocities, and what is added to both. */
interface Given extends Shape {
  readonly x: Float32Array;
  readonly d: Float32Array;
  readonly e: Float32Array;
  readonly w: Float32Array;
  readonly v: Float32Array;
  readonly reach: number;
  readonly keep: number;
}

interface Outcome {
  readonly w: Float32Array;
  readonly v: Float32Array;
  readonly problems: string[];
}

const NONE = new Float32Array(0);
const PADDED = 'the padding is not 0';

function runSteps(build: KernelBuild, given: Given, neighbours: Neighbours): Outcome {
  const { B, I, O, gap, x, d, e, w, v, reach, keep } = given;
  const bench = new Workbench(build, neighbours);
  const X = bench.input('X', { rows: B, width: I, gap }, x);
  const D = bench.input('D', { rows: B, width: O, owned: paddedUnits(O), gap }, d);
  const E = bench.input('E', { rows: B, width: O, owned: paddedUnits(O), gap }, e);
  const W = bench.panels('W', O, I, w, false);
  const V = bench.panels('V', O, I, v, false);
  const [sums, rows] = [D.address, D.rowBytes];
  build.kernel.denseMomentumSteps(
    B,
    I,
    O,
    X.address,
    X.rowBytes,
    sums,
    E.address,
    rows,
    W.address,
    V.address,
    reach,
    keep,
  );
  const [weights, velocities] = [weightsOf(W.read(), O, I), weightsOf(V.read(), O, I)];
  const problems = bench.faults();
  if (weights === undefined || velocities === undefined) problems.push(PADDED);
  return { w: weights ?? NONE, v: velocities ?? NONE, problems };
}

function runBiases(build: KernelBuild, given: Given, neighbours: Neighbours): Outcome {
  const { B, O, gap, d, e, w, v, reach, keep } = given;
  const bench = new Workbench(build, neighbours);
  const D = bench.input('D', { rows: B, width: O, owned: paddedUnits(O), gap }, d);
  const E = bench.input('E', { rows: B, width: O, owned: paddedUnits(O), gap }, e);
  const b = bench.inOut('b', { rows: 1, width: O, owned: paddedUnits(O) }, w);
  const V = bench.inOut('v', { rows: 1, width: O, owned: paddedUnits(O) }, v);
  build.kernel.denseMomentumBiases(B, O, D.address, E.address, D.rowBytes, b.address, V.address, reach, keep);
  const problems = bench.faults();
  if ([...b.padding(), ...V.padding()].some((value) => value !== 0)) problems.push(PADDED);
  return { w: b.read(), v: V.read(), problems };
}

/** With the reach as the rate and the keep as the momentum. */
function runRow(build: KernelBuild, given: Given, nesterov: boolean, neighbours: Neighbours): Outcome {
  const { I, O, x, d, w, v, reach, keep } = given;
  const bench = new Workbench(build, neighbours);
  const X = bench.input('x', { rows: 1, width: I }, x.subarray(0, I));
  const D = bench.input('d', { rows: 1, width: O, owned: paddedUnits(O) }, d.subarray(0, O));
  const W = bench.panels('W', O, I, w, false);
  const V = bench.panels('V', O, I, v, false);
  build.kernel.rowMomentumStep(I, O, X.address, D.address, W.address, V.address, -reach, keep, Number(nesterov));
  const [weights, velocities] = [weightsOf(W.read(), O, I), weightsOf(V.read(), O, I)];
  const problems = bench.faults();
  if (weights === undefined || velocities === undefined) problems.push(PADDED);
  return { w: weights ?? NONE, v: velocities ?? NONE, problems };
}

/** What is to come of W and V, with the sums of the magnitudes of what they are sums of. */
interface Expected {
  readonly w: Float64Array;
  readonly v: Float64Array;
  readonly wSums: Float64Array;
  readonly vSums: Float64Array;
}

/** w + reach v + X^T D and keep v + X^T E; biases are weights of an input that is 1. */
function stepsTwin({ B, O, x, d, e, w, v, reach, keep }: Given, I: number): Expected {
  const sums = (of: (values: Float32Array) => Float32Array, factor: (value: number) => number) => {
    const add = (start: Float64Array, deltas: Float32Array) =>
      twin.denseBackwardWeights(B, I, O, of(x), of(deltas), start, 1);
    const [weights, velocities] = [of(w), of(v)];
    const reached = Float64Array.from(weights, (weight, i) => weight + factor(reach) * (velocities[i] as number));
    return [
      add(reached, d),
      add(
        Float64Array.from(velocities, (value) => factor(keep) * value),
        e,
      ),
    ] as const;
  };
  const [weights, velocities] = sums(
    (values) => values,
    (value) => value,
  );
  const [wSums, vSums] = sums((values) => values.map(Math.abs), Math.abs);
  return { w: weights, v: velocities, wSums, vSums };
}

function rowTwin({ I, O, x, d, w, v, reach, keep }: Given, nesterov: boolean): Expected {
  const g = twin.denseBackwardWeights(1, I, O, x, d, new Float32Array(O * I), 1);
  const moved = Float64Array.from(v, (velocity, i) => keep * velocity + (g[i] as number));
  const magnitude = (i: number): number => Math.abs(g[i] as number) + Math.abs(v[i] as number);
  return {
    w: Float64Array.from(w, (weight, i) => {
      const direction = nesterov ? (g[i] as number) + keep * (moved[i] as number) : (moved[i] as number);
      return weight + reach * direction;
    }),
    v: moved,
    wSums: Float64Array.from(w, (weight, i) => Math.abs(weight) + 2 * magnitude(i)),
    vSums: Float64Array.from(v, (_, i) => magnitude(i)),
  };
}

const OPENED = TILED_BUILDS.map(openBuild);

/** Tries every shape on every build. `inputs` and `B` say how much of what is given counts. */
function sweep(
  purpose: string,
  run: (build: KernelBuild, given: Given, neighbours: Neighbours) => Outcome,
  expectedOf: (given: Given) => Expected,
  shapeOf: (shape: Shape) => Shape,
): void {
  const findings = new Findings();
  const random = new SeededRandom(purpose);
  for (const shape of SHAPES.map(shapeOf)) {
    const { B, I, O, gap } = shape;
    const [x, d, e] = [random.floats(B * I), random.floats(B * O), random.floats(B * O)];
    const [w, v] = [random.floats(O * I), random.floats(O * I)];
    const [reach, keep] = [Math.fround(random.pick([-0.75, -0.1])), Math.fround(random.pick([0.9, 0.25, 0]))];
    const given = { ...shape, x, d, e, w, v, reach, keep };
    const expected = expectedOf(given);
    for (const build of OPENED) {
      const found = run(build, given, 'signal');
      const spoiled = run(build, given, 'nan');
      const same = sameBits(found.w, spoiled.w) && sameBits(found.v, spoiled.v);
      const bound = (sums: Float64Array) => (i: number) => (B + 4) * EPSILON * (sums[i] as number);
      findings.add(`${build.build} build, B=${B} I=${I} O=${O} gap=${gap}`, [
        beyondBound('W', found.w, expected.w, bound(expected.wSums)),
        beyondBound('V', found.v, expected.v, bound(expected.vSums)),
        same ? undefined : 'NaN next to the buffers changed the result',
        ...found.problems,
        ...spoiled.problems,
      ]);
    }
  }
  findings.expectNone(SHAPES.length * OPENED.length);
}

describe('kernels of momentum', () => {
  it('denseMomentumSteps takes the steps of all rows, of weights and of velocities', () => {
    sweep(
      'momentum steps',
      runSteps,
      (given) => stepsTwin(given, given.I),
      (shape) => shape,
    );
  });

  it('denseMomentumBiases does the same for biases', () => {
    const ones = (given: Given): Given => ({ ...given, x: new Float32Array(given.B).fill(1) });
    const shapeOf = (shape: Shape): Shape => ({ ...shape, I: 1 });
    sweep('momentum of biases', runBiases, (given) => stepsTwin(ones(given), 1), shapeOf);
  });

  it.each([false, true])('rowMomentumStep takes the step of one row, nesterov %s', (nesterov) => {
    sweep(
      `momentum of a row ${nesterov}`,
      (build, given, neighbours) => runRow(build, given, nesterov, neighbours),
      (given) => rowTwin(given, nesterov),
      (shape) => ({ ...shape, B: 1 }),
    );
  });

  it.each(OPENED)('denseMomentumBiases makes tiny velocities 0, $build build', (build) => {
    const v = Float32Array.of(1, TINY, -TINY, 1e-38, 0, 5 * TINY);
    const zeros = new Float32Array(6);
    const shape = { B: 1, I: 1, O: 6, gap: 0, x: zeros, d: zeros, e: zeros, w: zeros, reach: 0, keep: 0.5 };
    const { v: kept } = runBiases(build, { ...shape, v }, 'nan');
    expect(kept).toEqual(Float32Array.of(0.5, 0, 0, 0, 0, 2.5 * TINY));
  });
});
