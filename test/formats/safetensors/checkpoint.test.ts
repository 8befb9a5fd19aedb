/** Checkpoints: training that resumes from the end of any epoch gives the same bits as training that never stopped. */
import { describe, expect, it } from 'vitest';
import {
  type FitOptions,
  type History,
  Network,
  type NetworkOptions,
  type OptimizerOptions,
  type Samples,
} from '../../../src/index.js';
import { distance, norm } from '../../support/engine/problems.js';
import { partsOf } from '../../support/formats/model-files.js';
import { ENGINES, type EngineName, fingerprint, parametersOf, sha256 } from '../../support/networks.js';
import { thrownBy } from '../../support/refusals.js';
import { randomClasses, randomRows } from '../../support/samples.js';

const OPTIMIZERS: Record<string, OptimizerOptions> = {
  sgd: { type: 'sgd', learningRate: 0.1 },
  momentum: { type: 'sgd', learningRate: 0.05, momentum: 0.9, weightDecay: 1e-3 },
  nesterov: { type: 'sgd', learningRate: 0.05, momentum: 0.8, nesterov: true },
  adam: { type: 'adam', learningRate: 0.02, weightDecay: 1e-3 },
  adamw: { type: 'adamw', learningRate: 0.02 },
  rmsprop: { type: 'rmsprop', learningRate: 0.01 },
  adagrad: { type: 'adagrad', learningRate: 0.05 },
};

const EPOCHS = 7;
const COUNT = 60;
const INPUTS = randomRows(COUNT, 3, 5);

interface Course {
  readonly network: Omit<NetworkOptions, 'optimizer' | 'engine'>;
  readonly targets: Samples | Uint8Array;
  readonly fit: FitOptions;
}

/** Together they have everything that an epoch depends on. Validation on noise soon gets worse. */
const COURSES: Record<string, Course> = {
  'dropout, scaling, validation, cosine, early stopping': {
    network: {
      inputs: 3,
      layers: [
        { units: 9, activation: 'tanh', dropout: 0.3 },
        { units: 2, activation: 'linear' },
      ],
      normalize: 'standard',
      normalizeTargets: 'minMax',
      seed: 11,
    },
    targets: randomRows(COUNT, 2, 6),
    fit: {
      batchSize: 7,
      validation: 0.25,
      earlyStopping: { patience: 2 },
      learningRate: { type: 'cosine' },
      clipNorm: 1,
    },
  },
  'batches of one, classes, frozen layer, penalties, early stopping by the loss, warmup before cosine': {
    network: {
      inputs: 3,
      layers: [
        { units: 5, activation: 'relu', trainable: false },
        { units: 6, activation: 'gelu', bias: false, l1: 1e-3, dropout: 0.1 },
        { units: 3, activation: 'softmax', l2: 1e-3 },
      ],
      seed: 12,
    },
    targets: randomClasses(COUNT, 3, 7),
    fit: {
      batchSize: 1,
      earlyStopping: { patience: 1, minDelta: 0.01 },
      learningRate: { type: 'warmup', epochs: 2, after: { type: 'cosine' } },
      classWeights: [1, 2, 0.5],
    },
  },
  'best weights not restored, steps': {
    network: { inputs: 3, layers: [{ units: 8, activation: 'silu' }, { units: 1 }], normalize: 'minMax', seed: 13 },
    targets: randomClasses(COUNT, 2, 8),
    fit: {
      batchSize: 16,
      validation: 0.4,
      earlyStopping: { patience: 3, restoreBest: false },
      learningRate: { type: 'step', every: 2, factor: 0.5 },
      clipValue: 0.05,
    },
  },
  'nothing but the defaults': {
    network: { inputs: 3, layers: [{ units: 4 }, { units: 3, activation: 'softmax' }] },
    targets: randomClasses(COUNT, 3, 9),
    fit: {},
  },
};

/** A run, with a checkpoint at the end of each epoch. */
interface Run {
  readonly network: Network;
  readonly history: History;
  readonly checkpoints: readonly Uint8Array[];
}

async function run(network: Network, { targets, fit }: Pick<Course, 'targets' | 'fit'>, epochs: number): Promise<Run> {
  const checkpoints: Uint8Array[] = [];
  const onEpoch = () => {
    checkpoints.push(network.saveCheckpoint());
  };
  const history = await network.fit(INPUTS, targets, { ...fit, epochs, onEpoch });
  return { network, history, checkpoints };
}

/** The results of epochs, without their times. */
const told = ({ epochs }: History) => epochs.map(({ seconds: _, ...epoch }) => epoch);

/** How the runs of all courses ended: if all ended alike, the tests would show little. */
const endings = { earlyStopping: 0, completed: 0, restored: 0 };

describe.each(ENGINES)('resumed on %s', (engine) => {
  describe.each(Object.entries(OPTIMIZERS))('with %s', (_, optimizer) => {
    it.each(Object.entries(COURSES))('%s', async (_name, course) => {
      const whole = await run(await Network.create({ ...course.network, optimizer, engine }), course, EPOCHS);
      const { epochs, stopped } = whole.history;
      const final = whole.network.saveCheckpoint();
      // Not the bytes themselves, whose comparison by vitest takes a third of the time.
      const digests = whole.checkpoints.map(sha256);
      expect(sha256(whole.checkpoints.at(-1) as Uint8Array)).toBe(sha256(final));
      for (let e = 1; e < epochs.length; e++) {
        const loaded = await Network.load(whole.checkpoints[e - 1] as Uint8Array, { engine });
        const resumed = await run(loaded, course, EPOCHS - e);
        expect(told(resumed.history)).toEqual(told(whole.history).slice(e));
        expect(resumed.history.stopped).toBe(stopped);
        // Without early stopping, a fit knows only its own epochs.
        if (course.fit.earlyStopping !== undefined) expect(resumed.history.bestEpoch).toBe(whole.history.bestEpoch);
        // Byte for byte, then what holds for one interruption holds for any number of them.
        expect(resumed.checkpoints.map(sha256)).toEqual(digests.slice(e));
        expect(sha256(loaded.saveCheckpoint())).toBe(sha256(final));
        expect(fingerprint(loaded)).toBe(fingerprint(whole.network));
        loaded.dispose();
      }
      const next = await Network.load(final, { engine });
      const after = await Promise.all([run(next, course, 2), run(whole.network, course, 2)]);
      expect(after[0].checkpoints.map(sha256)).toEqual(after[1].checkpoints.map(sha256));
      endings[stopped as 'completed' | 'earlyStopping']++;
      const restores = course.fit.earlyStopping !== undefined && course.fit.earlyStopping.restoreBest !== false;
      if (restores && whole.history.bestEpoch < epochs.length) endings.restored++;
    });
  });
});

it('some of these runs stop early, some do not, and some go back to the weights of an earlier epoch', () => {
  expect(Math.min(...Object.values(endings)), JSON.stringify(endings)).toBeGreaterThanOrEqual(8);
});

describe.each(ENGINES)('a checkpoint on %s', (engine) => {
  const create = (optimizer: OptimizerOptions, options: Partial<NetworkOptions> = {}) =>
    Network.create({
      inputs: 3,
      layers: [
        { units: 6, activation: 'tanh', dropout: 0.5 },
        { units: 2, activation: 'linear' },
      ],
      optimizer,
      engine,
      seed: 3,
      ...options,
    });
  const targets = randomRows(COUNT, 2, 4);
  const batch = (i: number) => [INPUTS.subarray(9 * i, 9 * i + 9), targets.subarray(6 * i, 6 * i + 6)] as const;

  it.each(Object.entries(OPTIMIZERS))('goes on with trainOnBatch and its dropout: %s', async (_, optimizer) => {
    const network = await create(optimizer);
    const checkpoints = [network.saveCheckpoint()];
    const losses: number[] = [];
    for (let i = 0; i < 6; i++) {
      losses.push(network.trainOnBatch(...batch(i)));
      checkpoints.push(network.saveCheckpoint());
    }
    for (let from = 0; from <= 6; from++) {
      const loaded = await Network.load(checkpoints[from] as Uint8Array, { engine });
      for (let i = from; i < 6; i++) expect(loaded.trainOnBatch(...batch(i))).toBe(losses[i]);
      expect(loaded.saveCheckpoint()).toEqual(checkpoints[6]);
    }
  });

  it('goes on with fit and trainOnBatch in turn', async () => {
    const train = async (network: Network, step: number) => {
      if (step % 2 === 0) network.trainOnBatch(...batch(step));
      else await network.fit(INPUTS, targets, { epochs: 1, batchSize: 8 });
    };
    const network = await create(OPTIMIZERS.adam as OptimizerOptions);
    let relay = await Network.load(network.saveCheckpoint(), { engine });
    for (let step = 0; step < 6; step++) {
      await train(network, step);
      await train(relay, step);
      relay = await Network.load(relay.saveCheckpoint(), { engine });
      expect(relay.saveCheckpoint()).toEqual(network.saveCheckpoint());
    }
  });

  it('goes on with a stream', async () => {
    const batches = async function* () {
      for (let i = 0; i < 4; i++) yield { inputs: batch(i)[0], targets: batch(i)[1] };
    };
    const options = { normalize: 'standard', normalizeTargets: 'standard' } as const;
    const network = await create(OPTIMIZERS.rmsprop as OptimizerOptions, options);
    const checkpoints: Uint8Array[] = [];
    const onEpoch = () => {
      checkpoints.push(network.saveCheckpoint());
    };
    await network.fitStream(batches, { epochs: 4, onEpoch });
    for (let e = 1; e < 4; e++) {
      const loaded = await Network.load(checkpoints[e - 1] as Uint8Array, { engine });
      await loaded.fitStream(batches, { epochs: 4 - e });
      expect(loaded.saveCheckpoint()).toEqual(checkpoints[3]);
    }
  });

  it.each(Object.entries(OPTIMIZERS))('goes on within rounding on the other engine: %s', async (_, optimizer) => {
    const course: Course = {
      network: {
        inputs: 3,
        layers: [
          { units: 6, activation: 'tanh' },
          { units: 2, activation: 'linear' },
        ],
        seed: 4,
      },
      targets,
      fit: { batchSize: 8, learningRate: { type: 'exponential', factor: 0.8 }, earlyStopping: { patience: 5 } },
    };
    const whole = await run(await Network.create({ ...course.network, optimizer, engine }), course, 6);
    const other: EngineName = engine === 'wasm' ? 'js' : 'wasm';
    const loaded = await Network.load(whole.checkpoints[2] as Uint8Array, { engine: other });
    expect(loaded.engine.kind).toBe(other);
    // It would save what it was saved with.
    expect(loaded.saveCheckpoint()).toEqual(whole.checkpoints[2]);
    await run(loaded, course, 3);
    const expected = parametersOf(whole.network);
    const apart = distance(parametersOf(loaded), expected) / norm(expected);
    expect(apart).toBeLessThan(1e-5);
    expect(apart).toBeGreaterThan(0);
  });

  it.each(Object.entries(OPTIMIZERS))(
    'of a network that never trained begins as that one: %s',
    async (_, optimizer) => {
      const network = await create(optimizer, { normalize: 'standard' });
      const file = network.saveCheckpoint();
      expect(Object.keys(partsOf(file).tensors)).toEqual(Object.keys(partsOf(network.save()).tensors));
      expect(JSON.parse(partsOf(file).metadata.checkpoint as string)).toEqual({ epochs: 0, batches: 0 });
      const loaded = await Network.load(file, { engine });
      for (const each of [network, loaded]) await each.fit(INPUTS, targets, { epochs: 2 });
      expect(loaded.saveCheckpoint()).toEqual(network.saveCheckpoint());
    },
  );

  it('of a network whose first step diverged trains as that network', async () => {
    const network = await create(OPTIMIZERS.adam as OptimizerOptions);
    const huge = targets.map(() => 3e38);
    expect(await thrownBy(() => network.trainOnBatch(INPUTS, huge))).toMatchObject({ code: 'ERR_DIVERGED' });
    const loaded = await Network.load(network.saveCheckpoint(), { engine });
    for (const each of [network, loaded]) each.trainOnBatch(...batch(0));
    expect(loaded.saveCheckpoint()).toEqual(network.saveCheckpoint());
  });

  it('has the optimizer state, the best weights and the counts; save has none of them', async () => {
    const layers = [{ units: 2, bias: false }, { units: 2, trainable: false }, { units: 1 }];
    const network = await create(OPTIMIZERS.adam as OptimizerOptions, { layers, normalize: 'standard' });
    const reason = new Error('enough');
    let epochs = 0;
    const onEpoch = () => {
      if (++epochs === 3) throw reason;
    };
    const fitting = network.fit(INPUTS, randomClasses(COUNT, 2), { onEpoch, earlyStopping: { patience: 9 } });
    expect(await thrownBy(() => fitting)).toBe(reason);
    const { tensors, metadata } = partsOf(network.saveCheckpoint());
    const parameters = ['0.weight', '2.weight', '2.bias', '4.weight', '4.bias'];
    const prefixes = ['', 'optimizer.0.', 'optimizer.1.', 'best.'];
    expect(Object.keys(tensors)).toEqual(prefixes.flatMap((prefix) => parameters.map((name) => prefix + name)));
    const products = [0.9, 0.999].map((beta) => {
      let product = 1;
      for (let step = 0; step < 3 * Math.ceil(COUNT / 32); step++) product *= beta;
      return product;
    });
    const patience = {
      lowest: expect.any(String),
      lowestEpoch: expect.any(Number),
      reference: expect.any(String),
      waited: expect.any(Number),
    };
    expect(JSON.parse(metadata.checkpoint as string)).toEqual({ epochs: 3, batches: 0, products, patience });

    const saved = partsOf(network.save());
    expect(Object.keys(saved.tensors)).toEqual(parameters);
    expect(Object.keys(saved.metadata)).toEqual(['wasmlp', 'network', 'scaling']);
    const fresh = await Network.load(network.save(), { engine });
    expect(JSON.parse(partsOf(fresh.saveCheckpoint()).metadata.checkpoint as string)).toEqual({
      epochs: 0,
      batches: 0,
    });
    expect(fresh.save()).toEqual(network.save());
  });

  it.each<[string, (network: Network) => unknown]>([
    ['a stream that is a string', (network) => network.fitStream('none' as never)],
    ['a stream with an option of fit', (network) => network.fitStream(() => [], { shuffle: true })],
    ['an empty stream', (network) => network.fitStream(() => [], { earlyStopping: { patience: 2 } })],
    ['a negative learning rate', (network) => network.fit(INPUTS, targets, { learningRate: () => -1 })],
    ['no parameters', (network) => network.setParameters(0, {})],
  ])('goes on after %s as if that had not been', async (_, refused) => {
    const network = await create(OPTIMIZERS.sgd as OptimizerOptions);
    const reason = new Error('enough');
    const fit = { epochs: 9, earlyStopping: { patience: 3, minDelta: 0.2 } };
    const onEpoch = ({ epoch }: { epoch: number }): void => {
      if (epoch === 3) throw reason;
    };
    expect(await thrownBy(() => network.fit(INPUTS, targets, { ...fit, onEpoch }))).toBe(reason);
    const checkpoint = network.saveCheckpoint();
    const [plain, tried] = [await Network.load(checkpoint, { engine }), await Network.load(checkpoint, { engine })];
    await Promise.resolve(refused(tried)).catch(() => undefined);
    expect(tried.saveCheckpoint()).toEqual(checkpoint);
    const histories = [await plain.fit(INPUTS, targets, fit), await tried.fit(INPUTS, targets, fit)];
    expect(told(histories[1] as History)).toEqual(told(histories[0] as History));
    expect(tried.saveCheckpoint()).toEqual(plain.saveCheckpoint());
  });

  it.each<[string, (network: Network) => unknown]>([
    ['a fit without early stopping', (network) => network.fit(INPUTS, targets, { epochs: 1 })],
    ['other parameters', (network) => network.setParameters(0, { biases: new Float32Array(6) })],
  ])('keeps nothing of an interrupted fit after %s', async (_, change) => {
    const network = await create(OPTIMIZERS.sgd as OptimizerOptions);
    const onEpoch = () => {
      throw new Error('enough');
    };
    await thrownBy(() => network.fit(INPUTS, targets, { earlyStopping: { patience: 1 }, onEpoch }));
    expect(Object.keys(partsOf(network.saveCheckpoint()).tensors)).toContain('best.0.weight');
    await change(network);
    expect(Object.keys(partsOf(network.saveCheckpoint()).tensors)).not.toContain('best.0.weight');
  });
});
