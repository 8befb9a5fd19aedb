/**
 * `npm run bench:against`: compares the build of another checkout ("before") with the build of this one ("after"), in the rows of
 * `npm run bench`. The other one must be built. The programs of this checkout run both, each in its own process, in turns.
 *
 *   npm run bench:against -- ../before                everything, ten to twenty minutes
 *   npm run bench:against -- ../before 784-128-10     only rows whose names contain all these words
 *   npm run bench:against -- ../before --quick        one run each: does everything work?
 */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { alternate, type ComparedRow, comparisonTable, type Runs } from './comparison.js';
import { contendersOf, type Job, PLAIN, startContender } from './contenders.js';
import { writeLoops } from './peak.js';
import { checkAgreement, tablesOf, unknownRow } from './tables.js';

/** Many runs, each of 0.05 s or more: a busy machine changes its speed within seconds, and we look for differences of a few percent. */
const ROUNDS = 40;

const METHOD =
  'Medians of runs in turns. The last column is the ratio by processor time, which counts neither other programs nor waiting.';

const quick = process.argv.includes('--quick');
const [checkout, ...words] = process.argv.slice(2).filter((word) => word !== '--quick');
if (checkout === undefined || !existsSync(path.join(checkout, 'dist/index.js'))) {
  const came = checkout === undefined ? 'name the folder of another checkout' : `${checkout} has no dist/index.js`;
  throw new Error(`bench:against: ${came}. Run npm ci && npm run build there, then npm run bench:against -- <folder>.`);
}

writeLoops();
const tables = tablesOf(words);
if (tables.length === 0) {
  console.error(unknownRow(words));
  process.exitCode = 1;
}
for (const { title, unit, jobs } of tables) {
  const rows: ComparedRow[] = [];
  for (const job of jobs) {
    process.stderr.write(`${job.work} …\n`);
    // Plain loops are the same in both.
    for (const name of contendersOf(job).filter((contender) => contender !== PLAIN))
      rows.push(await compare(job, name));
  }
  console.log(`\n${comparisonTable(title, unit, rows)}`);
  // A row without figures: the two builds computed different numbers, or one of them failed.
  if (rows.some((row) => 'why' in row)) process.exitCode = 1;
}
if (tables.length > 0) console.log(`\n${METHOD}`);

/** Measures a contender of both builds. If it fails, its row says why, and the other rows are still measured. */
async function compare(job: Job, name: string): Promise<ComparedRow> {
  const work = `${job.work}: ${name}`;
  const before = startContender({ ...job, checkout: path.resolve(checkout as string) }, name);
  const after = startContender(job, name);
  try {
    await checkAgreement(job, [before, after]);
    const runs = (await alternate([before, after], quick ? 1 : ROUNDS)) as [Runs, Runs];
    return { work, before: runs[0], after: runs[1] };
  } catch (error) {
    return { work, why: error instanceof Error ? error.message : String(error) };
  } finally {
    before.close();
    after.close();
  }
}
