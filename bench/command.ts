/**
 * `npm run bench:command`: how long `wasmlp predict` takes for a table of 1 million rows of 10 columns, beside csv-parse that only reads it.
 * Both are processes of their own that read standard input and take turns; what counts is their processor time. `-- --quick` tries it.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream, createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { median } from './measure.js';

const IS_QUICK = process.argv.includes('--quick');
const ROWS = IS_QUICK ? 20_000 : 1_000_000;
const ROUNDS = IS_QUICK ? 2 : 5;
/** The command trains on the first ones. */
const TRAINING_ROWS = 10_000;

const root = fileURLToPath(new URL('../../..', import.meta.url));
const CLI = path.join(root, 'dist/cli.js');
const CITIES = ['Rome', 'Oslo', 'Lima', 'Cairo', 'Delhi', 'Paris'];
const HEADER = 'age,income,hours,score,city,job,member,distance,rate';

/** Writes rows with numbers, categories, yes and no; the tenth column is an id, or the class where `hasClass`. */
async function write(file: string, rows: number, hasClass: boolean): Promise<void> {
  const out = createWriteStream(file);
  let text = `${HEADER},${hasClass ? 'label' : 'id'}\n`;
  for (let row = 0; row < rows; row++) {
    const [a, b] = [(row * 7919) % 100_003, ((row * 104_729) % 9973) / 9973];
    const member = row % 3 === 0 ? 'yes' : 'no';
    text += `${18 + (row % 60)},${(a / 3).toFixed(2)},${row % 41},${b.toFixed(4)},${CITIES[row % 6]},${CITIES[row % 4]},`;
    text += `${member},${(b * 100).toFixed(3)},${(a / 2e4).toFixed(2)},${hasClass ? (a > 50_000 ? 'good' : 'bad') : row}\n`;
    if (text.length < 2 ** 20) continue;
    if (!out.write(text)) await once(out, 'drain');
    text = '';
  }
  await new Promise<void>((resolve) => out.end(text, () => resolve()));
}

/** Says at its end what a process took. */
const USAGE = `data:text/javascript,${encodeURIComponent(
  'process.on("exit", () => process.stderr.write(JSON.stringify(process.resourceUsage())));',
)}`;

interface Usage {
  readonly seconds: number;
  readonly megabytes: number;
}

/** Runs a program of Node with a file as its standard input, and waits for its end. */
async function run(args: readonly string[], input?: string): Promise<Usage> {
  const child = spawn(process.execPath, ['--import', USAGE, ...args], { cwd: root, stdio: ['pipe', 'pipe', 'pipe'] });
  let said = '';
  child.stderr.on('data', (chunk) => {
    said += chunk;
  });
  // Read and thrown away: the answers must have somewhere to go.
  child.stdout.resume();
  if (input === undefined) child.stdin.end();
  else createReadStream(input).pipe(child.stdin);
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}: ${said}`);
  const { userCPUTime, systemCPUTime, maxRSS } = JSON.parse(said.slice(said.lastIndexOf('{')));
  return { seconds: (userCPUTime + systemCPUTime) / 1e6, megabytes: maxRSS / 1024 };
}

const PARSE = [
  '--input-type=module',
  '--eval',
  `import { parse } from 'csv-parse'; for await (const row of process.stdin.pipe(parse())) void row;`,
];

const folder = mkdtempSync(path.join(tmpdir(), 'wasmlp-bench-'));
try {
  const [table, training, model] = ['table.csv', 'training.csv', 'model.safetensors'].map((name) =>
    path.join(folder, name),
  ) as [string, string, string];
  await write(table, ROWS, false);
  await write(training, TRAINING_ROWS, true);
  await run([CLI, 'train', training, '--target', 'label', '--epochs', '3', '-o', model]);
  const contenders = { 'csv-parse alone': PARSE, 'wasmlp predict': [CLI, 'predict', model, '-'] };
  const found = Object.fromEntries(Object.keys(contenders).map((name) => [name, [] as Usage[]]));
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, args] of Object.entries(contenders)) found[name]?.push(await run(args, table));
  }
  const secondsOf = (name: string): number => median((found[name] as Usage[]).map(({ seconds }) => seconds));
  for (const [name, usages] of Object.entries(found)) {
    const most = Math.max(...usages.map(({ megabytes }) => megabytes));
    console.log(`${name.padEnd(16)} ${secondsOf(name).toFixed(2)} s of processor time, at most ${most.toFixed(0)} MB`);
  }
  console.log(`ratio ${(secondsOf('wasmlp predict') / secondsOf('csv-parse alone')).toFixed(2)}, of ${ROWS} rows`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
