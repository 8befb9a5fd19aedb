/** Options that are inherited, hostile or enormous: taken as JavaScript reads them, or refused with a code and without delay. */
import { describe, expect, it } from 'vitest';
import { describe as inWords, tagOf } from '../../src/foundation/errors.js';
import { type FitOptions, Network, type NetworkOptions } from '../../src/index.js';
import { expectRefused, thrownBy } from '../support/refusals.js';

const INPUTS = [
  [0, 1],
  [1, 0],
];
const CLASSES = Uint8Array.of(0, 1);
const create = (options: object = {}): Promise<Network> =>
  Network.create({ inputs: 2, layers: [{ units: 2, activation: 'softmax' }], engine: 'js', ...options });

/** Runs `use` while Object.prototype has these properties. */
async function polluted<T>(properties: Readonly<Record<string, unknown>>, use: () => Promise<T>): Promise<T> {
  for (const [key, value] of Object.entries(properties)) {
    Object.defineProperty(Object.prototype, key, { value, configurable: true, enumerable: true, writable: true });
  }
  try {
    return await use();
  } finally {
    for (const key of Object.keys(properties)) delete (Object.prototype as Record<string, unknown>)[key];
  }
}

describe('inherited options', () => {
  it('count, of a prototype and of getters of a class', async () => {
    class Options {
      get epochs(): number {
        return 3;
      }
      toJSON(): string {
        return 'no option';
      }
    }
    class Patience {
      get patience(): number {
        return 1;
      }
      get minDelta(): number {
        return 100;
      }
    }
    const network = await create();
    for (const options of [Object.create({ epochs: 3 }), new Options(), Object.create(new Options())]) {
      expect((await network.fit(INPUTS, CLASSES, options)).epochs).toHaveLength(3);
    }
    const stopped = await network.fit(INPUTS, CLASSES, { earlyStopping: new Patience() });
    expect(stopped.epochs).toHaveLength(2);
    const inherited = await Network.create(
      Object.create({ inputs: 2, layers: [Object.create({ units: 1 })], engine: 'js' }),
    );
    expect(inherited.engine.kind).toBe('js');
  });

  it('are refused where they are unknown', async () => {
    const network = await create();
    await expectRefused(
      () => network.fit(INPUTS, CLASSES, Object.create({ epoch: 3 })),
      'ERR_INVALID_OPTION',
      /^fit: options has an unknown option "epoch"\. Did you mean "epochs"/,
    );
  });

  it('do not count from Object.prototype', async () => {
    const network = await create();
    const history = await polluted(
      { epochs: 2, batchSize: 'x', activation: 'relu', engine: 'wasm', dropout: 7 },
      async () => {
        const other = await Network.create({ inputs: 1, layers: [{ units: 1 }], engine: 'js' });
        expect(other.layers[0]?.activation).toBe('sigmoid');
        expect((await Network.create({ inputs: 1, layers: [{ units: 1 }] })).engine.kind).toBe('wasm');
        return await network.fit(INPUTS, CLASSES, {});
      },
    );
    expect(history.epochs).toHaveLength(100);
    const kind = await polluted(
      { engine: 'js' },
      async () => (await Network.create({ inputs: 1, layers: [{ units: 1 }] })).engine.kind,
    );
    expect(kind).toBe('wasm');
  });
});

it.each([
  ['Math', Math],
  ['JSON', JSON],
  ['Reflect', Reflect],
  ['a Date', new Date()],
  ['a Map', new Map()],
])('classWeights: %s are refused', async (_, classWeights) => {
  const network = await create();
  const fit = () => network.fit(INPUTS, CLASSES, { classWeights: classWeights as never });
  await expectRefused(fit, 'ERR_INVALID_TYPE', /^fit: classWeights is .*, expected an object with options/);
});

it('null for options is refused by every call', async () => {
  const network = await create();
  const calls = [
    () => network.fit(INPUTS, CLASSES, null as never),
    () => network.fitStream(() => [], null as never),
    () => network.trainOnBatch(INPUTS, CLASSES, null as never),
    () => Network.create(null as never),
    () => Network.load(network.save(), null as never),
  ];
  for (const call of calls)
    await expectRefused(call, 'ERR_INVALID_TYPE', /: options is null, expected an object with options\.$/);
});

describe('arrays of 4 billion', () => {
  const huge = (): never => new Array(2 ** 32 - 1) as never;

  it.each([
    ['labels', { labels: huge }],
    ['layers', { layers: huge }],
  ])('as %s of create are refused at once', async (_, options) => {
    const given = Object.fromEntries(Object.entries(options).map(([key, make]) => [key, make()])) as object;
    expect(await thrownBy(() => create(given))).toHaveProperty('code', expect.stringMatching(/^ERR_INVALID_/));
  });

  it.each(['sampleWeights', 'classWeights'])('as %s of fit are refused at once', async (key) => {
    const network = await create();
    await expectRefused(
      () => network.fit(INPUTS, CLASSES, { [key]: huge() }),
      'ERR_SHAPE',
      /^fit: .* 4294967295 weights/,
    );
  });
});

it.each([
  [
    'numbers',
    [3, 5],
    /^create: labels is an array of 2, expected an array of strings, and one is 3\. Write names in quotes/,
  ],
  [
    'booleans',
    [false, true],
    /and one is false\. Write names in quotes, in targets too: labels: \["false", "true"\]\./,
  ],
])('labels that are %s are refused, and the message says how to write them', async (_, labels, message) => {
  await expectRefused(() => create({ labels }), 'ERR_INVALID_TYPE', message);
});

it('targets that are booleans, or numbers that are no classes, are refused with what to write', async () => {
  const network = await create({ labels: ['no', 'yes'] });
  await expectRefused(
    () => network.fit(INPUTS, [true, false] as never),
    'ERR_INVALID_TYPE',
    /^fit: targets\[0\] is true, expected a number\. Write 0 and 1, or as the name of a class "false" and "true"\./,
  );
  await expectRefused(
    () => network.fit(INPUTS, [0, 2]),
    'ERR_INVALID_OPTION',
    /^fit: targets\[1\] is class 2, expected 0 to 1\. Or give names: targets\.map\(String\)\.$/,
  );
});

describe('a value in words', () => {
  const revoked = <T extends object>(target: T): T => {
    const { proxy, revoke } = Proxy.revocable(target, {});
    revoke();
    return proxy;
  };
  const throws = (): never => {
    throw new Error('from a getter');
  };
  const named = (value: unknown) => Object.defineProperty(() => undefined, 'name', { value });

  it.each([
    ['a function named by a symbol', named(Symbol('x')), 'the function (anonymous)'],
    ['a function named by an object', named({}), 'the function (anonymous)'],
    ['a function with a long name', named('f'.repeat(999)), `the function ${'f'.repeat(40)}…`],
    ['a revoked Proxy', revoked({}), 'an object that cannot be read'],
    ['a revoked array', revoked([]), 'an object that cannot be read'],
    ['a revoked function', revoked(() => undefined), 'a function that cannot be read'],
    ['a Proxy that throws', new Proxy({}, { getPrototypeOf: throws }), 'an object that cannot be read'],
    [
      'a getter as constructor',
      Object.create({
        get constructor() {
          return throws();
        },
      }),
      'an object that cannot be read',
    ],
    ['a constructor named by a symbol', Object.create({ constructor: { name: Symbol('z') } }), 'an object'],
    [
      'a constructor with a long name',
      Object.create({ constructor: { name: 'C'.repeat(99) } }),
      `a ${'C'.repeat(40)}…`,
    ],
    ['a tag that throws', Object.create(null, { [Symbol.toStringTag]: { get: throws } }), 'a '],
    ['no prototype', Object.create(null), 'an object'],
    ['a long bigint', 10n ** 99n, `1${'0'.repeat(39)}…`],
    ['a long symbol', Symbol('s'.repeat(99)), `Symbol(${'s'.repeat(33)}…`],
  ])('%s', (_, value, words) => {
    expect(inWords(value)).toContain(words);
    expect(() => tagOf(value)).not.toThrow();
  });

  it('is part of a coded error where such a value is an option', async () => {
    const network = await create();
    for (const value of [revoked({}), named(Symbol('x')), Object.create({ constructor: { name: Symbol('z') } })]) {
      expect(await thrownBy(() => network.fit(INPUTS, CLASSES, { epochs: value } as FitOptions))).toHaveProperty(
        'code',
      );
      expect(await thrownBy(() => Network.create({ inputs: value } as NetworkOptions))).toHaveProperty('code');
    }
    expect(await thrownBy(() => network.fit(INPUTS, CLASSES, revoked({})))).toHaveProperty('code', 'ERR_INVALID_TYPE');
  });
});
