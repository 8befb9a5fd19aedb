/** `wasmlp search`: tries settings that suit a table, and saves the best network, judged on rows that no trial has seen. */
import path from 'node:path';
import type { Network } from 'wasmlp';
import type { Study, TrialResult } from 'wasmlp/search';
import { csvOfTrials } from '../search/study.js';
import type { Arguments } from './args.js';
import { command } from './command.js';
import { writeWhole } from './files.js';
import { trained } from './fitting.js';
import { settingsText } from './introduction.js';
import { networkFor } from './network.js';
import { checkedWriter } from './outputs.js';
import { pageOf } from './page.js';
import { type Wishes, withSettings } from './plan.js';
import { planned } from './planning.js';
import { programOf } from './program.js';
import { type Done, judged, resultsText, savedText } from './results.js';
import { SEARCH_OPTIONS } from './search-options.js';
import { aboutText, judgedText, trialsText } from './search-text.js';
import { checkSpace, shortened, spaceFor } from './space.js';
import { Interrupted, listenForStop } from './stop.js';
import { judgingOf, type Kept, keptText, studied } from './studying.js';
import { formatOf, nameOf, TABLE_OPTIONS } from './table.js';
import { countOf, styler, widthOf } from './terminal.js';
import { wishesOf } from './wishes.js';
import { type Crew, crewFor } from './workers.js';
import { WrongUse } from './wrong-use.js';

const OPTIONS = { ...SEARCH_OPTIONS, ...TABLE_OPTIONS };

type SearchArguments = Arguments<typeof OPTIONS>;
type SearchValues = SearchArguments['values'];

export const search = command({
  name: 'search',
  operands: ['<table.csv>'],
  needs: '--target <column>',
  summary: 'Looks for the settings that suit a table best.',
  details:
    'The table is read as by train, and the same part of its rows is kept apart to judge the best network by. ' +
    'Each trial draws settings and trains a network. Settings that you give are not looked for. ' +
    'The best ones are printed as options of train, and the network that train makes of them is saved. ' +
    'The same table and seed give the same file, whatever the number of workers.',
  options: OPTIONS,
  examples: [
    'npx wasmlp search iris.csv --target species --trials 50',
    'npx wasmlp search houses.csv --target price --study s.study --report page.html',
    'npx wasmlp search bank.csv --target y --folds 5 --layers 32 --csv trials.csv',
  ],
  run,
});

async function run({ operands, values }: SearchArguments): Promise<void> {
  const table = operands[0] as string;
  const file = values.output ?? 'model.safetensors';
  const outputs = { '-o': file, '--report': values.report, '--csv': values.csv, '--study': values.study };
  const wishes = wishesOf(values);
  checkUse(values, file);
  checkSpace(wishes.settings);
  const write = await checkedWriter(outputs, [table, values.test?.file], wishes.settings);
  const crew = await crewFor(values);
  try {
    await searched(values, { table, file, wishes, write, crew });
  } finally {
    await crew.close();
  }
}

/** What is known before the table is read. */
interface Asked {
  readonly table: string;
  readonly file: string;
  readonly wishes: Wishes;
  readonly write: (network: Network) => Promise<void>;
  readonly crew: Crew;
}

async function searched(values: SearchValues, { table, file, wishes, write, crew }: Asked): Promise<void> {
  // What a program reads goes to standard output alone.
  const out = values.json ? undefined : file === '-' ? process.stderr : process.stdout;
  const width = widthOf(out ?? process.stdout);
  const say = (text: string): void => void out?.write(`${text}\n`);
  // No part of the plan validates: the search deals the rows out by itself.
  const { plan: all, given } = await planned(table, values.test?.file, values, {
    ...wishes,
    settings: { ...wishes.settings, validation: 0 },
  });
  const judging = judgingOf(values, all.training.length);
  if (judging.score === 'accuracy' && all.inferred.activation === 'linear') {
    throw new WrongUse(NO_ACCURACY);
  }
  const space = spaceFor(all.training.length, all.settings, wishes.settings);
  (await networkFor(all)).dispose();
  say(`${all.inferred}\n\n${aboutText(all, space, judging, width)}`);

  const stop = listenForStop();
  const start = performance.now();
  const kept: Kept = { study: values.study, csv: values.csv, trials: [] };
  try {
    const study = await studied(all, space, judging, crew, kept, stop);
    say(trialsText(study, judging, width));
    const plan = withSettings(all, { ...space.settingsOf(study.best.parameters), validation: judging.share });
    // As train does it, so that its options give the same file.
    const network = await networkFor(plan);
    say(`\n${settingsText(plan, network, 'The best settings, each an option of train:', width)}`);
    const history = await trained(plan, network, stop, file).catch((error) => {
      if (!(error instanceof Interrupted)) throw error;
      const trials = countOf(judging.trials, 'trial');
      throw new Interrupted(`stopped after all ${trials}. ${keptText(kept)}`, error.exitCode);
    });
    const seconds = (performance.now() - start) / 1000;
    const report = judged(network, plan, given, undefined);
    const done = { plan, network, history, report, threshold: undefined };
    say(resultsText(done, width, styler(out ?? process.stdout)));
    await write(network);
    if (values.csv !== undefined) await writeWhole(values.csv, study.toCsv());
    if (values.report !== undefined && report !== undefined) {
      const program = programOf(plan, { table, test: values.test?.file, model: file, format: formatOf(values) });
      const { score } = judging;
      const best = score === 'accuracy' ? ('highest' as const) : ('lowest' as const);
      const judgedBy = judgedText(judging);
      const trials = study.trials.map(asTrained);
      const search = { score, best, judged: judgedBy, parameters: space.parameters, trials };
      const more = { trials: trials.length, 'trials judged': judgedBy, halving: judging.isHalving ? 'on' : 'off' };
      const page = await pageOf({ ...done, report, table: path.basename(nameOf(table)), program, search, more });
      await writeWhole(values.report, page);
    }
    if (values.json) process.stdout.write(`${JSON.stringify(answer(done, study, file, seconds))}\n`);
    say(savedText(file, [values.report, values.csv, values.study], undefined, width));
    if (stop.exitCode !== undefined) throw new Interrupted(`stopped, after ${file} was saved.`, stop.exitCode);
  } catch (error) {
    if (error instanceof Interrupted) await writeTrials(kept);
    throw error;
  } finally {
    stop.end();
  }
}

/** The table of a search that was stopped. One without a trial is not written over another. */
async function writeTrials({ csv, trials }: Kept): Promise<void> {
  if (csv === undefined || trials.length === 0) return;
  await writeWhole(csv, csvOfTrials(trials.toSorted((a, b) => a.number - b.number)));
}

const NO_ACCURACY = '--score accuracy is for classes, and the target has numbers. Leave it out: the loss judges.';

/** Refuses options that do not go together. */
function checkUse(values: SearchValues, file: string): void {
  if (values.score === 'accuracy' && values.task === 'numbers') throw new WrongUse(NO_ACCURACY);
  if (file === '-' && values.json) {
    throw new WrongUse('-o - and --json write to standard output. Give one of them, or a file to -o.');
  }
  for (const name of ['csv', 'study'] as const) {
    if (values[name] === '-') throw new WrongUse(`--${name} is -, expected a file.`);
  }
  if (values.report !== undefined && values.test?.share === 0) {
    throw new WrongUse('--report needs rows to test with, and --test 0 leaves none.');
  }
  if (values.validation === 0 && values.folds === undefined) {
    throw new WrongUse('--validation is 0, expected a share of rows to judge trials by. For 0, give --folds as well.');
  }
}

/** With the learning rate that the network had, not the one that was drawn. */
function asTrained({ parameters, ...trial }: TrialResult): TrialResult {
  const { learningRate } = parameters;
  if (typeof learningRate !== 'number') return { ...trial, parameters };
  return { ...trial, parameters: { ...parameters, learningRate: shortened(learningRate) } };
}

function answer({ plan, history, report }: Done, { best, trials }: Study, file: string, seconds: number) {
  const { number, parameters, score } = best;
  return {
    file,
    report: report ?? null,
    best: { number, parameters, score },
    trials: trials.length,
    hints: history.hints,
    epochs: history.epochs.length,
    bestEpoch: history.bestEpoch,
    seconds,
    seed: plan.seed,
    settings: plan.settings,
  };
}
