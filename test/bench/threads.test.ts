/** Threads against one thread: which rows, what other programs took, the table, and a row that is really measured. */
import { describe, expect, it } from 'vitest';
import { CASES, type Case } from '../../bench/cases.js';
import { predictionJob, trainingJob, WASM } from '../../bench/contenders.js';
import { CONTENDERS } from '../../bench/peers/contenders.js';
import { startProcess } from '../../bench/process.js';
import { coresOfOthers, parseCpuTimes } from '../../bench/threads/load.js';
import { type MeasuredRow, measureRow } from '../../bench/threads/measure.js';
import { moreThreads, ROWS, rowsOf, type ThreadsRow } from '../../bench/threads/rows.js';
import { isReached, threadsTable } from '../../bench/threads/table.js';

describe('rows', () => {
  it('are those that have all the words in their names, with the threads that are asked for', () => {
    expect(rowsOf(WASM, ['64-32-10', 'per sample'], [4], false)).toMatchObject([
      { work: '64-32-10, per sample', batchSize: 1, threads: [2, 'auto', 4], atLeast: 0.97 },
    ]);
    expect(rowsOf(WASM, ['nothing'], [], false)).toEqual([]);
    expect(rowsOf(WASM, [], [], false)).toEqual(ROWS);
  });

  it('have one limit on a busy machine', () => {
    expect(new Set(rowsOf(WASM, [], [], true).map(({ atLeast }) => atLeast))).toEqual(new Set([0.5]));
  });

  it('go beyond two threads by doublings', () => {
    expect([2, 3, 4, 6, 64].map(moreThreads)).toEqual([[], [3], [4], [4, 6], [4, 8, 16, 32, 64]]);
  });
});

describe('what other programs take', () => {
  const stat = (user: number, idle: number): string =>
    `cpu  ${user} 10 20 ${idle} 5 0 3 2 0 0\ncpu0 1 0 0 0 0 0 0 0 0 0\ncpu1 1 0 0 0 0 0 0 0 0 0\nintr 1 2\n`;

  it('is what all cores did, less what we did', () => {
    const before = parseCpuTimes(stat(100, 1000));
    const after = parseCpuTimes(stat(175, 1025));
    if (before === undefined || after === undefined) throw new Error('not read');
    // Idle and waiting for disks do not count; stolen time does.
    expect(before).toEqual({ busy: 135, total: 1140, cores: 2 });
    expect(coresOfOthers(before, after, 1)).toBeCloseTo(0.5);
    expect(coresOfOthers(before, after, 1.7)).toBe(0);
    expect(coresOfOthers(before, before, 0)).toBe(0);
  });

  it.each(['', 'cpu  1 2 3\n', 'intr 5'])('is unknown where the host does not say: %j', (text) => {
    expect(parseCpuTimes(text)).toBeUndefined();
  });
});

describe('the table', () => {
  const measured = (name: string, median: number) => ({ name, median, low: median, high: median });
  const row = (work: string, rates: Record<string, number>, rest: Partial<MeasuredRow> = {}): MeasuredRow => ({
    work,
    unit: 'samples/s',
    atLeast: 1.5,
    asked: ['2 threads'],
    contenders: Object.entries(rates).map(([name, median]) => measured(name, median)),
    ...rest,
  });

  it('says how many times faster several threads are, and whether that is enough', () => {
    const rows = [
      row('a', { '1 thread': 1000, '2 threads': 1500, '4 threads': 1100 }, { others: 0.04 }),
      row('b', { '1 thread': 1000, '2 threads': 1600, "'auto'": 1400 }, { asked: ['2 threads', "'auto'"] }),
    ];
    expect(threadsTable('wasmlp', rows).split('\n')).toEqual([
      "| wasmlp, samples/s | 1 thread | 2 threads | 4 threads | 'auto' | at least | reached | other programs, cores |",
      '| --- | ---: | ---: | ---: | ---: | ---: | --- | ---: |',
      '| a | 1,000 | 1,500, 1.50x | 1,100, 1.10x |  | 1.50x | yes | 0.04 |',
      '| b | 1,000 | 1,600, 1.60x |  | 1,400, 1.40x | 1.50x | no | unknown |',
    ]);
  });

  it('warns if the cores were not free, unless they are kept busy', () => {
    const rows = [row('a', { '1 thread': 1, '2 threads': 1 }, { others: 0.5 })];
    expect(threadsTable('wasmlp', rows)).toMatch(/\n\nOther programs took up to 0\.50 cores: .*$/);
    expect(threadsTable('wasmlp', rows, true)).not.toContain('took up to');
  });

  it('counts a contender that is missing as too slow', () => {
    expect(isReached(row('a', { '1 thread': 1 }))).toBe(false);
  });
});

it('a row is measured after its networks gave the same bits', async () => {
  const smallest = ROWS.find(({ work }) => work === '2-2-1, per sample') as ThreadsRow;
  const effort = { rounds: 1, seconds: 0.001 };
  const row = await measureRow({ row: smallest, build: WASM, effort });
  expect(row).toMatchObject({ work: '2-2-1, per sample', atLeast: 0.97, asked: ['2 threads', "'auto'"] });
  expect(row.contenders.map(({ name }) => name)).toEqual(['1 thread', '2 threads', "'auto'"]);
  expect(row.contenders.every((contender) => 'median' in contender && contender.median > 0)).toBe(true);
});

describe('against other libraries', () => {
  const [tiny, , middle, large] = CASES as [Case, Case, Case, Case];

  it('contenders with two threads are in the trainings that are large enough', () => {
    const names = CONTENDERS.filter(({ threads }) => threads === 2).map(({ name }) => name);
    expect(names).toEqual(['wasmlp, 2 threads', 'wasmlp, relaxed and wide, 2 threads', 'PyTorch, 2 threads']);
    const jobs = [...[1, 32, 256].map((rows) => trainingJob(middle, rows)), trainingJob(large, 32)];
    const others = [trainingJob(tiny, 256), predictionJob(large, 256)];
    for (const { isIn } of CONTENDERS.filter(({ threads }) => threads === 2)) {
      expect([...jobs, ...others].map((job) => isIn?.(job))).toEqual([false, true, true, true, false, false]);
    }
  });

  it('processes are told how many threads they have', async () => {
    const program =
      'process.stdin.on("data", () => console.log(JSON.stringify([process.env.OMP_NUM_THREADS, process.env.MKL_NUM_THREADS, process.env.OPENBLAS_NUM_THREADS].map(Number))))';
    for (const threads of [1, 2]) {
      const participant = startProcess('a', process.execPath, ['-e', program], threads);
      expect(await participant.ask({ kind: 'result' })).toEqual([threads, threads, threads]);
      participant.close();
    }
  });
});
