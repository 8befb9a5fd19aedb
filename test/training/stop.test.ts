/** Fits that others must not wait for: callbacks that never resolve, getters that call back in. */
import { describe, expect, it } from 'vitest';
import { type FitOptions, Network } from '../../src/index.js';
import { firstCall, never } from '../support/event-loop.js';
import { classifier, ENGINES, fingerprint } from '../support/networks.js';
import { expectCoded, thrownBy } from '../support/refusals.js';

const INPUTS = [
  [0, 1],
  [1, 0],
];
const TARGETS = [0, 1];

function small(engine: 'wasm' | 'js'): Promise<Network> {
  return Network.create({ inputs: 2, layers: [{ units: 3 }, { units: 1 }], engine });
}

describe.each(ENGINES)('on %s', (engine) => {
  it.each(['onEpoch', 'onProgress'])('an abort ends a fit whose %s never resolves', async (callback) => {
    const network = await small(engine);
    const controller = new AbortController();
    const reason = new Error('enough');
    const { called, callback: waits } = firstCall(never);
    const options = { epochs: 2, signal: controller.signal, [callback]: waits };
    const running = thrownBy(() => network.fit(INPUTS, TARGETS, options));
    await called;
    controller.abort(reason);
    expect(await running).toBe(reason);
    await network.fit(INPUTS, TARGETS, { epochs: 1 });
  });

  it('dispose ends a fit whose onEpoch never resolves', async () => {
    const network = await small(engine);
    const { called, callback: waits } = firstCall(never);
    const running = thrownBy(() => network.fit(INPUTS, TARGETS, { onEpoch: waits }));
    await called;
    network.dispose();
    expectCoded(await running, 'ERR_DISPOSED', /^fit: this network was disposed of/);
  });

  it('a getter in the samples that calls fit again gets ERR_BUSY, and one that disposes of the network does no harm', async () => {
    const other = await classifier(engine);
    const before = fingerprint(other);
    const network = await small(engine);
    let inner: Promise<unknown> | undefined;
    const row = [1, 0];
    Object.defineProperty(row, 0, {
      configurable: true,
      get: () => {
        inner ??= thrownBy(() => network.fit(INPUTS, TARGETS));
        return 1;
      },
    });
    await network.fit([[0, 1], row], TARGETS, { epochs: 1 });
    expectCoded(await inner, 'ERR_BUSY', /^fit: a fit of this network is running/);
    Object.defineProperty(row, 0, {
      get: () => {
        network.dispose();
        return 1;
      },
    });
    expectCoded(await thrownBy(() => network.predict([row])), 'ERR_DISPOSED', /^predict: /);
    expect(fingerprint(other)).toBe(before);
  });

  it.each([new AbortController().signal, new Map([['epochs', 1]]), new Date(0), Promise.resolve()])(
    'options that are %s are refused',
    async (options) => {
      const network = await small(engine);
      const error = await thrownBy(() => network.fit(INPUTS, TARGETS, options as FitOptions));
      expectCoded(error, 'ERR_INVALID_TYPE', /^fit: options is an? \w+, expected an object with options/);
    },
  );

  it('an async learningRate is refused, and its rejection is handled', async () => {
    const network = await small(engine);
    const learningRate = (async () => {
      throw new Error('late');
    }) as unknown as () => number;
    const error = await thrownBy(() => network.fit(INPUTS, TARGETS, { learningRate }));
    expectCoded(error, 'ERR_INVALID_TYPE', /^fit: learningRate\(1\) is a Promise, expected/);
  });
});
