/** Options that are undefined are as if left out, and types allow them also where `exactOptionalPropertyTypes` is set, as it is here. */
import { expect, it } from 'vitest';
import { type FitOptions, type LayerOptions, Network, type NetworkOptions, type StepOptions } from '../../src/index.js';
import { fingerprint } from '../support/networks.js';

const unset = undefined;

const LAYER: LayerOptions = {
  units: 2,
  activation: unset,
  initializer: unset,
  bias: unset,
  dropout: unset,
  l1: unset,
  l2: unset,
  trainable: unset,
};

const OPTIONS: NetworkOptions = {
  inputs: 2,
  layers: [LAYER],
  loss: unset,
  optimizer: { type: 'sgd', learningRate: unset, momentum: unset, nesterov: unset, weightDecay: unset },
  seed: unset,
  normalize: unset,
  normalizeTargets: unset,
  labels: unset,
  engine: unset,
  threads: unset,
  relaxed: unset,
  wideVectors: unset,
};

const FIT: FitOptions = {
  epochs: 2,
  batchSize: unset,
  shuffle: unset,
  validation: unset,
  earlyStopping: { patience: 5, minDelta: unset, restoreBest: unset },
  stopAt: { loss: 0, accuracy: unset, seconds: unset },
  learningRate: { type: 'step', learningRate: unset, every: unset, factor: unset },
  classWeights: { 0: unset, 1: 1 },
  sampleWeights: unset,
  clipNorm: unset,
  clipValue: unset,
  background: unset,
  onEpoch: unset,
  onProgress: unset,
  signal: unset,
};

const STEP: StepOptions = { learningRate: unset, clipNorm: unset, clipValue: unset, sampleWeights: unset };

it('options left undefined are as if left out', async () => {
  const network = await Network.create(OPTIONS);
  const twin = await Network.create({ inputs: 2, layers: [{ units: 2 }] });
  const inputs = [
    [0, 1],
    [1, 0],
  ];
  const classes = Uint8Array.of(0, 1);
  await network.fit(inputs, classes, FIT);
  await twin.fit(inputs, classes, { epochs: 2 });
  network.trainOnBatch(inputs, classes, STEP);
  twin.trainOnBatch(inputs, classes);
  network.setParameters(0, { weights: unset, biases: unset });
  expect(fingerprint(network)).toBe(fingerprint(twin));
});
