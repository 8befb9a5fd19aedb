/** Inner products of the samples of a block, and what earlier steps owe a later sample. */
import { describe, expect, it } from 'vitest';
import { ACTIVATION_LINEAR, GRAM_ROWS } from '../../../assembly/abi.js';
import { roundUp } from '../../../src/engine/wasm/arena.js';
import { paddedUnits } from '../../../src/engine/wasm/panels.js';
import { ACTIVATIONS } from '../../support/engine/codes.js';
import { EPSILON } from '../../support/engine/rounding.js';
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

const WIDTHS = [
  ...Array.from({ length: 67 }, (_, i) => i + 1),
  ...[128, 256, 512, 1024].flatMap((power) => [power - 1, power, power + 1]),
];

/** Of leakyRelu. */
const SLOPE = -0.3;

/** x_s . x_t + bias.   X (N, I)  ->  G (N, N) */
function gramTwin(N: number, I: number, x: Float32Array, bias: number): Float64Array {
  return Float64Array.from({ length: N * N }, (_, index) => {
    const [s, t] = [Math.floor(index / N), index % N];
    let sum = bias;
    for (let i = 0; i < I; i++) sum += (x[s * I + i] as number) * (x[t * I + i] as number);
    return sum;
  });
}

/** The products of s before t, the only ones that count, end to end. `x` has rows to the next multiple of 4. */
function runGram(build: KernelBuild, N: number, I: number, x: Float32Array, bias: number, neighbours: Neighbours) {
  const bench = new Workbench(build, neighbours);
  const X = bench.input('X', { rows: roundUp(N, 4), width: I, owned: roundUp(I, 4) }, x);
  const G = bench.output('G', { rows: GRAM_ROWS, width: GRAM_ROWS });
  const finite = build.kernel.gram(N, X.address, X.rowBytes, G.address, bias) !== 0;
  const g = G.read();
  return { products: upper(N, g, GRAM_ROWS), finite, faults: bench.faults() };
}

function upper(N: number, g: Float32Array | Float64Array, stride: number): Float32Array | Float64Array {
  return g.filter((_, index) => index % stride < N && Math.floor(index / stride) < index % stride);
}

interface Owed {
  readonly t: number;
  readonly O: number;
  readonly d: Float32Array;
  readonly g: Float32Array;
  readonly z: Float32Array;
}

function runActivate(build: KernelBuild, code: number, { t, O, d, g, z }: Owed, neighbours: Neighbours) {
  const bench = new Workbench(build, neighbours);
  const D = bench.input('D', { rows: t, width: O, owned: paddedUnits(O) }, d);
  const G = bench.input('G', { rows: GRAM_ROWS, width: GRAM_ROWS }, g);
  const Z = bench.inOut('z', { rows: 1, width: O, owned: paddedUnits(O) }, z);
  const S = bench.inOut('S', { rows: 1, width: O, owned: paddedUnits(O) }, new Float32Array(O));
  build.kernel.gramActivate(code, SLOPE, t, O, D.address, Z.rowBytes, G.address + 4 * t, Z.address, S.address);
  const faults = bench.faults();
  if (Z.padding().some((value) => value !== 0)) faults.push('the padding is not 0');
  return { values: Z.read(), faults };
}

/** The activation kernel on a row of its own. */
function activate(build: KernelBuild, code: number, z: Float32Array): Float32Array {
  const bench = new Workbench(build, 'signal');
  const Z = bench.inOut('z', { rows: 1, width: z.length, owned: paddedUnits(z.length) }, z);
  const S = bench.inOut('S', { rows: 1, width: z.length, owned: paddedUnits(z.length) }, z);
  build.kernel.activationForward(code, SLOPE, 1, z.length, Z.address, S.address, Z.rowBytes);
  return Z.read();
}

describe.each(BUILDS)('gram kernels, %s build', (name) => {
  const build = openBuild(name);

  it('gram gives the inner products of every two samples', () => {
    const findings = new Findings();
    const random = new SeededRandom('gram');
    for (const I of WIDTHS) {
      for (let N = 1; N <= GRAM_ROWS; N++) {
        const [x, bias] = [random.floats(roundUp(N, 4) * I), random.integer(0, 1)];
        const { products, finite, faults } = runGram(build, N, I, x, bias, 'signal');
        const spoiled = runGram(build, N, I, x, bias, 'nan');
        const expected = upper(N, gramTwin(N, I, x, bias), N);
        const sums = upper(N, gramTwin(N, I, x.map(Math.abs), bias), N);
        findings.add(`N=${N} I=${I}`, [
          beyondBound('G', products, expected, (i) => (I + 2) * EPSILON * (sums[i] as number)),
          finite ? undefined : 'finite products were called too large',
          sameBits(Float32Array.from(products), Float32Array.from(spoiled.products)) ? undefined : 'NaN got in',
          ...faults,
          ...spoiled.faults,
        ]);
      }
    }
    findings.expectNone(WIDTHS.length * GRAM_ROWS);
  });

  it('gram tells where a product is beyond float32, whichever sample it is', () => {
    for (let large = 0; large < GRAM_ROWS; large++) {
      const x = new Float32Array(GRAM_ROWS * 3).fill(1);
      x[large * 3 + 2] = 1e18;
      expect(runGram(build, GRAM_ROWS, 3, x, 1, 'nan').finite).toBe(true);
      x[large * 3 + 2] = -1e20;
      expect(runGram(build, GRAM_ROWS, 3, x, 1, 'nan').finite).toBe(false);
    }
  });

  it('gramActivate adds what the samples before owe', () => {
    const findings = new Findings();
    const random = new SeededRandom('gramActivate');
    for (const O of WIDTHS) {
      for (let t = 0; t < GRAM_ROWS; t++) {
        const [d, g, z] = [random.floats(t * O), random.floats(GRAM_ROWS ** 2), random.floats(O)];
        const owed = { t, O, d, g, z };
        const { values, faults } = runActivate(build, ACTIVATION_LINEAR, owed, 'signal');
        const spoiled = runActivate(build, ACTIVATION_LINEAR, owed, 'nan');
        const term = (s: number, o: number): number => (g[s * GRAM_ROWS + t] as number) * (d[s * O + o] as number);
        const samples = Array.from({ length: t }, (_, s) => s);
        const expected = Array.from(z, (start, o) => samples.reduce((sum, s) => sum + term(s, o), start));
        const sums = Array.from(z, (start, o) =>
          samples.reduce((sum, s) => sum + Math.abs(term(s, o)), Math.abs(start)),
        );
        findings.add(`t=${t} O=${O}`, [
          beyondBound('z', values, expected, (o) => (t + 2) * EPSILON * (sums[o] as number)),
          sameBits(values, spoiled.values) ? undefined : 'NaN next to the buffers changed the result',
          ...faults,
          ...spoiled.faults,
        ]);
      }
    }
    findings.expectNone(WIDTHS.length * GRAM_ROWS);
  });

  it.each(ACTIVATIONS)('gramActivate ends in the bits of %s alone', (_, code) => {
    const findings = new Findings();
    const random = new SeededRandom('gramActivate bits');
    for (const O of WIDTHS) {
      for (let t = 0; t < GRAM_ROWS; t++) {
        const owed = {
          t,
          O,
          d: random.floats(t * O),
          g: random.floats(GRAM_ROWS ** 2),
          z: random.floats(O),
        };
        const sums = runActivate(build, ACTIVATION_LINEAR, owed, 'signal').values;
        const { values, faults } = runActivate(build, code, owed, 'nan');
        const same = sameBits(values, activate(build, code, sums));
        findings.add(`t=${t} O=${O}`, [same ? undefined : 'other bits than the two kernels in turn', ...faults]);
      }
    }
    findings.expectNone(WIDTHS.length * GRAM_ROWS);
  });
});
