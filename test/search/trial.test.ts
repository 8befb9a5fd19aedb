/** What trials draw: values in their ranges, by name, by the seed alone. */
import { describe, expect, it } from 'vitest';
import { DrawingTrial, RandomSampler, replay } from '../../src/search/trial.js';
import { expectRefused } from '../support/refusals.js';
import { SEED } from '../support/seeded.js';

const trials = (count: number): DrawingTrial[] =>
  Array.from({ length: count }, (_, number) => new DrawingTrial(number, new RandomSampler(SEED, number)));
const trial = (): DrawingTrial => trials(1)[0] as DrawingTrial;

describe('a trial draws', () => {
  it('each of the choices, about as often as the others', () => {
    const counts = new Map<string, number>();
    for (const one of trials(3000)) {
      const value = one.choice('kind', ['a', 'b', 'c']);
      counts.set(value, (counts.get(value) ?? 0) + 1);
    }
    // 1000 expected, with a deviation of 26.
    for (const value of ['a', 'b', 'c']) expect(Math.abs((counts.get(value) ?? 0) - 1000)).toBeLessThan(130);
  });

  it('every whole number from low to high, with a step only those', () => {
    const all = new Set(trials(500).map((one) => one.integer('units', 3, 6)));
    expect([...all].toSorted()).toEqual([3, 4, 5, 6]);
    const even = new Set(trials(500).map((one) => one.integer('units', 2, 9, { step: 3 })));
    expect([...even].toSorted()).toEqual([2, 5, 8]);
    expect(trial().integer('same', 4, 4)).toBe(4);
  });

  it('small whole numbers as often as large ones by log', () => {
    const drawn = trials(2000).map((one) => one.integer('units', 1, 1024, { log: true }));
    const below = drawn.filter((value) => value < 32).length;
    expect(Math.min(...drawn)).toBe(1);
    expect(Math.max(...drawn)).toBeGreaterThan(900);
    // log(31.5 / 0.5) / log(1024.5 / 0.5) = 0.543
    expect(Math.abs(below / 2000 - 0.543)).toBeLessThan(0.06);
  });

  it('numbers between low and high, by log in each decade alike', () => {
    const drawn = trials(2000).map((one) => one.float('rate', 1e-4, 1, { log: true }));
    expect(Math.min(...drawn)).toBeGreaterThanOrEqual(1e-4);
    expect(Math.max(...drawn)).toBeLessThanOrEqual(1);
    expect(Math.abs(drawn.filter((value) => value < 1e-2).length / 2000 - 0.5)).toBeLessThan(0.06);
    const linear = trials(2000).map((one) => one.float('l2', -1, 3));
    expect(Math.abs(linear.filter((value) => value < 1).length / 2000 - 0.5)).toBeLessThan(0.06);
  });

  it('by name: another parameter before changes nothing, and the same name gives the same value', () => {
    const [alone, second] = [trial(), trial()];
    const value = alone.float('rate', 0, 1);
    second.integer('units', 1, 100);
    expect(second.float('rate', 0, 1)).toBe(value);
    expect(second.float('rate', 0, 1)).toBe(value);
    expect(second.parameters).toEqual({ units: second.integer('units', 1, 100), rate: value });
  });

  it('other values in each trial and for each seed', () => {
    const values = trials(20).map((one) => one.float('rate', 0, 1));
    expect(new Set(values).size).toBe(20);
    expect(new DrawingTrial(0, new RandomSampler(SEED + 1, 0)).float('rate', 0, 1)).not.toBe(values[0]);
  });

  it('these values for the seed 7, today and tomorrow', () => {
    const one = new DrawingTrial(4, new RandomSampler(7, 4));
    expect([
      one.integer('units', 1, 64),
      one.float('rate', 1e-4, 1e-1, { log: true }),
      one.choice('kind', ['a', 'b']),
    ]).toEqual(PINNED);
  });
});

/** Studies of older versions go on with these. */
const PINNED = [20, 0.0011525040650387168, 'a'];

describe('replay', () => {
  it('gives what a trial drew, and refuses other names', async () => {
    const one = trial();
    const ask = (asked: Pick<DrawingTrial, 'choice' | 'integer' | 'float'>): unknown[] => [
      asked.choice('kind', ['a', 'b']),
      asked.integer('units', 1, 9),
      asked.float('rate', 0, 1),
    ];
    const drawn = ask(one);
    const again = replay({ number: 3, parameters: one.parameters });
    expect(ask(again)).toEqual(drawn);
    expect(again.number).toBe(3);
    await expectRefused(() => again.float('momentum', 0, 1), 'ERR_MISSING', /^replay: trial 3 did not draw momentum/);
  });

  it('refuses what is no trial', async () => {
    const parameters = {};
    const all = [null, undefined, 3, 'x', [], new Map(), () => 1, {}, { number: 1 }, { parameters }];
    const odd = [
      { number: -1, parameters },
      { number: 1.5, parameters },
      { number: '1', parameters },
    ];
    for (const value of [...all, ...odd, { number: 1, parameters: null }, { number: 1, parameters: [] }]) {
      const message = /^replay: trial is .*, expected a trial of a study: its number and its parameters\.$/;
      await expectRefused(() => replay(value as never), 'ERR_INVALID_TYPE', message);
    }
    const odder = replay({ number: 0, parameters: { a: new Map() } });
    await expectRefused(() => odder.choice('a', [1]), 'ERR_INVALID_TYPE', /^replay: a has the value a Map/);
  });
});

describe('what was drawn', () => {
  it('is a copy: who changes it changes no trial, and no choice', () => {
    const values = [[8, { a: [4] }]] as const;
    const one = trial();
    const value = one.choice('layers', values) as unknown as [number, { a: number[] }];
    expect(value).toBe(values[0]);
    value[1].a[0] = 9;
    expect(one.parameters).toEqual({ layers: [8, { a: [4] }] });
    const best = { number: 0, parameters: one.parameters };
    (replay(best).choice('layers', values) as unknown as unknown[]).length = 0;
    expect(best.parameters).toEqual({ layers: [8, { a: [4] }] });
  });

  it('may be watched by a library', () => {
    const one = trial();
    one.choice('layers', new Proxy([new Proxy([1], {})], {}));
    expect(structuredClone(one.parameters)).toEqual({ layers: [1] });
  });

  it('keeps -0', () => {
    const one = trial();
    expect(one.choice('zero', [-0])).toBe(-0);
    expect(one.parameters.zero).toBe(-0);
  });
});

describe('a trial refuses', () => {
  it('names and ranges that are none', async () => {
    const one = trial();
    await expectRefused(() => one.choice('', [1]), 'ERR_INVALID_TYPE', /^trial\.choice: name is "", expected a name/);
    await expectRefused(() => one.choice('a', []), 'ERR_INVALID_OPTION', /expected values in an array/);
    await expectRefused(() => one.integer('b', 5, 4), 'ERR_INVALID_OPTION', /^trial\.integer: b: high is 4/);
    await expectRefused(() => one.integer('b', 0, 4, { log: true }), 'ERR_INVALID_OPTION', /low is 0/);
    await expectRefused(() => one.integer('b', 1, 9, { log: true, step: 2 }), 'ERR_INVALID_OPTION', /log and step/);
    await expectRefused(() => one.integer('b', 1, 9, { stpe: 2 } as object), 'ERR_INVALID_OPTION', /"?stpe"?/);
    await expectRefused(() => one.float('c', 0, 1, { log: true }), 'ERR_INVALID_OPTION', /low is 0/);
    await expectRefused(() => one.float('c', Number.NaN, 1), 'ERR_INVALID_OPTION', /low is NaN/);
    await expectRefused(() => one.float('c', 2, 1), 'ERR_INVALID_OPTION', /high is 1/);
  });

  it('a name that was drawn in another way', async () => {
    const one = trial();
    one.integer('units', 1, 8);
    const message = /^trial: units was drawn before in another way/;
    await expectRefused(() => one.integer('units', 1, 9), 'ERR_INVALID_OPTION', message);
    await expectRefused(() => one.choice('units', [1, 2]), 'ERR_INVALID_OPTION', message);
  });

  it('choices that a file cannot keep', async () => {
    for (const value of [undefined, Number.NaN, () => 1, new Map(), Symbol('a'), { a: new Date(0) }]) {
      await expectRefused(() => trial().choice('a', [value]), 'ERR_INVALID_TYPE', /which a study cannot keep/);
    }
    expect(trial().choice('a', [{ b: [1, null, 'c', true] }])).toEqual({ b: [1, null, 'c', true] });
    const nested = (levels: number): unknown[] => (levels === 0 ? [] : [nested(levels - 1)]);
    trial().choice('a', [nested(100)]);
    for (const levels of [101, 3000]) {
      await expectRefused(
        () => trial().choice('a', [nested(levels)]),
        'ERR_INVALID_TYPE',
        /at most 100 inside each other/,
      );
    }
  });
});
