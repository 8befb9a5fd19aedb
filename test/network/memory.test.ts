/** Memory from outside: it comes back, it stays flat, it may run out or grow at any moment, and no number changes. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Arena } from '../../src/engine/wasm/arena.js';
import { Realm } from '../../src/engine/wasm/realm.js';
import { codedError } from '../../src/foundation/errors.js';
import { Network, type NetworkOptions } from '../../src/index.js';
import { collectGarbage } from '../support/garbage.js';
import { classifier, digestOf, ENGINES, fingerprint, reservedBytes } from '../support/networks.js';
import { expectCoded, expectRefused, thrownBy } from '../support/refusals.js';
import { repeats } from '../support/repeats.js';
import { randomClasses, randomRows } from '../support/samples.js';

const COUNT = 600;
const INPUTS = randomRows(COUNT, 2);
const TARGETS = randomClasses(COUNT, 3);
/** Networks that are created and disposed of. */
const ROUNDS = repeats(400, 100_000);
/** More than the rows of a pass, so that gradients need their own block. */
const BATCHES = { epochs: 2, batchSize: 300 };

type Call = (network: Network) => unknown;
const CALLS: Record<string, Call> = {
  predict: (network) => network.predict(INPUTS),
  classify: (network) => network.classify(INPUTS),
  evaluate: (network) => network.evaluate(INPUTS, TARGETS),
  gradients: (network) => network.gradients(INPUTS, TARGETS),
  trainOnBatch: (network) => network.trainOnBatch(INPUTS, TARGETS),
  fit: (network) => network.fit(INPUTS, TARGETS, { ...BATCHES, validation: 0.2 }),
  fitStream: (network) => network.fitStream(stream, { epochs: 1, validation: VALIDATION, classWeights: [1, 2, 3] }),
};

const VALIDATION = { inputs: randomRows(9, 2, 3), targets: randomClasses(9, 3, 3) };

/** A single batch: memory may run out before its step, not between two steps. */
async function* stream() {
  yield { inputs: INPUTS, targets: TARGETS };
}

/** Networks that reserve more memory when they train: for optimizer state and slopes. */
const NETWORKS: Record<string, Partial<NetworkOptions>> = {
  'a plain network': {},
  'a network with dropout and adam': {
    layers: [
      { units: 3, activation: 'gelu', dropout: 0.5 },
      { units: 3, activation: 'softmax' },
    ],
    optimizer: 'adam',
  },
  'a network that scales and has momentum': { normalize: 'standard', optimizer: { type: 'sgd', momentum: 0.5 } },
};

afterEach(() => vi.restoreAllMocks());

/** Makes the n-th reservation from now on fail. Returns a function that counts reservations. */
function failReservation(n: number): () => number {
  let made = 0;
  const reserve = Arena.prototype.reserve;
  vi.spyOn(Arena.prototype, 'reserve').mockImplementation(function (this: Arena, bytes: number) {
    if (++made === n) throw codedError('ERR_OUT_OF_MEMORY', 'memory: none left for the test.');
    return reserve.call(this, bytes);
  });
  return () => made;
}

describe('out of memory', () => {
  const cases = Object.entries(NETWORKS).flatMap(([title, options]) =>
    Object.entries(CALLS)
      // It is refused before a fit.
      .filter(([name]) => options.normalize === undefined || name !== 'trainOnBatch')
      .map(([name, call]) => [name, title, call, options] as const),
  );
  it.each(cases)('at any reservation of %s leaves %s as before', async (_, __, call, options) => {
    let failures = 0;
    for (let n = 1; ; n++) {
      const network = await classifier('wasm', options);
      const twin = await classifier('wasm', options);
      const before = fingerprint(network);
      const made = failReservation(n);
      const error = await Promise.resolve()
        .then(() => call(network))
        .then(
          () => undefined,
          (thrown: unknown) => thrown,
        );
      const failed = made() >= n;
      vi.restoreAllMocks();
      expect(error === undefined).toBe(!failed);
      if (!failed) break;
      failures++;
      expectCoded(error, 'ERR_OUT_OF_MEMORY', /^memory: none left for the test\.$/);
      expect(fingerprint(network)).toBe(before);
      await call(network);
      await call(twin);
      expect(fingerprint(network)).toBe(fingerprint(twin));
      network.dispose();
      twin.dispose();
    }
    expect(failures).toBeGreaterThanOrEqual(1);
  });

  it('in create rejects, and keeps nothing', async () => {
    const reserved = await reservedBytes();
    failReservation(1);
    await expectRefused(() => classifier('wasm'), 'ERR_OUT_OF_MEMORY', /none left/);
    vi.restoreAllMocks();
    expect(await reservedBytes()).toBeLessThanOrEqual(reserved);
  });

  it('of the host itself gives the same error, and passes when the host has memory again', async () => {
    const network = await classifier('wasm');
    const before = fingerprint(network);
    const large: NetworkOptions = { inputs: 4000, layers: [{ units: 4000 }], engine: 'wasm' };
    const grow = vi.spyOn(WebAssembly.Memory.prototype, 'grow').mockImplementation(() => {
      throw new RangeError('WebAssembly.Memory.grow(): Maximum memory size exceeded');
    });
    await expectRefused(
      () => Network.create(large),
      'ERR_OUT_OF_MEMORY',
      /^memory: the host does not give \d+ MiB\. Use/,
    );
    const rows = randomRows(3_000_000, 2);
    await expectRefused(() => network.fit(rows, new Uint8Array(3_000_000)), 'ERR_OUT_OF_MEMORY', /^memory: the host/);
    grow.mockRestore();
    expect(fingerprint(network)).toBe(before);
    (await Network.create({ ...large, layers: [{ units: 400 }] })).dispose();
    await network.fit(INPUTS, TARGETS, { epochs: 1 });
  });
});

describe('a grow of the memory', () => {
  /** The answers of all calls. Calls `between` after each. */
  async function everything(between: () => void): Promise<unknown[]> {
    const network = await classifier('wasm');
    const other = await classifier('wasm', { seed: 3 });
    const seen: unknown[] = [];
    for (const call of Object.values(CALLS)) {
      const answer = (await call(network)) as { epochs?: { seconds: number }[] };
      seen.push(answer?.epochs === undefined ? answer : answer.epochs.map((epoch) => ({ ...epoch, seconds: 0 })));
      between();
      seen.push(fingerprint(network));
      between();
      seen.push(digestOf(other.predict(INPUTS)));
      between();
    }
    const onEpoch = async (): Promise<void> => {
      between();
      seen.push((await classifier('wasm', { seed: 5 })).evaluate([1, 2], new Uint8Array([1])));
      between();
    };
    await network.fit(INPUTS, TARGETS, { ...BATCHES, onEpoch });
    network.setParameters(0, other.getParameters(0));
    seen.push(fingerprint(network), fingerprint(other));
    return seen;
  }

  it('at every reservation and between any two calls changes no number', async () => {
    const still = await everything(() => {});
    // A network that is too large for the memory makes it grow, and so shows which memory it is.
    const grow = vi.spyOn(WebAssembly.Memory.prototype, 'grow');
    (await Network.create({ inputs: 3000, layers: [{ units: 3000 }], engine: 'wasm' })).dispose();
    const memory = grow.mock.contexts[0] as WebAssembly.Memory;
    grow.mockRestore();
    let grown = 0;
    const moved = (): void => {
      const stale = memory.buffer;
      memory.grow(1);
      grown += Number(stale.byteLength === 0);
    };
    const { reserve, release } = Realm.prototype;
    vi.spyOn(Realm.prototype, 'reserve').mockImplementation(function (this: Realm, bytes: number) {
      const address = reserve.call(this, bytes);
      moved();
      return address;
    });
    vi.spyOn(Realm.prototype, 'release').mockImplementation(function (this: Realm, address: number) {
      release.call(this, address);
      moved();
    });
    expect(await everything(moved)).toEqual(still);
    expect(grown).toBeGreaterThan(30);
  });
});

it('a network holds memory for the rows of its largest pass only', async () => {
  const [grown, direct] = await Promise.all([classifier('wasm'), classifier('wasm')]);
  for (let rows = 1; rows <= 300; rows++) grown.predict(randomRows(rows, 2));
  direct.predict(randomRows(300, 2));
  expect(grown.summary()).toBe(direct.summary());
});

describe.each(ENGINES)('dispose on %s', (engine) => {
  it('frees all memory, and may be called twice', async () => {
    const reserved = await reservedBytes();
    const network = await classifier(engine);
    for (const call of Object.values(CALLS)) await call(network);
    const held = await reservedBytes();
    network.dispose();
    if (engine === 'wasm') expect(await reservedBytes()).toBeLessThan(held);
    expect(await reservedBytes()).toBeLessThanOrEqual(reserved);
    const other = await classifier(engine);
    const print = fingerprint(other);
    network.dispose();
    network[Symbol.dispose]();
    expect(fingerprint(other)).toBe(print);
  });

  const calls: [string, Call][] = [
    ...Object.entries(CALLS),
    ['getParameters', (network) => network.getParameters(0)],
    ['setParameters', (network) => network.setParameters(0, {})],
    ['summary', (network) => network.summary()],
  ];
  it.each(calls)('makes %s say ERR_DISPOSED', async (name, call) => {
    const network = await classifier(engine);
    network.dispose();
    const message = new RegExp(`^${name}: this network was disposed of\\. Create a new one\\.$`);
    await expectRefused(() => call(network), 'ERR_DISPOSED', message);
  });

  it('leaves the properties of a network readable', async () => {
    const network = await classifier(engine);
    network.dispose();
    expect([network.inputs, network.outputs, network.parameterCount, network.layers.length]).toEqual([2, 3, 21, 2]);
  });

  it(`after create, train and predict, ${ROUNDS} times, keeps memory flat`, async () => {
    const grow = vi.spyOn(WebAssembly.Memory.prototype, 'grow');
    const reserved = await reservedBytes();
    for (let i = 0; i < ROUNDS; i++) {
      const network = await classifier(engine, { seed: i });
      network.trainOnBatch(
        [
          [1, 2],
          [3, 4],
        ],
        ['red', 'blue'],
      );
      await network.fit(
        [
          [1, 2],
          [3, 4],
        ],
        ['red', 'blue'],
        { epochs: 1 },
      );
      network.predict([1, 2]);
      network.dispose();
      if (i === 99) grow.mockClear();
    }
    expect(grow).not.toHaveBeenCalled();
    expect(await reservedBytes()).toBeLessThanOrEqual(reserved);
  });
});

it('a network that is collected without dispose gives its memory back', async () => {
  const reserved = await reservedBytes();
  const train = async (): Promise<void> => {
    const before = await reservedBytes();
    const network = await Network.create({ inputs: 300, layers: [{ units: 300 }, { units: 2 }], engine: 'wasm' });
    expect(await reservedBytes()).toBeGreaterThan(before + 300_000);
    await network.fit(randomRows(50, 300), randomClasses(50, 2), { epochs: 1 });
  };
  for (let i = 0; i < 10; i++) await train();
  const live = await classifier('wasm');
  const print = fingerprint(live);
  for (let i = 0; i < 300 && (await reservedBytes()) > reserved + 800_000; i++) {
    collectGarbage();
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  expect(await reservedBytes()).toBeLessThanOrEqual(reserved + 800_000);
  expect(fingerprint(live)).toBe(print);
  expect(await thrownBy(() => live.predict([1]))).toMatchObject({ code: 'ERR_SHAPE' });
});
