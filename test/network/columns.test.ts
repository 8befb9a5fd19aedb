/** Networks with columns: rows in and out of every call, as the encoded numbers would go; what validates teaches nothing. */
import { reactive } from '@vue/reactivity';
import { describe, expect, it } from 'vitest';
import { Cells } from '../../src/columns/rows.js';
import { type Batch, type FitOptions, type Labels, Network, type NetworkOptions, type Row } from '../../src/index.js';
import { ENGINES, type EngineName, fingerprint } from '../support/networks.js';
import { expectCoded, expectRefused, thrownBy } from '../support/refusals.js';
import { SeededRandom } from '../support/seeded.js';

const CITIES = ['Rome', 'Oslo', 'Bern'] as const;

const OPTIONS = {
  inputs: {
    age: { type: 'number', missing: true },
    member: 'boolean',
    city: { type: 'category', values: ['Rome', 'Oslo'], other: true },
  },
  target: 'answer',
  labels: ['no', 'yes'],
  layers: [{ units: 5, activation: 'tanh' }, { units: 1 }],
  normalize: 'standard',
  seed: 3,
} as const satisfies NetworkOptions;

function tableOf(count: number, purpose = 'columns'): Row[] {
  const random = new SeededRandom(purpose);
  return Array.from({ length: count }, () => {
    const [age, member, city] = [random.integer(1, 90), random.chance(0.5), random.pick(CITIES)];
    const answer = age > 40 === member || city === 'Bern' ? 'yes' : 'no';
    return { id: 'x', age: random.chance(0.2) ? null : age, member: member ? 'yes' : 'no', city, answer };
  });
}

const ROWS = tableOf(120);
/** The ages that are there, in order. */
const agesOf = (rows: readonly Row[]): number[] =>
  rows.flatMap(({ age }) => (typeof age === 'number' ? [age] : [])).sort((a, b) => a - b);
const medianOf = (ages: readonly number[]): number =>
  ((ages[(ages.length - 1) >> 1] as number) + (ages[ages.length >> 1] as number)) / 2;
/** What the rows become by hand. */
function byHand(rows: readonly Row[], median: number): number[][] {
  return rows.map(({ age, member, city }) => [
    (age ?? median) as number,
    Number(age === null),
    Number(member === 'yes'),
    Number(city === 'Rome'),
    Number(city === 'Oslo'),
    Number(city === 'Bern'),
  ]);
}
const answersOf = (rows: readonly Row[]): string[] => rows.map(({ answer }) => answer as string);

const create = (engine: EngineName, more: Partial<NetworkOptions> = {}): Promise<Network> =>
  Network.create({ ...OPTIONS, engine, ...more } as NetworkOptions);
const FIT: FitOptions = { epochs: 4, batchSize: 8 };

describe.each(ENGINES)('on %s', (engine) => {
  it('a fit equals that of a network whose numbers were made by hand', async () => {
    const network = await create(engine);
    const first = network.getParameters(0);
    const history = await network.fit(ROWS, FIT);
    const median = medianOf(agesOf(ROWS));
    const inputs = byHand(ROWS, median);
    const ages = inputs.map(([age]) => age as number);
    const mean = ages.reduce((sum, age) => sum + age, 0) / ages.length;
    const deviation = Math.sqrt(ages.reduce((sum, age) => sum + (age - mean) ** 2, 0) / ages.length);
    const { shift = [], scale = [], missing } = network.scaling?.inputs ?? {};
    expect(missing).toEqual({ age: median });
    expect(shift[0]).toBeCloseTo(mean, 10);
    expect(scale[0]).toBeCloseTo(deviation, 10);
    expect(shift.slice(1)).toEqual([0, 0, 0, 0, 0]);
    expect(scale.slice(1)).toEqual([1, 1, 1, 1, 1]);

    const { target: _, ...plain } = OPTIONS;
    const twin = await Network.create({ ...plain, engine, inputs: 6, normalize: { shift, scale } });
    // The weights of inputs that say missing begin with 0.
    twin.setParameters(0, first);
    const twinHistory = await twin.fit(inputs, answersOf(ROWS), FIT);
    expect(twinHistory.epochs.map(({ loss }) => loss)).toEqual(history.epochs.map(({ loss }) => loss));
    expect(network.predict(ROWS)).toEqual(twin.predict(inputs));
    expect(network.evaluate(ROWS)).toEqual(twin.evaluate(inputs, answersOf(ROWS)));
    expect(network.gradients(ROWS)).toEqual(twin.gradients(inputs, answersOf(ROWS)));
    expect(network.classify(ROWS)).toEqual(twin.classify(inputs));
    expect(String(network.report(ROWS))).toBe(String(twin.report(inputs, answersOf(ROWS))));
    expect(network.trainOnBatch(ROWS, { learningRate: 0.5 })).toBe(
      twin.trainOnBatch(inputs, answersOf(ROWS), { learningRate: 0.5 }),
    );
    expect(fingerprint(network)).toBe(fingerprint(twin));
  });

  it('the shape given is the shape that comes back', async () => {
    const network = await create(engine);
    await network.fit(ROWS, FIT);
    const [row, other] = ROWS as [Row, Row];
    const answer = network.predict(row);
    expect(answer).toBeInstanceOf(Float32Array);
    expect(network.predict([row])).toEqual([answer]);
    expect(network.predict([row, other])).toEqual([answer, network.predict(other)]);
    expect(network.classify(row)).toMatchObject({ label: expect.stringMatching(/yes|no/) });
    expect(network.classify([row])).toEqual([network.classify(row)]);
    const into = new Float32Array(2);
    expect(network.predict([row, other], { into })).toBe(into);
    expect(network.predict(row, { layer: 0 })).toHaveLength(5);
    const { answer: _, id: __, ...bare } = row;
    expect(network.predict(bare)).toEqual(answer);
    const names = ['city', 'x', 'age', 'member'];
    const cells = new Cells(
      names,
      [row, other].map((record) => names.map((name) => record[name])),
    );
    expect(network.predict(cells as unknown as Row[])).toEqual([answer, network.predict(other)]);
  });

  it('targets may be given by themselves', async () => {
    const [network, twin] = await Promise.all([create(engine), create(engine)]);
    await network.fit(ROWS, FIT);
    await twin.fit(ROWS, answersOf(ROWS), FIT);
    expect(fingerprint(twin)).toBe(fingerprint(network));
    const third = await create(engine);
    await third.fit(ROWS, undefined, FIT);
    expect(fingerprint(third)).toBe(fingerprint(network));
    const untargeted = await create(engine, { target: undefined });
    await untargeted.fit(ROWS, answersOf(ROWS), FIT);
    expect(fingerprint(untargeted)).toBe(fingerprint(network));
    await expectRefused(
      () => untargeted.fit(ROWS, FIT),
      'ERR_INVALID_TYPE',
      /^fit: targets is undefined, expected the targets of the rows\. Give them, or create the network with target/,
    );
  });

  it('a fraction validates each class in proportion, and nothing that validates is learned from', async () => {
    const validation = 0.25;
    const outcome = async (rows: readonly Row[]) => {
      const network = await create(engine);
      const { epochs } = await network.fit(rows, { ...FIT, validation });
      return {
        print: fingerprint(network),
        scaling: network.scaling,
        losses: epochs.map(({ loss }) => loss),
        validation: epochs.map(({ validationLoss }) => validationLoss),
      };
    };
    const before = await outcome(ROWS);
    // Which rows validate does not depend on their cells: those whose change changes no loss of training.
    const changed = async (row: number) => {
      const rows = ROWS.map((record, i) => (i === row ? { ...record, age: 1e4, city: 'Bern', member: true } : record));
      return (await outcome(rows)).scaling?.inputs?.shift[0] !== before.scaling?.inputs?.shift[0];
    };
    const validating: number[] = [];
    for (let row = 0; row < ROWS.length; row++) if (!(await changed(row))) validating.push(row);
    expect(validating).toHaveLength(30);
    const [yes, all] = [
      validating.filter((row) => ROWS[row]?.answer === 'yes').length,
      ROWS.filter(({ answer }) => answer === 'yes').length,
    ];
    expect(Math.abs(yes - all / 4)).toBeLessThanOrEqual(1);
    // Their cells, but for the answers, go round.
    const rows = [...ROWS];
    validating.forEach((row, i) => {
      const { answer } = ROWS[row] as Row;
      rows[row] = { ...ROWS[validating[(i + 7) % validating.length] as number], answer };
    });
    const after = await outcome(rows);
    expect({ ...after, validation: [] }).toEqual({ ...before, validation: [] });
    expect(after.validation).not.toEqual(before.validation);
  });

  it('rows validate by themselves, and the last ones', async () => {
    const others = tableOf(20, 'others');
    const losses = async (validation: FitOptions['validation'], rows: readonly Row[] = ROWS): Promise<unknown> => {
      const network = await create(engine);
      const { epochs } = await network.fit(rows, { ...FIT, validation });
      return epochs.map(({ loss, validationLoss }) => [loss, validationLoss]);
    };
    const expected = await losses({ inputs: others, targets: answersOf(others) });
    expect(await losses(others)).toEqual(expected);
    expect(await losses({ inputs: others })).toEqual(expected);
    expect(await losses({ last: 20 }, [...ROWS, ...others])).toEqual(expected);
  });

  it('class weights go by label, sample weights by row', async () => {
    const [network, twin] = await Promise.all([create(engine), create(engine)]);
    await network.fit(ROWS, { ...FIT, classWeights: { yes: 3 } });
    await twin.fit(ROWS, { ...FIT, sampleWeights: answersOf(ROWS).map((answer) => (answer === 'yes' ? 3 : 1)) });
    expect(fingerprint(network)).toBe(fingerprint(twin));
  });

  it('a stream of rows equals a fit', async () => {
    const network = await create(engine);
    await network.fit(ROWS, { ...FIT, shuffle: false });
    const batches = Array.from({ length: 15 }, (_, i) => ROWS.slice(8 * i, 8 * i + 8));
    for (const shape of [
      (rows: readonly Row[]) => rows,
      (rows: readonly Row[]) => ({ inputs: rows }),
      (rows: readonly Row[]) => ({ inputs: rows, targets: answersOf(rows) }),
    ]) {
      const streamed = await create(engine);
      await streamed.fitStream(() => batches.map((rows): Batch => shape(rows)), { epochs: 4, validation: tableOf(5) });
      expect(streamed.scaling).toEqual(network.scaling);
      expect(fingerprint(streamed)).toBe(fingerprint(network));
    }
    const wrong = [...batches.slice(0, 2), [{ ...ROWS[0], city: null }]];
    await expectRefused(
      () => network.fitStream(() => wrong),
      'ERR_MISSING',
      /^fitStream: batch 3 of the stream: inputs, row 0 \(counted from 0\), column "city" is null/,
    );
  });

  it('learning the scaling anew keeps the predictions, those of blanks too', async () => {
    for (const normalize of ['standard', 'minMax', false] as const) {
      const network = await create(engine, { normalize });
      await network.fit(ROWS, FIT);
      const old = network.predict(ROWS).map(([answer]) => answer as number);
      const rows = tableOf(60, 'later').map((row) => ({
        ...row,
        age: row.age === null ? null : 30 + (row.age as number) / 2,
      }));
      await network.fit(rows, { epochs: 1, learningRate: 0, relearnScaling: true });
      expect(network.scaling?.inputs?.missing).toEqual({ age: medianOf(agesOf(rows)) });
      network.predict(ROWS).forEach(([answer], i) => {
        expect(answer).toBeCloseTo(old[i] as number, 4);
      });
    }
  });

  it('a refused call changes nothing', async () => {
    const network = await create(engine);
    await network.fit(ROWS, FIT);
    const [print, scaling] = [fingerprint(network), network.scaling];
    const wrong = [...ROWS.slice(0, 9), { ...ROWS[9], age: 'old' }];
    for (const call of [
      () => network.fit(wrong, { relearnScaling: true }),
      () => network.fit(ROWS, { validation: wrong }),
      () => network.trainOnBatch(wrong),
      () => network.evaluate(wrong),
      () => network.report(wrong),
      () => network.gradients(wrong),
      () => network.predict(wrong),
      () => network.classify(wrong),
    ]) {
      const error = await thrownBy(call);
      expectCoded(
        error,
        'ERR_INVALID_TYPE',
        /inputs, row 9 \(counted from 0\), column "age" is "old", expected a number/,
      );
      expect(error).toMatchObject({ row: 9, column: 'age' });
    }
    expect([fingerprint(network), network.scaling]).toEqual([print, scaling]);
    expect(network.epochs).toBe(4);
  });

  it('a getter may not dispose of the network or train it', async () => {
    for (const act of [
      (network: Network) => network.dispose(),
      (network: Network) => void network.fit(ROWS, FIT).catch(() => undefined),
    ]) {
      const network = await create(engine);
      const row = {
        ...ROWS[0],
        get age() {
          act(network);
          return 3;
        },
      };
      expect(await thrownBy(() => network.trainOnBatch([row]))).toMatchObject({
        code: expect.stringMatching(/ERR_(DISPOSED|UNSUPPORTED|BUSY)/),
      });
    }
    const network = await create(engine);
    await network.fit(ROWS, FIT);
    const disposing = {
      ...ROWS[0],
      get city() {
        network.dispose();
        return 'Rome';
      },
    };
    expect(await thrownBy(() => network.predict(disposing))).toMatchObject({ code: 'ERR_DISPOSED' });
  });
});

describe('blanks', () => {
  it('are refused before a fit has learned what they become', async () => {
    for (const normalize of ['standard', false] as const) {
      const network = await create('js', { normalize });
      const full = ROWS.filter(({ age }) => age !== null);
      expect(network.predict(full)).toHaveLength(full.length);
      await expectRefused(
        () => network.predict([...full, { ...full[0], age: '' }] as Row[]),
        'ERR_UNSUPPORTED',
        /^predict: inputs, row \d+ \(counted from 0\), column "age" is blank, and this network has not learned the median yet/,
      );
      await expectRefused(
        () => network.trainOnBatch(full),
        'ERR_UNSUPPORTED',
        /is learned by its first fit\. Call fit once before trainOnBatch/,
      );
    }
  });

  it('become what network.scaling says', async () => {
    const network = await create('js', { normalize: false });
    await network.fit(ROWS, FIT);
    const { scaling } = network;
    expect(scaling?.inputs).toEqual({
      shift: [0, 0, 0, 0, 0, 0],
      scale: [1, 1, 1, 1, 1, 1],
      missing: { age: medianOf(agesOf(ROWS)) },
    });
    network.scaling = { inputs: { ...scaling?.inputs, missing: { age: 7 } } as never };
    const seven = { ...ROWS[0], age: 7 };
    const flagged = network.predict({ ...ROWS[0], age: null });
    network.setParameters(0, {
      weights: network.getParameters(0).weights.map((weight, i) => (i % 6 === 1 ? 0 : weight)),
    });
    expect(network.predict({ ...ROWS[0], age: null })).toEqual(network.predict(seven));
    expect(flagged).not.toEqual(network.predict(seven));
    network.scaling = undefined;
    await expectRefused(
      () => network.predict(seven),
      'ERR_UNSUPPORTED',
      /this network fills blanks, but lacks the scaling/,
    );
  });

  it('in all rows of a column become 0, and count for nothing', async () => {
    const network = await create('js');
    await network.fit(
      ROWS.map((row) => ({ ...row, age: null })),
      FIT,
    );
    expect(network.scaling?.inputs).toMatchObject({
      shift: [0, 0, 0, 0, 0, 0],
      scale: [0, 1, 1, 1, 1, 1],
      missing: { age: 0 },
    });
    expect(network.predict({ ...ROWS[0], age: 5 })).toEqual(network.predict({ ...ROWS[0], age: 50 }));
  });
});

describe('hints', () => {
  it('name the column whose scaling is stale', async () => {
    const network = await create('js');
    await network.fit(ROWS, FIT);
    const { hints } = await network.fit(
      ROWS.map((row) => ({ ...row, age: row.age && 1e4 })),
      FIT,
    );
    expect(hints[0]).toMatchObject({
      code: 'STALE_SCALING',
      message: expect.stringContaining('column "age" has 10000'),
    });
    const { hints: none } = await network.fit(ROWS, FIT);
    expect(none.filter(({ code }) => code === 'STALE_SCALING')).toEqual([]);
  });

  it('do not take words for stale numbers', async () => {
    const network = await Network.create({
      inputs: { n: { type: 'number', missing: true }, text: { type: 'words', values: ['a'] } },
      target: 'y',
      layers: [{ units: 1, activation: 'linear' }],
      normalize: 'standard',
      engine: 'js',
    });
    const rows = (words: number) =>
      Array.from({ length: 20 }, (_, i) => ({ n: i % 3 ? i : null, text: 'a '.repeat(words), y: 0 }));
    await network.fit(rows(1), { epochs: 1, learningRate: 0 });
    const { hints } = await network.fit(rows(50), { epochs: 1, learningRate: 0 });
    expect(hints.map(({ code }) => code)).not.toContain('STALE_SCALING');
  });
});

it('rows that are watched, as Vue does, are rows', async () => {
  const network = await create('js');
  await network.fit(reactive(ROWS.map((row) => ({ ...row }))), FIT);
  const plain = await create('js');
  await plain.fit(ROWS, FIT);
  expect(fingerprint(network)).toBe(fingerprint(plain));
  expect(network.predict(reactive({ ...ROWS[0] }))).toEqual(plain.predict(ROWS[0] as Row));
});

it('a hint names the column that is not scaled', async () => {
  const network = await create('js', { normalize: false });
  const { hints } = await network.fit(
    ROWS.map((row) => ({ ...row, age: row.age && (row.age as number) * 1000 })),
    FIT,
  );
  const hint = hints.find(({ code }) => code === 'UNSCALED_INPUTS');
  expect(hint?.message).toMatch(/^The inputs are not scaled: column "age" reaches from 1000 to /);
});

it('numbers and rows are told apart', async () => {
  const network = await create('js');
  const [numbers, names] = [[[1, 2]], ['yes'] as Labels];
  await expectRefused(
    () => network.fit(numbers, names),
    'ERR_INVALID_TYPE',
    /^fit: inputs is an array of 1 rows of numbers, expected rows of its columns, as \{ age: 3\.5, member: true, city: "Rome" \}\. This network reads the columns of a table/,
  );
  await expectRefused(() => network.predict([1, 2]), 'ERR_INVALID_TYPE', /^predict: inputs is an array of 2 numbers/);
  const plain = await Network.create({ inputs: 2, layers: [{ units: 1 }], engine: 'js' });
  await expectRefused(
    () => plain.predict(ROWS),
    'ERR_INVALID_TYPE',
    /^predict: inputs\[0\].* is an object, expected a number\..*Records are for networks with columns/,
  );
  await expectRefused(
    () => plain.predict(ROWS[0] as Row),
    'ERR_INVALID_TYPE',
    /^predict: inputs is an object.*Records are for networks with columns/,
  );
  await expectRefused(() => plain.fit([[1, 2]], undefined as never), 'ERR_INVALID_TYPE', /^fit: targets is undefined/);
});

it('a summary names columns and target', async () => {
  const text = (await create('js')).summary();
  expect(text).toContain(
    'columns: "age" (number, 2 inputs, may be missing), "member" (boolean), "city" (category, 3 inputs)\ntarget: "answer"',
  );
});

it('lists of names, and several numbers', async () => {
  const many = await Network.create({
    inputs: { x: 'number' },
    target: 'tags',
    labels: ['a', 'b'],
    layers: [{ units: 2 }],
    engine: 'js',
    seed: 1,
  });
  await many.fit(
    [
      { x: 1, tags: ['a', 'b'] },
      { x: 0, tags: [] },
    ],
    { epochs: 3 },
  );
  expect(many.classifyAll({ x: 1 }, { threshold: 0 })).toHaveLength(2);
  expect(many.classifyAll([{ x: 1 }, { x: 2 }])).toHaveLength(2);
  const two = await Network.create({
    inputs: { x: 'number' },
    target: ['u', 'v'],
    layers: [{ units: 2, activation: 'linear' }],
    normalizeTargets: 'standard',
    engine: 'js',
  });
  const rows = [
    { x: 1, u: 1.1, v: '2' },
    { x: 2, u: 0.1, v: 5 },
  ];
  await two.fit(rows, { epochs: 3 });
  expect(two.scaling?.targets?.shift).toEqual([0.6000000000000001, 3.5]);
  const report = two.report(rows);
  expect(report).toEqual(
    two.report(rows, [
      [1.1, 2],
      [0.1, 5],
    ]),
  );
});
