/** Jobs stay small: what is long travels as blobs, once for all jobs that share it. */
import { describe, expect, it } from 'vitest';
import { columnsOf } from '../../src/cluster/epochs.js';
import { failureOf, idOf, type JobData, ofData, ofJob, PROTOCOL, pack, reasonOf } from '../../src/cluster/job.js';
import { hashOf } from '../../src/cluster/plain.js';
import { codedError } from '../../src/foundation/errors.js';

const jobOf = (data: unknown, task: unknown): JobData => ({
  protocol: PROTOCOL,
  version: '1',
  data: pack('test', data).packed,
  task: pack('test', task).packed,
  folder: false,
});

describe('a job', () => {
  it.each<[string, number]>([
    ['quotes', 7_400],
    ['more quotes', 30_000],
    ['a few', 10],
  ])('is below 64 KB: %s', (_, count) => {
    const quotes = '"'.repeat(count);
    expect(JSON.stringify(jobOf([quotes], { quotes })).length).toBeLessThan(64 * 1024);
    const long = 'ü€'.repeat(count);
    expect(Buffer.byteLength(JSON.stringify(jobOf([long], { long })))).toBeLessThan(64 * 1024);
  });

  it('has the same name for the same training alone', () => {
    const job = jobOf([1], { seed: 1 });
    expect(idOf(job)).toBe(idOf(jobOf([1], { seed: 1 })));
    expect(idOf(job)).toMatch(/^[0-9a-f]{40}$/);
    expect(new Set([job, jobOf([1], { seed: 2 }), jobOf([2], { seed: 1 })].map(idOf)).size).toBe(3);
  });

  it('has blobs for long arrays: checkpoints are its own, numbers for samples those of all', () => {
    const weights = new Float32Array(1000).fill(2);
    const { packed, blobs } = pack('test', { checkpoint: new Uint8Array(2000), weights });
    expect(JSON.stringify(packed).length).toBeLessThan(500);
    expect(blobs.map((blob) => [blob.kind, ofJob('id')(blob)])).toEqual([
      ['Uint8Array', 'id'],
      ['Float32Array', hashOf(new Uint8Array(weights.buffer))],
    ]);
    const rows = pack(
      'test',
      Array.from({ length: 5000 }, (_, i) => ({ i })),
    );
    expect(rows.blobs.map((blob) => [blob.kind, ofData(blob) === blob.name])).toEqual([['text', true]]);
  });

  it('has a long history in few bytes', () => {
    const epochs = Array.from({ length: 1000 }, (_, i) => ({
      epoch: i + 1,
      loss: 1 / (i + 3),
      learningRate: 0.1,
      seconds: 0.001,
    }));
    const { packed, blobs } = pack('test', columnsOf(epochs));
    expect(JSON.stringify(packed).length).toBeLessThan(1000);
    expect(blobs.reduce((sum, { bytes }) => sum + bytes.length, 0)).toBe(4 * 8 * 1000);
  });
});

it('the reason of a failed job has the code and the message', () => {
  const reason = reasonOf(codedError('ERR_IO', 'cluster: gone.'));
  expect(failureOf(reason)).toEqual({ code: 'ERR_IO', message: 'cluster: gone.' });
  expect(reasonOf(new Error('Connection terminated'))).toBe('Connection terminated');
  expect(failureOf('Connection terminated')).toEqual({ code: 'ERR_IO', message: 'Connection terminated' });
});
