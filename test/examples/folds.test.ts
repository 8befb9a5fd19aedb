import { expect, test } from 'vitest';
import { accuracyOf, crossValidate, meanScore } from '../../examples/data/folds.js';

/** Sample i has the input [i]. `learn` answers with the inputs, so that an answer tells its sample. */
const samples = (count: number) => ({
  inputs: Array.from({ length: count }, (_, i) => [i]),
  targets: Array.from({ length: count }, (_, i) => (i < count / 3 ? 'a' : 'b')),
});

test('every sample is held out once, never from a training that saw it, with its own target', async () => {
  const all = samples(47);
  const seen: number[] = [];
  for (const stratified of [false, true]) {
    for await (const fold of crossValidate(all, { seed: 1, stratified }, async (training, heldOut) => {
      const both = [...training.inputs, ...heldOut].flat();
      expect(both.toSorted((a, b) => a - b)).toEqual(all.inputs.flat());
      training.inputs.forEach(([i], place) => {
        expect(training.targets[place]).toBe(all.targets[i as number]);
      });
      return heldOut;
    })) {
      expect(fold.answers).toEqual(fold.inputs);
      expect(fold.targets).toEqual(fold.inputs.map(([i]) => all.targets[i as number]));
      seen.push(...fold.inputs.flat());
    }
  }
  const once = seen.slice(0, 47).toSorted((a, b) => a - b);
  expect(once).toEqual(all.inputs.flat());
  expect(seen.slice(47).toSorted((a, b) => a - b)).toEqual(once);
});

test('stratified folds have their share of every target', async () => {
  for await (const { targets } of crossValidate(samples(60), { seed: 1, stratified: true }, async () => [])) {
    expect(targets.filter((target) => target === 'a')).toHaveLength(2);
    expect(targets).toHaveLength(6);
  }
});

test('the seed decides the folds', async () => {
  const heldOutWith = async (seed: number) => {
    const inputs: number[][] = [];
    for await (const fold of crossValidate(samples(60), { seed, stratified: false }, async () => [])) {
      inputs.push(...fold.inputs);
    }
    return inputs;
  };
  expect(await heldOutWith(1)).toEqual(await heldOutWith(1));
  expect(await heldOutWith(1)).not.toEqual(await heldOutWith(2));
});

test('scores', async () => {
  expect(
    accuracyOf({ targets: ['a', 'b', 'a', 'a'], answers: [{ label: 'a' }, { label: 'a' }, {}, { label: 'a' }] }),
  ).toBe(0.5);
  expect(await meanScore([1, 2, 6], (score) => score)).toBe(3);
});
