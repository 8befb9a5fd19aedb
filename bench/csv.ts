/**
 * `npm run bench:csv`: how long it takes to read a table of 1 million rows of 10 columns, beside the stream of csv-parse alone, and how
 * much memory a large file takes in a stream. All take turns in one process, and count processor time. `-- --quick` tries it.
 */
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream, createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'csv-parse';
import { readCsv, readRows, streamCsv, streamRows } from 'wasmlp/node';
import { resolveRows } from '../src/csv/options.js';
import { readCells } from '../src/csv/rows.js';
import { bytesOf, originOf } from '../src/node/csv/file.js';
import { median } from './measure.js';

const IS_QUICK = process.argv.includes('--quick');
const ROWS = IS_QUICK ? 20_000 : 1_000_000;
const ROUNDS = IS_QUICK ? 2 : 5;
const LARGE_BYTES = IS_QUICK ? 2 ** 22 : 300e6;
const HEADER = 'id,age,income,city,score,flag,x1,x2,x3,label\n';
const COLORS = ['red', 'green', 'blue', 'yellow'];

/** Writes a table until it has so many rows or bytes. */
async function write(file: string, rows: number, bytes: number, isQuoted: boolean): Promise<void> {
  const out = createWriteStream(file);
  let written = 0;
  let text = HEADER;
  for (let row = 0; row < rows && written < bytes; row++) {
    const city = isQuoted ? `"${COLORS[row % 4]}, ${COLORS[row % 3]}"` : COLORS[row % 4];
    const [a, b] = [((row * 7919) % 100_000) / 7, ((row * 104_729) % 9973) / 9973];
    text += `${row},${20 + (row % 60)},${a.toFixed(2)},${city},${b.toFixed(4)},${row % 2},${(b - 0.5).toFixed(6)},`;
    text += `${(a / 1e4).toFixed(3)},${row % 1000},${COLORS[row % 3]}\n`;
    if (text.length < 2 ** 20) continue;
    written += text.length;
    if (!out.write(text)) await once(out, 'drain');
    text = '';
  }
  await new Promise<void>((resolve) => out.end(text, () => resolve()));
}

async function countOf(batches: AsyncIterable<{ readonly length: number }>): Promise<number> {
  let rows = 0;
  for await (const { length } of batches) rows += length;
  return rows;
}

const NUMBERS = { target: 'score', names: false, columns: ['id', 'age', 'income', 'flag', 'x1', 'x2', 'x3'] } as const;
const READERS: Readonly<Record<string, (file: string) => Promise<number>>> = {
  'csv-parse, its stream alone': async (file) => {
    let rows = -1;
    for await (const _ of createReadStream(file).pipe(parse())) rows++;
    return rows;
  },
  'blocks of cells': async (file) => {
    let rows = 0;
    const blocks = readCells(originOf('bench', file), bytesOf('bench', file), resolveRows('bench', {}));
    for await (const block of blocks) rows += block.rows.length;
    return rows;
  },
  '`streamRows`': (file) => countOf(streamRows(file)()),
  '`readRows`': async (file) => (await readRows(file)).length,
  '`streamCsv`, 8 columns': async (file) => {
    let rows = 0;
    for await (const { targets } of streamCsv(file, NUMBERS)()) rows += targets.length;
    return rows;
  },
  '`readCsv`, 8 columns': async (file) => (await readCsv(file, NUMBERS)).rows,
};

/** By how many MB this process grows at most meanwhile. */
async function peakOf(work: () => unknown): Promise<string> {
  const before = process.memoryUsage.rss();
  let peak = before;
  const watch = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage.rss());
  }, 5);
  await work();
  clearInterval(watch);
  return ((peak - before) / 1e6).toFixed(0);
}

if (process.argv.includes('--peak')) {
  const [name = '', file = ''] = process.argv.slice(-2);
  console.log(await peakOf(() => READERS[name]?.(file)));
  process.exit();
}
const folder = mkdtempSync(path.join(tmpdir(), 'wasmlp-'));
const [plain, quoted, large] = ['plain', 'quoted', 'large'].map((name) => path.join(folder, `${name}.csv`)) as [
  string,
  string,
  string,
];
await write(plain, ROWS, Number.POSITIVE_INFINITY, false);
await write(quoted, ROWS, Number.POSITIVE_INFINITY, true);

const times = new Map<string, number[]>();
for (let round = 0; round < ROUNDS; round++) {
  for (const file of [plain, quoted]) {
    for (const [name, read] of Object.entries(READERS)) {
      const before = process.cpuUsage();
      if ((await read(file)) !== ROWS) throw new Error(`${name} has lost rows.`);
      const { user, system } = process.cpuUsage(before);
      const key = `${name} ${file}`;
      times.set(key, [...(times.get(key) ?? []), (user + system) / 1e6]);
    }
  }
}
const node = process.versions.node.split('.').slice(0, 2).join('.');
console.log(
  `| ${ROWS} rows of 10 columns, Node ${node} | no quotes, s | of csv-parse | a column in quotes, s | of csv-parse |`,
);
console.log('|---|---:|---:|---:|---:|');
const [base] = Object.keys(READERS);
for (const name of Object.keys(READERS)) {
  const cells = [plain, quoted].flatMap((file) => {
    const [own, theirs] = [name, base].map((key) => median(times.get(`${key} ${file}`) as number[])) as [
      number,
      number,
    ];
    return [own.toFixed(2), (own / theirs).toFixed(2)];
  });
  console.log(`| ${name} | ${cells.join(' | ')} |`);
}

await write(large, Number.POSITIVE_INFINITY, LARGE_BYTES, true);
for (const name of ['`streamRows`', '`streamCsv`, 8 columns']) {
  // A process of its own: this one has grown already.
  const peak = execFileSync(process.execPath, [fileURLToPath(import.meta.url), '--peak', name, large], {
    encoding: 'utf8',
  });
  console.log(`${name} of ${(LARGE_BYTES / 1e6).toFixed(0)} MB: RSS ${peak.trim()} MB more`);
}
rmSync(folder, { recursive: true });
