/** What a trial of a halving search counts with. */
import { describe, expect, it } from 'vitest';
import type { TrialRecord } from '../../src/search/records.js';
import { Rounds } from '../../src/search/rounds.js';

const round = (number: number, rung: number, score: number): TrialRecord => ({
  number,
  parameters: {},
  state: 'running',
  score,
  epochs: 3 ** rung,
  seconds: 1,
  rung,
});
const rounds = () => new Rounds((a, b) => (a.score as number) - (b.score as number) || a.number - b.number);

describe('a trial counts', () => {
  it('with an earlier round, if that was better than the last one', () => {
    const all = rounds();
    all.add(round(4, 0, 0.3));
    all.add(round(4, 1, 0.2));
    const { rung: _, ...last } = round(4, 2, 0.5);
    const counted = all.counted({ ...last, state: 'completed' });
    expect(counted).toMatchObject({ state: 'completed', score: 0.2, epochs: 3, rung: 1, seconds: 3 });
  });

  it('with the last one, if that is as good', () => {
    const all = rounds();
    all.add(round(4, 0, 0.2));
    const { rung: _, ...last } = round(4, 1, 0.2);
    const counted = all.counted({ ...last, state: 'completed' });
    expect(counted).toEqual({ ...last, state: 'completed', seconds: 2 });
  });

  it('with the best one, if halving stopped it: its last round is known then', () => {
    const all = rounds();
    all.add(round(4, 0, 0.2));
    all.add(round(4, 1, 0.3));
    const counted = all.counted({ ...round(4, 1, 0.3), state: 'stopped' });
    expect(counted).toMatchObject({ state: 'stopped', score: 0.2, epochs: 1, seconds: 2 });
  });

  it('as it is, if it failed, or if there are no rounds', () => {
    const all = rounds();
    all.add(round(4, 0, 0.2));
    const failed: TrialRecord = { number: 4, parameters: {}, state: 'failed', error: { code: 'E', message: 'm' } };
    expect(all.counted(failed)).toBe(failed);
    const whole: TrialRecord = { number: 5, parameters: {}, state: 'completed', score: 1 };
    expect(all.counted(whole)).toBe(whole);
  });
});

describe('the best of those that go on', () => {
  it('is known after each round, and is another one once it is over', () => {
    const all = rounds();
    expect(all.best).toBeUndefined();
    all.add(round(1, 0, 0.5));
    all.add(round(2, 0, 0.3));
    all.add(round(3, 0, 0.3));
    expect(all.best?.number).toBe(2);
    all.add(round(2, 1, 0.9));
    expect(all.best).toMatchObject({ number: 2, score: 0.3 });
    all.counted({ number: 2, parameters: {}, state: 'failed' });
    expect(all.best?.number).toBe(3);
    all.add(round(1, 1, 0.1));
    expect(all.best?.number).toBe(1);
    for (const number of [1, 3]) all.counted({ number, parameters: {}, state: 'failed' });
    expect(all.best).toBeUndefined();
  });
});
