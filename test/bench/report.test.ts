/** Tables of results: rates, ratios, and notes about contenders that could not take part. */
import { describe, expect, it } from 'vitest';
import { type Row, spreadTable, table } from '../../bench/report.js';

const rate = (name: string, median: number) => ({ name, median, low: median / 2, high: median * 2 });
const row = (work: string, contenders: Row['contenders']): Row => ({ work, unit: 'samples/s', contenders });

describe('table', () => {
  it('gives rates of three digits, and how many times faster the first is', () => {
    const rows = [row('2-2-1', [rate('wasmlp', 1234567), rate('other', 100000), rate('faster', 2000000)])];
    expect(table('Training', rows).split('\n')).toEqual([
      '| Training, samples/s | wasmlp | other | faster |',
      '|---|---:|---:|---:|',
      '| 2-2-1 | 1,230,000 | 100,000 (12x) | 2,000,000 (0.6x) |',
    ]);
  });

  it('gives the part of the peak where it is known', () => {
    const ours = { ...rate('wasmlp', 45.12), peak: 47.5, ofPeak: 0.954 };
    const wide = { ...rate('wide', 90.24), peak: 95, ofPeak: 0.946 };
    expect(table('Blocks', [row('forward', [ours, wide])])).toContain('| forward | 45.1, 95% | 90.2, 95% (0.5x) |');
  });

  it('leaves a cell empty where a contender is in other rows only, and numbers why others are absent', () => {
    const absent = { name: 'other', why: 'no batches' };
    const rows = [row('a', [rate('wasmlp', 10)]), row('b', [rate('wasmlp', 20), absent]), row('c', [absent])];
    expect(table('Training', rows, { wasmlp: 'that is us' }).split('\n')).toEqual([
      '| Training, samples/s | wasmlp [1] | other |',
      '|---|---:|---:|',
      '| a | 10 |  |',
      '| b | 20 | - [2] |',
      '| c |  | - [2] |',
      '',
      '- [1] that is us',
      '- [2] no batches',
    ]);
  });

  it('gives no ratio where the first is absent', () => {
    const rows = [row('a', [{ name: 'wasmlp', why: 'failed' }, rate('other', 10)])];
    expect(table('Training', rows)).toContain('| a | - [1] | 10 |');
  });
});

describe('spreadTable', () => {
  it('gives the slowest and the fastest turn', () => {
    const rows = [row('a', [rate('wasmlp', 1000), { name: 'other', why: 'failed' }])];
    expect(spreadTable('Training', rows)).toContain('| a | 500 to 2,000 | - |');
  });
});
