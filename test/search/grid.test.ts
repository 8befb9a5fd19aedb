/** Grids: every combination once, also where questions depend on answers. */
import { describe, expect, it } from 'vitest';
import { Grid } from '../../src/search/grid.js';
import { DrawingTrial, type Trial } from '../../src/search/trial.js';
import { expectRefused } from '../support/refusals.js';

function all<T>(ask: (trial: Trial) => T): T[] {
  const grid = new Grid();
  const answers: T[] = [];
  for (let sampler = grid.next(); sampler !== undefined; sampler = grid.next()) {
    answers.push(ask(new DrawingTrial(answers.length, sampler)));
  }
  return answers;
}

describe('a grid', () => {
  it('has every combination once, the last question turning fastest', () => {
    expect(all((trial) => `${trial.choice('a', ['x', 'y'])}${trial.integer('b', 1, 5, { step: 2 })}`)).toEqual([
      'x1',
      'x3',
      'x5',
      'y1',
      'y3',
      'y5',
    ]);
  });

  it('has questions that only some answers lead to', () => {
    const ask = (trial: Trial): string => {
      const depth = trial.integer('depth', 1, 2);
      const units = Array.from({ length: depth }, (_, i) => trial.choice(`units ${i}`, [4, 8]));
      return units.join('-');
    };
    expect(all(ask)).toEqual(['4', '8', '4-4', '4-8', '8-4', '8-8']);
  });

  it('of a trial that asks nothing has one combination', () => {
    expect(all(() => 'only')).toEqual(['only']);
  });

  it('asks again where a name comes twice, without another combination', () => {
    expect(all((trial) => [trial.choice('a', [1, 2]), trial.choice('a', [1, 2])])).toEqual([
      [1, 1],
      [2, 2],
    ]);
  });

  it('goes through whole numbers by log one by one, and has no numbers between others', async () => {
    expect(all((trial) => trial.integer('a', 1, 3, { log: true }))).toEqual([1, 2, 3]);
    await expectRefused(
      () => all((trial) => trial.float('rate', 0, 1)),
      'ERR_INVALID_OPTION',
      /^trial\.float: rate: a grid has no numbers between others\. Use trial\.choice/,
    );
  });
});
