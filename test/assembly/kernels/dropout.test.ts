/** Dropout against its twin: what is dropped, by how much the rest grows, and that neither depends on how rows are cut into calls. */
import { describe, expect, it } from 'vitest';
import { paddedUnits } from '../../../src/engine/wasm/panels.js';
import { ROW_SHAPES } from '../../support/engine/codes.js';
import * as twin from '../../support/engine/reference.js';
import {
  BUILDS,
  type KernelBuild,
  type Neighbours,
  openBuild,
  sameBits,
  Workbench,
} from '../../support/engine/workbench.js';
import { Findings } from '../../support/findings.js';
import { SeededRandom } from '../../support/seeded.js';

interface Drop {
  readonly p: number;
  readonly key: number;
  readonly firstRow: number;
}

/** The key of layer 0, as src/engine/wasm gives the network's and the kernel mixes the layer in. */
function layerKey(key: number): number {
  const hash = (x: number): number => {
    const once = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
    const twice = Math.imul(once ^ (once >>> 13), 0xc2b2ae35);
    return (twice ^ (twice >>> 16)) >>> 0;
  };
  return hash((key + 0x9e3779b9) >>> 0);
}

function run(
  build: KernelBuild,
  shape: { B: number; O: number },
  { p, key, firstRow }: Drop,
  a: Float32Array,
  s: Float32Array,
  neighbours: Neighbours,
) {
  const { B, O } = shape;
  const bench = new Workbench(build, neighbours);
  const A = bench.inOut('A', { rows: B, width: O, owned: paddedUnits(O) }, a);
  const S = bench.inOut('S', { rows: B, width: O, owned: paddedUnits(O) }, s);
  const threshold = Math.round(p * 2 ** 32);
  const call = (row: number, rows: number): void =>
    build.kernel.dropout(
      threshold,
      1 / (1 - p),
      layerKey(key),
      firstRow + row,
      rows,
      A.row(row),
      S.row(row),
      A.rowBytes,
    );
  call(0, B);
  const [values, slopes] = [A.read(), S.read()];
  const problems = bench.faults();
  if ([...A.padding(), ...S.padding()].some((value) => value !== 0)) problems.push('the padding is not 0');
  A.write(a);
  S.write(s);
  for (let row = 0; row < B; row++) call(row, 1);
  if (!sameBits(A.read(), values) || !sameBits(S.read(), slopes)) problems.push('rows in calls of their own differ');
  return { values, slopes, problems: [...problems, ...bench.faults()] };
}

describe.each(BUILDS)('the dropout kernel, %s build', (name) => {
  const build = openBuild(name);

  it('drops what the twin drops', () => {
    const findings = new Findings();
    const random = new SeededRandom('dropout');
    for (const shape of ROW_SHAPES) {
      const { B, O } = shape;
      const [a, s] = [random.floats(B * O), random.floats(B * O)];
      const drop = {
        p: random.pick([0.1, 0.25, 0.5, 0.9, random.uniform()]),
        key: random.integer(0, 2 ** 32 - 1),
        firstRow: random.pick([0, 1, 1000, random.integer(0, 2 ** 31 - 2000)]),
      };
      const { values, slopes, problems } = run(build, shape, drop, a, s, 'signal');
      const spoiled = run(build, shape, drop, a, s, 'nan');
      if (!sameBits(values, spoiled.values)) problems.push('NaN next to the buffers changed the result');
      const factors = twin.dropoutFactors(drop.key, 0, drop.p, drop.firstRow, B, O);
      const scale = Math.fround(1 / (1 - drop.p));
      const expected = (from: Float32Array): Float32Array =>
        from.map((value, i) => (factors[i] === 0 ? 0 : Math.fround(value * scale)));
      findings.add(`B=${B} O=${O} p=${drop.p}`, [
        sameBits(values, expected(a)) ? undefined : 'other outputs',
        sameBits(slopes, expected(s)) ? undefined : 'other derivatives',
        ...problems,
        ...spoiled.problems,
      ]);
    }
    findings.expectNone(ROW_SHAPES.length);
  });

  it.each([0.1, 0.5, 0.9])('drops a share of %d, of every unit and every row, whatever the key', (p) => {
    const [B, O] = [256, 64];
    const ones = new Float32Array(B * O).fill(1);
    for (const key of [0, 1, 2, 0xffffffff]) {
      const { values } = run(build, { B, O }, { p, key, firstRow: 0 }, ones, ones, 'signal');
      const [byUnit, byRow] = [new Uint32Array(O), new Uint32Array(B)];
      for (let row = 0, i = 0; row < B; row++) {
        for (let unit = 0; unit < O; unit++) {
          if (values[i++] !== 0) continue;
          byUnit[unit] = (byUnit[unit] as number) + 1;
          byRow[row] = (byRow[row] as number) + 1;
        }
      }
      /** Within five standard deviations of a share of n. */
      const expectNear = (dropped: number, n: number): void =>
        expect(Math.abs(dropped / n - p)).toBeLessThan(5 * Math.sqrt((p * (1 - p)) / n));
      expectNear(
        byRow.reduce((sum, dropped) => sum + dropped, 0),
        B * O,
      );
      for (const dropped of byUnit) expectNear(dropped, B);
      for (const dropped of byRow) expectNear(dropped, O);
    }
  });
});
