/** What is said of a trained network: its curve, how it does on rows that test, hints, where it is saved. */
import type { History, Network, Report, Row } from 'wasmlp';
import { lossCurve } from './curve.js';
import { encodedNote } from './model-file.js';
import type { Plan } from './plan.js';
import { reportText } from './report-text.js';
import { countOf, printable, type Styler, wrapped } from './terminal.js';
import { inCommandWords, renumbered } from './words.js';

export interface Done {
  readonly plan: Plan;
  readonly network: Network;
  readonly history: History;
  readonly report: Report | undefined;
  readonly threshold: number | undefined;
}

/** The report of the test rows; undefined where there are none. Where they are a table of their own (`given`), errors name its rows. */
export function judged(
  network: Network,
  { test }: Plan,
  given: readonly Row[] | undefined,
  threshold: number | undefined,
): Report | undefined {
  if (test.length === 0) return undefined;
  try {
    return network.report(test, undefined, threshold === undefined ? {} : { threshold });
  } catch (error) {
    throw renumbered(error, (row) => given?.indexOf(test[row] as Row));
  }
}

/** The curve, how the training ended, the report, and hints. */
export function resultsText(done: Done, width: number, style: Styler): string {
  const { plan, network, history, report, threshold } = done;
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

function ended({ epochs, bestEpoch, stopped }: History, { validation }: Plan): string {
  const why = stopped === 'earlyStopping' ? ', as the validation loss got no lower' : '';
  const best = validation.length > 0 ? ` The network has the weights of epoch ${bestEpoch}, the best one.` : '';
  return `Trained ${countOf(epochs.length, 'epoch')}${why}.${best}`;
}

/** Where everything is, and what to do next. `others` are files beside the model. */
export function savedText(
  file: string,
  others: readonly (string | undefined)[],
  threshold: number | undefined,
  width: number,
): string {
  const beside = others.filter((other) => other !== undefined);
  if (file === '-') {
    const also = beside.length === 0 ? '' : ` Saved ${listed(beside)}.`;
    return `Written to standard output.${also}`;
  }
  const places = `Saved ${listed([file, ...beside])}.`;
  // A module answers in a page, and a model of ONNX takes other numbers than those of a table.
  if (/\.(m?js|onnx)$/i.test(file)) return wrapped(`${places}${encodedNote(file)}`, width);
  const more = threshold === undefined ? '' : ` --threshold ${threshold}`;
  return `${places}\nNext: npx wasmlp predict ${file} new.csv${more} > answers.csv`;
}

/** `a`, `a and b`, `a, b and c`. */
function listed(names: readonly string[]): string {
  const last = names.at(-1) as string;
  return names.length === 1 ? last : `${names.slice(0, -1).join(', ')} and ${last}`;
}
