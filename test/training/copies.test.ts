/** A fit copies what it gets: the caller may change everything right after the call. */
import { describe, expect, it } from 'vitest';
import type { FitOptions, Labels, Samples } from '../../src/index.js';
import { classifier, ENGINES, fingerprint } from '../support/networks.js';
import { randomClasses, randomRows } from '../support/samples.js';

const COUNT = 40;
const NAMES = ['red', 'green', 'blue'];

interface Given {
  inputs: Samples;
  targets: Samples | Labels;
  options: FitOptions;
}

const packed = (): Pick<Given, 'inputs' | 'targets'> => ({
  inputs: randomRows(COUNT, 2),
  targets: randomClasses(COUNT, 3),
});
const validation = () => ({ inputs: randomRows(9, 2, 3), targets: randomClasses(9, 3, 3) });

const CASES: readonly [title: string, given: () => Given][] = [
  ['packed samples', () => ({ ...packed(), options: {} })],
  [
    'rows and names',
    () => ({
      inputs: Array.from({ length: COUNT }, (_, i) => Array.from(randomRows(1, 2, i))),
      targets: Array.from(randomClasses(COUNT, 3), (index) => NAMES[index] as string),
      options: {},
    }),
  ],
  [
    'rows of both',
    () => ({
      inputs: Array.from({ length: COUNT }, (_, i) => randomRows(1, 2, i)),
      targets: Array.from(randomClasses(COUNT, 3), (index) => NAMES.map((__, i) => Number(i === index))),
      options: {},
    }),
  ],
  ['a fraction that validates', () => ({ ...packed(), options: { validation: 0.3 } })],
  ['samples that validate', () => ({ ...packed(), options: { validation: validation() } })],
  [
    'a schedule',
    () => ({
      ...packed(),
      options: { validation: validation(), learningRate: { type: 'step', every: 1, factor: 0.5 } },
    }),
  ],
  [
    'early stopping',
    () => ({ ...packed(), options: { validation: validation(), earlyStopping: { patience: 1, minDelta: 0.01 } } }),
  ],
  [
    'weights of classes',
    () => ({ ...packed(), options: { classWeights: { red: 3, blue: 0.5 }, validation: validation() } }),
  ],
  [
    'weights of samples',
    () => ({
      ...packed(),
      options: { sampleWeights: randomRows(COUNT, 1, 5).map(Math.abs), classWeights: [1, 2, 3], validation: 0.3 },
    }),
  ],
  [
    'plain options',
    () => ({ ...packed(), options: { epochs: 4, batchSize: 3, shuffle: false, clipNorm: 0.1, learningRate: 0.3 } }),
  ],
];

/** Overwrites every value in an object. */
function spoil(value: object): void {
  for (const key of Object.keys(value)) {
    const inner: unknown = Reflect.get(value, key);
    if (typeof inner === 'object' && inner !== null) spoil(inner);
    else Reflect.set(value, key, typeof inner === 'number' ? 77 : undefined);
  }
}

describe.each(ENGINES)('on %s', (engine) => {
  describe.each(CASES)('%s', (_, given) => {
    it.each([{}, { normalize: 'minMax' }] as const)('may be changed right after the call, with %o', async (scaling) => {
      const [network, twin] = await Promise.all([classifier(engine, scaling), classifier(engine, scaling)]);
      const [spoiled, kept] = [given(), given()];
      const epochs = { epochs: 4 };
      const options = { ...epochs, ...spoiled.options };
      const running = network.fit(spoiled.inputs, spoiled.targets, options);
      for (const part of [spoiled.inputs, spoiled.targets, options]) spoil(part as object);
      const history = await running;
      const expected = await twin.fit(kept.inputs, kept.targets, { ...epochs, ...kept.options });
      const plain = (results: typeof history.epochs) => results.map(({ seconds, ...rest }) => rest);
      expect(plain(history.epochs)).toEqual(plain(expected.epochs));
      expect(fingerprint(network)).toBe(fingerprint(twin));
    });
  });
});
