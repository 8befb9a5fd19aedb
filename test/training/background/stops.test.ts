/** Fits in the background that stop before their last epoch and resolve, or that end with outputs that are not finite. */
import { describe, expect, it } from 'vitest';
import type { Network as SourceNetwork } from '../../../src/index.js';
import { fingerprint } from '../../support/networks.js';
import { thrownBy } from '../../support/refusals.js';
import { randomRows } from '../../support/samples.js';

// The built library: workers start from a file of it.
const { Network }: { Network: typeof SourceNetwork } = await import(
  new URL('../../../dist/index.js', import.meta.url).href
);

const COUNT = 60;
const INPUTS = randomRows(COUNT, 2);
const CLASSES = Uint8Array.from({ length: COUNT }, (_, i) => Number((INPUTS[2 * i] as number) > 0));
const OPTIONS = {
  inputs: 2,
  layers: [
    { units: 4, activation: 'tanh' },
    { units: 2, activation: 'softmax' },
  ],
  seed: 5,
} as const;

describe.each(['fit', 'fitStream'] as const)('%s in the background', (call) => {
  const train = (network: SourceNetwork, options: object) =>
    call === 'fit'
      ? network.fit(INPUTS, CLASSES, options)
      : network.fitStream(() => [{ inputs: INPUTS, targets: CLASSES }], options);

  it.each([
    ['stopAt', { stopAt: { accuracy: 0.9 } }],
    ['onEpoch', { onEpoch: ({ epoch }: { epoch: number }) => (epoch === 3 ? (false as const) : undefined) }],
    ['onEpoch', { onEpoch: async () => false, earlyStopping: { patience: 5 } }],
  ])('stops by %s as in the foreground', async (stopped, options) => {
    const [network, twin] = await Promise.all([Network.create(OPTIONS), Network.create(OPTIONS)]);
    const history = await train(network, { epochs: 40, background: true, ...options });
    const expected = await train(twin, { epochs: 40, ...options });
    expect(history.stopped).toBe(stopped);
    expect(history.epochs.map(({ loss }) => loss)).toEqual(expected.epochs.map(({ loss }) => loss));
    expect(history.epochs.length).toBeLessThan(40);
    expect(fingerprint(network)).toBe(fingerprint(twin));
    expect(network.epochs).toBe(twin.epochs);
  });

  it('stops after so many seconds', async () => {
    const network = await Network.create(OPTIONS);
    const history = await train(network, { epochs: 1e9, background: true, stopAt: { seconds: 0.05 } });
    expect(history.stopped).toBe('stopAt');
    expect(network.epochs).toBe(history.epochs.length);
  });

  it('diverges where the last step makes outputs NaN, and goes back', async () => {
    const network = await Network.create({
      inputs: 2,
      layers: [
        { units: 8, activation: 'linear' },
        { units: 8, activation: 'linear' },
        { units: 8, activation: 'linear' },
        { units: 2, activation: 'softmax' },
      ],
      optimizer: { type: 'sgd', learningRate: 0.3 },
    });
    const inputs = [
      [255, 0],
      [0, 255],
      [255, 255],
      [128, 64],
    ];
    const targets = Uint8Array.of(0, 1, 1, 0);
    const options = { epochs: 3, background: true };
    const error = await thrownBy(() =>
      call === 'fit' ? network.fit(inputs, targets, options) : network.fitStream(() => [{ inputs, targets }], options),
    );
    expect(error).toMatchObject({ code: 'ERR_DIVERGED', epoch: 3, batch: 1, learningRate: 0.3 });
    expect(
      network
        .predict(inputs)
        .flatMap((row) => [...row])
        .every(Number.isFinite),
    ).toBe(true);
  });
});
