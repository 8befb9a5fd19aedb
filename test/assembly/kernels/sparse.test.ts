/** A dense layer on sparse rows, against its twin on the same rows written out in float64. */
import { describe, expect, it } from 'vitest';
import { paddedUnits, panelsFloats, readPanels, writePanels } from '../../../src/engine/wasm/panels.js';
import { EPSILON } from '../../support/engine/rounding.js';
import {
  type KernelBuild,
  type Neighbours,
  openBuild,
  sameBits,
  TILED_BUILDS,
  Workbench,
} from '../../support/engine/workbench.js';
import { beyondBound, Findings } from '../../support/findings.js';
import { SeededRandom } from '../../support/seeded.js';

/** Every tail of 32, 16, 8 and 4 units. */
const UNITS = [...Array.from({ length: 67 }, (_, i) => i + 1), 127, 128, 129];
/** Some with a gap between panels. */
const WIDTHS = [1, 2, 3, 31, 32, 33, 64, 100, 257];
const SAMPLES = 5;
const LEARNING_RATE = 0.1;

interface Sparse {
  readonly starts: Uint32Array;
  readonly columns: Uint32Array;
  readonly values: Float32Array;
  /** Rows, some twice, in any order. */
  readonly order: Uint32Array;
}

/** Rows with no entries, some and all of them. */
function randomSparse(random: SeededRandom, I: number): Sparse {
  const starts = new Uint32Array(SAMPLES + 1);
  const columns: number[] = [];
  for (let sample = 0; sample < SAMPLES; sample++) {
    const share = [0, 1, 0.5, 0.1, 0.1][sample] as number;
    for (let column = 0; column < I; column++) if (random.uniform() < share) columns.push(column);
    starts[sample + 1] = columns.length;
  }
  const order = Uint32Array.from({ length: random.integer(1, 9) }, () => random.integer(0, SAMPLES - 1));
  return { starts, columns: Uint32Array.from(columns), values: random.floats(columns.length), order };
}

/** x of row r, column i, for all of them. */
function writtenOut({ starts, columns, values, order }: Sparse, I: number): Float64Array {
  const x = new Float64Array(order.length * I);
  order.forEach((sample, row) => {
    for (let at = starts[sample] as number; at < (starts[sample + 1] as number); at++) {
      x[row * I + (columns[at] as number)] = values[at] as number;
    }
  });
  return x;
}

/** The four lists in memory, each between canaries. Lists without numbers lie nowhere. */
function place(bench: Workbench, { starts, columns, values, order }: Sparse): [number, number, number, number] {
  const words = (name: string, list: Uint32Array): number =>
    bench.input(name, { rows: 1, width: list.length }, new Float32Array(list.buffer)).address;
  return [
    words('order', order),
    words('starts', starts),
    columns.length === 0 ? 64 : words('columns', columns),
    values.length === 0 ? 64 : bench.input('values', { rows: 1, width: values.length }, values).address,
  ];
}

function panels(weights: Float32Array, O: number, I: number): Float32Array {
  const floats = new Float32Array(panelsFloats(O, I));
  writePanels(weights, O, I, floats, 0);
  return floats;
}

interface Layer {
  readonly I: number;
  readonly O: number;
  readonly weights: Float32Array;
  readonly biases: Float32Array;
}

function randomLayer(random: SeededRandom, I: number, O: number): Layer {
  return { I, O, weights: random.floats(O * I), biases: random.floats(O) };
}

function padded(rows: number, O: number, values: Float32Array): Float32Array {
  const width = paddedUnits(O);
  return Float32Array.from({ length: rows * width }, (_, at) =>
    at % width < O ? (values[Math.floor(at / width) * O + (at % width)] as number) : 0,
  );
}

function runForward(build: KernelBuild, { I, O, weights, biases }: Layer, x: Sparse, neighbours: Neighbours) {
  const bench = new Workbench(build, neighbours);
  const [order, starts, columns, values] = place(bench, x);
  const W = bench.panels('W', O, I, weights, true);
  const B = bench.input('b', { rows: 1, width: paddedUnits(O) }, padded(1, O, biases));
  const Y = bench.output('Y', { rows: x.order.length, width: O, owned: paddedUnits(O) });
  const rows = x.order.length;
  build.kernel.sparseForward(rows, I, O, order, starts, columns, values, W.address, B.address, Y.address, Y.rowBytes);
  const faults = bench.faults();
  if (Y.padding().some((value) => value !== 0)) faults.push('the padding is not 0');
  return { y: Y.read(), faults };
}

function runBackward(
  build: KernelBuild,
  { I, O, weights }: Layer,
  x: Sparse,
  d: Float32Array,
  scale: number,
  neighbours: Neighbours,
) {
  const bench = new Workbench(build, neighbours);
  const [order, starts, columns, values] = place(bench, x);
  const W = bench.panels('W', O, I, weights, false);
  const rows = x.order.length;
  const D = bench.input('D', { rows, width: paddedUnits(O) }, padded(rows, O, d));
  build.kernel.sparseBackwardWeights(
    rows,
    I,
    O,
    order,
    starts,
    columns,
    values,
    D.address,
    D.rowBytes,
    W.address,
    scale,
  );
  const after = W.read();
  const weightsAfter = readPanels(after, 0, O, I);
  const faults = bench.faults();
  if (!sameBits(panels(weightsAfter, O, I), after)) faults.push('padded lanes or gaps changed');
  return { weights: weightsAfter, faults };
}

describe.each(TILED_BUILDS)('sparse kernels, %s build', (name) => {
  const build = openBuild(name);

  it('sparseForward gives the sums of the rows written out', () => {
    const findings = new Findings();
    const random = new SeededRandom('sparseForward');
    for (const O of UNITS) {
      for (const I of WIDTHS) {
        const [layer, x] = [randomLayer(random, I, O), randomSparse(random, I)];
        const { y, faults } = runForward(build, layer, x, 'signal');
        const spoiled = runForward(build, layer, x, 'nan');
        const dense = writtenOut(x, I);
        const sumOf = (at: number, absolute: boolean): number => {
          const [row, o] = [Math.floor(at / O), at % O];
          const size = absolute ? Math.abs : (value: number): number => value;
          let sum = size(layer.biases[o] as number);
          for (let i = 0; i < I; i++)
            sum += size((dense[row * I + i] as number) * (layer.weights[o * I + i] as number));
          return sum;
        };
        const expected = Array.from(y, (_, at) => sumOf(at, false));
        findings.add(`O=${O} I=${I}`, [
          beyondBound('Y', y, expected, (at) => (I + 2) * EPSILON * sumOf(at, true)),
          sameBits(y, spoiled.y) ? undefined : 'NaN got in',
          ...faults,
          ...spoiled.faults,
        ]);
      }
    }
    findings.expectNone(UNITS.length * WIDTHS.length);
  });

  it('sparseBackwardWeights adds what the rows written out add, and touches no other weight', () => {
    const findings = new Findings();
    const random = new SeededRandom('sparseBackwardWeights');
    for (const O of UNITS) {
      for (const I of WIDTHS) {
        const [layer, x] = [randomLayer(random, I, O), randomSparse(random, I)];
        const rows = x.order.length;
        const d = random.floats(rows * O);
        const scale = random.pick([1, -LEARNING_RATE]);
        const { weights, faults } = runBackward(build, layer, x, d, scale, 'signal');
        const spoiled = runBackward(build, layer, x, d, scale, 'nan');
        const dense = writtenOut(x, I);
        const sumOf = (at: number, absolute: boolean): number => {
          const [o, i] = [Math.floor(at / I), at % I];
          const size = absolute ? Math.abs : (value: number): number => value;
          let sum = size(layer.weights[at] as number);
          for (let row = 0; row < rows; row++) {
            sum += size(scale * (dense[row * I + i] as number) * (d[row * O + o] as number));
          }
          return sum;
        };
        const expected = Array.from(weights, (_, at) => sumOf(at, false));
        const used = new Set([...x.order].flatMap((s) => [...x.columns.subarray(x.starts[s], x.starts[s + 1])]));
        const untouched = weights.every((value, at) => used.has(at % I) || Object.is(value, layer.weights[at]));
        findings.add(`O=${O} I=${I}`, [
          beyondBound('W', weights, expected, (at) => (2 * rows + 2) * EPSILON * sumOf(at, true)),
          untouched ? undefined : 'a weight of no entry changed',
          sameBits(weights, spoiled.weights) ? undefined : 'NaN got in',
          ...faults,
          ...spoiled.faults,
        ]);
      }
    }
    findings.expectNone(UNITS.length * WIDTHS.length);
  });

  it('sums begin with the bias, and go by the entries; weights go by the rows: bits depend on the order', () => {
    const random = new SeededRandom('sparse, order');
    for (const O of [1, 4, 5, 8, 12, 13, 32, 45]) {
      const [I, ones] = [50, (length: number) => new Float32Array(length).fill(1)];
      const x = randomSparse(random, I);
      // Products by 1 are exact, so a fused multiply-add rounds as an addition does.
      const layer = { I, O, weights: ones(O * I), biases: random.floats(O) };
      const { y } = runForward(build, layer, x, 'signal');
      const after = runBackward(build, layer, x, ones(x.order.length * O), 1, 'signal').weights;
      const weights = ones(O * I);
      x.order.forEach((sample, row) => {
        const entries = x.columns.subarray(x.starts[sample], x.starts[sample + 1]);
        for (let o = 0; o < O; o++) {
          let sum = layer.biases[o] as number;
          entries.forEach((column, i) => {
            const value = x.values[(x.starts[sample] as number) + i] as number;
            sum = Math.fround(sum + value);
            weights[o * I + column] = (weights[o * I + column] as number) + value;
          });
          expect(y[row * O + o], `O=${O}, row ${row}, output ${o}`).toBe(sum);
        }
      });
      expect(sameBits(after, weights), `weights, O=${O}`).toBe(true);
    }
  });

  it('a row gives the same bits alone and among others', () => {
    const random = new SeededRandom('sparse rows alone');
    for (const O of [1, 5, 8, 13, 32, 45]) {
      const [layer, x] = [randomLayer(random, 50, O), randomSparse(random, 50)];
      const { y } = runForward(build, layer, x, 'signal');
      x.order.forEach((sample, row) => {
        const alone = runForward(build, layer, { ...x, order: Uint32Array.of(sample) }, 'signal').y;
        expect(sameBits(alone, y.slice(row * O, (row + 1) * O))).toBe(true);
      });
    }
  });
});
