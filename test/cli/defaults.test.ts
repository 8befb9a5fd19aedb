/** Settings that are chosen by the figures of a table. */
import { describe, expect, it } from 'vitest';
import { balancedWeights, defaultSettings } from '../../src/cli/defaults.js';

describe('settings', () => {
  it('of a usual table', () => {
    expect(defaultSettings({ rows: 20000, inputs: 20, classes: undefined })).toEqual({
      layers: [64, 32],
      activation: 'relu',
      optimizer: 'adam',
      learningRate: 0.001,
      batchSize: 64,
      epochs: 200,
      patience: 20,
      validation: 0.1,
      dropout: 0,
      l2: 0,
      classWeights: 'none',
      loss: undefined,
    });
  });

  it('hold weights small where inputs are many for so few rows', () => {
    expect(defaultSettings({ rows: 500, inputs: 51, classes: undefined }).l2).toBe(0.01);
    expect(defaultSettings({ rows: 500, inputs: 50, classes: undefined }).l2).toBe(0);
  });

  it('of two classes give weights where one has less than a tenth of the rows', () => {
    expect(defaultSettings({ rows: 1000, inputs: 5, classes: [950, 50] })).toMatchObject({
      classWeights: 'balanced',
      l2: 0.01,
    });
    expect(defaultSettings({ rows: 1000, inputs: 5, classes: [100, 900] }).classWeights).toBe('none');
    expect(defaultSettings({ rows: 1000, inputs: 5, classes: [10, 490, 500] }).classWeights).toBe('none');
  });

  it('of a small table: smaller layers and batches, more epochs, more to validate with', () => {
    expect(defaultSettings({ rows: 60, inputs: 4, classes: undefined })).toMatchObject({
      layers: [16],
      batchSize: 16,
      epochs: 500,
      validation: 0.2,
    });
  });
});

it('balanced weights make all classes count alike, and a row 1 on average', () => {
  expect(balancedWeights([900, 100])).toEqual([0.5556, 5]);
  expect(balancedWeights([5, 0, 15])).toEqual([2, 1, 0.6667]);
});
