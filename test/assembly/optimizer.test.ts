/** Steps on runs of parameters, and the question whether these are finite. */
import { describe, expect, it } from 'vitest';
import { beyondBound, Findings } from '../findings.js';
import { SeededRandom } from '../seeded.js';
import { BUILDS, type Neighbours, openBuild, sameBits, Workbench } from './harness.js';

const EPSILON = 2 ** -23;
/** Lengths are whole vectors: 1 to 67 of them, and powers of two with their neighbours. */
const LENGTHS = [
  ...Array.from({ length: 67 }, (_, i) => 4 * (i + 1)),
  ...[128, 256, 512, 1024].flatMap((power) => [4 * (power - 1), 4 * power, 4 * (power + 1)]),
];

describe.each(BUILDS)('optimizer kernels, %s build', (name) => {
  const build = openBuild(name);

  it('addScaled adds scale times the source', () => {
    const findings = new Findings();
    const random = new SeededRandom('addScaled');
    for (const length of LENGTHS) {
      const [target, source] = [random.floats(length), random.floats(length)];
      const scale = Math.fround(random.pick([1, -0.1, 0.75]));
      const run = (neighbours: Neighbours) => {
        const bench = new Workbench(build, neighbours);
        const T = bench.inOut('target', { rows: 1, width: length }, target);
        const S = bench.input('source', { rows: 1, width: length }, source);
        build.kernel.addScaled(T.address, S.address, 4 * length, scale);
        return { values: T.read(), faults: bench.faults() };
      };
      const { values, faults } = run('signal');
      const spoiled = run('nan');
      const expected = Float64Array.from(target, (value, i) => value + scale * (source[i] as number));
      const sum = (i: number): number => Math.abs(target[i] as number) + Math.abs(scale * (source[i] as number));
      findings.add(`length ${length}`, [
        beyondBound('target', values, expected, (i) => EPSILON * sum(i)),
        sameBits(values, spoiled.values) ? undefined : 'NaN next to the buffers changed the result',
        ...faults,
        ...spoiled.faults,
      ]);
    }
    findings.expectNone(LENGTHS.length);
  });

  it('addScaled of no bytes does nothing', () => {
    const bench = new Workbench(build, 'signal');
    const T = bench.input('target', { rows: 1, width: 4 }, Float32Array.of(1, 2, 3, 4));
    build.kernel.addScaled(T.address, T.address, 0, 1);
    expect(bench.faults()).toEqual([]);
  });

  it('multiply multiplies', () => {
    const findings = new Findings();
    const random = new SeededRandom('multiply');
    for (const length of LENGTHS) {
      const values = random.floats(length);
      const bench = new Workbench(build, random.pick<Neighbours>(['signal', 'nan']));
      const V = bench.inOut('values', { rows: 1, width: length }, values);
      build.kernel.multiply(V.address, 4 * length, -0.1);
      const expected = values.map((value) => value * Math.fround(-0.1));
      findings.add(`length ${length}`, [
        sameBits(V.read(), expected) ? undefined : 'other products',
        ...bench.faults(),
      ]);
    }
    findings.expectNone(LENGTHS.length);
  });

  it('allFinite finds a single bad number anywhere, and none among NaN neighbours', () => {
    const findings = new Findings();
    const random = new SeededRandom('allFinite');
    for (const length of LENGTHS) {
      const values = random.floats(length, 3e38);
      const bench = new Workbench(build, 'nan');
      const V = bench.inOut('values', { rows: 1, width: length }, values);
      const ask = (): boolean => build.kernel.allFinite(V.address, 4 * length) !== 0;
      const problems = [ask() ? undefined : 'finite numbers were called bad'];
      for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
        for (const place of [0, length - 1, random.integer(0, length - 1)]) {
          const spoiled = values.slice();
          spoiled[place] = bad;
          V.write(spoiled);
          if (ask()) problems.push(`${bad} at ${place} was called finite`);
        }
      }
      findings.add(`length ${length}`, [...problems, ...bench.faults()]);
    }
    findings.expectNone(LENGTHS.length);
  });

  it('allFinite takes the largest, the smallest, subnormal numbers and both zeros', () => {
    const bench = new Workbench(build, 'nan');
    const largest = 3.4028234663852886e38;
    const V = bench.input(
      'values',
      { rows: 1, width: 8 },
      Float32Array.of(largest, -largest, 1e-45, -1e-45, 0, -0, 1, -1),
    );
    expect(build.kernel.allFinite(V.address, 32)).not.toBe(0);
  });
});
