/** Network from outside: shapes of answers, copies, parameters, frozen layers, refused calls. */
import { describe, expect, it } from 'vitest';
import { Network, type NetworkOptions } from '../../src/index.js';
import { CLASSIFIER, classifier, digestOf, ENGINES, fingerprint, parametersOf, stateOf } from '../support/networks.js';
import { expectRefused } from '../support/refusals.js';
import { randomClasses, randomRows, rowsAt } from '../support/samples.js';

describe.each(ENGINES)('on %s', (engine) => {
  describe('predict', () => {
    it('answers in the shape of the question', async () => {
      const network = await classifier(engine);
      const one = network.predict([0.5, -1]);
      const packed = network.predict(new Float32Array([0.5, -1, 2, 3]));
      const rows = network.predict([[0.5, -1], new Float32Array([2, 3])]);
      expect(one).toBeInstanceOf(Float32Array);
      expect(one).toHaveLength(3);
      expect(packed).toHaveLength(6);
      expect(rows).toHaveLength(2);
      expect(packed.slice(0, 3)).toEqual(one);
      expect(rows).toEqual([packed.slice(0, 3), packed.slice(3)]);
      expect(network.predict(new Float32Array([0.5, -1]))).toEqual(one);
    });

    it.each([1, 255, 256, 257, 600])(
      'gives each of %i rows what it gives that row by itself, bit for bit',
      async (count) => {
        const network = await Network.create({
          inputs: 5,
          layers: [{ units: 9, activation: 'tanh' }, { units: 3 }],
          engine,
        });
        const inputs = randomRows(count, 5);
        const together = network.predict(inputs);
        const alone = Array.from({ length: count }, (_, row) => [...network.predict(rowsAt(inputs, 5, row, row + 1))]);
        expect(digestOf(together)).toBe(digestOf(Float32Array.from(alone.flat())));
        expect(new Set(together).size).toBeGreaterThan(count);
      },
    );

    it('save refuses options, which may have been meant for a checkpoint', async () => {
      const network = await classifier(engine);
      expectRefused(
        () => Reflect.apply(network.save, network, [{ checkpoint: true }]),
        'ERR_INVALID_OPTION',
        /^save: takes no options\. Use saveCheckpoint/,
      );
    });

    it('gives copies: writing into an answer changes nothing', async () => {
      const network = await classifier(engine);
      network.gradients([1, 2], ['red']);
      const before = await stateOf(network);
      const answer = network.predict([1, 2]);
      const kept = answer.slice();
      network.predict([-3, 4]);
      expect(answer).toEqual(kept);
      answer.fill(9);
      for (const row of network.predict([
        [1, 2],
        [3, 4],
      ]))
        row.fill(9);
      const { weights, biases } = network.getParameters(0);
      weights.fill(9);
      biases.fill(9);
      for (const layer of network.gradients([1, 2], ['red']).layers) layer.weights.fill(9);
      expect(await stateOf(network)).toEqual(before);
    });

    it('and training leave their inputs as they were', async () => {
      const network = await classifier(engine);
      const inputs = randomRows(10, 2);
      const targets = randomClasses(10, 3);
      const [keptInputs, keptTargets] = [inputs.slice(), targets.slice()];
      const rows = Object.freeze([Object.freeze([1, 2]), Object.freeze([3, 4])]);
      network.predict(rows);
      network.evaluate(rows, Object.freeze(['red', 'blue']));
      network.predict(inputs);
      network.trainOnBatch(inputs, targets);
      await network.fit(inputs, targets, { epochs: 3, batchSize: 4, validation: 0.3 });
      expect(inputs).toEqual(keptInputs);
      expect(targets).toEqual(keptTargets);
    });
  });

  describe('classify', () => {
    it('names the largest output', async () => {
      const network = await classifier(engine);
      const outputs = network.predict([
        [1, 2],
        [-2, 1],
      ]);
      const answers = network.classify([
        [1, 2],
        [-2, 1],
      ]);
      outputs.forEach((row, i) => {
        const probability = Math.max(...row);
        const index = row.indexOf(probability);
        expect(answers[i]).toEqual({ index, label: CLASSIFIER.labels[index], probability });
      });
      expect(network.classify([1, 2])).toEqual(answers[0]);
      expect(network.classify(new Float32Array([1, 2]))).toEqual(answers[0]);
      expect(network.classify(new Float32Array([1, 2, -2, 1]))).toEqual(answers);
      expect(network.classify([[1, 2]])).toEqual([answers[0]]);
    });

    it('has no label where the network has none', async () => {
      const network = await Network.create({ inputs: 1, layers: [{ units: 2, activation: 'softmax' }], engine });
      expect(Object.keys(network.classify([1]))).toEqual(['index', 'probability']);
    });

    it('takes a single sigmoid output for two classes', async () => {
      const options: NetworkOptions = {
        inputs: 1,
        layers: [{ units: 1, initializer: 'zeros' }],
        labels: ['no', 'yes'],
        engine,
      };
      const network = await Network.create(options);
      network.setParameters(0, { weights: [4] as unknown as Float32Array });
      const [output] = network.predict([1]) as Float32Array;
      expect(network.classify([1])).toEqual({ index: 1, label: 'yes', probability: output });
      const [opposite] = network.predict([-1]) as Float32Array;
      expect(network.classify([-1])).toEqual({ index: 0, label: 'no', probability: 1 - (opposite as number) });
      expect(network.classify([0])).toEqual({ index: 1, label: 'yes', probability: 0.5 });
    });

    it.each(['linear', 'tanh', 'relu'] as const)(
      'refuses a %s output, which is not a probability',
      async (activation) => {
        const network = await Network.create({ inputs: 1, layers: [{ units: 2, activation }], engine });
        const message = new RegExp(`^classify: a ${activation} output gives no probability\\. Use predict`);
        await expectRefused(() => network.classify([1]), 'ERR_UNSUPPORTED', message);
      },
    );
  });

  describe('training', () => {
    it('a step subtracts the learning rate times the gradients', async () => {
      const network = await classifier(engine, { optimizer: { type: 'sgd', learningRate: 0.5 } });
      const [inputs, targets] = [randomRows(20, 2), randomClasses(20, 3)];
      const { loss, layers } = network.gradients(inputs, targets);
      const before = parametersOf(network);
      expect(network.evaluate(inputs, targets).loss).toBeCloseTo(loss, 6);
      expect(network.trainOnBatch(inputs, targets)).toBeCloseTo(loss, 6);
      const gradients = layers.flatMap(({ weights, biases }) => [...weights, ...biases]);
      parametersOf(network).forEach((value, i) => {
        expect(value).toBeCloseTo((before[i] as number) - 0.5 * (gradients[i] as number), 6);
      });
      expect(network.evaluate(inputs, targets).loss).toBeLessThan(loss);
    });

    it('takes more rows than any call before, with the same result as a new network', async () => {
      const inputs = randomRows(40, 2);
      const targets = randomClasses(40, 3);
      const network = await classifier(engine);
      const twin = await classifier(engine);
      for (const rows of [1, 3, 20]) {
        network.predict(rowsAt(inputs, 2, 0, rows));
        network.gradients(rowsAt(inputs, 2, 0, rows), targets.slice(0, rows));
        network.evaluate(rowsAt(inputs, 2, 0, rows), targets.slice(0, rows));
      }
      expect(network.trainOnBatch(inputs, targets)).toBe(twin.trainOnBatch(inputs, targets));
      expect(fingerprint(network)).toBe(fingerprint(twin));
    });

    it('frozen layers do not move and have gradients of 0', async () => {
      const layers = [
        { units: 5, activation: 'tanh' },
        { units: 4, trainable: false },
        { units: 3, activation: 'softmax' },
      ] as const;
      const network = await Network.create({ inputs: 2, layers, engine });
      const before = [0, 1, 2].map((layer) => network.getParameters(layer));
      const [inputs, targets] = [randomRows(40, 2), randomClasses(40, 3)];
      const gradients = network.gradients(inputs, targets).layers;
      await network.fit(inputs, targets, { epochs: 5, batchSize: 7 });
      await network.fit(inputs, targets, { epochs: 5, batchSize: 1 });
      network.trainOnBatch(inputs, targets);
      expect(network.getParameters(1)).toEqual(before[1]);
      expect(gradients[1]).toEqual({ weights: new Float32Array(20), biases: new Float32Array(4) });
      expect(network.getParameters(0)).not.toEqual(before[0]);
      expect(gradients[0]?.weights.some((value) => value !== 0)).toBe(true);
      expect(network.layers.map(({ trainable }) => trainable)).toEqual([true, false, true]);
    });

    it('a network frozen as a whole takes steps that change nothing', async () => {
      const network = await Network.create({
        inputs: 2,
        layers: [
          { units: 3, trainable: false },
          { units: 1, trainable: false },
        ],
        engine,
      });
      const before = fingerprint(network);
      await network.fit(
        [
          [1, 2],
          [3, 4],
        ],
        [0, 1],
        { epochs: 3, batchSize: 1 },
      );
      expect(fingerprint(network)).toBe(before);
    });

    it('takes class indexes, names and rows of 0 and 1 for the same', async () => {
      const inputs = randomRows(4, 2);
      const targets = [
        new Uint8Array([0, 2, 1, 2]),
        new Int32Array([0, 2, 1, 2]),
        ['red', 'blue', 'green', 'blue'],
        [
          [1, 0, 0],
          [0, 0, 1],
          [0, 1, 0],
          [0, 0, 1],
        ],
      ];
      const prints = await Promise.all(
        targets.map(async (given) => {
          const network = await classifier(engine);
          const loss = network.trainOnBatch(inputs, given);
          return [loss, fingerprint(network), network.evaluate(inputs, given).accuracy];
        }),
      );
      for (const print of prints) expect(print).toEqual(prints[0]);
    });

    it('takes plain numbers as targets of one output, and names of two classes', async () => {
      const create = () => Network.create({ inputs: 2, layers: [{ units: 1 }], labels: ['no', 'yes'], engine });
      const inputs = randomRows(3, 2);
      const targets = [
        [0, 1, 1],
        new Float32Array([0, 1, 1]),
        [[0], [1], [1]],
        new Uint8Array([0, 1, 1]),
        ['no', 'yes', 'yes'],
      ];
      const losses = await Promise.all(targets.map(async (given) => (await create()).trainOnBatch(inputs, given)));
      expect(new Set(losses).size).toBe(1);
    });
  });
});
