/** predict with `into` and `layer`. */
import { describe, expect, it } from 'vitest';
import { Network, type PredictOptions } from '../../src/index.js';
import { classifier, ENGINES } from '../support/networks.js';
import { expectRefused } from '../support/refusals.js';
import { randomRows } from '../support/samples.js';

describe.each(ENGINES)('predict on %s', (engine) => {
  it.each([1, 3, 300])('writes the outputs of %i samples of any shape into the array given', async (count) => {
    const network = await classifier(engine);
    const packed = randomRows(count, 2);
    const rows = Array.from({ length: count }, (_, row) => [...packed.slice(2 * row, 2 * row + 2)]);
    const expected = network.predict(packed);
    const shapes = [
      packed,
      rows,
      rows.map((row) => Float32Array.from(row)),
      ...(count === 1 ? [rows[0] as number[]] : []),
    ];
    for (const inputs of shapes) {
      const into = new Float32Array(3 * count);
      expect(network.predict(inputs, { into })).toBe(into);
      expect(into).toEqual(expected);
    }
    const part = new Float32Array(3 * count + 4).subarray(2, -2);
    network.predict(packed, { into: part });
    expect(part).toEqual(expected);
    expect([...new Float32Array(part.buffer, 0, 2), ...new Float32Array(part.buffer, part.byteLength + 8)]).toEqual([
      0, 0, 0, 0,
    ]);
  });

  it('makes no array for outputs, nor for packed inputs', async () => {
    const network = await classifier(engine);
    const inputs = Float32Array.of(1, 2, 3, 4);
    const into = new Float32Array(6);
    network.predict(inputs, { into });
    const Original = globalThis.Float32Array;
    let made = 0;
    globalThis.Float32Array = new Proxy(Original, {
      construct(target, given, newTarget) {
        made++;
        return Reflect.construct(target, given, newTarget) as object;
      },
    });
    try {
      network.predict(inputs, { into });
      expect(made).toBe(0);
      network.predict(inputs);
      expect(made).toBeGreaterThan(0);
    } finally {
      globalThis.Float32Array = Original;
    }
  });

  it('answers the outputs of a layer', async () => {
    const network = await Network.create({
      inputs: 2,
      layers: [
        { units: 4, activation: 'relu', dropout: 0.5 },
        { units: 9, activation: 'tanh' },
        { units: 1, activation: 'linear' },
      ],
      normalizeTargets: 'standard',
      engine,
    });
    await network.fit(
      [
        [1, 2],
        [3, 5],
        [0, 1],
      ],
      [100, 200, 300],
      { epochs: 2 },
    );
    const x = [0.5, -1.5];
    const { weights, biases } = network.getParameters(0);
    const hidden = network.predict(x, { layer: 0 });
    expect(hidden).toHaveLength(4);
    hidden.forEach((value, unit) => {
      const sum =
        (weights[2 * unit] as number) * 0.5 + (weights[2 * unit + 1] as number) * -1.5 + (biases[unit] as number);
      expect(value).toBeCloseTo(Math.max(sum, 0), 5);
    });
    const next = network.predict([x, x], { layer: 1 });
    expect(next).toHaveLength(2);
    expect(next[0]).toHaveLength(9);
    expect(Math.max(...(next[0] as Float32Array).map(Math.abs))).toBeLessThanOrEqual(1);
    const into = new Float32Array(18);
    expect(network.predict([x, x], { layer: 1, into })).toBe(into);
    expect(into).toEqual(Float32Array.from([...(next[0] as Float32Array), ...(next[1] as Float32Array)]));
    // The last one is what predict answers anyway, unscaled.
    expect(network.predict(x, { layer: 2 })).toEqual(network.predict(x));
    expect(network.predict(x, {})).toEqual(network.predict(x));
    network.predict(x, { into: into.subarray(0, 1) });
    expect(into[0]).toBe(network.predict(x)[0]);
  });

  const shared = new Float32Array(12);
  const refusals: [
    string,
    PredictOptions | unknown,
    'ERR_INVALID_TYPE' | 'ERR_INVALID_OPTION' | 'ERR_SHAPE',
    RegExp,
  ][] = [
    ['an unknown option', { out: 1 }, 'ERR_INVALID_OPTION', /^predict: options has an unknown option "out"/],
    ['null', null, 'ERR_INVALID_TYPE', /^predict: options is null, expected an object/],
    ['a Map', new Map(), 'ERR_INVALID_TYPE', /^predict: options is a Map/],
    ['an array', [], 'ERR_INVALID_TYPE', /^predict: options is an empty array/],
    ['a number, as of map', 3, 'ERR_INVALID_TYPE', /^predict: options is 3/],
    [
      'another array',
      { into: [0, 0, 0] },
      'ERR_INVALID_TYPE',
      /^predict: into is an array of 3, expected a Float32Array/,
    ],
    ['doubles', { into: new Float64Array(3) }, 'ERR_INVALID_TYPE', /^predict: into is a Float64Array/],
    ['a short array', { into: new Float32Array(2) }, 'ERR_SHAPE', /^predict: into has length 2, expected 3/],
    ['a long array', { into: new Float32Array(4) }, 'ERR_SHAPE', /^predict: into has length 4, expected 3/],
    ['an array for another layer', { layer: 0, into: new Float32Array(2) }, 'ERR_SHAPE', /expected 3/],
    ['no such layer', { layer: 2 }, 'ERR_INVALID_OPTION', /^predict: layer is 2, expected a whole number from 0 to 1/],
    ['a layer before the first', { layer: -1 }, 'ERR_INVALID_OPTION', /^predict: layer is -1/],
    ['a layer by name', { layer: '0' }, 'ERR_INVALID_TYPE', /^predict: layer is "0"/],
  ];
  it.each(refusals)('refuses %s', async (_, options, code, message) => {
    const network = await classifier(engine);
    await expectRefused(() => network.predict([1, 2], options as PredictOptions), code, message);
  });

  it.each([
    ['all inputs', shared.subarray(0, 6), shared.subarray(0, 9)],
    ['a part of them', shared.subarray(0, 2), shared.subarray(1, 4)],
    ['a row', [[1, 2], shared.subarray(2, 4)], shared.subarray(0, 6)],
  ])('does not write over %s', async (_, inputs, into) => {
    const network = await classifier(engine);
    shared.fill(1);
    const message = /^predict: into shares memory with inputs, which predict never changes/;
    await expectRefused(() => network.predict(inputs, { into }), 'ERR_INVALID_OPTION', message);
    expect(shared).toEqual(new Float32Array(12).fill(1));
  });

  it('takes inputs and outputs side by side in one buffer', async () => {
    const network = await classifier(engine);
    const buffer = Float32Array.of(1, 2, 0, 0, 0);
    network.predict(buffer.subarray(0, 2), { into: buffer.subarray(2) });
    expect(buffer.subarray(2)).toEqual(network.predict([1, 2]));
  });
});
