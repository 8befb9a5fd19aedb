/** Comparing one build with another: the order of runs, the table, and that each side measures its own build. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BLOCKS } from '../../bench/blocks.js';
import { CASES, type Case } from '../../bench/cases.js';
import { alternate, type ComparedRow, comparisonTable } from '../../bench/comparison.js';
import { blockJob, createContender, type Job, predictionJob, TYPESCRIPT, WASM } from '../../bench/contenders.js';
import type { Participant } from '../../bench/measure.js';
import { checkAgreement, tablesOf, unknownRow } from '../../bench/tables.js';
import { type Answer, answerOf, type Question } from '../../bench/timing.js';

/** A participant that gives prepared answers, and records each question. */
function participant(name: string, answers: readonly Answer[], asked: string[] = []): Participant {
  const left = [...answers];
  const ask = async ({ kind }: Question): Promise<Answer> => {
    asked.push(`${name} ${kind}`);
    return left.shift() ?? [];
  };
  return { name, ask, close: () => undefined };
}

describe('two builds', () => {
  it('run in turns, and record the rate of each run', async () => {
    const asked: string[] = [];
    const before = participant(
      'before',
      [
        [10, 100],
        [11, 110],
      ],
      asked,
    );
    const after = participant(
      'after',
      [
        [20, 200],
        [21, 210],
      ],
      asked,
    );
    expect(await alternate([before, after], 2)).toEqual([
      { rates: [10, 11], processorRates: [100, 110] },
      { rates: [20, 21], processorRates: [200, 210] },
    ]);
    expect(asked).toEqual(['before run', 'after run', 'before run', 'after run']);
  });

  it('are not compared if they compute something else', async () => {
    const [job] = tablesOf(['2-2-1', 'per sample']).flatMap(({ jobs }) => jobs) as [Job];
    const asThis = (result: Answer) => participant('any', [result]);
    await checkAgreement(job, [asThis([0.5, 0.25]), asThis([0.5, 0.25])]);
    await expect(checkAgreement(job, [asThis([0.5, 0.25]), asThis([0.5, 0.26])])).rejects.toThrow(
      '2-2-1, per sample: not the same computed: 0.5,0.25 … 0.5,0.26',
    );
  });
});

describe('the table', () => {
  const runs = (...rates: number[]) => ({ rates, processorRates: rates.map((rate) => rate * 2) });

  it('has medians, their ratio, and the ratio by processor time', () => {
    const row: ComparedRow = {
      work: 'a',
      before: runs(90, 100, 500),
      after: { ...runs(1, 103, 104), processorRates: [150, 194, 400] },
    };
    expect(comparisonTable('Training', 'samples/s', [row]).split('\n')).toEqual([
      '| Training, samples/s | before | after | after / before | by processor time |',
      '| --- | ---: | ---: | ---: | ---: |',
      '| a | 100 | 103 | 1.03x | 0.97x |',
    ]);
  });

  it('says why a row has no figures', () => {
    const table = comparisonTable('Training', 'samples/s', [{ work: 'b', why: 'no such kernel' }]);
    expect(table.split('\n').slice(2)).toEqual(['| b | - | - | - | - |', '', '- b: no such kernel']);
  });
});

describe('rows', () => {
  it('are those that have all the words in their names', () => {
    const tables = tablesOf(['784-128-10', 'batch 32']);
    expect(tables.map(({ title }) => title)).toEqual(['Training', 'Options of training']);
    expect(tables.flatMap(({ jobs }) => jobs.map(({ work }) => work))).toEqual([
      '784-128-10, batch 32',
      '784-128-10, batch 32',
    ]);
    expect(tablesOf([]).flatMap(({ jobs }) => jobs)).toHaveLength(37);
  });

  it('that do not exist give a message with those that do', () => {
    expect(tablesOf(['nothing'])).toEqual([]);
    expect(unknownRow(['nothing', 'here'])).toMatch(
      /^No row has nothing and here in its name\. There are: .*; 2-2-1, /,
    );
  });
});

describe('a contender of another checkout', () => {
  const job = predictionJob(CASES[0] as Case, 1);
  let checkout: string;

  // The same library with another seed for its networks.
  beforeAll(() => {
    checkout = mkdtempSync(path.join(os.tmpdir(), 'wasmlp-checkout-'));
    mkdirSync(path.join(checkout, 'dist'));
    const program = `import { Network as Own } from '${pathToFileURL('dist/index.js')}';
      export const Network = { create: (options) => Own.create({ ...options, seed: 2 }) };`;
    writeFileSync(path.join(checkout, 'dist/index.js'), program);
    writeFileSync(path.join(checkout, 'package.json'), '{ "type": "module" }');
  });
  afterAll(() => rmSync(checkout, { recursive: true }));

  it.each([WASM, TYPESCRIPT])('as %s runs the build of that checkout', async (name) => {
    const [own, same, other] = [
      await createContender(job, name),
      await createContender({ ...job, checkout: '.' }, name),
      await createContender({ ...job, checkout }, name),
    ];
    expect(same.result).toEqual(own.result);
    expect(other.result).not.toEqual(own.result);
  });

  it('measures its kernels', async () => {
    const block = blockJob(BLOCKS[0] as (typeof BLOCKS)[number]);
    const missing = path.join(checkout, 'build/kernels/simd.wasm');
    await expect(createContender({ ...block, checkout }, WASM)).rejects.toThrow(missing);
  });

  it('gives two rates for a run', async () => {
    const answer = await answerOf(await createContender(job, WASM), { kind: 'run' });
    expect(answer.map((rate) => rate > 0)).toEqual([true, true]);
  });
});
