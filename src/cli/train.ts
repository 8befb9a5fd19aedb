/** `wasmlp train`: from a table to a network that is saved, and judged on rows that it was not trained on. */
import path from 'node:path';
import type { History, Network, Report } from 'wasmlp';
import type { Arguments } from './args.js';
import { command } from './command.js';
import { writeWhole } from './files.js';
import { trained } from './fitting.js';
import { introduction } from './introduction.js';
import { networkFor } from './network.js';
import { checkedWriter } from './outputs.js';
import { pageOf } from './page.js';
import type { Plan } from './plan.js';
import { planned } from './planning.js';
import { programOf } from './program.js';
import { judged, resultsText, savedText } from './results.js';
import { Interrupted, listenForStop } from './stop.js';
import { formatOf, nameOf, TABLE_OPTIONS } from './table.js';
import { styler, widthOf } from './terminal.js';
import { answersYesOrNo, chosenThreshold } from './threshold.js';
import { TRAIN_OPTIONS } from './train-options.js';
import { wishesOf } from './wishes.js';
import { WrongUse } from './wrong-use.js';

const OPTIONS = { ...TRAIN_OPTIONS, ...TABLE_OPTIONS };

type TrainArguments = Arguments<typeof OPTIONS>;

export const train = command({
  name: 'train',
  operands: ['<table.csv>'],
  needs: '--target <column>',
  summary: 'Trains a network on a table, judges it and saves it.',
  details:
    'The table is a CSV file, or - for standard input. Its columns are looked at, and those that suit become inputs. ' +
    'A part of the rows is kept apart, to judge the network by rows that it has not seen. ' +
    'Settings that you do not give are chosen by the table, and printed. The same table and seed give the same file.',
  options: OPTIONS,
  examples: [
    'npx wasmlp train iris.csv --target species',
    'npx wasmlp train houses.csv --target price --report report.html',
    'npx wasmlp train bank.csv --target y --ignore duration --threshold f1',
    'npx wasmlp train iris.csv --target species --code > train.mjs',
  ],
  run,
});

async function run({ operands, values }: TrainArguments): Promise<void> {
  const table = operands[0] as string;
  const file = values.output ?? 'model.safetensors';
  const outputs = { '-o': file, '--report': values.report };
  const wishes = wishesOf(values);
  checkUse(values, file);
  const write = await checkedWriter(outputs, [table, values.test?.file], wishes.settings);

  // What a program reads goes to standard output alone.
  const out = values.json ? undefined : values.code || file === '-' ? process.stderr : process.stdout;
  const width = widthOf(out ?? process.stdout);
  const say = (text: string): void => void out?.write(`${text}\n`);
  const { plan, given } = await planned(table, values.test?.file, values, wishes);
  const network = await networkFor(plan);
  checkThreshold(network, plan, values.threshold);
  say(`${plan.inferred}\n\n${introduction(plan, network, width)}`);

  const stop = listenForStop();
  try {
    const history = await trained(plan, network, stop, file);
    const threshold = thresholdOf(network, plan, values.threshold);
    const report = judged(network, plan, given, threshold);
    const done = { plan, network, history, report, threshold };
    say(resultsText(done, width, styler(out ?? process.stdout)));
    await write(network);
    const files = { table, test: values.test?.file, model: file, format: formatOf(values) };
    const program = programOf(plan, files);
    if (values.report !== undefined && report !== undefined) {
      const name = path.basename(nameOf(table));
      await writeWhole(values.report, await pageOf({ ...done, report, table: name, program }));
    }
    if (values.json) process.stdout.write(`${JSON.stringify(answer(file, plan, history, report, threshold))}\n`);
    if (values.code) process.stdout.write(program);
    say(savedText(file, [values.report], threshold, width));
    if (stop.exitCode !== undefined) throw new Interrupted(`stopped, after ${file} was saved.`, stop.exitCode);
  } finally {
    stop.end();
  }
}

/** Refuses options that do not go together, as far as that is known without the table. */
function checkUse(values: TrainArguments['values'], file: string): void {
  if (file === '-' && (values.json || values.code)) {
    throw new WrongUse('-o - and --json or --code write to standard output. Give one of them, or a file to -o.');
  }
  if (values.json && values.code) throw new WrongUse('--json and --code both write to standard output. Give one.');
  if (values.report !== undefined && values.test?.share === 0) {
    throw new WrongUse('--report needs rows to test with, and --test 0 leaves none.');
  }
  if (values.threshold !== undefined && values.task === 'numbers') throw new WrongUse(NO_THRESHOLD);
  if (values.threshold === 'f1' && values.validation === 0) throw new WrongUse(NOTHING_VALIDATES);
}

const NO_THRESHOLD = '--threshold is for a target of two classes, which this is not.';
const NOTHING_VALIDATES = '--threshold f1 is chosen on rows that validate, and --validation 0 leaves none.';

function thresholdOf(network: Network, plan: Plan, given: number | 'f1' | undefined): number | undefined {
  return given === 'f1' ? chosenThreshold(network, plan.validation) : given;
}

/** Refuses a threshold that means nothing here, before hours of training. */
function checkThreshold(network: Network, plan: Plan, given: number | 'f1' | undefined): void {
  if (given === undefined) return;
  if (!answersYesOrNo(network)) throw new WrongUse(NO_THRESHOLD);
  if (given === 'f1' && plan.validation.length === 0) throw new WrongUse(NOTHING_VALIDATES);
}

function answer(
  file: string,
  { seed, settings }: Plan,
  { hints, epochs, seconds, bestEpoch }: History,
  report: Report | undefined,
  threshold: number | undefined,
) {
  return {
    file,
    report: report ?? null,
    ...(threshold !== undefined && { threshold }),
    hints,
    epochs: epochs.length,
    bestEpoch,
    seconds,
    seed,
    settings,
  };
}
