/** The matrix products of a dense layer against their twins: every size from 1 to 67, tails, strides, neighbours. */
import { describe, expect, it } from 'vitest';
import { SCRATCH_BYTES } from '../../../assembly/abi.js';
import { paddedUnits, panelsFloats, readPanels, writePanels } from '../../../src/engine/wasm/panels.js';
import * as twin from '../../support/engine/reference.js';
import { EPSILON } from '../../support/engine/rounding.js';
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
/** Of sizes. With 7 apart: 10 sizes with each of four remainders, 9 with each of three, each with each of these. */
const PAIRS = repeats(4 * 10 ** 2 + 3 * 9 ** 2, LARGEST ** 2);
const POWERS = [64, 128, 256, 512, 1024].flatMap((power) => [power - 1, power, power + 1]);

interface Shape {
  readonly B: number;
  readonly I: number;
  readonly O: number;
  /** Floats between the rows: odd, so that rows are aligned to nothing. */
  readonly gap: number;
}

/**
 * Every pair of sizes from 1 to 67 in every two of the dimensions (a Latin square gives the third), then the powers. The usual run takes
 * a seventh of the pairs: every size, and every two of the tails, which are counted in powers of two.
 */
function shapes(): Shape[] {
  const random = new SeededRandom('gaps');
  const result: Shape[] = [];
  const add = (B: number, I: number, O: number): void => {
    result.push({ B, I, O, gap: random.integer(0, 1) * random.integer(1, 9) });
  };
  for (let B = 1; B <= LARGEST; B++) {
    for (let I = 1; I <= LARGEST; I++) if ((B - I) % APART === 0) add(B, I, ((B + I) % LARGEST) + 1);
  }
  for (const size of POWERS) {
    add(size, 7, 13);
    add(6, size, 11);
    add(5, 9, size);
  }
  return result;
}

const SHAPES = shapes();
const label = ({ B, I, O, gap }: Shape): string => `B=${B} I=${I} O=${O} gap=${gap}`;
const magnitudes = (values: Float32Array): Float32Array => values.map(Math.abs);

/** What a kernel left: its output, the padding of it, and what it did wrong around it. */
interface Outcome {
  readonly values: Float32Array;
  readonly padding: Float32Array;
  readonly problems: string[];
}

/** The outcome among finite neighbours, with a complaint where it is another among NaN. */
function amongBoth(run: (neighbours: Neighbours) => Outcome): Outcome {
  const outcome = run('signal');
  const spoiled = run('nan');
  const problems = [...outcome.problems, ...spoiled.problems];
  if (!sameBits(outcome.values, spoiled.values)) problems.push('NaN next to the buffers changed the result');
  if (outcome.padding.some((value) => value !== 0)) problems.push('the padding is not 0');
  return { ...outcome, problems };
}

function runForward(build: KernelBuild, { B, I, O, gap }: Shape, x: Float32Array, w: Float32Array, b: Float32Array) {
  return amongBoth((neighbours) => {
    const bench = new Workbench(build, neighbours);
    const X = bench.input('X', { rows: B, width: I, gap }, x);
    const W = bench.panels('W', O, I, w, true);
    const bias = bench.input('b', { rows: 1, width: O, owned: paddedUnits(O) }, b);
    const Y = bench.output('Y', { rows: B, width: O, owned: paddedUnits(O), gap });
    const forward = (from: number, rows: number): void =>
      build.kernel.denseForward(rows, I, O, X.row(from), X.rowBytes, W.address, bias.address, Y.row(from), Y.rowBytes);
    forward(0, B);
    const values = Y.read();
    const padding = Y.padding();
    const problems = bench.faults();
    Y.write(new Float32Array(B * O).fill(Number.NaN));
    for (let row = 0; row < B; row++) forward(row, 1);
    if (!sameBits(values, Y.read())) problems.push('a row alone differs from the same row among others');
    return { values, padding, problems: [...problems, ...bench.faults()] };
  });
}

function runBackwardInput(build: KernelBuild, { B, I, O, gap }: Shape, d: Float32Array, w: Float32Array) {
  return amongBoth((neighbours) => {
    const bench = new Workbench(build, neighbours);
    const D = bench.input('D', { rows: B, width: O, owned: paddedUnits(O), gap }, d);
    const W = bench.panels('W', O, I, w, true);
    const dX = bench.output('dX', { rows: B, width: I, gap });
    const scratch = bench.output('scratch', { rows: 1, width: SCRATCH_BYTES / 4 });
    const backward = (from: number, rows: number, at: number): void =>
      build.kernel.denseBackwardInput(rows, I, O, D.row(from), D.rowBytes, W.address, dX.row(from), dX.rowBytes, at);
    backward(0, B, scratch.address);
    const values = dX.read();
    const problems = bench.faults();
    const emptied = (): void => dX.write(new Float32Array(B * I).fill(Number.NaN));
    emptied();
    backward(0, B, 0);
    if (!sameBits(values, dX.read())) problems.push('without scratch memory it differs');
    emptied();
    for (let row = 0; row < B; row++) backward(row, 1, scratch.address);
    if (!sameBits(values, dX.read())) problems.push('a row alone differs from the same row among others');
    return { values, padding: dX.padding(), problems: [...problems, ...bench.faults()] };
  });
}

interface Gradient {
  readonly x: Float32Array;
  readonly d: Float32Array;
  readonly g: Float32Array;
  readonly scale: number;
}

/** `values` are (O, I); a padding that is not 0 is a problem here, since it lies between the weights. */
function runBackwardWeights(build: KernelBuild, { B, I, O, gap }: Shape, { x, d, g, scale }: Gradient) {
  return amongBoth((neighbours) => {
    const bench = new Workbench(build, neighbours);
    const X = bench.input('X', { rows: B, width: I, gap }, x);
    const D = bench.input('D', { rows: B, width: O, owned: paddedUnits(O), gap }, d);
    const G = bench.panels('G', O, I, g, false);
    build.kernel.denseBackwardWeights(B, I, O, X.address, X.rowBytes, D.address, D.rowBytes, G.address, scale);
    const values = weightsOf(G.read(), O, I);
    const problems = bench.faults();
    if (values === undefined) problems.push('the padding of the panels is not 0');
    return { values: values ?? new Float32Array(0), padding: G.padding(), problems };
  });
}

function runStepWeights(build: KernelBuild, { B, I, O, gap }: Shape, { x, d, g }: Omit<Gradient, 'scale'>) {
  return amongBoth((neighbours) => {
    const bench = new Workbench(build, neighbours);
    const X = bench.input('X', { rows: B, width: I, gap }, x);
    const D = bench.input('D', { rows: B, width: O, owned: paddedUnits(O), gap }, d);
    const W = bench.panels('W', O, I, g, false);
    build.kernel.denseStepWeights(B, I, O, X.address, X.rowBytes, D.address, D.rowBytes, W.address);
    const values = weightsOf(W.read(), O, I);
    const problems = bench.faults();
    if (values === undefined) problems.push('the padding of the panels is not 0');
    return { values: values ?? new Float32Array(0), padding: W.padding(), problems };
  });
}

/** Everything that it should write holds NaN before. */
function runOuterProduct(build: KernelBuild, { I, O }: Shape, x: Float32Array, d: Float32Array) {
  return amongBoth((neighbours) => {
    const bench = new Workbench(build, neighbours);
    const X = bench.input('x', { rows: 1, width: I }, x);
    const D = bench.input('d', { rows: 1, width: O, owned: paddedUnits(O) }, d);
    const G = bench.panels('G', O, I, new Float32Array(O * I).fill(Number.NaN), false);
    build.kernel.denseOuterProduct(I, O, X.address, D.address, G.address);
    const values = weightsOf(G.read(), O, I) ?? new Float32Array(0);
    const problems = bench.faults();
    const zeros = bench.panels('zeros', O, I, new Float32Array(O * I), false);
    build.kernel.denseBackwardWeights(1, I, O, X.address, X.rowBytes, D.address, D.rowBytes, zeros.address, 1);
    const added = weightsOf(zeros.read(), O, I) ?? new Float32Array(0);
    if (!sameBits(values, added)) problems.push('denseBackwardWeights gives other bits');
    return { values, padding: G.padding(), problems };
  });
}

function runBackwardBiases(build: KernelBuild, { B, O, gap }: Shape, { d, g, scale }: Omit<Gradient, 'x'>) {
  return amongBoth((neighbours) => {
    const bench = new Workbench(build, neighbours);
    const D = bench.input('D', { rows: B, width: O, owned: paddedUnits(O), gap }, d);
    const G = bench.inOut('g', { rows: 1, width: O, owned: paddedUnits(O) }, g);
    build.kernel.denseBackwardBiases(B, O, D.address, D.rowBytes, G.address, scale);
    return { values: G.read(), padding: G.padding(), problems: bench.faults() };
  });
}

/** The builds with wide tiles, and those whose bits they must have. */
const NARROW: Readonly<Record<string, string>> = { wide: 'simd', relaxedWide: 'relaxed' };

/** The builds that the tests run on. */
const OPENED = TILED_BUILDS.map(openBuild);

/** A kernel's run on data, and what is to come of it: sums of `terms` products, with those of their magnitudes. */
interface Trial {
  readonly run: (build: KernelBuild) => Outcome;
  readonly expected: Float64Array;
  readonly sums: Float64Array;
  readonly terms: number;
}

/** Tries every shape on every build. The twin is asked once for all of them. */
function sweep(purpose: string, trialOf: (shape: Shape, random: SeededRandom) => Trial): void {
  const findings = new Findings();
  const random = new SeededRandom(purpose);
  for (const shape of SHAPES) {
    const { run, expected, sums, terms } = trialOf(shape, random);
    const found = new Map<string, Float32Array>();
    for (const build of OPENED) {
      const { values, problems } = run(build);
      found.set(build.build, values);
      const narrow = found.get(NARROW[build.build] ?? build.build) ?? new Float32Array(0);
      if (!sameBits(values, narrow)) problems.push('wide tiles change the bits');
      const bound = (i: number): number => (terms + 2) * EPSILON * (sums[i] as number);
      const beyond = beyondBound('the result', values, expected, bound);
      findings.add(`${build.build} build, ${label(shape)}`, [beyond, ...problems]);
    }
  }
  findings.expectNone(OPENED.length * (PAIRS + 3 * POWERS.length));
}

describe(`dense kernels, builds ${TILED_BUILDS.join(', ')}`, () => {
  it('denseForward is X W + b', () => {
    sweep('forward', (shape, random) => {
      const { B, I, O } = shape;
      const [x, w, b] = [random.floats(B * I), random.floats(O * I), random.floats(O)];
      return {
        run: (build) => runForward(build, shape, x, w, b),
        expected: twin.denseForward(B, I, O, x, w, b),
        sums: twin.denseForward(B, I, O, magnitudes(x), magnitudes(w), magnitudes(b)),
        terms: I,
      };
    });
  });

  it('denseBackwardInput is D W^T', () => {
    sweep('backward input', (shape, random) => {
      const { B, I, O } = shape;
      const [d, w] = [random.floats(B * O), random.floats(O * I)];
      return {
        run: (build) => runBackwardInput(build, shape, d, w),
        expected: twin.denseBackwardInput(B, I, O, d, w),
        sums: twin.denseBackwardInput(B, I, O, magnitudes(d), magnitudes(w)),
        terms: O,
      };
    });
  });

  it('denseBackwardWeights adds scale X^T D', () => {
    sweep('backward weights', (shape, random) => {
      const { B, I, O } = shape;
      const [x, d, g] = [random.floats(B * I), random.floats(B * O), random.floats(O * I)];
      const scale = Math.fround(random.pick([1, -0.1, 0.75]));
      return {
        run: (build) => runBackwardWeights(build, shape, { x, d, g, scale }),
        expected: twin.denseBackwardWeights(B, I, O, x, d, g, scale),
        sums: twin.denseBackwardWeights(B, I, O, magnitudes(x), magnitudes(d), magnitudes(g), Math.abs(scale)),
        terms: B,
      };
    });
  });

  it('denseOuterProduct is x^T d, with the bits of denseBackwardWeights', () => {
    sweep('outer product', (shape, random) => {
      const { I, O } = shape;
      const [x, d] = [random.floats(I), random.floats(O)];
      const nothing = new Float32Array(O * I);
      return {
        run: (build) => runOuterProduct(build, shape, x, d),
        expected: twin.denseBackwardWeights(1, I, O, x, d, nothing, 1),
        sums: twin.denseBackwardWeights(1, I, O, magnitudes(x), magnitudes(d), nothing, 1),
        terms: 1,
      };
    });
  });

  it('denseStepWeights adds X^T D', () => {
    sweep('step weights', (shape, random) => {
      const { B, I, O } = shape;
      const [x, d, g] = [random.floats(B * I), random.floats(B * O), random.floats(O * I)];
      return {
        run: (build) => runStepWeights(build, shape, { x, d, g }),
        expected: twin.denseBackwardWeights(B, I, O, x, d, g, 1),
        sums: twin.denseBackwardWeights(B, I, O, magnitudes(x), magnitudes(d), magnitudes(g), 1),
        terms: B,
      };
    });
  });

  it('denseBackwardBiases adds scale times the sum of the rows', () => {
    sweep('backward biases', (shape, random) => {
      const { B, O } = shape;
      const [d, g] = [random.floats(B * O), random.floats(O)];
      const scale = Math.fround(random.pick([1, -0.1, 0.75]));
      return {
        run: (build) => runBackwardBiases(build, shape, { d, g, scale }),
        expected: twin.denseBackwardBiases(B, O, d, g, scale),
        sums: twin.denseBackwardBiases(B, O, magnitudes(d), magnitudes(g), Math.abs(scale)),
        terms: B,
      };
    });
  });
});

describe.each(OPENED)('dense kernels, $build build', (build) => {
  // Added to 2^24 one at a time, 64 ones would all be lost to rounding.
  it.each([4, 5, 12])('gradients of %i outputs sum their rows before they are added', (O) => {
    const [B, I] = [64, 5];
    const shape = { B, I, O, gap: 0 };
    const ones = { x: new Float32Array(B * I).fill(1), d: new Float32Array(B * O).fill(1), scale: 1 };
    const weights = runBackwardWeights(build, shape, { ...ones, g: new Float32Array(O * I).fill(2 ** 24) });
    const biases = runBackwardBiases(build, shape, { ...ones, g: new Float32Array(O).fill(2 ** 24) });
    expect(weights.values).toEqual(new Float32Array(O * I).fill(2 ** 24 + 64));
    expect(biases.values).toEqual(new Float32Array(O).fill(2 ** 24 + 64));
  });
});

describe.each(OPENED)('denseBackwardInput, $build build', (build) => {
  it.each([1023, 1024, 1025, 1040])('of %i outputs, as many as scratch memory holds or more', (O) => {
    const shape = { B: 33, I: 14, O, gap: 3 };
    const random = new SeededRandom(`scratch ${O}`);
    const [d, w] = [random.floats(shape.B * O), random.floats(O * shape.I)];
    const expected = twin.denseBackwardInput(shape.B, shape.I, O, d, w);
    const sums = twin.denseBackwardInput(shape.B, shape.I, O, magnitudes(d), magnitudes(w));
    const { values, problems } = runBackwardInput(build, shape, d, w);
    const bound = (i: number): number => (O + 2) * EPSILON * (sums[i] as number);
    expect([...problems, beyondBound('the result', values, expected, bound)]).toEqual([undefined]);
  });

  it('without scratch memory writes nothing before the heap, where address 0 lies', () => {
    const [B, I, O] = [33, 14, 64];
    const random = new SeededRandom('no scratch');
    const bench = new Workbench(build, 'signal');
    const D = bench.input('D', { rows: B, width: O }, random.floats(B * O));
    const W = bench.panels('W', O, I, random.floats(O * I), true);
    const dX = bench.output('dX', { rows: B, width: I });
    const before = Buffer.from(build.memory.buffer.slice(0, build.kernel.heapBase()));
    build.kernel.denseBackwardInput(B, I, O, D.address, D.rowBytes, W.address, dX.address, dX.rowBytes, 0);
    expect(before.equals(Buffer.from(build.memory.buffer, 0, before.length))).toBe(true);
    expect(bench.faults()).toEqual([]);
  });
});

describe('panels', () => {
  it('hold 8 outputs per input, and 4 where at most 4 are left', () => {
    const [O, I] = [11, 3];
    const weights = Float32Array.from({ length: O * I }, (_, i) => i + 1);
    const packed = new Float32Array(I * 12 + 2).fill(-1);
    writePanels(weights, O, I, packed, 1);
    const expected = [-1];
    for (let i = 0; i < I; i++) for (let o = 0; o < 8; o++) expected.push(weights[o * I + i] as number);
    for (let i = 0; i < I; i++) for (let o = 8; o < 12; o++) expected.push(o < O ? (weights[o * I + i] as number) : 0);
    expect([...packed]).toEqual([...expected, -1]);
  });

  it('give back every weight, for 1 to 67 outputs and inputs', () => {
    const findings = new Findings();
    const random = new SeededRandom('panels');
    for (let O = 1; O <= LARGEST; O++) {
      for (let I = 1; I <= LARGEST; I++) {
        const weights = random.floats(O * I);
        const packed = new Float32Array(panelsFloats(O, I) + 2).fill(Number.NaN);
        writePanels(weights, O, I, packed, 1);
        const kept =
          sameBits(readPanels(packed, 1, O, I), weights) && packed.subarray(1, -1).every((v) => !Number.isNaN(v));
        const outside = Number.isNaN(packed[0]) && Number.isNaN(packed[packed.length - 1]);
        findings.add(`O=${O} I=${I}`, [kept ? undefined : 'a weight got lost', outside ? undefined : 'wrote outside']);
      }
    }
    findings.expectNone(LARGEST ** 2);
  });
});
