/** getParameters and setParameters: round trips, layouts, and what they refuse. */
import { describe, expect, it } from 'vitest';
import { type ErrorCode, type LayerParameters, Network } from '../../src/index.js';
import { classifier, digestOf, ENGINES, stateOf } from '../support/networks.js';
import { expectRefused } from '../support/refusals.js';
import { randomRows } from '../support/samples.js';

/** Sizes around panels of 8 and vectors of 4. */
const ODD_SIZES = [1, 2, 3, 4, 5, 7, 8, 9, 12, 13, 17];

describe.each(ENGINES)('on %s', (engine) => {
  describe('parameters', () => {
    it.each(ODD_SIZES)('come back as they were set, for layers of %i units', async (units) => {
      for (const inputs of ODD_SIZES) {
        const network = await Network.create({ inputs, layers: [{ units }, { units: inputs }], engine });
        const weights = randomRows(units, inputs, units);
        const biases = randomRows(units, 1, inputs);
        weights[0] = -0;
        biases[units - 1] = 1e-45;
        network.setParameters(0, { weights, biases });
        const read = network.getParameters(0);
        expect([digestOf(read.weights), digestOf(read.biases)]).toEqual([digestOf(weights), digestOf(biases)]);
        network.dispose();
      }
    });

    it('are set one at a time, the others as before', async () => {
      const network = await classifier(engine);
      const [first, last] = [network.getParameters(0), network.getParameters(1)];
      network.setParameters(0, { biases: new Float32Array([1, 2, 3]) });
      expect(network.getParameters(0)).toEqual({ weights: first.weights, biases: new Float32Array([1, 2, 3]) });
      network.setParameters(0, { weights: new Float32Array(6).fill(0.5) });
      expect(network.getParameters(0)).toEqual({
        weights: new Float32Array(6).fill(0.5),
        biases: new Float32Array([1, 2, 3]),
      });
      network.setParameters(0, {});
      expect(network.getParameters(1)).toEqual(last);
    });

    it('of a layer without biases stay without', async () => {
      const layers = [{ units: 3, bias: false, activation: 'relu' }, { units: 1 }] as const;
      const network = await Network.create({ inputs: 2, layers, engine });
      await network.fit(
        [
          [1, 2],
          [3, 4],
        ],
        [0, 1],
        { epochs: 20 },
      );
      expect(network.getParameters(0).biases).toHaveLength(0);
      expect(network.gradients([1, 2], [1]).layers[0]?.biases).toHaveLength(0);
      network.setParameters(0, { biases: new Float32Array(0) });
      expect(network.predict([0, 0])).toEqual(network.predict([-0, 0]));
      expect(network.parameterCount).toBe(6 + 4);
      const message = /setParameters: biases has length 1, expected 0 \(the layer has none\)/;
      await expectRefused(() => network.setParameters(0, { biases: new Float32Array(1) }), 'ERR_SHAPE', message);
    });

    it('decide the outputs: a weight is row unit, column input', async () => {
      const network = await Network.create({ inputs: 2, layers: [{ units: 3, activation: 'linear' }], engine });
      network.setParameters(0, {
        weights: new Float32Array([1, 2, 3, 4, 5, 6]),
        biases: new Float32Array([0.5, 0, -1]),
      });
      expect(network.predict([10, 100])).toEqual(new Float32Array([210.5, 430, 649]));
    });

    const WEIGHTS = 'setParameters: weights';
    const rows: [string, unknown, unknown, ErrorCode, RegExp][] = [
      [
        'a layer too high',
        2,
        {},
        'ERR_INVALID_OPTION',
        /^setParameters: layer is 2, expected a whole number from 0 to 1\.$/,
      ],
      ['a negative layer', -1, {}, 'ERR_INVALID_OPTION', /^setParameters: layer is -1, expected/],
      ['a fractional layer', 0.5, {}, 'ERR_INVALID_OPTION', /^setParameters: layer is 0\.5, expected/],
      ['a layer as text', '0', {}, 'ERR_INVALID_TYPE', /^setParameters: layer is "0", expected/],
      ['null', 0, null, 'ERR_INVALID_TYPE', /^setParameters: parameters is null, expected an object/],
      ['an array', 0, [1], 'ERR_INVALID_TYPE', /^setParameters: parameters is an array of 1, expected an object/],
      [
        'an unknown key',
        0,
        { weight: [] },
        'ERR_INVALID_OPTION',
        /unknown option "weight"\. Known: weights, biases\.$/,
      ],
      [
        'too few weights',
        0,
        { weights: new Float32Array(5) },
        'ERR_SHAPE',
        new RegExp(
          `${WEIGHTS} has length 5, expected 6 \\(3 units x 2 inputs, row-major\\)\\. Give one flat array\\.$`,
        ),
      ],
      [
        'too many biases',
        0,
        { biases: new Float32Array(4) },
        'ERR_SHAPE',
        /biases has length 4, expected 3 \(one per unit\)/,
      ],
      [
        'a Float64Array',
        0,
        { weights: new Float64Array(6) },
        'ERR_INVALID_TYPE',
        new RegExp(
          `${WEIGHTS} is (null|a Float64Array), expected an array of length 6 \\(3 units x 2 inputs, row-major\\)\\.$`,
        ),
      ],
      [
        'null for weights',
        0,
        { weights: null },
        'ERR_INVALID_TYPE',
        new RegExp(
          `${WEIGHTS} is (null|a Float64Array), expected an array of length 6 \\(3 units x 2 inputs, row-major\\)\\.$`,
        ),
      ],
      [
        'NaN',
        0,
        { weights: new Float32Array([1, 2, 3, 4, 5, Number.NaN]) },
        'ERR_NON_FINITE',
        new RegExp(`${WEIGHTS}\\[5\\].* is NaN`),
      ],
      [
        'good weights with an infinite bias',
        0,
        { weights: new Float32Array(6), biases: new Float32Array([0, 0, Number.POSITIVE_INFINITY]) },
        'ERR_NON_FINITE',
        /setParameters: biases\[2\].* is Infinity/,
      ],
    ];
    it.each(rows)('setParameters refuses %s', async (_, layer, parameters, code, message) => {
      const network = await classifier(engine);
      const before = await stateOf(network);
      const set = () => network.setParameters(layer as number, parameters as Partial<LayerParameters>);
      await expectRefused(set, code, message);
      expect(await stateOf(network)).toEqual(before);
      network.setParameters(0, { weights: new Float32Array(6) });
    });

    it('getParameters refuses layers that are not there', async () => {
      const network = await classifier(engine);
      await expectRefused(() => network.getParameters(2), 'ERR_INVALID_OPTION', /^getParameters: layer is 2, expected/);
    });
  });
});
