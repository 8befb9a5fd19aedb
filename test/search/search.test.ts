/** Searches: the same study on any number of workers and after any stop; what is best, what failed, what goes on. */
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import { Network, type NetworkOptions } from '../../src/index.js';
import {
  crossValidate,
  type SearchSettings,
  search,
  type Trial,
  type TrialResult,
  type TrialStanding,
} from '../../src/search/index.js';
import { partsOf } from '../../src/search/split.js';
import { temporaryFolder } from '../support/folder.js';
import { expectRefused, thrownBy } from '../support/refusals.js';
import { bitsOf, FLOWERS, irisNetwork, irisSearch, LABELS, SPECIES } from '../support/search/samples.js';

const FOLDER = temporaryFolder();
const CLASSES = Uint32Array.from(SPECIES, (name) => LABELS.indexOf(name));
const run = (settings: Parameters<typeof irisSearch>[0] = {}) => search(irisSearch(settings), FLOWERS, SPECIES);

/** Kinds of searches that judge and train in different ways. */
const KINDS = [
  ['with a share', {}],
  ['with the last ones, by accuracy', { validation: { last: 40 }, score: 'accuracy' }],
  ['with folds', { validation: { folds: 3 }, trials: 4 }],
  ['with halving', { halving: { minEpochs: 2, factor: 2 }, fit: { epochs: 8 } }],
  [
    'with halving, folds and early stopping',
    {
      halving: { minEpochs: 3, factor: 2 },
      validation: { folds: 2 },
      fit: { epochs: 12, validation: 0.2, earlyStopping: { patience: 2 }, learningRate: { type: 'cosine' } },
    },
  ],
  ['of a grid', { sampler: 'grid', network: (trial) => irisNetwork(trial.integer('units', 2, 6, { step: 2 })) }],
] as const satisfies readonly [string, Parameters<typeof irisSearch>[0]][];

describe.each(KINDS)('a search %s', (_, settings) => {
  it('gives the same bits for any number of workers, and where it is stopped and goes on', async () => {
    const expected = bitsOf(await run(settings));
    expect(bitsOf(await run({ ...settings, workers: 3 }))).toBe(expected);
    const study = `${FOLDER}/${_.replaceAll(/\W/g, '-')}.jsonl`;
    for (let stops = 1; ; stops++) {
      const controller = new AbortController();
      let calls = 0;
      const running = run({
        ...settings,
        study,
        signal: controller.signal,
        // Each run gets a little further.
        onProgress: () => {
          if (++calls === 2 * stops) controller.abort('stopped');
        },
      }).catch((error: unknown) => {
        expect(error).toBe('stopped');
      });
      const came = await running;
      if (came === undefined) continue;
      expect(bitsOf(came)).toBe(expected);
      expect(stops).toBeGreaterThan(1);
      break;
    }
    expect(existsSync(`${study}.checkpoints`)).toBe(false);
    // All of it is known now: nothing trains but the best network.
    expect(bitsOf(await run({ ...settings, study }))).toBe(expected);
  });
});

describe('a trial', () => {
  it('is what a program trains and judges by hand', async () => {
    const { trials, best } = await run({ fit: { epochs: 9, earlyStopping: { patience: 2 } } });
    const { training, heldOut } = partsOf({ kind: 'share', share: 0.2, seed: 3 }, 150, CLASSES);
    const pick = <T>(values: readonly T[], indexes: Uint32Array): T[] => Array.from(indexes, (i) => values[i] as T);
    const validation = { inputs: pick(FLOWERS, heldOut), targets: pick(SPECIES, heldOut) };
    const { parameters, score, report, epochs } = best;
    const { seedOfTrial } = await import('../../src/search/trial.js');
    const network = await Network.create({
      ...irisNetwork(parameters.units as number, parameters.activation as 'tanh'),
      optimizer: { type: 'adam', learningRate: parameters.rate as number },
      seed: seedOfTrial(3, best.number),
    });
    await network.fit(pick(FLOWERS, training), pick(SPECIES, training), {
      epochs: 9,
      earlyStopping: { patience: 2 },
      validation,
    });
    expect(score).toBe(network.evaluate(validation.inputs, validation.targets).loss);
    expect(report).toEqual(network.report(validation.inputs, validation.targets));
    expect(epochs).toBe(network.epochs);
    expect(Math.min(...trials.map((trial) => trial.score as number))).toBe(score);
  });

  it('that fails is kept as failed, with its error, and the others go on', async () => {
    const failing = {
      network: irisSearch().network,
      fit: (trial: { number: number }) => (trial.number % 2 === 0 ? { epochs: 0 } : { epochs: 2 }),
    };
    const { trials, best } = await run(failing);
    expect(trials.map(({ state }) => state)).toEqual(
      Array.from({ length: 8 }, (_, i) => (i % 2 === 0 ? 'failed' : 'completed')),
    );
    expect(trials[0]).toMatchObject({
      error: { code: 'ERR_INVALID_OPTION', message: expect.stringMatching(/epochs is 0/) },
    });
    expect(trials[0]).not.toHaveProperty('score');
    expect(best.number % 2).toBe(1);
  });

  it('that diverges, has wrong options or no finite score is failed', async () => {
    const { trials } = await run({
      trials: 3,
      score: (report) => (report.samples > 0 ? Number.NaN : 0),
    }).catch((error: { code: string; message: string }) => {
      expect(error).toMatchObject({ code: 'ERR_NON_FINITE' });
      expect(error.message).toMatch(
        /^search: no trial can train\. The first one: search: the score of the trial is NaN/,
      );
      return { trials: [] as TrialResult[] };
    });
    expect(trials).toEqual([]);
    const diverging = await run({
      network: (trial) => ({
        ...irisNetwork(trial.number === 1 ? -3 : 4),
        normalize: false,
        optimizer: { type: 'sgd', learningRate: trial.number === 2 ? 3e38 : 0.1 },
      }),
      trials: 4,
    });
    expect(diverging.trials.map(({ error }) => error?.code)).toEqual([
      undefined,
      'ERR_INVALID_OPTION',
      'ERR_DIVERGED',
      undefined,
    ]);
  });
});

describe('a study', () => {
  it('has the best network, trained on all samples', async () => {
    const { best, network } = await run();
    const { seedOfTrial } = await import('../../src/search/trial.js');
    const own = await Network.create({
      ...irisNetwork(best.parameters.units as number, best.parameters.activation as 'tanh'),
      optimizer: { type: 'adam', learningRate: best.parameters.rate as number },
      seed: seedOfTrial(3, best.number),
    });
    await own.fit(FLOWERS, SPECIES, { epochs: 6 });
    expect(network.save()).toEqual(own.save());
    expect(network.predict(FLOWERS[3] as number[])).toHaveLength(3);
  });

  it('trains it up to the best epoch where early stopping looked at the samples that judged', async () => {
    const fit = { epochs: 200, earlyStopping: { patience: 3 }, learningRate: { type: 'cosine' as const } };
    const { network } = await run({ fit, trials: 3, score: 'accuracy' });
    const records = await run({ fit, trials: 3, score: 'accuracy', study: `${FOLDER}/best-epoch.jsonl` });
    expect(network.save()).toEqual(records.network.save());
    const lines = readFileSync(`${FOLDER}/best-epoch.jsonl`, 'utf8').trim().split('\n');
    const record = lines.map((line) => JSON.parse(line).trial).find((trial) => trial?.number === records.best.number);
    expect(network.epochs).toBe(record.bestEpoch);
    expect(record.bestEpoch).toBeLessThan(record.epochs);
  });

  it('is a table of the best trials, and CSV of all', async () => {
    const study = await run({ trials: 14 });
    const lines = String(study).split('\n');
    expect(lines[0]).toMatch(/^trial +loss +units +activation +rate +epochs +state$/);
    expect(lines).toHaveLength(12);
    expect(lines.at(-1)).toBe('14 completed');
    expect(lines[1]).toMatch(new RegExp(`^${study.best.number} `));
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
    const [header, ...rows] = study.toCsv().trim().split('\r\n');
    expect(header).toBe('trial,score,units,activation,rate,epochs,seconds,state,error');
    expect(rows.map((row) => Number(row.split(',')[1]))).toEqual(study.trials.map(({ score }) => score));
  });

  it('says in its table and by itself why the best network learned little', async () => {
    const inputs = Array.from({ length: 60 }, (_, i) => [1e5 * (i - 30), i]);
    const targets = inputs.map(([x]) => [3 * (x as number)]);
    const layers = [{ units: 4 }, { units: 1, activation: 'linear' as const }];
    const settings = { ...irisSearch(), network: () => ({ inputs: 2, layers }), trials: 2 };
    const study = await search(settings, inputs, targets);
    expect(study.hints.map(({ code }) => code)).toContain('UNSCALED_INPUTS');
    const lines = study.hints.map(({ code, message }) => `${code}: ${message}`);
    expect(String(study).split('\n').slice(-lines.length)).toEqual(lines);
    const result = await crossValidate({ inputs: 2, layers }, inputs, targets, {
      folds: 3,
      fit: { epochs: 4 },
      workers: 1,
    });
    expect(String(result)).toMatch(/\nUNSCALED_INPUTS in 3 of 3 folds: \S/);
    const scaled = { normalize: 'standard', normalizeTargets: 'standard' } as const;
    const better = await search({ ...settings, network: () => ({ inputs: 2, layers, ...scaled }) }, inputs, targets);
    expect(better.hints.filter(({ code }) => code.startsWith('UNSCALED'))).toEqual([]);
  });

  it('names the columns for which its table has no room', async () => {
    const names = (count: number) => Array.from({ length: count }, (_, i) => `another_parameter_${i}`);
    const table = async (count: number) => {
      const network: SearchSettings['network'] = (trial) => {
        for (const name of names(count)) trial.integer(name, 1, 2);
        return irisNetwork(3);
      };
      return String(await run({ network, trials: 1, fit: { epochs: 1 } }));
    };
    expect(await table(3)).toContain('\ntoCsv() also has the column another_parameter_2.\n');
    const lines = (await table(8)).split('\n');
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
    expect(lines.slice(2, 5).join(' ')).toBe(`toCsv() also has the columns ${names(8).slice(2).join(', ')}.`);
  });

  it('has its columns in the order in which trials draw, also what few of them draw', async () => {
    const study = await run({
      trials: 8,
      network: (trial) => {
        const deep = trial.choice('deep', [false, true]);
        const units = [trial.integer('first', 2, 4), ...(deep ? [trial.integer('second', 2, 4)] : [])];
        trial.float('rate', 0.01, 0.1);
        return irisNetwork(units.at(-1) as number);
      },
    });
    expect(study.trials.map(({ parameters }) => 'second' in parameters)).toEqual(expect.arrayContaining([false, true]));
    expect(study.toCsv()).toMatch(/^trial,score,deep,first,second,rate,epochs,/);
  });

  it('goes on with more trials, but not as another search', async () => {
    const study = `${FOLDER}/more.jsonl`;
    await run({ study, trials: 3 });
    const onTrial = vi.fn();
    const more = await run({ study, trials: 8, onTrial });
    expect(bitsOf(more)).toBe(bitsOf(await run()));
    // Those that it had are told of again, and say so.
    const marks = onTrial.mock.calls.map(([{ number, kept }]) => [number, kept]);
    expect(marks).toEqual(Array.from({ length: 8 }, (_, i) => [i, i < 3 ? true : undefined]));
    expect(more.trials[0]).not.toHaveProperty('kept');
    const refused = (changes: object, message: RegExp) =>
      expectRefused(() => run({ study, ...changes }), 'ERR_INVALID_OPTION', message);
    await refused({ seed: 4 }, /has seed 3, not 4/);
    await refused({ score: 'accuracy' }, /has score "loss", not "accuracy"\. Search as before/);
    await refused({ fit: { epochs: 7 } }, /has firstTrial\.fit\.epochs 6, not 7\./);
    await refused({ halving: {} }, /has halving\.\w+|has halving "none", not/);
    const others = [...FLOWERS.slice(1), FLOWERS[1] as number[]];
    const message = /has other samples\. Search/;
    await expectRefused(() => search(irisSearch({ study }), others, SPECIES), 'ERR_INVALID_OPTION', message);
  });

  it('loses nothing but a line that was cut short', async () => {
    const study = `${FOLDER}/cut.jsonl`;
    await run({ study, trials: 4 });
    appendFileSync(study, '{"trial":{"number":4,"para');
    const onTrial = vi.fn();
    expect(bitsOf(await run({ study, onTrial }))).toBe(bitsOf(await run()));
    const text = readFileSync(study, 'utf8');
    writeFileSync(study, text.replace('"number":2', '"number":3'));
    await expectRefused(() => run({ study }), 'ERR_MODEL_FORMAT', /is broken in line 4/);
  });
});

describe('halving', () => {
  it('stops the worse trials after each rung, and trains a survivor as one fit does', async () => {
    const halving = { minEpochs: 2, factor: 2 };
    const { trials, best } = await run({ halving, fit: { epochs: 8 } });
    const counts = (state: string) => trials.filter((trial) => trial.state === state).length;
    expect([counts('completed'), counts('stopped')]).toEqual([2, 6]);
    expect(trials.filter(({ epochs }) => epochs === 2)).toHaveLength(4);
    expect(trials.filter(({ epochs }) => epochs === 4)).toHaveLength(2);
    const whole = await run({ fit: { epochs: 8 } });
    const { seconds: _, ...same } = whole.trials[best.number] as TrialResult;
    expect(best).toMatchObject(same);
  });

  it('counts a trial with the best of its rounds, and trains the best network as far', async () => {
    // A score that grows from call to call: the longer a trial trains, the worse.
    let calls = 0;
    const score = (): number => calls++;
    const { best, network, trials } = await run({ halving: { minEpochs: 2, factor: 2 }, fit: { epochs: 8 }, score });
    expect(best).toMatchObject({ state: 'completed', score: 0, epochs: 2 });
    expect(network.epochs).toBe(2);
    expect(trials.map((trial) => trial.score)).toEqual(trials.map((_, i) => i));
    expect(trials.map((trial) => trial.epochs)).toEqual(trials.map(() => 2));
  });

  it('does so where folds judge, and early stopping looks at the training loss alone', async () => {
    // Targets that are noise: a network that learns them by heart gets worse on others.
    const noise = (i: number): number => Math.sin(1 + 100 * i * i);
    const inputs = Array.from({ length: 30 }, (_, i) => [noise(i), noise(i + 100), noise(i + 200)]);
    const targets = inputs.map((_, i) => noise(i + 300));
    const settings = {
      ...irisSearch(),
      network: (trial: Trial): NetworkOptions => ({
        inputs: 3,
        layers: [
          { units: trial.integer('units', 8, 64), activation: 'tanh' },
          { units: 1, activation: 'linear' },
        ],
        optimizer: { type: 'adam', learningRate: 0.05 },
      }),
      fit: { epochs: 300, earlyStopping: { patience: 20 } },
      validation: { folds: 3 },
      halving: { minEpochs: 1, factor: 3 },
      trials: 9,
    };
    const rounds: TrialStanding[] = [];
    const bests: (number | undefined)[] = [];
    const study = await search(
      {
        ...settings,
        onProgress: ({ latest, best }) => {
          if (latest !== undefined) rounds.push(latest);
          bests.push(best?.score);
        },
      },
      inputs,
      targets,
    );
    for (const { number, score, epochs, seconds } of study.trials) {
      const own = rounds.filter((round) => round.number === number);
      expect(score).toBe(Math.min(...own.map((round) => round.score as number)));
      expect(own).toContainEqual(expect.objectContaining({ score, epochs }));
      expect(seconds).toBeCloseTo(
        own.reduce((sum, round) => sum + (round.seconds as number), 0),
        9,
      );
    }
    // From the first round on, and never worse again.
    expect(bests).toEqual(
      rounds.map((_, i) => Math.min(...rounds.slice(0, i + 1).map(({ score }) => score as number))),
    );
    // Some trial went on and got worse, or this test says nothing.
    expect(rounds.at(-1)?.score).toBeGreaterThan(study.best.score as number);
    expect(study.network.epochs).toBe(study.best.epochs);
    const file = `${FOLDER}/rounds.jsonl`;
    const kept = { ...settings, study: file };
    expect(bitsOf(await search(kept, inputs, targets))).toBe(bitsOf(study));
    // All parts and trials are in the file: what they count with is found again.
    expect(bitsOf(await search(kept, inputs, targets))).toBe(bitsOf(study));
  });

  it('trains anew, to the same bits, where a checkpoint was lost', async () => {
    const halving = { minEpochs: 2, factor: 2 };
    const settings = { halving, fit: { epochs: 8 }, study: `${FOLDER}/lost.jsonl` };
    const controller = new AbortController();
    let calls = 0;
    const onProgress = (): void => {
      if (++calls === 9) controller.abort('stopped');
    };
    expect(await thrownBy(() => run({ ...settings, onProgress, signal: controller.signal }))).toBe('stopped');
    const { rmSync } = await import('node:fs');
    expect(existsSync(`${settings.study}.checkpoints`)).toBe(true);
    rmSync(`${settings.study}.checkpoints`, { recursive: true });
    expect(bitsOf(await run(settings))).toBe(bitsOf(await run({ halving, fit: { epochs: 8 } })));
  });
});

describe('a search refuses', () => {
  it('wrong settings', async () => {
    await expectRefused(() => run({ trials: 0 }), 'ERR_INVALID_OPTION', /^search: trials is 0/);
    await expectRefused(() => run({ validation: 1 }), 'ERR_INVALID_OPTION', /validation is 1, expected a fraction/);
    await expectRefused(() => run({ validation: { folds: 1 } }), 'ERR_INVALID_OPTION', /folds is 1/);
    await expectRefused(
      () => run({ validation: {} as never }),
      'ERR_INVALID_OPTION',
      /expected a fraction, \{ last \} or/,
    );
    await expectRefused(() => run({ score: 'los' as never }), 'ERR_INVALID_OPTION', /score is "los"/);
    const byFunction =
      /score is "f1", expected "loss", "accuracy" or a function of the report, whose lowest number is best/;
    await expectRefused(() => run({ score: 'f1' as never }), 'ERR_INVALID_OPTION', byFunction);
    await expectRefused(() => run({ score: 3 as never }), 'ERR_INVALID_TYPE', /score is 3, expected "loss"/);
    const onEpoch = { fit: { onEpoch() {} } };
    await expectRefused(
      () => run(onEpoch),
      'ERR_INVALID_OPTION',
      /fit\.onEpoch cannot .* Use onTrial of the settings\.$/,
    );
    await expectRefused(() => run({ halving: { factor: 1 } }), 'ERR_INVALID_OPTION', /halving\.factor is 1/);
    await expectRefused(() => run({ sampler: 'tpe' as never }), 'ERR_INVALID_OPTION', /sampler is "tpe"/);
    await expectRefused(() => run({ network: {} as never }), 'ERR_INVALID_TYPE', /^search: network is/);
    await expectRefused(() => run({ study: 3 as never }), 'ERR_INVALID_TYPE', /study is 3/);
    await expectRefused(() => run({ signal: {} as never }), 'ERR_INVALID_TYPE', /signal is/);
    await expectRefused(
      () => run({ sampler: 'grid' }),
      'ERR_INVALID_OPTION',
      /no trial can train\. The first one: trial\.float: rate: a grid has no numbers/,
    );
  });

  it('samples that do not go with the first valid trial, and errors of its own functions as they are', async () => {
    const short = FLOWERS.map((row) => row.slice(1));
    await expectRefused(() => search(irisSearch(), short, SPECIES), 'ERR_SHAPE', /^search: inputs\[0\] has 3 values/);
    const broken = () => {
      throw new Error('my mistake');
    };
    expect(await thrownBy(() => run({ network: broken }))).toMatchObject({ message: 'my mistake' });
    expect(await thrownBy(() => run({ onTrial: broken }))).toMatchObject({ message: 'my mistake' });
  });
});
