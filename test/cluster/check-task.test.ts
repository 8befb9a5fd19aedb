/** Tasks, samples and jobs from elsewhere are checked before use. */
import { describe, expect, it } from 'vitest';
import {
  checkData,
  checkOutcome,
  checkStanding,
  checkTask,
  plainOutcome,
  plainStanding,
  plainTask,
} from '../../src/cluster/check-task.js';
import { checkJob, checkPacked, checkProgress, checkReturn, PROTOCOL } from '../../src/cluster/job.js';
import { VERSION } from '../../src/foundation/generated/version.js';
import { reportOfNumbers } from '../../src/report/numbers.js';
import { reportOfClasses } from '../../src/report/report.js';
import type { StudyData } from '../../src/search/data.js';
import type { TaskOutcome } from '../../src/search/task.js';

const DATA: StudyData = {
  count: 4,
  width: 2,
  inputs: new Float32Array(8),
  targets: [1, 0, 1, 0],
  classes: Uint32Array.of(1, 0, 1, 0),
};
const ROWS = {
  starts: Uint32Array.of(0, 2, 2, 3, 5),
  columns: Uint32Array.of(1, 5, 0, 4, 5),
  values: Float32Array.of(1, 2, 3, 4, 5),
};
const SPARSE: StudyData = { ...DATA, width: 0, inputs: ROWS };
const TASK = {
  network: { inputs: 2, layers: [{ units: 1 }] },
  fit: { epochs: 3 },
  split: { kind: 'share', share: 0.5, seed: 1 },
  validates: true,
  lastEpoch: undefined,
  checkpoint: undefined,
  keeps: 'nothing',
};
const one = (value: number) => Float64Array.of(value);
const COLUMNS = { epoch: one(1), loss: one(0.5), learningRate: one(0.1), seconds: one(0) };
const refused = { code: 'ERR_MODEL_FORMAT', message: expect.stringMatching(/^cluster: /) };

describe('samples', () => {
  it('that are right are taken', () => {
    expect(checkData(DATA)).toEqual(DATA);
    expect(
      checkData({ count: 2, width: 0, inputs: [{ a: 1 }, { a: 2 }], targets: undefined, classes: undefined }),
    ).toBeDefined();
    expect(checkData(SPARSE)).toEqual(SPARSE);
    const ones = { ...ROWS, values: undefined };
    expect(checkData({ ...SPARSE, inputs: { ...ROWS, more: 1 }, targets: ones })).toEqual({ ...SPARSE, targets: ones });
  });

  it.each([
    ['nothing', null],
    ['no count', { ...DATA, count: '4' }],
    ['a count of 0', { ...DATA, count: 0, inputs: new Float32Array(0) }],
    ['too few inputs', { ...DATA, inputs: new Float32Array(7) }],
    ['inputs of another kind', { ...DATA, inputs: new Uint8Array(8) }],
    ['a negative width', { ...DATA, width: -2 }],
    ['too few rows', { ...DATA, width: 0, inputs: [{}] }],
    ['too few targets', { ...DATA, targets: [1, 0, 1] }],
    ['targets that are no list', { ...DATA, targets: 'abcd' }],
    ['too few classes', { ...DATA, classes: Uint32Array.of(1) }],
    ['classes of another kind', { ...DATA, classes: [1, 0, 1, 0] }],
    ['sparse rows with a width', { ...SPARSE, width: 2 }],
    ['sparse rows with another count', { ...SPARSE, count: 2, targets: [1, 0], classes: undefined }],
    ['sparse rows without columns', { ...SPARSE, inputs: { starts: ROWS.starts } }],
    ['starts that are a list', { ...SPARSE, inputs: { ...ROWS, starts: [0, 2, 2, 3, 5] } }],
    ['starts of another kind', { ...SPARSE, inputs: { ...ROWS, starts: Int32Array.of(0, 2, 2, 3, 5) } }],
    ['no starts', { ...SPARSE, inputs: { ...ROWS, starts: new Uint32Array(0) } }],
    ['starts that fall', { ...SPARSE, inputs: { ...ROWS, starts: Uint32Array.of(0, 3, 2, 3, 5) } }],
    ['starts that do not begin at 0', { ...SPARSE, inputs: { ...ROWS, starts: Uint32Array.of(1, 2, 2, 3, 5) } }],
    ['starts beyond the columns', { ...SPARSE, inputs: { ...ROWS, starts: Uint32Array.of(0, 2, 2, 3, 6) } }],
    ['starts beyond all', { ...SPARSE, inputs: { ...ROWS, starts: Uint32Array.of(0, 2, 2, 3, 2 ** 32 - 1) } }],
    ['columns that no row has', { ...SPARSE, inputs: { ...ROWS, starts: Uint32Array.of(0, 2, 2, 3, 4) } }],
    ['columns that fall', { ...SPARSE, inputs: { ...ROWS, columns: Uint32Array.of(5, 1, 0, 4, 5) } }],
    ['a column twice', { ...SPARSE, inputs: { ...ROWS, columns: Uint32Array.of(1, 1, 0, 4, 5) } }],
    ['columns of another kind', { ...SPARSE, inputs: { ...ROWS, columns: [1, 5, 0, 4, 5] } }],
    ['too few values', { ...SPARSE, inputs: { ...ROWS, values: new Float32Array(4) } }],
    ['values of another kind', { ...SPARSE, inputs: { ...ROWS, values: new Float64Array(5) } }],
    ['sparse targets that fall', { ...SPARSE, targets: { ...ROWS, starts: Uint32Array.of(0, 3, 2, 3, 5) } }],
    ['too few sparse targets', { ...SPARSE, targets: { starts: Uint32Array.of(0, 1), columns: Uint32Array.of(0) } }],
  ])('that are wrong are refused: %s', (_, given) => {
    expect(() => checkData(given)).toThrow(expect.objectContaining(refused));
  });
});

describe('a task', () => {
  it('that is right is taken', () => {
    expect(checkTask(TASK, DATA)).toEqual(TASK);
    const folds = { kind: 'fold', folds: 4, fold: 3, repeat: 0, seed: 1 };
    expect(checkTask({ ...TASK, split: folds }, DATA).split).toEqual(folds);
    expect(checkTask({ ...TASK, split: undefined, keeps: 'network' }, DATA).keeps).toBe('network');
    // The training says what is wrong with it, as on one thread.
    const all = { kind: 'share', share: { last: 4 }, seed: 1 };
    expect(checkTask({ ...TASK, split: all }, DATA).split).toEqual(all);
  });

  it.each([
    ['nothing', undefined],
    ['no network', { ...TASK, network: 7 }],
    ['threads', { ...TASK, network: { ...TASK.network, threads: 64 } }],
    ['a program for the background', { ...TASK, fit: { background: { workerUrl: '/tmp/evil.js' } } }],
    ['a callback', { ...TASK, fit: { onEpoch: 'alert(1)' } }],
    ['a fit that is none', { ...TASK, fit: [] }],
    ['no validates', { ...TASK, validates: 1 }],
    ['a fraction of an epoch', { ...TASK, lastEpoch: 1.5 }],
    ['a checkpoint that is a path', { ...TASK, checkpoint: '/etc/passwd' }],
    ['another thing to keep', { ...TASK, keeps: 'everything' }],
    ['more folds than samples', { ...TASK, split: { kind: 'fold', folds: 5, fold: 0, repeat: 0, seed: 1 } }],
    ['a fold beyond the last', { ...TASK, split: { kind: 'fold', folds: 2, fold: 2, repeat: 0, seed: 1 } }],
    ['a share of all', { ...TASK, split: { kind: 'share', share: 1, seed: 1 } }],
    ['a part of a last one', { ...TASK, split: { kind: 'share', share: { last: 1.5 }, seed: 1 } }],
    ['weights that are no list', { ...TASK, fit: { sampleWeights: { length: 4 } } }],
    ['a split without a seed', { ...TASK, split: { kind: 'share', share: 0.5 } }],
    ['an unknown split', { ...TASK, split: { kind: 'all', seed: 1 } }],
    ['epochs that are none', { ...TASK, earlier: [{ epoch: 1 }] }],
    ['columns of other lengths', { ...TASK, earlier: { ...COLUMNS, loss: new Float64Array(3) } }],
    ['columns of another kind', { ...TASK, earlier: { ...COLUMNS, loss: [0.5] } }],
    ['a column that is missing', { ...TASK, earlier: { epoch: COLUMNS.epoch } }],
    ['a column too many', { ...TASK, earlier: { ...COLUMNS, more: new Float64Array(1) } }],
  ])('that is wrong is refused: %s', (_, given) => {
    expect(() => checkTask(given, DATA)).toThrow(expect.objectContaining(refused));
  });
});

describe('a job', () => {
  const job = {
    protocol: PROTOCOL,
    version: VERSION,
    data: { text: '1' },
    task: { text: '2' },
    folder: false,
    scope: 'ab'.repeat(16),
  };

  it('that is right is taken', () => {
    expect(checkJob(job)).toEqual(job);
    expect(checkJob({ ...job, more: 1 })).toEqual(job);
  });

  it.each([
    ['nothing', 'text'],
    ['no data', { ...job, data: undefined }],
    ['a task that is none', { ...job, task: { text: 7 } }],
    ['a blob with a path for a name', { ...job, data: { blob: '../x', size: 4 } }],
    ['a blob of too many bytes', { ...job, data: { blob: '0'.repeat(64), size: 2 ** 40 } }],
    ['no folder', { ...job, folder: '/etc' }],
    ['no scope', { ...job, scope: undefined }],
    ['a scope that is a path', { ...job, scope: '../../etc' }],
  ])('that is wrong is refused: %s', (_, given) => {
    expect(() => checkJob(given)).toThrow(expect.objectContaining(refused));
  });

  it.each([
    [{ ...job, version: '99.0.0' }, `wasmlp 99.0.0 (protocol ${PROTOCOL})`],
    [{ ...job, protocol: 7 }, `wasmlp ${VERSION} (protocol 7)`],
    [{ ...job, version: { a: 1 } }, `wasmlp unknown (protocol ${PROTOCOL})`],
    [{ ...job, version: '\u001b[31m' }, `wasmlp unknown (protocol ${PROTOCOL})`],
    [{}, 'wasmlp unknown (protocol unknown)'],
  ])('of another version is refused, with both: %#', (given, named) => {
    const message = expect.stringContaining(
      `this worker is wasmlp ${VERSION} (protocol ${PROTOCOL}), and the search is ${named}.`,
    );
    expect(() => checkJob(given)).toThrow(expect.objectContaining({ code: 'ERR_UNSUPPORTED', message }));
  });

  it('may have no progress yet, or where it stands', () => {
    expect(checkProgress(0)).toBeUndefined();
    expect(checkProgress({ standing: { text: '1' }, deaths: 2 })).toEqual({ standing: { text: '1' }, deaths: 2 });
    expect(() => checkProgress({ standing: { text: '1' } })).toThrow(expect.objectContaining(refused));
    expect(() => checkPacked('test', [])).toThrow(expect.objectContaining({ code: 'ERR_MODEL_FORMAT' }));
  });
});

describe('what comes back', () => {
  const epoch = { epoch: 1, loss: 0.5, learningRate: 0.1, seconds: 0 };
  const result = {
    loss: 1,
    accuracy: undefined,
    report: undefined,
    epochs: 1,
    kept: undefined,
    history: {
      epochs: [epoch],
      seconds: 1,
      bestEpoch: 1,
      samplesPerSecond: 9,
      stopped: 'completed',
      hints: [{ code: 'DEAD_UNITS', message: 'm' }],
    },
  };
  const history = { ...result.history, epochs: COLUMNS };
  const reported = (report: unknown) => ({ result: { ...result, history, report } });
  const numbers = reportOfNumbers([1, 2], 1, [1, 3]);
  const classes = reportOfClasses([0.2, 0.7], 1, [0, 1], undefined);
  const task = checkTask(TASK, DATA);

  it('is taken where it is right, as it was before it travelled', () => {
    const outcome = { result } as unknown as TaskOutcome;
    expect(checkOutcome(plainOutcome(outcome), task)).toStrictEqual(outcome);
    const failure = { failure: { code: 'ERR_DIVERGED', message: 'm' } };
    expect(checkOutcome(plainOutcome(failure), task)).toEqual(failure);
    expect(checkReturn({ outcome: { text: '1' }, hasBlobs: false, scope: 'ab'.repeat(16) })).toBeDefined();
    for (const report of [numbers, classes]) {
      expect(checkOutcome(reported(structuredClone({ ...report })), task)).toBeDefined();
    }
    const standing = { checkpoint: new Uint8Array(1), epochs: [epoch, { ...epoch, epoch: 2, loss: Number.NaN }] };
    expect(checkStanding(plainStanding(standing))).toStrictEqual(standing);
    expect(checkTask(plainTask({ ...task, earlier: [epoch] }), DATA).earlier).toStrictEqual([epoch]);
    expect(checkStanding(plainStanding({ ...standing, epochs: [] })).epochs).toEqual([]);
    const validated = { ...epoch, accuracy: 0.5, validationLoss: 2, validationAccuracy: 0.25 };
    expect(checkStanding(plainStanding({ ...standing, epochs: [validated] })).epochs).toStrictEqual([validated]);
  });

  it.each([
    ['nothing', undefined],
    ['a failure without a message', { failure: { code: 'ERR_IO' } }],
    ['no loss', { result: { ...result, loss: '1' } }],
    ['no history', { result: { ...result, history: undefined } }],
    ['a history of rows', { result }],
    ['a report that is none', reported('good')],
    ['a report of nothing', reported({})],
    ['numbers without outputs', reported({ kind: 'numbers', samples: 2 })],
    ['an output without its baseline', reported({ ...numbers, outputs: [{ ...numbers.outputs[0], baseline: 1 }] })],
    ['classes without all else', reported({ kind: 'classes', samples: 2 })],
    ['a figure that is a text', reported({ ...classes, macroF1: '<b>' })],
    ['a confusion of another size', reported({ ...classes, confusion: [[1]] })],
    ['a class without a name', reported({ ...classes, classes: [{ ...classes.classes[0], label: 5 }] })],
    ['a history without hints', { result: { ...result, history: { ...history, hints: undefined } } }],
    ['a best epoch that is none', { result: { ...result, history: { ...history, bestEpoch: 'a' } } }],
    ['hints that are none', { result: { ...result, history: { ...history, hints: [5] } } }],
    ['a failure of no code', { failure: { code: '__proto__', message: 'm' } }],
    ['a failure of another code', { failure: { code: 'ERR_NOT_IN_DOCS', message: 'm' } }],
    ['a file that is none', { result: { ...result, kept: 'file' } }],
  ])('is refused: %s', (_, given) => {
    expect(() => checkOutcome(given, task)).toThrow(expect.objectContaining(refused));
  });

  it('has the network where the task keeps it', () => {
    const travelled = plainOutcome({ result } as unknown as TaskOutcome);
    expect(() => checkOutcome(travelled, { ...task, keeps: 'network' })).toThrow(expect.objectContaining(refused));
    expect(() => checkReturn({ outcome: 7, hasBlobs: true })).toThrow(expect.objectContaining(refused));
    expect(() => checkStanding({ checkpoint: [], epochs: [] })).toThrow(expect.objectContaining(refused));
  });
});
