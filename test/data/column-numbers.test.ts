/** Scaling through the entries of a table: learned, applied and judged bit for bit as of the same rows written out. */
import { describe, expect, it } from 'vitest';
import { Coder } from '../../src/columns/coder.js';
import { EntryList } from '../../src/columns/entries.js';
import { resolveColumns } from '../../src/columns/resolve.js';
import { rowsOf } from '../../src/columns/rows.js';
import { inputsOf } from '../../src/columns/spec.js';
import { numbersOf } from '../../src/data/column-numbers.js';
import type { Receiver } from '../../src/data/receiver.js';
import { scale } from '../../src/data/scale-samples.js';
import { type ColumnScaling, ScalingLearner } from '../../src/data/scaling.js';
import { select } from '../../src/data/sparse.js';
import { entriesOf, SparseDoubles, SparseValues, withEntries } from '../../src/data/sparse-values.js';
import { resolveNetwork } from '../../src/options/network.js';
import { digestOf, wideTable } from '../support/columns/wide-tables.js';
import { REPRODUCE, SeededRandom } from '../support/seeded.js';

/** A random table as entries and written out, with the network that it is for. */
function bothOf(random: SeededRandom, count: number) {
  const { inputs, rows } = wideTable(random, count);
  const normalize = random.pick<false | 'standard' | 'minMax'>([false, 'standard', 'minMax']);
  const spec = resolveNetwork({ inputs, layers: [{ units: 1 }], normalize, seed: random.integer(0, 99) });
  const columns = resolveColumns(inputs, 5000);
  const coder = new Coder(columns);
  const source = rowsOf('test', rows, '');
  const list = new EntryList(count, true);
  coder.encode('test', source, list, true);
  const written = new Float64Array(count * inputsOf(columns));
  coder.encode('test', source, written, true);
  return { spec, written, entries: withEntries(list.values, list) };
}

function writtenOut(values: Float32Array | Float64Array, width: number): Float32Array {
  const { starts, columns } = entriesOf(values) as SparseValues;
  const out = new Float32Array((starts.length - 1) * width);
  starts.forEach((start, row) => {
    for (let at = start; at < (starts[row + 1] ?? 0); at++)
      out[row * width + (columns[at] as number)] = values[at] as number;
  });
  return out;
}

const TARGETS = new Float32Array(1);

describe('the entries of a table', () => {
  it('teach and take every scaling as the rows written out do, in one go or several', () => {
    const random = new SeededRandom('entries scaled');
    for (let n = 0; n < 40; n++) {
      const count = random.integer(1, 90);
      const { spec, written, entries } = bothOf(random, count);
      const [sparse, dense] = [new ScalingLearner(spec), new ScalingLearner(spec)];
      for (let from = 0; from < count; ) {
        const rows = Uint32Array.from({ length: Math.min(random.integer(1, 50), count - from) }, (_, i) => from + i);
        sparse.add({ inputs: select(entries, rows) as SparseDoubles, targets: TARGETS });
        from += rows.length;
      }
      dense.add({ inputs: written, targets: TARGETS });
      const [learned, expected] = [sparse.scaling().inputs, dense.scaling().inputs];
      const bits = (given: ColumnScaling | undefined): unknown =>
        given && [given.shift, given.scale, given.fill].map((numbers) => numbers && digestOf(numbers));
      expect(bits(learned), REPRODUCE).toEqual(bits(expected));
      if (learned === undefined) continue;
      const scaled = learned.apply('test', entries);
      expect(scaled).toBeInstanceOf(SparseValues);
      expect(digestOf(writtenOut(scaled, spec.inputs)), REPRODUCE).toBe(digestOf(learned.apply('test', written)));
    }
  });

  it('name the same columns that the scaling does not suit', () => {
    const random = new SeededRandom('entries stale');
    let found = 0;
    for (let n = 0; n < 60; n++) {
      const { spec, written, entries } = bothOf(random, 40);
      const learner = new ScalingLearner(spec);
      learner.add({ inputs: written, targets: TARGETS });
      const scaling = learner.scaling();
      const receiver = { call: 'test', spec, findsStale: true } as Receiver;
      const moved = <T extends Float32Array | Float64Array>(values: T): T => {
        const at = (i: number): number => entriesOf(values)?.columns[i] ?? i % spec.inputs;
        const numbers = new Set(spec.columns?.filter(({ type }) => type === 'number').map(({ first }) => first));
        for (let i = 0; i < values.length; i++) if (numbers.has(at(i))) values[i] = 30 * (values[i] as number) + 100;
        return values;
      };
      const pairs = { count: 40, targets: TARGETS, metric: 'none' } as const;
      const [sparse, dense] = [moved(entries), moved(written)].map(
        (inputs) => scale(receiver, scaling, { ...pairs, inputs }) as { stale?: readonly unknown[] },
      );
      expect(sparse?.stale, REPRODUCE).toEqual(dense?.stale);
      found += dense?.stale?.length ?? 0;
    }
    expect(found).toBeGreaterThan(20);
  });

  it('are refused where scaled they are beyond float32, with row and column', () => {
    const spec = resolveNetwork({
      inputs: { note: { type: 'words', values: ['good', 'bad'] }, size: 'number' },
      layers: [{ units: 1 }],
      normalize: 'standard',
    });
    const learner = new ScalingLearner(spec);
    learner.add({ inputs: Float64Array.of(0, 0, 0, 0, 0, 1e-30), targets: TARGETS });
    const scaling = learner.scaling().inputs as ColumnScaling;
    const entries = { starts: Uint32Array.of(0, 2, 2, 4), columns: Uint32Array.of(0, 2, 1, 2) };
    const values = new SparseDoubles(Float64Array.of(1, 1e-30, 1, 1e30), entries);
    expect(() => scaling.apply('test', values)).toThrow(
      /^test, row 2, column "size" is 1e\+30, which scaled is .*beyond/,
    );
    expect(() => scaling.apply('test', values, Uint32Array.of(4, 5, 9))).toThrow(/^test, row 9, column "size"/);
  });

  it('keep their doubles and their places where some rows are chosen, and where they are copied', () => {
    const entries = { starts: Uint32Array.of(0, 2, 2, 3), columns: Uint32Array.of(0, 7, 3) };
    const values = new SparseDoubles(Float64Array.of(0.1, 0.2, 0.3), entries);
    const chosen = select(values, Uint32Array.of(2, 1, 0)) as SparseDoubles;
    expect(chosen).toBeInstanceOf(SparseDoubles);
    expect([[...chosen], [...chosen.starts], [...chosen.columns]]).toEqual([
      [0.3, 0.1, 0.2],
      [0, 1, 1, 3],
      [3, 0, 7],
    ]);
    expect(values.slice()).toBe(values);
    expect(entriesOf(values.subarray(1))).toBeUndefined();
    expect(numbersOf(values, 8, [])).toMatchObject({ numbers: new Float64Array(0), places: [] });
  });
});
