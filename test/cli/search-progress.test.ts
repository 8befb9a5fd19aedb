/** The table of the best trials while a search runs: on a terminal, drawn in place, however narrow it is; lines in a pipe. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type Clock, SearchTable, type Terminal } from '../../src/cli/search-progress.js';
import { ranked, trialsTable } from '../../src/cli/trials-table.js';
import type { TrialStanding } from '../../src/search/types.js';
import { Screen } from '../support/cli/screen.js';

const standing = (number: number, score: number | undefined, state: TrialStanding['state'] = 'completed') =>
  ({
    number,
    parameters: {
      layers: 2,
      units1: 128,
      units2: 100,
      activation: 'gelu',
      learningRate: 0.000123456,
      l2: 0.0001,
      dropout: 0.25,
      batchSize: 128,
    },
    state,
    ...(score !== undefined && { score, epochs: 100 + number }),
  }) satisfies TrialStanding;

/** A terminal that is a screen, and a clock that moves when it is told to. */
function started(columns: number, rows = 24, trials = 50) {
  let now = 0;
  const ticks: (() => void)[] = [];
  const screen = new Screen(columns, rows);
  const stream: Terminal = { isTTY: true, columns, rows, write: (text: string) => screen.write(text) };
  const clock: Clock = {
    now: () => now,
    every: (_, call) => {
      ticks.push(call);
      return () => ticks.splice(0);
    },
  };
  const table = new SearchTable(stream, { trials, score: 'loss' }, clock);
  let kept = 0;
  const show = (finished: number, total: number, latest: TrialStanding, isKept = false): void => {
    now += isKept ? 0 : 1000;
    kept += Number(isKept);
    if (latest.state !== 'running') table.settle(latest);
    table.show({ finished, total, kept, best: undefined, latest });
  };
  return { table, screen, show, ticks, pass: (milliseconds: number) => (now += milliseconds) };
}

afterEach(() => {
  vi.unstubAllEnvs();
});

describe('on a terminal', () => {
  it('the best five stand below a line with how far it is, and are drawn in place', () => {
    const { screen, show, table } = started(80);
    screen.write('before\n');
    for (let i = 0; i < 8; i++) show(i + 1, 50, standing(i, 1 - i / 10));
    expect(screen.lines()).toEqual([
      'before',
      'trial 8/50  best loss 0.3  0:08, about 0:42 left',
      'trial    loss   layers      rate  activation      l2  dropout  batch  epochs',
      ...[7, 6, 5, 4, 3].map(
        (n) =>
          `    ${n}  ${((10 - n) / 10).toPrecision(4)}  128,100  0.000123        gelu  0.0001     0.25    128     10${n}`,
      ),
    ]);
    table.end();
    expect(screen.lines()).toEqual(['before']);
  });

  it.each([20, 30, 40, 60, 79, 80, 81, 120])(
    'of %i columns no line is too long, and none is left behind',
    (columns) => {
      const { screen, show, table } = started(columns);
      for (let i = 0; i < 30; i++)
        show(i + 1, 50, standing(i, i % 7 === 6 ? undefined : 1 / (i + 1), i % 7 === 6 ? 'failed' : 'completed'));
      expect(screen.lines().length).toBeLessThanOrEqual(7);
      expect(screen.widest()).toBeLessThan(columns);
      expect(screen.lines()[0]).toContain('trial 30/50'.slice(0, columns - 1));
      table.end();
      expect(screen.lines()).toEqual([]);
    },
  );

  it.each([2, 3, 5])('of %i lines it does not scroll', (rows) => {
    const { screen, show } = started(80, rows);
    for (let i = 0; i < 9; i++) show(i + 1, 50, standing(i, 1));
    expect(screen.scrolled).toBe(0);
  });

  it('the time goes on where nothing happens', () => {
    const { screen, show, ticks, pass } = started(80);
    show(1, 50, standing(0, 1));
    pass(61_000);
    for (const tick of ticks) tick();
    expect(screen.lines()[0]).toBe('trial 1/50  best loss 1  1:02');
  });

  it('the time left goes down, and up again where a training takes long; while it waits, nobody knows it', () => {
    const { screen, show, ticks, pass, table } = started(80);
    for (let i = 0; i < 10; i++) show(i + 1, 50, standing(i, 1));
    const lineAfter = (milliseconds: number): string => {
      pass(milliseconds);
      for (const tick of ticks) tick();
      return screen.lines()[0] as string;
    };
    expect(lineAfter(0)).toMatch(/ 0:10, about 0:40 left$/);
    expect(lineAfter(1000)).toMatch(/ 0:11, about 0:39 left$/);
    expect(lineAfter(10_000)).toMatch(/ 0:21, about 1:05 left$/);
    table.tell('The search waits for workers.');
    expect(lineAfter(1000)).toMatch(/best loss 1 {2}0:22$/);
  });

  it('a trial that goes on stands there with the best of its rounds', () => {
    const { screen, show } = started(80, 24, 2);
    show(1, 3, standing(0, 0.1, 'running'));
    show(2, 3, standing(1, 0.5, 'running'));
    show(3, 4, standing(0, 0.4, 'running'));
    expect(screen.lines()[0]).toContain('best loss 0.1');
    expect(screen.lines()[2]).toMatch(/^ +0 +0\.1000 /);
  });

  it('trials that a study had are told of together, and took no time', () => {
    const { screen, show, ticks, table } = started(80);
    for (let i = 0; i < 20; i++) show(i + 1, 50, standing(i, 1), true);
    expect(screen.lines()).toEqual([]);
    for (const tick of [...ticks]) tick();
    expect(screen.lines()[0]).toBe('trial 20/50  best loss 1  20 from the study  0:00');
    expect(screen.lines()).toHaveLength(7);
    for (let i = 20; i < 45; i++) show(i + 1, 50, standing(i, 1));
    expect(screen.lines()[0]).toBe('trial 45/50  best loss 1  20 from the study  0:25, about 0:05 left');
    table.end();
    expect(screen.lines()).toEqual([]);
  });

  it('what it waits for stands below the first line, in lines that fit, until a training ends', () => {
    const { screen, show, table } = started(40);
    show(1, 50, standing(0, 1));
    table.tell('The search waits for workers. On each machine that shall train, start one: npx wasmlp worker');
    expect(screen.lines().slice(0, 5)).toEqual([
      'trial 1/50  best loss 1  0:01',
      'The search waits for workers. On each',
      'machine that shall train, start one:',
      'npx wasmlp worker',
      expect.stringMatching(/^trial +loss/),
    ]);
    show(2, 50, standing(1, 1));
    expect(screen.lines()[1]).toMatch(/^trial +loss/);
    table.tell('again');
    expect(screen.widest()).toBeLessThan(40);
    table.end();
    expect(screen.lines()).toEqual([]);
  });

  it('stays where that is asked, and has no colours that nobody wants', () => {
    vi.stubEnv('NO_COLOR', '1');
    const { screen, show, table } = started(80);
    show(1, 50, standing(0, 0.5));
    table.end(true);
    screen.write('after\n');
    expect(screen.lines().at(-1)).toBe('after');
    expect(screen.lines()).toHaveLength(4);
    expect(screen.styled).toBe(false);
  });

  it('bold where colours are wanted, and then it is as wide', () => {
    vi.stubEnv('NO_COLOR', '');
    vi.stubEnv('TERM', 'xterm');
    const { screen, show } = started(30);
    for (let i = 0; i < 9; i++) show(i + 1, 50, standing(i, 1));
    expect(screen.styled).toBe(true);
    expect(screen.widest()).toBeLessThan(30);
  });

  it('trials are in the order of their scores, wherever they stopped or stand', () => {
    const { screen, show, table } = started(80, 24, 3);
    show(1, 5, standing(0, 0.3, 'running'));
    show(2, 5, standing(1, 0.1, 'running'));
    show(3, 5, standing(2, 0.2, 'running'));
    table.settle(standing(1, 0.1, 'stopped'));
    show(4, 5, standing(2, 0.25, 'completed'));
    expect(screen.lines()[0]).toMatch(/^training 4\/5 \(3 trials\) {2}best loss 0\.1 {2}/);
    expect(
      screen
        .lines()
        .slice(2)
        .map((line) => line.trim()[0]),
    ).toEqual(['1', '2', '0']);
    expect(table.done).toBe('4 of 5 trainings');
  });
});

describe('in a pipe', () => {
  it.each([
    ['a pipe', { isTTY: false, dumb: false }],
    ['a dumb terminal', { isTTY: true, dumb: true }],
  ])('%s has a line now and then, and nothing that moves', (_, { isTTY, dumb }) => {
    if (dumb) vi.stubEnv('TERM', 'dumb');
    const written: string[] = [];
    const table = new SearchTable({ isTTY, write: (text: string) => written.push(text) }, { trials: 8, score: 'loss' });
    for (let i = 0; i < 8; i++) {
      const latest = i === 1 ? standing(i, undefined, 'failed') : standing(i, 1 - i / 10);
      table.settle(latest);
      table.show({ finished: i + 1, total: 8, kept: 0, best: undefined, latest });
    }
    table.end();
    expect(written).toEqual([
      'trial 1/8  best loss 1\n',
      'trial 2/8  best loss 1  1 failed\n',
      'trial 5/8  best loss 0.6  1 failed\n',
      'trial 8/8  best loss 0.3  1 failed\n',
    ]);
  });
});

describe('in a pipe, with a study', () => {
  const piped = () => {
    const written: string[] = [];
    let now = 0;
    const calls: { readonly milliseconds: number; readonly call: () => void }[] = [];
    const every = (milliseconds: number, call: () => void) => {
      calls.push({ milliseconds, call });
      return () => undefined;
    };
    const clock: Clock = { now: () => now, every };
    const stream = { isTTY: false, write: (text: string) => written.push(text) };
    /** So much later, those are called that wait no longer than that. */
    const pass = (milliseconds: number): void => {
      now += milliseconds;
      for (const one of calls) if (one.milliseconds <= milliseconds) one.call();
    };
    return { table: new SearchTable(stream, { trials: 8, score: 'loss' }, clock), written, pass };
  };
  const show = (table: SearchTable, i: number, kept: number): void => {
    table.settle(standing(i, 1 - i / 10));
    table.show({ finished: i + 1, total: 8, kept, best: undefined, latest: standing(i, 1 - i / 10) });
  };

  it('a line says where it goes on, and what it waits for', () => {
    const { table, written, pass } = piped();
    for (let i = 0; i < 4; i++) show(table, i, i + 1);
    pass(100);
    table.tell('It waits.');
    for (let i = 4; i < 8; i++) show(table, i, 4);
    table.end();
    expect(written).toEqual([
      'trial 4/8  best loss 0.7  4 from the study\n',
      'It waits.\n',
      'trial 5/8  best loss 0.6  4 from the study\n',
      'trial 8/8  best loss 0.3  4 from the study\n',
    ]);
  });

  it('a line a minute says how far it is, and how long it may take', () => {
    const { table, written, pass } = piped();
    pass(60_000);
    for (let i = 0; i < 3; i++) {
      pass(20_000);
      show(table, i, 0);
    }
    written.length = 0;
    pass(60_000);
    table.tell('It waits.');
    pass(60_000);
    table.end();
    expect(written).toEqual([
      // The last three took 40 s each, and the fourth one 60 s until now.
      'trial 3/8  best loss 0.8  3:00, about 2:45 left\n',
      'It waits.\n',
      'trial 3/8  best loss 0.8  4:00\n',
    ]);
  });

  it('that has all trials, one line says so', () => {
    const { table, written } = piped();
    for (let i = 0; i < 8; i++) show(table, i, i + 1);
    table.end();
    expect(written).toEqual(['trial 8/8  best loss 0.3  8 from the study\n']);
  });
});

describe('a table of trials', () => {
  it('has the best first: the lowest loss, or the highest accuracy; failed ones have no place', () => {
    const trials = [standing(0, 0.5), standing(1, 0.2), standing(2, undefined, 'failed'), standing(3, 0.2)];
    expect(ranked(trials, 'loss').map(({ number }) => number)).toEqual([1, 3, 0]);
    expect(ranked(trials, 'accuracy').map(({ number }) => number)).toEqual([0, 1, 3]);
  });

  it('leaves columns out where there is no room, the least important first', () => {
    const trials = [standing(0, 0.5)];
    expect(trialsTable(trials, 'loss', 5, 47)[0]).toBe('trial    loss   layers      rate  activation');
    expect(trialsTable(trials, 'loss', 5, 4)).toEqual(['tria', '    ']);
  });

  it('has only what was drawn', () => {
    const trial = { number: 3, parameters: { l2: 0 }, state: 'completed', score: 1, epochs: 7 } as const;
    expect(trialsTable([trial], 'accuracy', 5, 80)).toEqual([
      'trial  accuracy  l2  epochs',
      '    3     1.000   0       7',
    ]);
  });
});
