/** What visitors take with them or take on: code, challenges, wrong digits. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type EpochResult, type Hint, Network } from 'wasmlp';
import { CHALLENGES, stateOf } from '../../../examples/playground/challenges.js';
import { coachOf } from '../../../examples/playground/coach.js';
import { codeOf } from '../../../examples/playground/code.js';
import { drawPoints, withExtra } from '../../../examples/playground/datasets.js';
import { wrongOf } from '../../../examples/playground/gallery.js';
import { readPoints } from '../../../examples/playground/read-points.js';
import { DEFAULTS, defaultsOf, networkOptions, type Settings } from '../../../examples/playground/settings.js';

/** What a program prints, run here. */
async function outputOf(code: string): Promise<unknown[]> {
  const printed: unknown[] = [];
  const AsyncFunction = Object.getPrototypeOf(outputOf).constructor;
  const body = code.replace("import { Network } from 'wasmlp';", '');
  await new AsyncFunction('Network', 'console', body)(Network, { log: (value: unknown) => printed.push(value) });
  return printed;
}

describe('the code of a network', () => {
  test('makes it, and has its weights where they are few', async () => {
    const settings = { ...DEFAULTS, extra: ['x1x2', 'sinx2'], l2: 0.01 } as const;
    const network = await Network.create(networkOptions(settings));
    const { training } = drawPoints('moons', 1);
    const { inputs, targets } = withExtra(training, settings.extra);
    await network.fit(inputs, targets, { epochs: 3, batchSize: 16 });
    const printed = await outputOf(codeOf(settings, network));
    const { inputs: question } = withExtra(
      { inputs: Float32Array.of(0.5, -0.5), targets: Uint8Array.of(0) },
      settings.extra,
    );
    expect(printed).toHaveLength(1);
    expect((printed[0] as Float32Array)[0]).toBeCloseTo(network.predict(question)[0] ?? Number.NaN, 6);
  });

  test('of a table takes its own numbers', async () => {
    const settings = { ...DEFAULTS, data: 'own' } as const;
    const { points, table } = await readPoints('-10,1,no\n30,3,yes\n0,2,no\n10,1,yes');
    const network = await Network.create(networkOptions(settings));
    const code = codeOf(settings, network, table, [1, 1, 1]);
    expect([...points.inputs.subarray(2, 4)]).toEqual([1, 1]);
    expect(code).toContain(
      "// A row of the table, whose column 3 is 'yes':\nconsole.log(answerOf(network.predict(row(30, 3))[0]));",
    );
    const isSecond = (network.predict([1, 1])[0] ?? 0) > 0.5;
    expect(await outputOf(code)).toEqual([isSecond ? 'yes' : 'no']);
  });

  test('of a table of values answers in its units, and trains from its rows', async () => {
    const rows = [
      [50, 30, 100_000],
      [120, 1, 420_000],
      [80, 12, 240_000],
      [95, 20, 270_000],
    ] as const;
    const csv = ['size,age,price */', ...rows.map((row) => row.join(','))].join('\n');
    const { points, table } = await readPoints(csv);
    const settings: Settings = { ...defaultsOf('ownValues'), layers: [4], extra: ['x1x2'] };
    const network = await Network.create(networkOptions(settings));
    const { inputs, targets } = withExtra(points, settings.extra);
    await network.fit(inputs, targets, { epochs: 40, batchSize: 2 });
    const code = codeOf(settings, network, table, [1, -1, 1]);
    expect(code).toContain(
      '// A row of the table, whose price * / is 420000:\nconsole.log(answerOf(network.predict(row(120, 1))[0]));',
    );
    expect(code).toContain('the rows of the table, as [size, age, price * /]:');
    const moved = network.predict(inputs.subarray(3, 6))[0] ?? Number.NaN;
    const [printed] = (await outputOf(code)) as [number];
    expect(printed).toBeCloseTo(100_000 + ((moved + 1) / 2) * 320_000, 0);
    // As the comment says to train it.
    const program = code.replace('// await network.fit', 'await network.fit').replace(/network\.setParameters.*/g, '');
    const trained = program.replace('epochs: 40', 'epochs: 400');
    const [learned] = (await outputOf(`const samples = ${JSON.stringify([...rows, ...rows])};\n${trained}`)) as [
      number,
    ];
    expect(Math.abs(learned - 420_000)).toBeLessThan(40_000);
  });

  test.each([defaultsOf('digits'), defaultsOf('hills'), defaultsOf('spirals')])('of $data runs', async (settings) => {
    const code = codeOf(settings, await Network.create(networkOptions(settings)));
    expect(code).not.toContain('undefined');
    await outputOf(code);
  });
});

describe('the challenges', () => {
  test('begin within their rules, undone', () => {
    for (const challenge of CHALLENGES) {
      expect(challenge.keeps(challenge.settings)).toBe(true);
      const { isDone, text } = stateOf(challenge, { settings: challenge.settings, last: undefined });
      expect([isDone, text]).toEqual([false, `Change what you like, and train to 95%. The rule: ${challenge.rule}.`]);
    }
  });

  test('have their whole rule on their card', () => {
    const page = readFileSync(new URL('../../../examples/playground/index.html', import.meta.url), 'utf8');
    for (const [i, { rule }] of CHALLENGES.entries())
      expect(page).toMatch(new RegExp(`data-challenge="${i}">[^<]+</button> ${rule}\\.</li>`));
  });

  test('are not broken by what the coach advises', () => {
    const causes = ['RATE_TOO_LARGE', 'DEAD_UNITS', 'CONSTANT_OUTPUT', 'UNBALANCED_CLASSES', 'OVERFITTING'] as const;
    const last = { epoch: 300, loss: 0.6, validationLoss: 0.7, validationAccuracy: 0.5 } as EpochResult;
    for (const { settings, keeps, rule } of CHALLENGES) {
      const [more, layered] = [keeps({ ...settings, extra: ['x1x2'] }), keeps({ ...settings, layers: [1] })];
      for (const code of [undefined, ...causes])
        for (const layers of [[], [3], [16, 4]].filter((some) => keeps({ ...settings, layers: some }))) {
          const hints = code === undefined ? [] : [{ code, message: '' } as Hint];
          const settled = { ...settings, layers };
          const text = coachOf({ hints, settled, last, isTrained: true }, { text: `The rule: ${rule}.`, keeps });
          expect(text.startsWith(`The rule: ${rule}. `)).toBe(true);
          const advice = text.slice(rule.length + 12);
          expect(advice).not.toBe('');
          expect(/extra inputs|brush/i.test(advice) && !more).toBe(false);
          expect(/hidden layer/.test(advice) && !(layered && layers.length === 0)).toBe(false);
          const hasRoom =
            layers.length > 0 && keeps({ ...settled, layers: [(layers[0] ?? 0) + 1, ...layers.slice(1)] });
          expect(/more units/.test(advice) && !hasRoom).toBe(false);
        }
    }
  });

  const solutions: Partial<Settings>[] = [
    { layers: [3], rate: 0.05 },
    { extra: ['x1x1', 'x2x2'], rate: 0.1 },
    { layers: [12, 8], activation: 'gelu', rate: 0.02 },
  ];

  test.each(solutions.map((solution, i) => ({ solution, i })))('can be done: $solution', async ({ solution, i }) => {
    const challenge = CHALLENGES[i] ?? expect.unreachable();
    const settings = { ...challenge.settings, ...solution };
    const { data } = settings;
    if (data !== 'xor' && data !== 'circles' && data !== 'spirals') return expect.unreachable();
    const { training, validation } = drawPoints(data, settings.seed, settings);
    const [learned, judged] = [training, validation].map((part) => withExtra(part, settings.extra));
    const network = await Network.create(networkOptions(settings));
    const { epochs } = await network.fit(learned?.inputs ?? [], learned?.targets ?? [], {
      epochs: 300,
      batchSize: settings.batch,
      ...(judged !== undefined && { validation: judged }),
    });
    expect(stateOf(challenge, { settings, last: epochs.at(-1) })).toMatchObject({ isDone: true });
    const against = { ...settings, layers: [32] };
    expect(stateOf(challenge, { settings: against, last: epochs.at(-1) })).toEqual({
      isDone: false,
      text: `Outside the rule: ${challenge.rule}.`,
    });
  });
});

test('the wrong digits are those whose answer differs', async () => {
  const network = await Network.create({ inputs: 2, layers: [{ units: 2, activation: 'softmax' }] });
  network.setParameters(0, { weights: [1, 0, 0, 1], biases: [0, 0] });
  const samples = { inputs: Float32Array.of(1, 0, 0, 1, 1, 0), targets: Uint8Array.of(0, 0, 1) };
  expect(wrongOf(network, samples)).toEqual([
    { index: 1, target: 0, answer: 1 },
    { index: 2, target: 1, answer: 0 },
  ]);
});
