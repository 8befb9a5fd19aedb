/** Samples so large that a fit takes them in slices: what it says and computes is the same, and the event loop has its turn in between. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ColumnScaling } from '../../src/data/scaling.js';
import { type FitOptions, Network, type NetworkOptions } from '../../src/index.js';
import { turn } from '../support/event-loop.js';
import { ENGINES, fingerprint, reservedBytes } from '../support/networks.js';
import { expectRefused, thrownBy } from '../support/refusals.js';
import { repeats } from '../support/repeats.js';
import { randomClasses, randomRows } from '../support/samples.js';

const WIDTH = 800;
const COUNT = 3000;
/** Rows in a slice of 2^18 numbers. */
const SLICE = Math.ceil(2 ** 18 / WIDTH);
const PACKED = randomRows(COUNT, WIDTH);
const CLASSES = randomClasses(COUNT, 3);
const OPTIONS: FitOptions = { epochs: 1, batchSize: 256 };

const rowsOf = (): Float32Array[] =>
  Array.from({ length: COUNT }, (_, row) => PACKED.slice(row * WIDTH, (row + 1) * WIDTH));
const create = (engine: (typeof ENGINES)[number], options: Partial<NetworkOptions> = {}): Promise<Network> =>
  Network.create({ inputs: WIDTH, layers: [{ units: 2 }, { units: 3, activation: 'softmax' }], engine, ...options });

/** Never goes back, as no clock does: the event loop remembers when it turned. */
let now = 1e12;

/** A list that tells how many of its elements were read. */
function watched<T extends object>(list: T[]): { list: T[]; reads: () => number } {
  let reads = 0;
  const get = (target: T[], key: string | symbol, receiver: unknown): unknown => {
    if (typeof key === 'string' && /^\d+$/.test(key)) reads++;
    return Reflect.get(target, key, receiver);
  };
  return { list: new Proxy(list, { get }), reads: () => reads };
}

describe.each(ENGINES)('on %s', (engine) => {
  // A turn is due at each slice: a clock would say more about the machine.
  beforeEach(() => {
    vi.spyOn(performance, 'now').mockImplementation(() => {
      now += 9;
      return now;
    });
  });
  afterEach(() => vi.restoreAllMocks());

  it.each([{}, { background: { workerUrl: 'dist/worker.js' } }, { validation: 0.25 }] as FitOptions[])(
    'the event loop turns after each slice of rows, with %o',
    async (options) => {
      const network = await create(engine);
      const { list, reads } = watched(rowsOf());
      let isOver = false;
      const fit = network.fit(list, CLASSES, { ...OPTIONS, ...options }).finally(() => {
        isOver = true;
      });
      let longest = 0;
      for (let last = 0; !isOver; last = reads()) {
        await turn();
        longest = Math.max(longest, reads() - last);
      }
      await fit;
      // Each row is read once, and the first one to see what the list is.
      expect(reads()).toBeGreaterThanOrEqual(COUNT);
      expect(reads()).toBeLessThan(COUNT + 20);
      expect(longest).toBeLessThanOrEqual(SLICE + 10);
    },
  );

  const cases: [string, FitOptions, Partial<NetworkOptions>][] = [
    ['all samples', {}, {}],
    ['a share that validates', { validation: 0.25 }, {}],
    ['others that validate', { validation: { inputs: PACKED, targets: CLASSES } }, {}],
    ['a scaling and a share', { validation: 0.25 }, { normalize: 'standard' }],
    ['a scaling and others', { validation: { inputs: PACKED, targets: CLASSES } }, { normalize: 'standard' }],
  ];
  // In the usual run each on one engine, by turns.
  const taken = cases.filter((_, i) => (i + ENGINES.indexOf(engine)) % repeats(2, 1) === 0);

  it.each(taken)(
    'rows and packed rows give the bits of numbers that are taken at once, with %s',
    async (_, options, given) => {
      const numbers = Array.from(PACKED);
      const prints = [];
      for (const inputs of [numbers, PACKED, rowsOf()]) {
        const network = await create(engine, given);
        const { epochs } = await network.fit(inputs, CLASSES, { ...OPTIONS, ...options });
        prints.push(fingerprint(network) + String(epochs[0]?.validationLoss));
      }
      expect(new Set(prints).size).toBe(1);
    },
  );

  it('a later fit scales in slices, to the bits of a step that scales at once, and finds columns that moved', async () => {
    const first = await create(engine, { normalize: 'standard' });
    await first.fit(PACKED, CLASSES, OPTIONS);
    for (const inputs of [PACKED, rowsOf(), Array.from(PACKED)]) {
      const [network, other] = [first.clone(), first.clone()];
      let numbers = 0;
      const { apply } = ColumnScaling.prototype;
      const spy = vi.spyOn(ColumnScaling.prototype, 'apply').mockImplementation(function (
        this: ColumnScaling,
        ...given
      ) {
        numbers += given[1].length;
        return apply.apply(this, given);
      });
      let isOver = false;
      const fit = network.fit(inputs, CLASSES, { epochs: 1, batchSize: COUNT, shuffle: false }).finally(() => {
        isOver = true;
      });
      let longest = 0;
      for (let last = 0; !isOver; last = numbers) {
        await turn();
        longest = Math.max(longest, numbers - last);
      }
      const { hints } = await fit;
      spy.mockRestore();
      expect(numbers).toBe(PACKED.length);
      expect(longest).toBeLessThanOrEqual(SLICE * WIDTH);
      expect(hints.map(({ code }) => code)).not.toContain('STALE_SCALING');
      other.trainOnBatch(PACKED, CLASSES);
      expect(fingerprint(network)).toBe(fingerprint(other));
    }
    const far = PACKED.map((value, i) => (i % WIDTH === 3 ? value + 100 : value));
    const options = { ...OPTIONS, validation: { inputs: PACKED, targets: CLASSES } };
    const { hints } = await first.fit(far, CLASSES, options);
    expect(hints.map(({ code }) => code)).toContain('STALE_SCALING');
    far[5 * WIDTH] = 3e38;
    const place = /^fit: inputs, row 5, column 0 is /;
    await expectRefused(() => first.fit(far, CLASSES, OPTIONS), 'ERR_NON_FINITE', place);
  });

  it('arrays of a subclass are taken as the numbers that they are', async () => {
    class Doubled extends Float32Array {
      override subarray(from?: number, to?: number): Float32Array<ArrayBuffer> {
        return Float32Array.from(super.subarray(from, to), (value) => value * 2);
      }
    }
    const prints = [];
    for (const inputs of [PACKED, new Doubled(PACKED)]) {
      const network = await create(engine);
      await network.fit(inputs, CLASSES, OPTIONS);
      prints.push(fingerprint(network));
    }
    expect(prints[1]).toBe(prints[0]);
  });

  it('a wrong number is named by its place, and nothing is changed', async () => {
    const network = await create(engine);
    const before = fingerprint(network);
    const rows = rowsOf();
    (rows[2500] as Float32Array)[3] = Number.NaN;
    await expectRefused(() => network.fit(rows, CLASSES), 'ERR_NON_FINITE', /^fit: inputs\[2500\]\[3\] is NaN/);
    rows[2500] = new Float32Array(3);
    await expectRefused(() => network.fit(rows, CLASSES), 'ERR_SHAPE', /^fit: inputs\[2500\] has 3 values/);
    const packed = PACKED.slice();
    packed[2500 * WIDTH + 3] = Number.POSITIVE_INFINITY;
    const place = /^fit: inputs\[2000003\] \(row 2500, column 3\) is Infinity/;
    await expectRefused(() => network.fit(packed, CLASSES), 'ERR_NON_FINITE', place);
    await expectRefused(() => network.fit(packed, CLASSES, { validation: 0.2 }), 'ERR_NON_FINITE', place);
    await expectRefused(() => network.fit(PACKED.subarray(1), CLASSES), 'ERR_SHAPE', /^fit: inputs has 2399999 values/);
    expect(fingerprint(network)).toBe(before);
    expect(network.epochs).toBe(0);
  });

  it('a number that is wrong only when it is copied is found', async () => {
    const network = await create(engine);
    const packed = PACKED.slice();
    const fit = thrownBy(() => network.fit(packed, CLASSES));
    await turn();
    packed[packed.length - 1] = Number.NaN;
    expect(await fit).toMatchObject({ code: 'ERR_NON_FINITE' });
  });

  it('an abort is heard, and dispose too, while samples are taken', async () => {
    const reserved = await reservedBytes();
    for (const inputs of [rowsOf(), PACKED]) {
      const network = await create(engine);
      const before = fingerprint(network);
      const controller = new AbortController();
      const fit = thrownBy(() => network.fit(inputs, CLASSES, { ...OPTIONS, signal: controller.signal }));
      await turn();
      await expectRefused(
        () => network.trainOnBatch(PACKED.subarray(0, WIDTH), CLASSES.subarray(0, 1)),
        'ERR_BUSY',
        /./,
      );
      controller.abort('enough');
      expect(await fit).toBe('enough');
      expect(fingerprint(network)).toBe(before);
      const other = thrownBy(() => network.fit(inputs, CLASSES, OPTIONS));
      await turn();
      network.dispose();
      expect(await other).toMatchObject({ code: 'ERR_DISPOSED' });
    }
    expect(await reservedBytes()).toBeLessThanOrEqual(reserved);
  });
});
