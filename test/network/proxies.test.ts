/** A network behind a Proxy: in Vue's ref and reactive, and in those of programs. */
import * as vue from '@vue/reactivity';
import { describe, expect, it } from 'vitest';
import { Network } from '../../src/index.js';
import { expectRefused } from '../support/refusals.js';

const INPUTS = [
  [0, 0],
  [0, 1],
  [1, 0],
  [1, 1],
];
const NAMES = [[], ['a'], ['b'], ['a', 'b']];

/** A Proxy that gives Proxies of what it gives, as libraries do that watch objects to any depth. */
function deep<T extends object>(target: T): T {
  return new Proxy(target, {
    get(object, key, receiver) {
      const value: unknown = Reflect.get(object, key, receiver);
      const isOwn = Object.getOwnPropertyDescriptor(object, key)?.configurable === false;
      return typeof value === 'object' && value !== null && !ArrayBuffer.isView(value) && !isOwn ? deep(value) : value;
    },
  });
}

const WAYS: Record<string, (network: Network) => Network> = {
  ref: (network) => vue.ref(network).value as Network,
  'ref of an object': (network) => vue.ref({ model: { network } }).value.model.network as Network,
  reactive: (network) => vue.reactive({ network }).network as Network,
  'reactive itself': (network) => vue.reactive(network) as Network,
  readonly: (network) => vue.readonly({ network }).network as Network,
  'readonly itself': (network) => vue.readonly(network) as Network,
  shallowRef: (network) => vue.shallowRef(network).value,
  shallowReactive: (network) => vue.shallowReactive(network) as Network,
  'a plain Proxy': (network) => new Proxy(network, {}),
  'a Proxy of a Proxy': (network) => new Proxy(new Proxy(network, {}), {}),
  'a deep Proxy': deep,
  'Object.create': (network) => Object.create(network) as Network,
};

describe.each(Object.entries(WAYS))('%s', (_, wrap) => {
  it('leaves every call of a network as it is', async () => {
    const plain = await Network.create({
      inputs: 2,
      layers: [{ units: 3 }, { units: 2 }],
      labels: ['a', 'b'],
      seed: 3,
    });
    const network = wrap(plain);
    expect(network).toBeInstanceOf(Network);
    expect([network.inputs, network.outputs, network.parameterCount, network.epochs]).toEqual([2, 2, 17, 0]);
    expect(network.labels).toEqual(['a', 'b']);
    expect(network.layers.map(({ units }) => units)).toEqual([3, 2]);
    expect(network.engine.kind).toBe('wasm');
    await network.fit(INPUTS, NAMES, { epochs: 2 });
    await network.fitStream(
      async function* () {
        yield { inputs: INPUTS, targets: NAMES };
      },
      { epochs: 1 },
    );
    expect(network.trainOnBatch(INPUTS, NAMES)).toBeGreaterThan(0);
    expect(network.gradients(INPUTS, NAMES).loss).toBeGreaterThan(0);
    expect(network.evaluate(INPUTS, NAMES).loss).toBeGreaterThan(0);
    expect(network.predict([1, 0])).toEqual(plain.predict([1, 0]));
    expect(network.predict(INPUTS, { layer: 0 })).toEqual(plain.predict(INPUTS, { layer: 0 }));
    expect(network.classify([1, 0])).toEqual(plain.classify([1, 0]));
    expect(network.classifyAll([1, 0])).toEqual(plain.classifyAll([1, 0]));
    expect(network.report(INPUTS, Uint8Array.of(0, 1, 1, 0))).toMatchObject({ kind: 'classes' });
    network.setParameters(1, network.getParameters(1));
    expect(network.summary()).toBe(plain.summary());
    expect(network.clone().save()).toEqual(plain.save());
    expect(network.save()).toEqual(plain.save());
    expect(network.saveCheckpoint()).toEqual(plain.saveCheckpoint());
    expect(network.toONNX()).toEqual(plain.toONNX());
    expect(await network.toModule()).toBe(await plain.toModule());
    expect(JSON.stringify(network)).toBe(JSON.stringify(plain));
    expect((await Network.load(network)).save()).toEqual(plain.save());
    network[Symbol.dispose]();
    await expectRefused(() => plain.predict([1, 0]), 'ERR_DISPOSED', /^predict: /);
    network.dispose();
  });
});

it('Vue keeps a network as it is, so that nothing of it is slower', async () => {
  const network = await Network.create({ inputs: 1, layers: [{ units: 1 }] });
  expect(vue.reactive({ network }).network).toBe(network);
  expect(vue.isProxy(vue.reactive(network))).toBe(false);
});

it('own properties may be added to a network, as programs that breed networks do', async () => {
  const network: Network & { fitness?: number } = await Network.create({ inputs: 1, layers: [{ units: 1 }] });
  network.fitness = 3;
  expect(network.fitness).toBe(3);
  expect(network.clone()).not.toHaveProperty('fitness');
});

it('structuredClone refuses a network and names what to send instead', async () => {
  const network = await Network.create({ inputs: 1, layers: [{ units: 1 }] });
  expect(() => structuredClone(network)).toThrow(/a Network: send its toJSON\(\) or save\(\)/);
  expect(() => structuredClone({ deep: [network] })).toThrow(/could not be cloned/);
  const { port1, port2 } = new MessageChannel();
  expect(() => port1.postMessage(network)).toThrow(/could not be cloned/);
  port1.close();
  port2.close();
  const copy = await Network.load(structuredClone(network.toJSON()));
  expect(copy.save()).toEqual(network.save());
});
