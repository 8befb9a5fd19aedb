/** The table of summary(), character for character, and how a network describes itself. */
import { describe, expect, it } from 'vitest';
import { scalingLines } from '../../src/data/given-scaling.js';
import { Network } from '../../src/index.js';
import { type LayerInfo, summaryOf } from '../../src/model/summary.js';
import type { NetworkSpec } from '../../src/options/spec.js';
import { ENGINES } from '../support/networks.js';
import { thrownBy } from '../support/refusals.js';

describe('summaryOf', () => {
  const engine = { kind: 'wasm', variant: 'simd', threads: 1, wideVectors: false, reproducible: true } as const;

  const unscaled: string[] = [];

  it('lines up layers, totals and engine', () => {
    const layers: LayerInfo[] = [
      { inputs: 784, units: 1280, activation: 'relu', bias: true, trainable: false, parameterCount: 1_004_800 },
      { inputs: 1280, units: 10, activation: 'softmax', bias: true, trainable: true, parameterCount: 12_810 },
    ];
    expect(summaryOf(layers, engine, 5 * 2 ** 20, unscaled)).toBe(
      [
        'layer       activation  inputs  units  parameters',
        '0           relu           784  1,280   1,004,800  frozen',
        '1 (output)  softmax      1,280     10      12,810',
        '',
        'parameters: 1,017,610 (12,810 trainable)',
        'engine: wasm (simd), memory: 5.0 MiB',
      ].join('\n'),
    );
  });

  it('says the slope of a leakyRelu', () => {
    const layer = { inputs: 1, units: 1, activation: 'leakyRelu', bias: true, trainable: true } as const;
    const layers = [0.01, -0.25].map((slope) => ({ ...layer, parameterCount: 2, slope }));
    expect(summaryOf(layers, engine, 0, unscaled).split('\n').slice(0, 3)).toEqual([
      'layer       activation       inputs  units  parameters',
      '0           leakyRelu 0.01        1      1           2',
      '1 (output)  leakyRelu -0.25       1      1           2',
    ]);
  });

  it.each([
    [1023, '1.0 KiB'],
    [1536, '1.5 KiB'],
    [2 ** 20 - 1, '1024.0 KiB'],
    [2 ** 20, '1.0 MiB'],
  ])('writes %i bytes as %s', (bytes, text) => {
    const layer = {
      inputs: 1,
      units: 1,
      activation: 'linear',
      bias: true,
      trainable: true,
      parameterCount: 2,
    } as const;
    expect(summaryOf([layer], engine, bytes, unscaled)).toContain(`memory: ${text}`);
  });

  it('says how inputs and targets are scaled, and whether that is learned', () => {
    const spec = { normalize: 'standard', normalizeTargets: 'minMax' } as NetworkSpec;
    expect(summaryOf([], engine, 0, scalingLines(spec, true))).toContain(
      'scaling: inputs standard, to be learned by the first fit\nscaling: targets minMax, to be learned by the first fit\n',
    );
    expect(summaryOf([], engine, 0, scalingLines({ ...spec, normalizeTargets: false }, false))).toContain(
      '\nscaling: inputs standard\nengine',
    );
  });
});

describe.each(ENGINES)('a network on %s', (kind) => {
  const options = {
    inputs: 3,
    layers: [
      { units: 4, bias: false },
      { units: 2, activation: 'softmax' },
    ],
    engine: kind,
  } as const;

  it('says what it is', async () => {
    const network = await Network.create(options);
    expect([network.inputs, network.outputs, network.parameterCount]).toEqual([3, 2, 12 + 8 + 2]);
    expect(network.layers).toEqual([
      { inputs: 3, units: 4, activation: 'sigmoid', bias: false, trainable: true, parameterCount: 12 },
      { inputs: 4, units: 2, activation: 'softmax', bias: true, trainable: true, parameterCount: 10 },
    ]);
    expect(network.engine.kind).toBe(kind);
    expect(network.summary()).toMatch(
      new RegExp(`parameters: 22 \\(22 trainable\\)\nengine: ${kind} \\(.*\\), memory: \\d`),
    );
  });

  it('lets nobody change what it says', async () => {
    const network = await Network.create(options);
    const said = structuredClone([network.layers, network.engine]);
    for (const part of [network.layers, network.layers[0], network.engine]) {
      expect(
        await thrownBy(() => Object.assign(part as object, { 0: 'changed', units: 9, kind: 'none' })),
      ).toBeInstanceOf(TypeError);
    }
    expect([network.layers, network.engine]).toEqual(said);
    expect((await Network.create(options)).engine).toEqual(said[1]);
  });
});
