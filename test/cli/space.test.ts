/** What a search of the command looks for: what it draws, what it leaves as it was given. */
import { describe, expect, it } from 'vitest';
import { defaultSettings } from '../../src/cli/defaults.js';
import { checkSpace, type Space, shortened, spaceFor } from '../../src/cli/space.js';
import { WrongUse } from '../../src/cli/wrong-use.js';
import { DrawingTrial, RandomSampler } from '../../src/search/trial.js';

const spaceOf = (rows: number, given: Partial<ReturnType<typeof defaultSettings>> = {}): Space =>
  spaceFor(rows, { ...defaultSettings({ rows, inputs: 4, classes: undefined }), ...given }, given);

const drawn = (space: Space, count: number) =>
  Array.from({ length: count }, (_, number) => {
    const trial = new DrawingTrial(number, new RandomSampler(0, number));
    return { settings: space.draw(trial), parameters: trial.parameters };
  });

describe('the space', () => {
  it('has one or two layers, every choice, and rates of every size', () => {
    const space = spaceOf(500);
    const all = drawn(space, 300);
    expect(new Set(all.map(({ settings }) => settings.layers.length))).toEqual(new Set([1, 2]));
    const units = all.flatMap(({ settings }) => settings.layers);
    expect([Math.min(...units) < 10, Math.max(...units) > 110]).toEqual([true, true]);
    expect([Math.min(...units) >= 8, Math.max(...units) <= 128]).toEqual([true, true]);
    for (const { name, values } of space.parameters) {
      if (values === undefined) continue;
      expect(new Set(all.map(({ parameters }) => parameters[name]))).toEqual(new Set(values));
    }
    const rates = all.map(({ settings }) => settings.learningRate);
    // As many below the middle of the logarithms as above it.
    expect(Math.abs(rates.filter((rate) => rate < 0.002).length - 150)).toBeLessThan(45);
  });

  it('names what it draws, and all of that', () => {
    const space = spaceOf(500);
    const names = new Set(drawn(space, 50).flatMap(({ parameters }) => Object.keys(parameters)));
    expect(names).toEqual(new Set(space.parameters.map(({ name }) => name)));
  });

  it('gives the settings again by what was drawn', () => {
    const space = spaceOf(500);
    for (const { settings, parameters } of drawn(space, 20)) expect(space.settingsOf(parameters)).toEqual(settings);
  });

  it('has rates that read as they are', () => {
    expect(shortened(0.00123456)).toBe(0.00123);
    for (const { settings } of drawn(spaceOf(500), 20)) expect(`${settings.learningRate}`.length).toBeLessThan(9);
  });

  it('grows with the rows', () => {
    const most = (rows: number): number =>
      Math.max(...drawn(spaceOf(rows), 300).flatMap(({ settings }) => settings.layers));
    expect([most(50) <= 32, most(500) > 32, most(20_000) > 128]).toEqual([true, true, true]);
  });

  it('draws nothing that was given, and nothing of hidden layers where there are none', () => {
    const some = spaceOf(500, { layers: [7], learningRate: 0.5 });
    expect(some.words.map(([name]) => name)).toEqual(['activation', 'l2', 'dropout', 'batch size']);
    for (const { settings } of drawn(some, 5)) expect(settings).toMatchObject({ layers: [7], learningRate: 0.5 });
    expect(spaceOf(500, { layers: [] }).words.map(([name]) => name)).toEqual(['learning rate', 'l2', 'batch size']);
  });

  it('takes larger rates for optimizers that do not scale their steps', () => {
    const ratesOf = (optimizer: 'adam' | 'sgd'): number[] =>
      drawn(spaceOf(500, { optimizer }), 100).map(({ settings }) => settings.learningRate);
    expect(Math.max(...ratesOf('adam'))).toBeLessThan(0.0201);
    expect(Math.min(...ratesOf('sgd'))).toBeGreaterThan(0.00199);
  });

  it('of nothing is refused', () => {
    const given = { learningRate: 0.1, l2: 0, batchSize: 8 };
    expect(() => checkSpace({ ...given, layers: [] })).toThrow(WrongUse);
    expect(() => checkSpace({ ...given, layers: [3], activation: 'relu', dropout: 0 })).toThrow(/nothing is left/);
    // What spaceFor would look for is not refused.
    for (const some of [
      { ...given, layers: [3] },
      { ...given, activation: 'relu' as const, dropout: 0 },
    ]) {
      expect(() => checkSpace(some)).not.toThrow();
      expect(spaceOf(500, some).words).not.toEqual([]);
    }
  });
});
