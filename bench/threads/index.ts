/**
 * `npm run bench:threads`: how many times faster several threads train than one, on every build that this host has.
 *
 *   npm run bench:threads                     all rows, about three minutes for each build
 *   npm run bench:threads -- 784-128-10       only rows whose names contain all these words
 *   npm run bench:threads -- --threads 8      with 4 and 8 threads too; at most as many as there are cores
 *   npm run bench:threads -- --busy           the same while other programs take all cores
 *   npm run bench:threads -- --quick          one short turn each: does everything work?
 *   npm run bench:threads -- --save           everything, on free cores and on a busy machine, into bench/results
 */
import { execFile } from 'node:child_process';
import os from 'node:os';
import { parseArgs, promisify } from 'node:util';
import { missing, WASM } from '../contenders.js';
import { machine, resultsOf, save } from '../report.js';
import { keepBusy } from './busy.js';
import type { MeasuredRow, Task } from './measure.js';
import { BUILDS, moreThreads, ROWS, rowsOf } from './rows.js';
import { threadsTable } from './table.js';

const EFFORT = { rounds: 5, seconds: 1 };
/** Other programs disturb each turn, whatever its length. */
const BUSY_EFFORT = { rounds: 5, seconds: 0.4 };
const QUICK = { rounds: 1, seconds: 0.05 };

const METHOD =
  'Training with one thread and with several: networks in one process take turns, after they have computed the same bits; medians, and how many times faster than one thread. The limits are for the default build and two cores that nobody else uses.';
const BUSY = 'busy machine';

const { values: options, positionals: words } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean', default: false },
    save: { type: 'boolean', default: false },
    busy: { type: 'boolean', default: false },
    threads: { type: 'string', default: '2' },
  },
});
const cores = os.availableParallelism();
const most = Number(options.threads);
if (!Number.isInteger(most) || most < 2 || most > Math.max(cores, 2)) {
  throw new Error(`--threads ${options.threads}: expected a whole number from 2 to ${Math.max(cores, 2)}, the cores.`);
}
if (options.save && (words.length > 0 || options.quick || options.busy)) {
  throw new Error('--save takes everything: leave words, --quick and --busy out.');
}
if (cores < 2) console.log('This machine has one core: several threads only share it.');

const tables = new Map<string, readonly MeasuredRow[]>();
const absent: string[] = [];
for (const build of BUILDS) {
  const why = missing(build);
  if (why !== undefined) {
    absent.push(`Without ${build}: ${why}.`);
    console.log(absent.at(-1));
  } else await measureBuild(build);
}
if (tables.size === 0) {
  console.error(
    `No row has ${words.join(' and ')} in its name. There are: ${ROWS.map(({ work }) => work).join('; ')}.`,
  );
  process.exitCode = 1;
}
if (options.save) {
  save(resultsOf('threads'), tables, [METHOD, ...absent].join(' '), machine(), write);
}

async function measureBuild(build: string): Promise<void> {
  // A busy machine slows all builds alike: one of them is enough.
  for (const isBusy of options.save ? [false, true].slice(0, build === WASM ? 2 : 1) : [options.busy]) {
    const rows = rowsOf(build, words, moreThreads(most), isBusy);
    if (rows.length === 0) continue;
    const title = isBusy ? `${build}, ${BUSY}` : build;
    const rest = isBusy ? keepBusy(cores) : () => undefined;
    const measured: MeasuredRow[] = [];
    try {
      for (const row of rows) {
        process.stderr.write(`${title}: ${row.work} …\n`);
        measured.push(
          await measuredElsewhere({ row, build, effort: options.quick ? QUICK : isBusy ? BUSY_EFFORT : EFFORT }),
        );
      }
    } finally {
      rest();
    }
    tables.set(title, measured);
    console.log(`\n${write(title, measured)}`);
  }
}

function write(title: string, rows: readonly MeasuredRow[]): string {
  return threadsTable(title, rows, title.endsWith(BUSY));
}

/** Measures a row in a process of its own. */
async function measuredElsewhere(task: Task): Promise<MeasuredRow> {
  const args = ['build/bench/bench/threads/worker.js', JSON.stringify(task)];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return JSON.parse(stdout) as MeasuredRow;
}
