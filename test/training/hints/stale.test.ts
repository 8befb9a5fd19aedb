import { describe, expect, it } from 'vitest';
import type { StaleColumn } from '../../../src/data/stale-columns.js';
import type { History } from '../../../src/index.js';
import { withStaleScaling } from '../../../src/training/hints/stale.js';
import { Network, type Trained } from '../../support/training/background.js';

const HISTORY: History = {
  epochs: [],
  bestEpoch: 1,
  stopped: 'completed',
  seconds: 1,
  samplesPerSecond: 1,
  hints: Object.freeze([{ code: 'CONSTANT_OUTPUT', message: 'The same.' }]),
};
const FAR: StaleColumn = {
  kind: 'numbers',
  samples: 'inputs',
  column: 2,
  row: 5,
  value: 440,
  shift: 100,
  scale: 2,
  deviations: 170,
  count: 60,
  rows: 65,
};

/** What the network says of its scaling. */
const LEARNED = { normalize: 'standard', normalizeTargets: false } as const;

it('a stale scaling comes first, with the column, its numbers and the mend', () => {
  const { hints, ...rest } = withStaleScaling(HISTORY, [{ ...FAR, column: 1, deviations: 20 }, FAR], LEARNED);
  expect(rest).toEqual({ epochs: [], bestEpoch: 1, stopped: 'completed', seconds: 1, samplesPerSecond: 1 });
  expect(hints.map(({ code }) => code)).toEqual(['STALE_SCALING', 'CONSTANT_OUTPUT']);
  expect(hints[0]?.message).toBe(
    'The scaling was learned from other samples: column 2 (counted from 0) of inputs has 440, and the scaling was learned around 100: that is 170 deviations away (60 of 65 rows, and in 1 more of the columns). Create a new network and fit it on all samples, or fit with relearnScaling: true.',
  );
  expect(Object.isFrozen(hints) && Object.isFrozen(hints[0])).toBe(true);
});

it('of a scaling that was given, relearnScaling is no mend', () => {
  const { hints } = withStaleScaling(HISTORY, [FAR], { ...LEARNED, normalize: 'given' });
  expect(hints[0]?.message).toMatch(
    /^The scaling was given for other samples: .* Create a new network whose normalize suits/,
  );
});

it('a column that was constant is told from one that moved', () => {
  const constant = { ...FAR, column: 0, scale: 0, value: 3, shift: 1, deviations: Number.POSITIVE_INFINITY };
  const { hints } = withStaleScaling(HISTORY, [FAR, constant], LEARNED);
  expect(hints[0]?.message).toMatch(/column 0 .* of inputs was always 1 when the scaling was learned, and is 3 now/);
});

it('a column that moved as a whole is named only where the network hardly learned', () => {
  const moved: StaleColumn = { ...FAR, kind: 'column', value: 107, spread: 1.5, deviations: 3.5 };
  const { hints } = withStaleScaling(HISTORY, [moved], LEARNED);
  expect(hints.map(({ code }) => code)).toEqual(['STALE_SCALING', 'CONSTANT_OUTPUT']);
  expect(hints[0]?.message).toBe(
    'The scaling was learned from other samples: column 2 (counted from 0) of inputs lies around 107 with a deviation of 1.5, and the scaling was learned around 100 with 2. Fit with relearnScaling: true, or create a new network and fit it on all samples.',
  );
  const learned: History = { ...HISTORY, hints: Object.freeze([{ code: 'OVERFITTING', message: 'By heart.' }]) };
  expect(withStaleScaling(learned, [moved], LEARNED)).toBe(learned);
});

it('after a scaling that was learned anew far away, this is the cause, and not what comes of it', () => {
  const { hints } = withStaleScaling(HISTORY, [{ ...FAR, kind: 'relearned', spread: 3 }], LEARNED);
  expect(hints.map(({ code }) => code)).toEqual(['STALE_SCALING']);
  expect(hints[0]?.message).toMatch(
    /^The scaling was learned anew, far .* lay around 100 with a deviation of 2 before, now around 440 with 3\..* Instead, create a new network/,
  );
});

describe.each(['wasm', 'js'] as const)('on %s,', (engine) => {
  /** A network that learned its scaling from three tones; the second column was constant. */
  async function tuned(): Promise<Trained> {
    const layers = [{ units: 1, activation: 'linear' }] as const;
    const network = await Network.create({ inputs: 2, layers, normalize: 'standard', engine });
    await network.fit(
      [
        [100, 1],
        [101, 1],
        [102, 1],
      ],
      [1, 2, 3],
      { epochs: 2 },
    );
    return network;
  }
  const far = Array.from({ length: 65 }, (_, i) => [440 + i, i % 2]);
  const targets = far.map(([hertz]) => (hertz as number) / 100);
  const codes = ({ hints }: History) => hints.map(({ code }) => code);

  it('a fit of samples in another range says so first', async () => {
    const here = await tuned();
    expect(codes(await here.fit(far, targets, { epochs: 2 }))[0]).toBe('STALE_SCALING');
    const away = await tuned();
    expect(codes(await away.fit(far, targets, { epochs: 2, background: true }))[0]).toBe('STALE_SCALING');
    const relearned = await tuned();
    const history = await relearned.fit(far, targets, { epochs: 2, relearnScaling: true });
    expect(codes(history)).not.toContain('STALE_SCALING');
  });

  it('a stream says it once for each column', async () => {
    const half = { inputs: far.slice(0, 32), targets: targets.slice(0, 32) };
    const { hints } = await (await tuned()).fitStream(() => [half, half], { epochs: 2 });
    expect(hints.filter(({ code }) => code === 'STALE_SCALING')).toHaveLength(1);
    expect(hints[0]?.message).toContain('and in 1 more of the columns');
  });

  /** A network that has learned a curve of two columns, and the same curve elsewhere. */
  async function learned(factor: number, shift: number) {
    const layers = [
      { units: 16, activation: 'tanh' },
      { units: 1, activation: 'linear' },
    ] as const;
    const optimizer = { type: 'adam', learningRate: 0.01 } as const;
    const network = await Network.create({ inputs: 2, layers, optimizer, normalize: 'standard', engine });
    const rows = Array.from({ length: 400 }, (_, i) => [i % 20, Math.floor(i / 20)]);
    const curve = rows.map(([a = 0, b = 0]) => Math.sin(a / 3) + (b / 10) ** 2);
    await network.fit(rows, curve, { epochs: 60 });
    return { network, curve, elsewhere: rows.map((row) => row.map((number) => factor * number + shift)) };
  }

  it('a fit of samples in another unit, from which the network hardly learns, says so', async () => {
    const { network, curve, elsewhere } = await learned(0.001, 0);
    const history = await network.fit(elsewhere, curve, { epochs: 30 });
    expect(codes(history)[0]).toBe('STALE_SCALING');
    expect(history.hints[0]?.message).toMatch(
      /of inputs lies around 0\.0095 with a deviation of 0\.00577, and the scaling/,
    );
  });

  it('a scaling that is learned anew far away, too', async () => {
    const { network, curve, elsewhere } = await learned(1, 3000);
    const history = await network.fit(elsewhere, curve, { epochs: 30, relearnScaling: true });
    expect(codes(history)).toEqual(['STALE_SCALING']);
    expect(history.hints[0]?.message).toContain('now around 3010');
  });
});
