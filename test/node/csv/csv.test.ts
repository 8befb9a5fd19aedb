/** readCsv and streamCsv read what a very simple writer wrote. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { Network } from '../../../src/index.js';
import { type CsvOptions, type CsvStreamOptions, readCsv, streamCsv } from '../../../src/node/index.js';
import { openFiles, temporaryFolder } from '../../support/folder.js';
import { fingerprint } from '../../support/networks.js';
import { repeats } from '../../support/repeats.js';
import { REPRODUCE, SeededRandom } from '../../support/seeded.js';

const file = path.join(temporaryFolder(), 'data.csv');
const IRIS = fileURLToPath(new URL('../../../examples/data/iris.csv', import.meta.url));

function read(text: string | Uint8Array, options?: CsvOptions) {
  writeFileSync(file, text);
  return readCsv(file, options as CsvStreamOptions);
}

async function batchesOf(options: CsvStreamOptions, from = file) {
  const batches: { inputs: Float32Array; targets: Float32Array | string[] }[] = [];
  for await (const batch of streamCsv(from, options)()) batches.push(batch);
  return batches;
}

describe('readCsv', () => {
  it('gives inputs, targets and columns', async () => {
    expect(await read('a,b,c\n1,2,3\n4,5,6\n', { target: 'c' })).toEqual({
      inputs: Float32Array.of(1, 2, 4, 5),
      targets: Float32Array.of(3, 6),
      columns: ['a', 'b'],
      rows: 2,
    });
  });

  it('reads iris, by a URL, and a network learns it', async () => {
    const { inputs, targets, columns, rows } = await readCsv(pathToFileURL(IRIS), { target: 'species' });
    expect(rows).toBe(150);
    expect(columns).toHaveLength(4);
    const labels = [...new Set(targets as string[])];
    expect(labels).toEqual(['setosa', 'versicolor', 'virginica']);
    const layers = [{ units: 3, activation: 'softmax' }] as const;
    const network = await Network.create({ inputs: 4, layers, labels, normalize: 'standard', optimizer: 'adam' });
    await network.fit(inputs, targets, { epochs: 60, learningRate: 0.05 });
    expect(network.evaluate(inputs, targets).accuracy).toBeGreaterThan(0.9);
  });

  it.each<[string, string | Uint8Array, CsvOptions, number[], number[] | string[] | undefined]>([
    ['no targets', 'a,b\n1,2\n', {}, [1, 2], undefined],
    ['no options', 'a,b\n1,2\n', undefined as never, [1, 2], undefined],
    ['a target by its place', 'a,b\n1,2\n', { target: 0 }, [2], [1]],
    ['several targets, in the order asked', 'a,b,c\n1,2,3\n4,5,6', { target: ['c', 0] }, [2, 5], [3, 1, 6, 4]],
    ['chosen columns, in the order asked', 'a,b,c\n1,2,3\n', { target: 'b', columns: ['c', 0] }, [3, 1], [2]],
    ['words in a column that nobody asked for', 'a,b,c\n1,x,3\n', { target: 'c', columns: ['a'] }, [1], [3]],
    ['no header', '1,2\n3,4', { header: false, target: 1 }, [1, 3], [2, 4]],
    ['names, blanks around them off', 'a,b\n1, x y\t\n2,"z, ""q"""\n', { target: 'b' }, [1, 2], ['x y', 'z, "q"']],
    ['names that begin with a word', 'a,b\n1,x\n2,7\n', { target: 'b' }, [1, 2], ['x', '7']],
    ['numbers as names of columns, by one of them', '1,2\n3,4\n', { target: '2' }, [3], [4]],
    ['numbers as names of columns, said so', '1,2\n3,4\n', { header: true, target: 1 }, [3], [4]],
    ['names of columns beside a blank one', ',0,1\n7,3,4\n', { target: 2 }, [7, 3], [4]],
    ['names such as signs', 'a,b\n1,+\n2,-\n', { target: 'b' }, [1, 2], ['+', '-']],
    ['names of which some are numbers', 'a,b\n1,x\n2,7\n3,NA\n', { target: 'b' }, [1, 2, 3], ['x', '7', 'NA']],
    ['many delimiters in quotes', `a,b\n1,"${','.repeat(2 ** 20)}"\n`, { target: 'b' }, [1], [','.repeat(2 ** 20)]],
    ['names that are numbers', 'a,b\n1,01\n2,1\n', { target: 'b', names: true }, [1, 2], ['01', '1']],
    ['numbers that are not names', 'a,b\n1,01\n', { target: ['b'], names: false }, [1], [1]],
    ['another delimiter', 'a;b\n1.5;2\n', { target: 'b', delimiter: ';' }, [1.5], [2]],
    ['tabs', 'a\tb\n1\t2\n', { target: 'b', delimiter: '\t' }, [1], [2]],
    ['blanks as delimiter', 'a b\n1 2\n', { target: 'b', delimiter: ' ' }, [1], [2]],
    ['a delimiter of two bytes', 'a·b\n1·2\n', { target: 'b', delimiter: '·' }, [1], [2]],
    ['CRLF', 'a,b\r\n1,x\r\n2,y\r\n', { target: 'b' }, [1, 2], ['x', 'y']],
    ['CR', 'a,b\r1,x\r2,y', { target: 'b' }, [1, 2], ['x', 'y']],
    ['line ends of all kinds', 'a,b\n1,x\r\n2,y\r3,z\n', { target: 'b' }, [1, 2, 3], ['x', 'y', 'z']],
    ['a byte order mark', '\uFEFFa,b\n1,2\n', { target: 'a' }, [2], [1]],
    ['a byte order mark before a quote', '\uFEFF"a",b\n1,2\n', { target: 'a' }, [2], [1]],
    ['quoted numbers and names', '"a","b"\n"1"," 2 "\n', { target: 'b' }, [1], [2]],
    ['a line break within quotes', '"a\nb",c\n1,"x\r\ny"\n', { target: 'c' }, [1], ['x\r\ny']],
    ['empty lines', '\n\na,b\n\n1,2\n  \r\n3,4\n\n\n', { target: 'b' }, [1, 3], [2, 4]],
    ['one column', '5', { header: false }, [5], undefined],
    ['one byte of header', 'a\n7', {}, [7], undefined],
    [
      'every way to write numbers',
      '+1,-.5,2.,1e3,1E-2,-0,007',
      { header: false },
      [1, -0.5, 2, 1e3, 0.01, -0, 7],
      undefined,
    ],
    ['names that objects have', '__proto__,constructor,toString\n1,2,3\n', { target: '__proto__' }, [2, 3], [1]],
    ['columns without a name', ',,b\n1,2,3\n', { target: 'b' }, [1, 2], [3]],
    ['a name twice, that nobody asks for', 'a,a,b\n1,2,3\n', { target: 'b' }, [1, 2], [3]],
    ['UTF-8', 'größe,艺\n1,"naïve 🙂"\n', { target: '艺' }, [1], ['naïve 🙂']],
  ])('reads %s', async (_, text, options, inputs, targets) => {
    const table = await read(text, options);
    expect(table.inputs).toEqual(Float32Array.from(inputs));
    const isText = typeof targets?.[0] === 'string';
    expect(table.targets).toEqual(targets === undefined || isText ? targets : Float32Array.from(targets as number[]));
    expect('targets' in table).toBe(targets !== undefined);
    expect(table.columns).toHaveLength(inputs.length / table.rows);
    expect(Object.getPrototypeOf({})).toBe(Object.prototype);
  });

  it('names columns by their places if there is no header', async () => {
    expect((await read('1,2,3\n', { header: false, target: 1 })).columns).toEqual(['0', '2']);
  });

  it('gives targets that TypeScript and sets take, whether they are numbers or names', async () => {
    writeFileSync(file, 'a,b\n1,x\n2,y\n3,x\n');
    const { targets } = await readCsv(file, { target: 'b' });
    const labels: (string | number)[] = [...new Set(targets)];
    expect(labels).toEqual(['x', 'y']);
    const either: Float32Array | string[] = targets;
    expect(either).toHaveLength(3);
  });

  it('skips empty lines of one column, as of several', async () => {
    writeFileSync(file, '\n\na\r\n1\n\n\r\n2\n\n');
    expect((await readCsv(file)).inputs).toEqual(Float32Array.of(1, 2));
  });

  it('rounds to float32, subnormals too', async () => {
    const numbers = ['0.1', '1e-45', '3.4028235e38', '1e-400', '123456789'];
    expect((await read(numbers.join(), { header: false })).inputs).toEqual(Float32Array.from(numbers, Number));
  });

  it('reads what lies across the blocks that a file is read in', async () => {
    for (let pad = 65_520; pad <= 65_540; pad++) {
      const text = `a,b\r\n1,${'x'.repeat(pad - 12)}\r\n2,"é🙂""\r\n"\r\n3,y\r\n`;
      const { inputs, targets } = await read(text, { target: 'b' });
      expect(inputs).toEqual(Float32Array.of(1, 2, 3));
      expect((targets as string[]).slice(1)).toEqual(['é🙂"', 'y']);
    }
  });

  it('reads more rows than a block has', async () => {
    const rows = 30_000;
    const text = Array.from({ length: rows }, (_, i) => `${i},${i % 7},${Array.from({ length: 38 }, () => 1)}\n`).join(
      '',
    );
    const { inputs, targets, rows: count } = await read(text, { header: false, target: 0 });
    expect(count).toBe(rows);
    expect((targets as Float32Array).every((value, i) => value === i)).toBe(true);
    expect(inputs.every((value, i) => value === (i % 39 === 0 ? Math.floor(i / 39) % 7 : 1))).toBe(true);
  });
});

/** A table as anybody would write it, with quotes where they are needed, and sometimes elsewhere. */
function randomTable(random: SeededRandom) {
  const pieces = [
    'a',
    'Z',
    '7',
    ' ',
    ',',
    ';',
    '"',
    '""',
    '\n',
    '\r\n',
    '\t',
    'é',
    '🙂',
    '__proto__',
    '.',
    '-',
    '|',
  ] as const;
  const delimiter = random.pick([',', ';', '\t', '|']);
  const newline = random.pick(['\n', '\r\n', '\r']);
  const width = random.integer(2, 6);
  const rows = random.integer(1, 30);
  const text = (): string => Array.from({ length: random.integer(0, 5) }, () => random.pick(pieces)).join('');
  const header = Array.from({ length: width }, (_, i) => `${i}${text()}`);
  const target = random.integer(0, width - 1);
  const named = random.chance(0.5);
  const cells = Array.from({ length: rows }, () =>
    Array.from({ length: width }, (_, i) =>
      i === target && named ? `x${text()}x` : `${(2 * random.uniform() - 1) * 10 ** random.integer(-9, 9)}`,
    ),
  );
  const written = (cell: string): string =>
    /["\r\n\t ,;|]/.test(cell) || random.chance(0.2) ? `"${cell.replaceAll('"', '""')}"` : cell;
  const lines = [header, ...cells].map((row) => row.map(written).join(delimiter));
  const csv = `${random.chance(0.3) ? '\uFEFF' : ''}${lines.join(newline)}${random.chance(0.5) ? newline : ''}`;
  return { csv, delimiter, header, target, named, cells };
}

describe('random tables', () => {
  it('come back, whole and in batches', async () => {
    const random = new SeededRandom('csv tables');
    for (let round = 0; round < repeats(25, 1500); round++) {
      const { csv, delimiter, header, target, named, cells } = randomTable(random);
      const options = { target: random.chance(0.5) ? target : (header[target] as string), delimiter, header: true };
      const table = await read(csv, options);
      const without = <T>(row: readonly T[]): T[] => row.filter((_, i) => i !== target);
      expect(table.columns, REPRODUCE).toEqual(without(header).map((name) => name.trim()));
      expect(table.inputs, REPRODUCE).toEqual(Float32Array.from(cells.flatMap(without), Number));
      const targets = cells.map((row) => row[target] as string);
      expect(table.targets, REPRODUCE).toEqual(named ? targets : Float32Array.from(targets, Number));
      const batchSize = random.integer(1, cells.length + 2);
      const batches = await batchesOf({ ...options, batchSize });
      const sizes = batches.map((batch) => batch.inputs.length / (header.length - 1));
      expect(
        sizes.slice(0, -1).every((size) => size === batchSize),
        REPRODUCE,
      ).toBe(true);
      expect(
        batches.flatMap(({ inputs }) => [...inputs]),
        REPRODUCE,
      ).toEqual([...table.inputs]);
      expect(
        batches.flatMap((batch) => [...batch.targets]),
        REPRODUCE,
      ).toEqual([...(table.targets as string[])]);
    }
  });

  it('cut at any byte are refused with a code, or read as far as they go', async () => {
    const text = Buffer.from('\uFEFFa,"b ""q""",c\r\n1,-2.5e1,"x, y"\r\n3,4,zö\r\n');
    const open = openFiles();
    let refused = 0;
    for (let length = 0; length < text.length; length++) {
      const outcome = await read(text.subarray(0, length), { target: 'c' }).catch((error) => error);
      if (outcome instanceof Error) {
        expect(outcome).toHaveProperty('code', expect.stringMatching(/^ERR_(SHAPE|INVALID_TYPE|INVALID_OPTION)$/));
        refused++;
      } else expect(outcome.rows).toBeLessThanOrEqual(2);
    }
    expect(refused).toBeGreaterThan(text.length / 2);
    expect(openFiles()).toBe(open);
  });

  it('with other bytes in them are refused with a code, or read', async () => {
    const random = new SeededRandom('csv mutants');
    for (let round = 0; round < repeats(65, 4000); round++) {
      const bytes = Buffer.from(randomTable(random).csv);
      for (let changes = random.integer(1, 4); changes > 0; changes--) {
        bytes[random.integer(0, bytes.length - 1)] = random.chance(0.5)
          ? random.integer(0, 255)
          : random.pick([10, 13, 34, 44]);
      }
      const outcome = await read(bytes, { target: 0 }).catch((error) => error);
      if (outcome instanceof Error) {
        expect(outcome, `${outcome}; ${REPRODUCE}`).toHaveProperty('code', expect.stringMatching(/^ERR_/));
      } else expect(outcome.inputs.every(Number.isFinite), REPRODUCE).toBe(true);
    }
  });
});

describe('streamCsv', () => {
  it('trains as the same batches by hand, the file opened anew for each epoch', async () => {
    const options = { target: 'species', batchSize: 32 };
    const labels = ['setosa', 'versicolor', 'virginica'];
    const layers = [{ units: 3, activation: 'softmax' }] as const;
    const [streamed, twin] = await Promise.all(
      [1, 2].map(() => Network.create({ inputs: 4, layers, labels, normalize: 'standard', seed: 3 })),
    );
    const given = await batchesOf(options, IRIS);
    expect(given.map(({ targets }) => targets.length)).toEqual([32, 32, 32, 32, 22]);
    const open = openFiles();
    await streamed?.fitStream(streamCsv(IRIS, options), { epochs: 3 });
    expect(openFiles()).toBe(open);
    await twin?.fitStream(
      async function* () {
        yield* given;
      },
      { epochs: 3 },
    );
    expect(fingerprint(streamed as Network)).toBe(fingerprint(twin as Network));
  });

  it('gives 1000 rows at a time by default, in new arrays each time', async () => {
    writeFileSync(file, Array.from({ length: 2_500 }, (_, i) => `${i},${i}\n`).join(''));
    const batches = await batchesOf({ header: false, target: 1 });
    expect(batches.map(({ inputs }) => inputs.length)).toEqual([1000, 1000, 500]);
    expect(batches.map(({ inputs }) => inputs[0])).toEqual([0, 1000, 2000]);
    expect(new Set(batches.map(({ inputs }) => inputs.buffer)).size).toBe(3);
  });

  it('opens nothing until it is asked, and closes the file where it is left early', async () => {
    writeFileSync(file, 'a,b\n'.concat('1,2\n'.repeat(50_000)));
    const open = openFiles();
    const batches = streamCsv(file, { target: 'b', batchSize: 10 });
    batches();
    expect(openFiles()).toBe(open);
    for (let i = 0; i < 10; i++) {
      for await (const { inputs } of batches()) {
        expect(inputs).toHaveLength(10);
        if (i > 0) break;
      }
      expect(openFiles()).toBe(open);
    }
  });

  it('is closed where the fit is aborted, and where a callback of it throws', async () => {
    writeFileSync(file, 'a,b\n'.concat('1,2\n'.repeat(100_000)));
    const open = openFiles();
    const layers = [{ units: 1, activation: 'linear' }] as const;
    const network = await Network.create({ inputs: 1, layers, engine: 'js' });
    const controller = new AbortController();
    const onProgress = (): void => controller.abort('enough');
    const options = { signal: controller.signal, onProgress, epochs: 1e6 };
    await expect(network.fitStream(streamCsv(file, { target: 'b' }), options)).rejects.toBe('enough');
    // The fit does not wait until the stream is closed.
    await expect.poll(openFiles).toBe(open);
    const other = await Network.create({ inputs: 1, layers });
    writeFileSync(file, 'a,b\n1,2\n1,x\n');
    await expect(other.fitStream(streamCsv(file, { target: 'b', batchSize: 1 }))).rejects.toThrow(
      /^streamCsv: row 1 \(counted from 0\) of/,
    );
    await expect.poll(openFiles).toBe(open);
  });

  it('holds a part of a large file at a time', async () => {
    writeFileSync(file, '1,2,3,4,5,6,7,8\n'.repeat(1_000_000));
    let [peak, rows] = [0, 0];
    const before = process.memoryUsage();
    for await (const { targets } of streamCsv(file, { header: false, target: 0 })()) {
      rows += targets.length;
      if (rows % 50_000 === 0) peak = Math.max(peak, process.memoryUsage().external - before.external);
      if (rows === 300_000) break;
    }
    expect(peak).toBeLessThan(2 ** 24 + 2 ** 23);
  });
});
