/** How rows are dealt out for the test and for validation. */
import { expect, it } from 'vitest';
import { deal } from '../../src/cli/deal.js';

const rows = Array.from({ length: 1000 }, (_, i) => ({ i, kind: i % 10 === 0 ? 'rare' : 'common' }));

it('a share of the rows, in their order, and the others', () => {
  const [rest, dealt] = deal(rows, 0.2, 0);
  expect(dealt).toHaveLength(200);
  expect([...rest, ...dealt].sort((a, b) => a.i - b.i)).toEqual(rows);
  for (const part of [rest, dealt]) expect(part).toEqual([...part].sort((a, b) => a.i - b.i));
});

it('of each group its part', () => {
  for (const seed of [0, 1, 2, 4294967294]) {
    const [, dealt] = deal(rows, 0.15, seed, ({ kind }) => kind);
    expect(dealt.filter(({ kind }) => kind === 'rare')).toHaveLength(15);
    expect(dealt).toHaveLength(150);
  }
});

it('the seed decides which, and no other seed deals the same ones', () => {
  const of = (seed: number) => deal(rows, 0.2, seed)[1].map(({ i }) => i);
  expect(of(7)).toEqual(of(7));
  const seeds = Array.from({ length: 20 }, (_, seed) => new Set(of(seed)));
  for (const [a, one] of seeds.entries()) {
    for (const other of seeds.slice(a + 1)) {
      // By chance 40 of 200 are in both, and hardly ever more than 80.
      expect([...one].filter((i) => other.has(i)).length).toBeLessThan(80);
    }
  }
});

it('all parts of the table are as likely', () => {
  const counts = [0, 0, 0, 0];
  for (let seed = 0; seed < 50; seed++) for (const { i } of deal(rows, 0.2, seed)[1]) (counts[i >> 8] as number)++;
  // 256, 256, 256 and 232 of 1,000 rows.
  for (const count of counts) expect(count / 10000).toBeCloseTo(0.25, 1);
});

it('nothing for a share of 0, and of few rows what is left after rounding down', () => {
  expect(deal(rows, 0, 0)[1]).toEqual([]);
  expect(deal(rows.slice(0, 4), 0.2, 0)[1]).toEqual([]);
  expect(deal(rows.slice(0, 5), 0.2, 0)[1]).toHaveLength(1);
});
