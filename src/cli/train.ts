/** `wasmlp train`: from a table to a network that is saved, and judged on rows that it was not trained on. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { type History, Network, type Report, type Row } from 'wasmlp';
import { codedError } from '../foundation/errors.js';
import type { Arguments } from './args.js';
import { command } from './command.js';
import { lossCurve } from './curve.js';
import type { Settings } from './defaults.js';
import { checkApart, checkWritable, writeWhole } from './files.js';
import { introduction } from './introduction.js';
import { namingLines } from './lines.js';
import { encodedNote, writerFor } from './model-file.js';
import { clearFlags } from './open-columns.js';
import { pageOf } from './page.js';
import { createOptionsOf, fitOptionsOf, layersOf, type Plan, planOf } from './plan.js';
import { programOf } from './program.js';
import { FitProgress } from './progress.js';
import { reportText } from './report-text.js';
import { Interrupted, listenForStop, type Stop } from './stop.js';
import { checkTable, formatOf, nameOf, rowsOf, TABLE_OPTIONS } from './table.js';
import { countOf, printable, type Styler, styler, widthOf, wrapped } from './terminal.js';
import { answersYesOrNo, chosenThreshold } from './threshold.js';
import { TRAIN_OPTIONS } from './train-options.js';
import { inCommandWords, renumbered } from './words.js';
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
  if (values.target === undefined) throw new WrongUse('--target is missing. Name the column to predict.');
  const wishes = wishesOf(values, values.target);
  checkOutputs(values, file);
  await checkTable(table);
  await checkApart('-o', file, [table, values.test?.file]);
  await checkApart('--report', values.report, [table, values.test?.file]);
  await checkSettings(wishes.settings);
  const write = file === '-' ? writeBytes : writerFor(file);
  for (const place of [file, values.report]) if (place !== undefined && place !== '-') await checkWritable(place);

  // What a program reads goes to standard output alone.
  const out = values.json ? undefined : values.code || file === '-' ? process.stderr : process.stdout;
  const say = (text: string): void => void out?.write(`${text}\n`);
  const rows = await rowsOf(table, values);
  const given = values.test?.file === undefined ? undefined : await rowsOf(values.test.file, values);
  const place = { path: table, format: formatOf(values), skipped: rows.skipped };
  const plan = await namingLines(place, () => planOf(rows, given, wishes));
  if (given !== undefined && plan.test.length === 0) {
    const came = `train: all ${given.length} rows of ${values.test?.file} lack ${[plan.target].flat().join(', ')}`;
    throw codedError('ERR_MISSING', `${came}, expected answers to judge the network by. Give other rows as --test.`);
  }
  const network = await networkFor(plan);
  checkThreshold(network, plan, values.threshold);
  say(`${plan.inferred}\n\n${introduction(plan, network, widthOf(out ?? process.stdout))}`);

  const stop = listenForStop();
  try {
    const history = await trained(plan, network, stop, file);
    const threshold = thresholdOf(network, plan, values.threshold);
    const report = plan.test.length === 0 ? undefined : judged(network, plan, given, threshold);
    const done = { plan, network, history, report, threshold };
    say(resultsOf(done, widthOf(out ?? process.stdout), styler(out ?? process.stdout)));
    await write(network);
    const files = { table, test: values.test?.file, model: file, format: formatOf(values) };
    const program = programOf(plan, files);
    if (values.report !== undefined && report !== undefined) {
      const name = path.basename(nameOf(table));
      await writeWhole(values.report, await pageOf({ ...done, report, table: name, program }));
    }
    if (values.json) process.stdout.write(`${JSON.stringify(answer(file, plan, history, report, threshold))}\n`);
    if (values.code) process.stdout.write(program);
    say(saved(file, values.report, threshold, widthOf(out ?? process.stdout)));
    if (stop.exitCode !== undefined) throw new Interrupted(`stopped, after ${file} was saved.`, stop.exitCode);
  } finally {
    stop.end();
  }
}

/** Refuses outputs that would mix, or that there is nothing for. */
function checkOutputs(values: TrainArguments['values'], file: string): void {
  if (file === '-' && (values.json || values.code)) {
    throw new WrongUse('-o - and --json or --code write to standard output. Give one of them, or a file to -o.');
  }
  if (values.json && values.code) throw new WrongUse('--json and --code both write to standard output. Give one.');
  if (values.report !== undefined && values.test?.share === 0) {
    throw new WrongUse('--report needs rows to test with, and --test 0 leaves none.');
  }
  if (values.report !== undefined && path.resolve(values.report) === path.resolve(file)) {
    throw new WrongUse(`-o and --report both name ${JSON.stringify(file)}. Give two files.`);
  }
  if (values.report !== undefined && !/\.html?$/i.test(values.report)) {
    const came = `--report is ${JSON.stringify(values.report)}`;
    throw new WrongUse(`${came}, expected the name of a page, such as report.html.`);
  }
}

interface Done {
  readonly plan: Plan;
  readonly network: Network;
  readonly history: History;
  readonly report: Report | undefined;
  readonly threshold: number | undefined;
}

/** The curve, how the training ended, the report, and hints. */
function resultsOf({ plan, network, history, report, threshold }: Done, width: number, style: Styler): string {
  const at = threshold === undefined ? '' : `, ${network.labels?.[1]} from a probability of ${threshold} on`;
  const head = style('bold', `On the ${countOf(plan.test.length, 'test row')}${at}:`);
  const hints = history.hints.map(({ code, message }) =>
    wrapped(`${style('yellow', code)}: ${printable(inCommandWords(message))}`, width, '  '),
  );
  const parts = [
    lossCurve(history.epochs, width),
    wrapped(ended(history, plan), width),
    ...(report === undefined ? [] : [`${head}\n${reportText(report, [plan.target].flat())}`]),
    ...hints,
  ];
  return parts.map((part) => `\n${part}\n`).join('');
}

function wishesOf(values: TrainArguments['values'], target: string) {
  const {
    ignore,
    categories,
    task,
    seed = 0,
    layers,
    activation,
    optimizer,
    epochs,
    patience,
    dropout,
    l2,
    loss,
  } = values;
  const settings: Partial<Settings> = Object.fromEntries(
    Object.entries({
      layers,
      activation,
      optimizer,
      learningRate: values['learning-rate'],
      batchSize: values['batch-size'],
      epochs,
      patience,
      validation: values.validation,
      dropout,
      l2,
      classWeights: values['class-weights'],
      loss,
    }).filter(([, value]) => value !== undefined),
  );
  return { target, ignore, categories, task, test: values.test?.share, seed, settings };
}

/** Lets the library check the settings before a table is read, which may take long. */
async function checkSettings(settings: Partial<Settings>): Promise<void> {
  const { layers = [], activation = 'relu', optimizer = 'adam', learningRate = 0.001, dropout = 0, l2 = 0 } = settings;
  try {
    const hidden = layers.map((units) => ({ units: Math.min(units, 2), activation, dropout, l2 }));
    await Network.create({
      inputs: 1,
      layers: [...hidden, { units: 1, activation: 'linear' }],
      optimizer: { type: optimizer, learningRate },
      engine: 'js',
    });
  } catch (error) {
    throw new WrongUse(inCommandWords((error as Error).message));
  }
}

async function networkFor(plan: Plan): Promise<Network> {
  const { inferred, settings } = plan;
  const { options, outputs: units, activation } = inferred;
  try {
    const network = await Network.create({
      ...options,
      layers: layersOf(settings, { units, activation }),
      ...createOptionsOf(plan),
    });
    clearFlags(network);
    return network;
  } catch (error) {
    // Columns were checked when they were inferred, so that what remains is a loss that does not go with the target.
    if (settings.loss === undefined) throw error;
    throw new WrongUse(inCommandWords((error as Error).message));
  }
}

async function trained(plan: Plan, network: Network, stop: Stop, file: string): Promise<History> {
  const progress = new FitProgress(process.stderr, plan.settings.epochs);
  try {
    return await network.fit(plan.training, {
      ...fitOptionsOf(plan),
      ...(plan.validation.length > 0 && { validation: plan.validation }),
      signal: stop.signal,
      onEpoch: (result) => progress.show(result),
    });
  } catch (error) {
    if (stop.exitCode === undefined) throw error;
    const kept = existsSync(file) ? `Nothing was saved: ${file} is as it was before` : 'Nothing was saved';
    throw new Interrupted(`stopped after ${countOf(network.epochs, 'epoch')}. ${kept}.`, stop.exitCode);
  } finally {
    progress.end();
  }
}

/** The report of the test rows. Where they are a table of their own, errors name its rows. */
function judged(
  network: Network,
  { test }: Plan,
  given: readonly Row[] | undefined,
  threshold: number | undefined,
): Report {
  try {
    return network.report(test, undefined, threshold === undefined ? {} : { threshold });
  } catch (error) {
    throw renumbered(error, (row) => given?.indexOf(test[row] as Row));
  }
}

function thresholdOf(network: Network, plan: Plan, given: number | 'f1' | undefined): number | undefined {
  return given === 'f1' ? chosenThreshold(network, plan.validation) : given;
}

/** Refuses a threshold that means nothing here, before hours of training. */
function checkThreshold(network: Network, plan: Plan, given: number | 'f1' | undefined): void {
  if (given === undefined) return;
  if (!answersYesOrNo(network)) throw new WrongUse('--threshold is for a target of two classes, which this is not.');
  if (given === 'f1' && plan.validation.length === 0) {
    throw new WrongUse('--threshold f1 is chosen on rows that validate, and --validation 0 leaves none.');
  }
}

function ended({ epochs, bestEpoch, stopped }: History, { validation }: Plan): string {
  const why = stopped === 'earlyStopping' ? ', as the validation loss got no lower' : '';
  const best = validation.length > 0 ? ` The network has the weights of epoch ${bestEpoch}, the best one.` : '';
  return `Trained ${countOf(epochs.length, 'epoch')}${why}.${best}`;
}

function saved(file: string, report: string | undefined, threshold: number | undefined, width: number): string {
  if (file === '-') return 'Written to standard output.';
  const places = `Saved ${file}${report === undefined ? '' : ` and ${report}`}.`;
  // A module answers in a page, and a model of ONNX takes other numbers than those of a table.
  if (/\.(m?js|onnx)$/i.test(file)) return wrapped(`${places}${encodedNote(file)}`, width);
  const more = threshold === undefined ? '' : ` --threshold ${threshold}`;
  return `${places}\nNext: npx wasmlp predict ${file} new.csv${more} > answers.csv`;
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

async function writeBytes(network: Network): Promise<void> {
  process.stdout.write(network.save());
}
