/** Networks with columns in files, JSON, clones, modules and ONNX: the same answers to rows, and files that lie are refused. */
import { describe, expect, it } from 'vitest';
import { Network, type NetworkOptions, type Row } from '../../src/index.js';
import { randomCell, randomTable } from '../support/columns/random-tables.js';
import { beyondBound } from '../support/findings.js';
import { evaluated } from '../support/formats/modules.js';
import { ENGINES } from '../support/networks.js';
import { expectRefused, thrownBy } from '../support/refusals.js';
import { repeats } from '../support/repeats.js';
import { REPRODUCE, SeededRandom } from '../support/seeded.js';

const TABLES = repeats(60, 5000);
const ROWS = 12;

/** A module as it answers rows. */
interface Module {
  readonly columns: readonly string[];
  readonly inputNames: readonly string[];
  predict(rows: Row | readonly Row[]): Float32Array | Float32Array[];
}

const moduleOf = async (network: Network): Promise<Module> =>
  (await evaluated(await network.toModule())) as unknown as Module;

const bits = (answers: readonly Float32Array[]): number[] =>
  answers.flatMap((row) => Array.from(new Uint32Array(row.buffer, row.byteOffset, row.length)));

it(`${TABLES} random tables give the same bits from the network, a file, JSON and a clone, and six digits from a module`, async () => {
  for (let n = 0; n < TABLES; n++) {
    const random = new SeededRandom(`table ${n}`);
    const where = `table ${n}; ${REPRODUCE}`;
    const { options, rows } = randomTable(random, ROWS);
    const network = await Network.create({ ...options, engine: ENGINES[n % 2] });
    if (n % 5 > 0)
      await network.fit(rows, {
        epochs: 1,
        batchSize: 4,
        learningRate: 1e-7,
        validation: n % 3 === 0 ? 0.25 : undefined,
      });
    // A network that has learned no medians takes no blanks yet.
    const asked = rows.map((row) => (n % 5 > 0 ? row : filled(row, options, random)));
    const expected = network.predict(asked);
    const copies = {
      file: await Network.load(network.save(), { engine: ENGINES[n % 2] }),
      checkpoint: await Network.load(network.saveCheckpoint(), { engine: ENGINES[n % 2] }),
      json: await Network.load(JSON.parse(JSON.stringify(network)), { engine: ENGINES[n % 2] }),
      clone: network.clone(),
    };
    for (const [name, copy] of Object.entries(copies)) {
      expect(copy.columns, `${name} of ${where}`).toEqual(network.columns);
      expect(Object.keys(copy.columns ?? {}), `${name} of ${where}`).toEqual(Object.keys(options.inputs));
      expect([copy.target, copy.labels, copy.inputs], `${name} of ${where}`).toEqual([
        network.target,
        network.labels,
        network.inputs,
      ]);
      expect(copy.scaling, `${name} of ${where}`).toEqual(network.scaling);
      expect(bits(copy.predict(asked)), `${name} of ${where}`).toEqual(bits(expected));
    }
    if (n % 10 > 0) continue;
    const module = await moduleOf(network);
    expect(module.columns, where).toEqual(Object.keys(options.inputs));
    expect(module.inputNames, where).toHaveLength(network.inputs);
    const answers = module.predict(asked) as Float32Array[];
    const bound = (i: number): number => 1e-5 * Math.max(1, Math.abs(joined(expected)[i] as number));
    expect(beyondBound('outputs', joined(answers), joined(expected), bound), where).toBeUndefined();
    expect(module.predict(asked[0] as Row), where).toEqual(answers[0]);
  }
});

function joined(rows: readonly Float32Array[]): Float32Array {
  return Float32Array.from(rows.flatMap((row) => Array.from(row)));
}

function filled(row: Row, { inputs }: ReturnType<typeof randomTable>['options'], random: SeededRandom): Row {
  const full: Record<string, unknown> = Object.create(null);
  for (const [name, column] of Object.entries(inputs)) {
    full[name] =
      typeof column === 'object' && 'type' in column && column.type === 'number'
        ? randomCell({ type: 'number' }, random)
        : row[name];
  }
  return full;
}

const OPTIONS = {
  inputs: {
    age: { type: 'number', missing: true },
    city: { type: 'category', values: ['Rome', '</script>'], other: true },
    ok: 'boolean',
  },
  target: 'y',
  layers: [{ units: 3 }, { units: 1, activation: 'linear' }],
  normalize: 'standard',
  engine: 'js',
} as const satisfies NetworkOptions;
const LEARNED = [
  { age: 1, city: 'Rome', ok: 1, y: 3 },
  { age: 4, city: 'Oslo', ok: 0, y: 1 },
  { age: null, city: '</script>', ok: 'yes', y: 2 },
];

async function learned(): Promise<Network> {
  const network = await Network.create(OPTIONS);
  await network.fit(LEARNED, { epochs: 2 });
  return network;
}

describe('a module', () => {
  it('refuses what the network refuses, with row and column', async () => {
    const [network, module] = [await learned(), await moduleOf(await learned())];
    for (const [cells, message] of [
      [{ age: 'old' }, 'row 1 (counted from 0), column "age" is the string old, expected a finite number'],
      [{ age: Number.POSITIVE_INFINITY }, 'column "age" is the number Infinity, expected a finite number'],
      [{ city: '' }, 'column "city" is the string , expected one of "Rome", "</script>"'],
      [{ city: {} }, 'column "city" is the object, expected one of'],
      [{ ok: 'maybe' }, 'column "ok" is the string maybe, expected true or false'],
      [{ ok: undefined }, 'column "ok" is the undefined undefined, expected true or false, and no blank'],
    ] as const) {
      const rows = [LEARNED[0], { ...LEARNED[0], ...cells }] as Row[];
      await thrownBy(() => network.predict(rows));
      const error = await thrownBy(() => module.predict(rows));
      expect(error).toBeInstanceOf(RangeError);
      expect((error as Error).message).toContain(message);
    }
    for (const rows of [[], [3], [[1, 2]], null])
      expect(await thrownBy(() => module.predict(rows as never))).toBeInstanceOf(RangeError);
    expect(module.predict({ ...LEARNED[0], age: 'NA' } as Row)).toHaveLength(1);
  });

  it('cannot end the script of a page', async () => {
    expect(await (await learned()).toModule()).not.toContain('</script');
  });
});

describe('ONNX', () => {
  it('takes the encoded inputs, whose names and medians are metadata', async () => {
    const network = await learned();
    const bytes = network.toONNX();
    const text = new TextDecoder('latin1').decode(bytes);
    expect(text).toContain('wasmlp.columns');
    expect(text).toContain(
      JSON.stringify({
        inputs: ['age', 'age (missing)', 'city=Rome', 'city=</script>', 'city (other)', 'ok'],
        missing: { age: 2.5 },
      }),
    );
    const copy = await Network.fromONNX(bytes, { engine: 'js' });
    expect(copy.inputs).toBe(6);
    const encoded = [
      [1, 0, 1, 0, 0, 1],
      [4, 0, 0, 0, 1, 0],
      [2.5, 1, 0, 1, 0, 1],
    ];
    expect(bits(copy.predict(encoded))).toEqual(bits(network.predict(LEARNED)));
  });

  it('has no scaling where only blanks are filled', async () => {
    const network = await Network.create({ ...OPTIONS, normalize: false });
    await network.fit(LEARNED, { epochs: 1 });
    expect(new TextDecoder('latin1').decode(network.toONNX())).not.toContain('inputs.shift');
  });
});

describe('files', () => {
  it('of very many columns and long values come back', async () => {
    const inputs = Object.fromEntries(
      Array.from(
        { length: 20_000 },
        (_, i) =>
          [
            `column number ${i}`,
            i % 2 ? 'number' : ({ type: 'category', values: [`value ${i}`], missing: true } as const),
          ] as const,
      ),
    );
    const network = await Network.create({
      inputs: { ...inputs, n: { type: 'number', missing: true } },
      layers: [{ units: 1 }],
      engine: 'js',
    });
    network.scaling = {
      inputs: { shift: new Array(network.inputs).fill(0), scale: new Array(network.inputs).fill(1), missing: { n: 3 } },
    };
    const copy = await Network.load(network.save(), { engine: 'js' });
    expect(copy.columns).toEqual(network.columns);
    expect(copy.scaling).toEqual(network.scaling);
  });

  it('that do not say what they are, are refused', async () => {
    const json = JSON.parse(JSON.stringify(await learned()));
    const { columns } = json.network;
    const changed = (network: object, scaling: object = json.scaling): object => ({
      ...json,
      scaling,
      network: { ...json.network, ...network },
    });
    const inputs = json.scaling.inputs;
    for (const [file, message] of [
      [changed({ inputs: 7 }), /its columns do not become the 7 inputs of its network/],
      [changed({ inputs: '6' }), /its columns do not become the "6" inputs/],
      [
        changed({ columns: { ...columns, names: ['age', 'city'] } }),
        /its columns are not lists of names, types and values/,
      ],
      [
        changed({ columns: { ...columns, types: ['number', 'category', 'date'] } }),
        /its network is refused \(create: inputs\["ok"\]\.type is "date"/,
      ],
      [changed({ columns: { ...columns, missing: [0, 9] } }), /its columns are not lists/],
      [changed({ columns: null }), /its columns are not lists/],
      [changed({ target: 'age' }), /its network is refused \(create: target is "age", which is a column/],
      [
        changed({}, { inputs: { ...inputs, fill: undefined } }),
        /its scaling of inputs is not 6 shifts and scales, and what blanks become/,
      ],
      [changed({}, { inputs: { ...inputs, fill: [1] } }), /its scaling of inputs is not/],
      [changed({ columns: { ...columns, missing: [] }, inputs: 5 }), /tensor 0\.weight|its parameters/],
    ] as const) {
      await expectRefused(() => Network.load(JSON.parse(JSON.stringify(file))), 'ERR_MODEL_FORMAT', message);
    }
  });
});

it('a saved network whose words are listed with capitals answers texts as before, and refuses them where they train', async () => {
  const inputs = { note: { type: 'words', values: ['Good', 'wine'] } } as const;
  const network = await Network.create({ inputs, layers: [{ units: 1 }], seed: 1 });
  const loaded = await Network.load(network.save());
  const [small, listed] = [{ note: 'a good wine' }, { note: ['wine'] }];
  expect(loaded.predict(small)).toEqual(network.predict(listed));
  expect(loaded.evaluate([small], [1])).toEqual(network.evaluate([listed], [1]));
  expect(String(loaded.report([small], [1]))).toBe(String(network.report([listed], [1])));
  const validation = { inputs: [small] as never, targets: [1] };
  await loaded.fit([listed], [1], { epochs: 1, validation });
  const message = /column "note" is "a good wine", expected words in small letters/;
  await expectRefused(() => loaded.trainOnBatch([small], [1]), 'ERR_INVALID_OPTION', message);
  await expectRefused(() => loaded.fit([small], [1]), 'ERR_INVALID_OPTION', message);
});
