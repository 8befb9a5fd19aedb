/** Steps on runs of parameters, and the question whether these are finite. */
import { describe, expect, it } from 'vitest';
import { EPSILON, TINY } from '../../support/engine/rounding.js';
import {
  BUILDS,
  type KernelBuild,
  type KernelFunctions,
  type Neighbours,
  openBuild,
  sameBits,
  Workbench,
} from '../../support/engine/workbench.js';
import { beyondBound, Findings } from '../../support/findings.js';
import { SeededRandom } from '../../support/seeded.js';

/** Lengths are whole vectors: 1 to 67 of them, and powers of two with their neighbours. */
const LENGTHS = [
  ...Array.from({ length: 67 }, (_, i) => 4 * (i + 1)),
  ...[128, 256, 512, 1024].flatMap((power) => [4 * (power - 1), 4 * power, 4 * (power + 1)]),
];

type Numbers = 'weights' | 'gradients' | 'first' | 'second';

/** What an optimizer works on; what is not given holds zeros. */
function tensors(
  build: KernelBuild,
  random: SeededRandom,
  values: { readonly [name in Numbers]?: Float32Array } & { readonly gradients: Float32Array },
) {
  const bench = new Workbench(build, random.pick<Neighbours>(['signal', 'nan']));
  const width = values.gradients.length;
  const tensor = (name: Numbers) => bench.inOut(name, { rows: 1, width }, values[name] ?? new Float32Array(width));
  const [W, G, M, V] = [tensor('weights'), tensor('gradients'), tensor('first'), tensor('second')];
  return { W, G, M, V, faults: () => bench.faults() };
}

type Kind = 'sgd' | 'momentum' | 'nesterov' | 'adam' | 'adamw' | 'rmsprop' | 'adagrad';

interface Step {
  readonly rate: number;
  readonly scale: number;
  readonly decay: number;
}

const MOMENTUM = 0.75;
const KEEP = 0.875;
const CORRECTION = 1.5;
const EPS = 2 ** -10;
const KEPT = 0.96875;

function runStep(
  kernel: KernelFunctions,
  kind: Kind,
  [w, g, m, v]: readonly [number, number, number, number],
  bytes: number,
  { rate, scale, decay }: Step,
): void {
  if (kind === 'sgd') {
    kernel.sgdStep(w, g, bytes, rate, scale, decay);
  } else if (kind === 'momentum' || kind === 'nesterov') {
    kernel.momentumStep(w, g, m, bytes, rate, scale, decay, MOMENTUM, Number(kind === 'nesterov'));
  } else if (kind === 'adam' || kind === 'adamw') {
    const shrink = kind === 'adamw' ? 1 - KEPT : 0;
    const gain = 1 - KEEP;
    kernel.adaptiveStep(w, g, m, v, bytes, rate, scale, decay, shrink, MOMENTUM, KEEP, gain, CORRECTION, EPS);
  } else {
    const sums = kind === 'adagrad';
    kernel.adaptiveStep(w, g, 0, v, bytes, rate, scale, decay, 0, 0, sums ? 1 : KEEP, sums ? 1 : 1 - KEEP, 1, EPS);
  }
}

/** The same in float64. */
function steppedBy(kind: Kind, values: { readonly [name in Numbers]: Float32Array }, { rate, scale, decay }: Step) {
  const weights = Float64Array.from(values.weights);
  const first = Float64Array.from(values.first);
  const second = Float64Array.from(values.second);
  for (let i = 0; i < weights.length; i++) {
    const w = weights[i] as number;
    const g = Math.fround(scale) * (values.gradients[i] as number) + Math.fround(decay) * w;
    let [direction, kept] = [g, 1];
    if (kind === 'momentum' || kind === 'nesterov') {
      const velocity = MOMENTUM * (first[i] as number) + g;
      first[i] = velocity;
      direction = kind === 'nesterov' ? g + MOMENTUM * velocity : velocity;
    } else if (kind !== 'sgd') {
      const keep = kind === 'adagrad' ? 1 : KEEP;
      const gain = kind === 'adagrad' ? 1 : 1 - KEEP;
      second[i] = keep * (second[i] as number) + gain * g * g;
      const adam = kind === 'adam' || kind === 'adamw';
      if (adam) first[i] = MOMENTUM * (first[i] as number) + (1 - MOMENTUM) * g;
      kept = kind === 'adamw' ? KEPT : 1;
      direction = (adam ? (first[i] as number) : g) / ((adam ? CORRECTION : 1) * Math.sqrt(second[i] as number) + EPS);
    }
    weights[i] = kept * w - Math.fround(rate) * direction;
  }
  return { weights, first, second };
}

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

  it('multiply multiplies, and scaled into another place, where tiny numbers become 0', () => {
    const findings = new Findings();
    const random = new SeededRandom('multiply');
    for (const length of LENGTHS) {
      const values = random.floats(length).map((value) => value * random.pick([1, 1e-29, Number.NaN]));
      const bench = new Workbench(build, random.pick<Neighbours>(['signal', 'nan']));
      const V = bench.inOut('values', { rows: 1, width: length }, values);
      const S = bench.output('scaled', { rows: 1, width: length });
      build.kernel.scaled(S.address, V.address, 4 * length, -0.1);
      build.kernel.multiply(V.address, 4 * length, -0.1);
      const expected = values.map((value) => value * Math.fround(-0.1));
      const flushed = expected.map((value) => (Math.abs(value) < TINY ? 0 : value));
      findings.add(`length ${length}`, [
        sameBits(V.read(), expected) ? undefined : 'other products',
        sameBits(S.read(), flushed) ? undefined : 'other scaled numbers',
        ...bench.faults(),
      ]);
    }
    findings.expectNone(LENGTHS.length);
  });

  it('penalize adds the derivatives of both penalties', () => {
    const findings = new Findings();
    const random = new SeededRandom('penalize');
    for (const length of LENGTHS) {
      const weights = random.floats(length).map((value) => random.pick([value, value, 0, -0]));
      const gradients = random.floats(length);
      const [l1, l2] = [random.pick([0, 0.01]), random.pick([0, 0.25])].map(Math.fround) as [number, number];
      const { W, G, faults } = tensors(build, random, { weights, gradients });
      build.kernel.penalize(W.address, G.address, 4 * length, l1, l2);
      const expected = Float64Array.from(gradients, (gradient, i) => {
        const weight = weights[i] as number;
        return gradient + l1 * Math.sign(weight) + l2 * weight;
      });
      findings.add(`length ${length}`, [
        beyondBound('g', G.read(), expected, (i) => EPSILON * (Math.abs(expected[i] as number) + 2)),
        sameBits(W.read(), weights) ? undefined : 'weights changed',
        ...faults(),
      ]);
    }
    findings.expectNone(LENGTHS.length);
  });

  it('clip cuts what is beyond the limit, lets NaN be, and squareSum adds squares', () => {
    const findings = new Findings();
    const random = new SeededRandom('clip');
    for (const length of LENGTHS) {
      const gradients = random.floats(length, 4);
      gradients[random.integer(0, length - 1)] = Number.POSITIVE_INFINITY;
      const limit = Math.fround(random.pick([0.1, 1, 3]));
      const { G, faults } = tensors(build, random, { gradients });
      build.kernel.clip(G.address, 4 * length, limit);
      const expected = gradients.map((value) => Math.max(-limit, Math.min(limit, value)));
      const squares = expected.reduce((sum, value) => sum + value * value, 0);
      findings.add(`length ${length}`, [
        sameBits(G.read(), expected) ? undefined : 'other numbers',
        beyondBound('sum', [build.kernel.squareSum(G.address, 4 * length)], [squares], () => 1e-12 * squares),
        ...faults(),
      ]);
      gradients.fill(Number.NaN);
      G.write(gradients);
      build.kernel.clip(G.address, 4 * length, limit);
      if (!G.read().every(Number.isNaN)) findings.add(`length ${length}`, ['NaN became a number']);
    }
    findings.expectNone(LENGTHS.length);
  });

  it.each(['sgd', 'momentum', 'nesterov', 'adam', 'adamw', 'rmsprop', 'adagrad'] as const)(
    '%s takes the steps of its formula, and leaves a padding of 0 as it is',
    (kind) => {
      const findings = new Findings();
      const random = new SeededRandom(kind);
      for (const length of LENGTHS) {
        const weights = random.floats(length);
        const first = random.floats(length, 0.1);
        const second = random.floats(length, 0.1).map(Math.abs);
        const gradients = random.floats(length);
        // The last vector is padding.
        for (const values of [weights, first, second, gradients]) values.fill(0, length - 4);
        const { W, G, M, V, faults } = tensors(build, random, { weights, gradients, first, second });
        const step = { rate: 0.05, scale: random.pick([1, 0.3]), decay: random.pick([0, 0.02]) };
        runStep(build.kernel, kind, [W.address, G.address, M.address, V.address], 4 * length, step);
        const expected = steppedBy(kind, { weights, gradients, first, second }, step);
        const near = (name: string, actual: Float32Array, values: Float64Array) =>
          beyondBound(name, actual, values, (i) => 8 * EPSILON * (Math.abs(values[i] as number) + 0.1));
        findings.add(`length ${length}`, [
          near('w', W.read(), expected.weights),
          near('m', M.read(), expected.first),
          near('v', V.read(), expected.second),
          sameBits(G.read(), gradients) ? undefined : 'gradients changed',
          [W, M, V].some((tensor) =>
            tensor
              .read()
              .subarray(length - 4)
              .some((value) => value !== 0),
          )
            ? 'the padding moved'
            : undefined,
          ...faults(),
        ]);
      }
      findings.expectNone(LENGTHS.length);
    },
  );

  it('adamw shrinks weights by what it is told, however little, over many steps', () => {
    const random = new SeededRandom('shrink');
    const zeros = new Float32Array(4);
    const { W, G, M, V } = tensors(build, random, { weights: zeros.map(() => 1), gradients: zeros });
    const [shrink, steps] = [1e-5, 20_000];
    for (let i = 0; i < steps; i++) {
      build.kernel.adaptiveStep(
        W.address,
        G.address,
        M.address,
        V.address,
        16,
        0,
        1,
        0,
        shrink,
        MOMENTUM,
        KEEP,
        1 - KEEP,
        1,
        EPS,
      );
    }
    // As 1 - shrink in float32 it would be off by 1.4% of what is lost.
    for (const weight of W.read()) expect(Math.abs(-Math.log(weight) / (steps * shrink) - 1)).toBeLessThan(2e-3);
  });

  it('remembers no denormal number, and takes no square that would be one', () => {
    const tiny = Float32Array.of(1e-39, -1e-39, 1e-31, -1e-31, 1e-20, -1e-18, 1e-44, 0);
    const random = new SeededRandom('denormal');
    const { W, G, M, V } = tensors(build, random, {
      weights: new Float32Array(8),
      gradients: tiny,
      first: tiny,
      second: tiny.map(Math.abs),
    });
    runStep(build.kernel, 'adam', [W.address, G.address, M.address, V.address], 32, { rate: 1, scale: 1, decay: 0 });
    const normal = (value: number): boolean => value === 0 || Math.abs(value) >= 2 ** -126;
    expect([...M.read(), ...V.read()].every(normal)).toBe(true);
  });

  it('largest finds the largest magnitude and a single bad number anywhere, and none among NaN neighbours', () => {
    const findings = new Findings();
    const random = new SeededRandom('largest');
    for (const length of LENGTHS) {
      const values = random.floats(length, 3e38);
      const bench = new Workbench(build, 'nan');
      const V = bench.inOut('values', { rows: 1, width: length }, values);
      const ask = (): number => build.kernel.largest(V.address, 4 * length);
      const expected = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      const problems = [ask() === expected ? undefined : `is ${ask()}, expected ${expected}`];
      for (const place of [0, length - 1, random.integer(0, length - 1)]) {
        for (const most of [3.3e38, -3.3e38, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN]) {
          const spoiled = values.slice();
          spoiled[place] = most;
          V.write(spoiled);
          if (!Object.is(ask(), Math.abs(Math.fround(most))))
            problems.push(`${most} at ${place} was not found: ${ask()}`);
        }
      }
      findings.add(`length ${length}`, [...problems, ...bench.faults()]);
    }
    findings.expectNone(LENGTHS.length);
  });

  it('largest takes the largest, the smallest, subnormal numbers and both zeros', () => {
    const largest = 3.4028234663852886e38;
    for (const [values, expected] of [
      [[largest, -largest, 1e-45, -1e-45, 0, -0, 1, -1], largest],
      [[0, -0, 1e-45, 0, 0, -1e-45, 0, -0], Math.fround(1e-45)],
      [[-0, -0, -0, -0, -0, -0, -0, -0], 0],
      [[1, Number.NEGATIVE_INFINITY, Number.NaN, 1, 1, 1, Number.POSITIVE_INFINITY, 1], Number.NaN],
    ] as const) {
      const bench = new Workbench(build, 'nan');
      const V = bench.input('values', { rows: 1, width: 8 }, Float32Array.from(values));
      expect(build.kernel.largest(V.address, 32)).toBe(expected);
    }
  });
});
