/** Words of other libraries in the options of create and fit: the message says what to write here. */
import { describe, expect, it } from 'vitest';
import { Network } from '../../src/index.js';
import { thrownBy } from '../support/refusals.js';

type Row = readonly [word: string, value: unknown, advice: string];

const IN_CREATE: readonly Row[] = [
  // brain.js, synaptic, ml5.
  ['hiddenLayers', [3], 'Did you mean "layers"?'],
  ['hiddenLayers', [3], 'Write layers: [{ units: 3 }, { units: 1 }]'],
  ['inputSize', 2, 'Write inputs: 2'],
  ['outputSize', 1, 'the last layer has as many units as there are outputs'],
  ['activation', 'sigmoid', "Write layers: [{ units: 8, activation: 'relu' }, { units: 1 }]."],
  ['leakyReluAlpha', 0.01, "activation: 'leakyRelu'"],
  ['learningRate', 0.3, "Write optimizer: { type: 'sgd', learningRate: 0.1 }."],
  ['iterations', 20000, 'It belongs to fit: network.fit(inputs, targets, { epochs: 100 }).'],
  ['errorThresh', 0.005, 'network.fit(inputs, targets, { stopAt: { loss: 0.005 } })'],
  ['timeout', 1000, 'network.fit(inputs, targets, { stopAt: { seconds: 10 } })'],
  ['momentum', 0.1, "Write optimizer: { type: 'sgd', momentum: 0.9 }."],
  ['debug', true, 'onEpoch: ({ epoch, loss })'],
  // scikit-learn.
  ['hidden_layer_sizes', [100], 'Did you mean "layers"?'],
  ['max_iter', 200, '{ epochs: 100 }'],
  ['learning_rate_init', 0.001, "optimizer: { type: 'sgd', learningRate: 0.1 }"],
  ['random_state', 1, 'Did you mean "seed"?'],
  ['batch_size', 32, '{ batchSize: 32 }'],
  ['solver', 'adam', "Write optimizer: 'adam'."],
  ['alpha', 1e-4, 'layers: [{ units: 8, l2: 0.0001 }, { units: 1 }]'],
  ['early_stopping', true, '{ earlyStopping: { patience: 10 } }'],
  ['n_iter_no_change', 10, '{ earlyStopping: { patience: 10 } }'],
  ['validation_fraction', 0.1, '{ validation: 0.2 }'],
  ['tol', 1e-4, 'minDelta: 0.0001'],
  ['warm_start', true, 'every fit goes on from the weights that the network has'],
  ['nesterovs_momentum', true, 'nesterov: true'],
  ['verbose', true, 'onEpoch'],
  // Keras, TensorFlow.js, PyTorch.
  ['metrics', ['accuracy'], 'accuracy is reported by itself'],
  ['lossFunction', 'mse', "Write loss: 'meanSquaredError'."],
  ['criterion', 'mse', 'Did you mean "loss"?'],
  ['lr', 0.1, 'Did you mean "optimizer"?'],
  ['dropout', 0.5, 'layers: [{ units: 8, dropout: 0.2 }, { units: 1 }]'],
  ['class_names', ['a'], "Write labels: ['cat', 'dog']."],
];

const IN_FIT: readonly Row[] = [
  ['iterations', 1, 'Did you mean "epochs"?'],
  ['max_iter', 1, 'Did you mean "epochs"?'],
  ['errorThresh', 0.005, 'Write stopAt: { loss: 0.005 }.'],
  ['errorThreshold', 0.005, 'Did you mean "stopAt"?'],
  ['error', 0.005, 'Did you mean "stopAt"?'],
  ['timeout', 1, 'Write stopAt: { seconds: 10 }.'],
  ['log', true, 'Did you mean "onEpoch"?'],
  ['logPeriod', 10, 'Did you mean "onEpoch"?'],
  ['verbose', 1, 'Did you mean "onEpoch"?'],
  ['callbacks', [], 'Did you mean "onEpoch"?'],
  ['callback', () => undefined, 'Did you mean "onEpoch"?'],
  ['momentum', 0.9, "It belongs to Network.create: optimizer: { type: 'sgd', momentum: 0.9 }."],
  ['rate', 0.1, 'Did you mean "learningRate"?'],
  ['learning_rate_init', 0.1, 'Did you mean "learningRate"?'],
  ['optimizer', 'adam', "It belongs to Network.create: optimizer: 'adam'."],
  ['loss', 'mse', "It belongs to Network.create: loss: 'meanSquaredError'."],
  ['activation', 'relu', 'It belongs to Network.create: layers:'],
  ['hiddenLayers', [3], 'It belongs to Network.create: layers:'],
  ['random_state', 1, 'It belongs to Network.create: seed: 42.'],
  ['batch_size', 1, 'Did you mean "batchSize"?'],
  ['validation_split', 0.1, 'Write validation: 0.2.'],
  ['validationData', [], 'Write validation: { inputs: […], targets: […] }.'],
  ['class_weight', {}, 'Did you mean "classWeights"?'],
  ['sample_weight', [], 'Did you mean "sampleWeights"?'],
  ['metrics', [], 'accuracy is reported by itself'],
  ['patience', 3, 'Write earlyStopping: { patience: 10 }.'],
  ['stepsPerEpoch', 3, 'an epoch is one pass over all samples'],
  ['initialEpoch', 3, 'every fit goes on from the weights'],
];

const create = (options: object): Promise<Network> => Network.create({ inputs: 2, layers: [{ units: 1 }], ...options });

describe('create', () => {
  it.each(IN_CREATE)('answers %s', async (word, value, advice) => {
    const error = await thrownBy(() => create({ [word]: value }));
    expect(error).toMatchObject({ code: 'ERR_INVALID_OPTION', message: expect.stringContaining(advice) });
    expect((error as Error).message).toContain(`create: options has an unknown option "${word}". `);
    expect((error as Error).message).toContain('Known: inputs, target, layers, loss');
  });

  it.each([
    ['use_bias', false, 'Did you mean "bias"?'],
    ['activation_function', 'relu', 'Did you mean "activation"?'],
    ['kernel_initializer', 'zeros', 'Did you mean "initializer"?'],
    ['size', 3, 'Did you mean "units"?'],
    ['inputShape', [2], 'It belongs to Network.create: inputs: 2'],
    ['learningRate', 1, "It belongs to Network.create: optimizer: { type: 'sgd', learningRate: 0.1 }."],
  ])('answers %s in a layer', async (word, value, advice) => {
    const error = await thrownBy(() => create({ layers: [{ units: 1, [word]: value }] }));
    expect(error).toMatchObject({ code: 'ERR_INVALID_OPTION', message: expect.stringContaining(advice) });
  });

  it.each([
    ['activation', 'logistic', 'sigmoid'],
    ['activation', 'identity', 'linear'],
    ['activation', 'leaky-relu', 'leakyRelu'],
    ['activation', 'swish', 'silu'],
    ['initializer', 'xavier', 'glorotUniform'],
    ['initializer', 'kaiming_normal', 'heNormal'],
  ])('answers %s: %s in a layer', async (key, value, meant) => {
    const error = await thrownBy(() => create({ layers: [{ units: 1, [key]: value }] }));
    expect(error).toMatchObject({ message: expect.stringContaining(`Did you mean "${meant}"? Expected one of: `) });
  });

  it.each([
    ['mse', 'meanSquaredError'],
    ['bce', 'binaryCrossEntropy'],
    ['sparse_categorical_crossentropy', 'categoricalCrossEntropy'],
    ['smooth_l1', 'huber'],
  ])('answers the loss %s', async (loss, meant) => {
    const error = await thrownBy(() => create({ loss }));
    expect(error).toMatchObject({ message: expect.stringContaining(`Did you mean "${meant}"? Expected one of: `) });
  });
});

describe('fit', () => {
  it.each(IN_FIT)('answers %s', async (word, value, advice) => {
    const network = await create({});
    for (const train of [
      () => network.fit([[0, 1]], [1], { [word]: value }),
      () => network.fitStream(() => [], { [word]: value }),
    ]) {
      const error = await thrownBy(train);
      expect(error).toMatchObject({ code: 'ERR_INVALID_OPTION', message: expect.stringContaining(advice) });
      expect((error as Error).message).toContain(`options has an unknown option "${word}". `);
      expect((error as Error).message).toContain('Known: epochs, batchSize');
    }
    await network.fit([[0, 1]], [1], { epochs: 1 });
  });

  it.each([
    ['monitor', 'Leave it out: the validation loss is watched'],
    ['min_delta', 'Did you mean "minDelta"?'],
    ['n_iter_no_change', 'Did you mean "patience"?'],
  ])('answers %s in earlyStopping', async (word, advice) => {
    const network = await create({});
    const earlyStopping = { patience: 3, [word]: 1 };
    const error = await thrownBy(() => network.fit([[0, 1]], [1], { earlyStopping }));
    expect(error).toMatchObject({ code: 'ERR_INVALID_OPTION', message: expect.stringContaining(advice) });
  });
});
