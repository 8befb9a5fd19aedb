/** Proxies of typed arrays, as libraries make them that watch objects: they have the prototype, but no numbers that can be read. */
import { describe, expect, it } from 'vitest';
import { Network } from '../../src/index.js';
import { thrownBy } from '../support/refusals.js';

const proxy = <T extends object>(array: T): T => new Proxy(array, {});
const FLOATS = Float32Array.of(1, 2);
const CLASSES = Uint8Array.of(1);
const VALIDATION = { inputs: FLOATS, targets: CLASSES };

type Call = (network: Network) => unknown;

const CALLS: Record<string, Call> = {
  'inputs of predict': (network) => network.predict(proxy(FLOATS)),
  'rows of predict': (network) => network.predict([proxy(FLOATS)]),
  'into of predict': (network) => network.predict([1, 2], { into: proxy(FLOATS) }),
  'inputs of classify': (network) => network.classify(proxy(FLOATS)),
  'inputs of classifyAll': (network) => network.classifyAll(proxy(FLOATS)),
  'inputs of evaluate': (network) => network.evaluate(proxy(FLOATS), CLASSES),
  'targets of evaluate': (network) => network.evaluate(FLOATS, proxy(CLASSES)),
  'targets of report': (network) => network.report(FLOATS, proxy(FLOATS)),
  'inputs of gradients': (network) => network.gradients(proxy(FLOATS), CLASSES),
  'inputs of trainOnBatch': (network) => network.trainOnBatch(proxy(FLOATS), CLASSES),
  'targets of trainOnBatch': (network) => network.trainOnBatch(FLOATS, proxy(Float32Array.of(0, 1))),
  'indexes as targets': (network) => network.trainOnBatch(FLOATS, proxy(Int32Array.of(1))),
  'weights of trainOnBatch': (network) =>
    network.trainOnBatch(FLOATS, CLASSES, { sampleWeights: proxy(Float32Array.of(1)) }),
  'inputs of fit': (network) => network.fit(proxy(FLOATS), CLASSES),
  'many inputs of fit': (network) => network.fit(proxy(new Float32Array(2 ** 21 + 2)), CLASSES),
  'targets of fit': (network) => network.fit(FLOATS, proxy(CLASSES)),
  'weights of fit': (network) => network.fit(FLOATS, CLASSES, { sampleWeights: proxy(Float32Array.of(1)) }),
  'inputs that validate': (network) =>
    network.fit(FLOATS, CLASSES, { validation: { ...VALIDATION, inputs: proxy(FLOATS) } }),
  'batches of fitStream': (network) => network.fitStream(() => [{ inputs: proxy(FLOATS), targets: CLASSES }]),
  'weights of setParameters': (network) => network.setParameters(0, { weights: proxy(new Float32Array(4)) }),
  scaling: (network) => {
    network.scaling = { inputs: { shift: proxy(FLOATS) as never, scale: [1, 1] } };
  },
  'bytes of load': (network) => Network.load(proxy(network.save())),
};

describe.each([false, 'standard'] as const)('normalize: %s', (normalize) => {
  it.each(Object.entries(CALLS))('%s: refused with a code', async (_, call) => {
    const network = await Network.create({ inputs: 2, layers: [{ units: 2, activation: 'softmax' }], normalize });
    const error = await thrownBy(async () => await call(network));
    expect((error as { code?: unknown }).code).toMatch(/^ERR_/);
  });
});

it('the message says that it is a Proxy', async () => {
  const network = await Network.create({ inputs: 2, layers: [{ units: 2, activation: 'softmax' }] });
  const error = await thrownBy(() => network.predict(proxy(FLOATS)));
  expect(String(error)).toMatch(/^TypeError: predict: inputs is a Proxy of a Float32Array, expected /);
});
