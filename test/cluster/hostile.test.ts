/** Jobs that no search wrote fail as jobs; the worker lives on, opens nothing, and trains what is right. */
import { describe, expect, it } from 'vitest';
import type { Queue } from '../../src/cluster/bull.js';
import { connectCluster } from '../../src/cluster/index.js';
import { newScope, ofData, PROTOCOL, pack, type QueuedJob } from '../../src/cluster/job.js';
import { hashOf } from '../../src/cluster/plain.js';
import type { Server } from '../../src/cluster/server.js';
import { putBlobs } from '../../src/cluster/store.js';
import { VERSION } from '../../src/foundation/generated/version.js';
import { search } from '../../src/search/index.js';
import { connected } from '../support/cluster/connected.js';
import { describeOnServers } from '../support/cluster/describe.js';
import { PASSWORD } from '../support/cluster/servers.js';
import { bitsOf, points, settings } from '../support/cluster/studies.js';
import { withWorkers } from '../support/cluster/workers.js';

const SAMPLES = {
  count: 4,
  width: 1,
  inputs: Float32Array.of(0, 1, 2, 3),
  targets: Float32Array.of(0, 1, 2, 3),
  classes: undefined,
};
const TASK = {
  network: { inputs: 1, layers: [{ units: 1 }], seed: 1 },
  fit: { epochs: 2 },
  split: { kind: 'share', share: 0.5, seed: 1 },
  validates: true,
  lastEpoch: undefined,
  checkpoint: undefined,
  keeps: 'nothing',
};
const ROWS = { starts: Uint32Array.of(0, 1, 1, 2, 3), columns: Uint32Array.of(0, 2, 1), values: undefined };
const SPARSE = { ...SAMPLES, width: 0, inputs: ROWS };
const text = (value: unknown) => pack('test', value).packed;
const JOB: QueuedJob = {
  protocol: PROTOCOL,
  version: VERSION,
  data: text(SAMPLES),
  task: text(TASK),
  folder: false,
  scope: newScope(),
};
const sparse = (rows: object) => ({ ...JOB, data: text({ ...SPARSE, inputs: { ...ROWS, ...rows } }) });
const task = (more: object) => ({ ...JOB, task: text({ ...TASK, ...more }) });
const missing = { blob: '1'.repeat(64), size: 5000 };
const wrong = new TextEncoder().encode(`"${'x'.repeat(3000)}"`);

const HOSTILE: readonly (readonly [name: string, job: object, reason: RegExp])[] = [
  ['no job', {}, /^ERR_UNSUPPORTED: .*wasmlp unknown/],
  [
    'another version',
    { ...JOB, version: '0.0.9' },
    /^ERR_UNSUPPORTED: .*this worker is wasmlp .*search is wasmlp 0\.0\.9/,
  ],
  ['no data', { ...JOB, data: 7 }, /^ERR_MODEL_FORMAT: cluster: job\.data/],
  ['samples that are none', { ...JOB, data: text({ count: 1e9 }) }, /^ERR_MODEL_FORMAT: cluster: samples/],
  ['samples that are not there', { ...JOB, data: missing }, /^ERR_IO: cluster: blob 1{12}… is not there/],
  [
    'a blob with another hash',
    { ...JOB, data: { blob: '2'.repeat(64), size: wrong.length } },
    /^ERR_IO: .*another hash/,
  ],
  ['a task that is none', { ...JOB, task: text([]) }, /^ERR_MODEL_FORMAT: cluster: task/],
  ['a text that is no JSON', { ...JOB, task: { text: '{' } }, /^ERR_MODEL_FORMAT: task is no JSON/],
  [
    'a program to start',
    task({ fit: { background: { workerUrl: '/tmp/evil.mjs' } } }),
    /^ERR_MODEL_FORMAT: .*background/,
  ],
  ['threads', task({ network: { ...TASK.network, threads: 8 } }), /^ERR_MODEL_FORMAT: .*threads/],
  ['a folder that the worker does not have', { ...JOB, folder: true }, /^ERR_UNSUPPORTED: .*--folder/],
  ['a scope that is a path', { ...JOB, scope: '../../etc' }, /^ERR_MODEL_FORMAT: cluster: job has no scope/],
  ['weights that are none', task({ fit: { sampleWeights: { length: 4 } } }), /^ERR_MODEL_FORMAT: .*sampleWeights/],
  ['starts that fall', sparse({ starts: Uint32Array.of(0, 2, 1, 2, 3) }), /^ERR_MODEL_FORMAT: .*starts\[2\] is 1/],
  [
    'starts beyond the columns',
    sparse({ starts: Uint32Array.of(0, 1, 1, 2, 2 ** 31) }),
    /^ERR_MODEL_FORMAT: .*columns/,
  ],
  [
    'too few starts',
    sparse({ starts: Uint32Array.of(0, 1), columns: Uint32Array.of(0) }),
    /^ERR_MODEL_FORMAT: .*samples have inputs other than 4/,
  ],
  ['columns that fall', sparse({ starts: Uint32Array.of(0, 3, 3, 3, 3) }), /^ERR_MODEL_FORMAT: .*columns\[2\] is 1/],
  ['values of another length', sparse({ values: Float32Array.of(1) }), /^ERR_MODEL_FORMAT: .*values\.length is 1/],
  ['a prototype', { ...JOB, task: { text: '{"__proto__":{"a":1}}' } }, /^ERR_MODEL_FORMAT/],
];

const validating = (rows: object) =>
  task({ fit: { epochs: 1, validation: { inputs: { ...ROWS, ...rows }, targets: [1, 2, 3, 4] } } });
/** Trained, if only to an error: of a network without these columns, or of wrong rows that validate. */
const TRAINED = [
  JOB,
  sparse({}),
  { ...sparse({}), task: text({ ...TASK, network: { ...TASK.network, inputs: 3 } }) },
  { ...sparse({}), task: text({ ...TASK, network: { ...TASK.network, inputs: 2000 } }) },
  sparse({ columns: Uint32Array.of(0, 2 ** 32 - 1, 1) }),
  validating({}),
  validating({ starts: Uint32Array.of(0, 9, 1, 2, 3) }),
  validating({ starts: 'abc' }),
  validating({ columns: Uint32Array.of(0, 2 ** 32 - 1, 1) }),
];

/** Puts jobs into a queue as anybody could. Resolves to why each failed; undefined for one that is completed. */
async function outcomes(server: Server, jobs: readonly object[]): Promise<(string | undefined)[]> {
  const { bull, name, options, backend } = server;
  const queue: Queue = new bull.Queue(name, options, backend);
  const ids = jobs.map((_, i) => `hostile-${i}`);
  const opts = { attempts: 1, removeOnComplete: { age: 999 }, removeOnFail: { age: 999 } };
  await queue.addBulk(jobs.map((data, i) => ({ name: 'train', data, opts: { ...opts, jobId: ids[i] as string } })));
  const found: (string | undefined)[] = [];
  for (const id of ids) {
    await expect.poll(() => queue.getJobState(id)).toMatch(/completed|failed/);
    found.push((await queue.getJob(id))?.failedReason);
  }
  await queue.close();
  return found;
}

describeOnServers('jobs of somebody else', (server) => {
  it('fail alone, each with its reason', async () => {
    const opened = await connected(server(), 'hostile');
    const named = { name: '2'.repeat(64), bytes: wrong, kind: 'text' as const };
    await putBlobs(opened.store, [named], ofData);
    expect(hashOf(wrong)).not.toBe(named.name);
    await withWorkers(server(), 'hostile', 1, async ([worker]) => {
      const failed = await outcomes(opened, [...HOSTILE.map(([, job]) => job), ...TRAINED]);
      HOSTILE.forEach(([name, , reason], i) => {
        expect(failed[i], name).toMatch(reason);
      });
      // Options that no network takes are the outcome of a training.
      for (const reason of failed.slice(HOSTILE.length)) expect(reason ?? undefined).toBeUndefined();
      expect(worker?.said).toContain('a training was refused: ERR_MODEL_FORMAT');
      expect(worker?.said).not.toContain(PASSWORD);
      const cluster = await connectCluster(server().address, { name: 'hostile' });
      const { inputs, targets } = points(60);
      const given = settings(5, 3);
      const study = await search({ ...given, workers: cluster }, inputs, targets);
      expect(bitsOf(study)).toEqual(bitsOf(await search({ ...given, workers: 1 }, inputs, targets)));
      await cluster.close();
    });
    await opened.close();
  });
});

describe('the list of hostile jobs', () => {
  it('has each reason', () => {
    const codes = new Set(HOSTILE.map(([, , reason]) => /ERR_\w+/.exec(reason.source)?.[0]));
    expect([...codes].sort()).toEqual(['ERR_IO', 'ERR_MODEL_FORMAT', 'ERR_UNSUPPORTED']);
  });
});
