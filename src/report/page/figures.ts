/** How good the network is, beside what the simplest answer would score: a sentence, tiles, and a table of all figures. Knows no chart. */
import type { ClassReport, NumberReport, Report } from '../report.js';
import type { PageContent } from './content.js';
import { type Column, countOf, exists, figure, type Given, name, percent, quoted, section, table } from './html.js';

/** What the network is good for, in sentences. */
export function verdict(report: Report, target: PageContent['target']): string {
  return report.kind === 'classes' ? verdictOnClasses(report) : verdictOnNumbers(report, target);
}

function verdictOnClasses({ accuracy, baseline, samples, labels }: ClassReport): string {
  const simple = `Always answering ${quoted(baseline.label)} would be right for ${percent(baseline.accuracy)}.`;
  const right = `The network is right for <strong>${percent(accuracy)}</strong> of ${countOf(samples, 'row')} that it was not trained on.`;
  if (accuracy > baseline.accuracy) {
    return `${right} ${simple} It makes ${percent(1 - (1 - accuracy) / (1 - baseline.accuracy))} fewer mistakes than that.`;
  }
  const look = labels.length === 2 ? 'recall and the area under the ROC curve' : 'the recall of each class';
  return `${right} ${simple} <strong>By accuracy it is no better than that:</strong> look at ${look} instead.`;
}

function verdictOnNumbers({ outputs, samples }: NumberReport, target: PageContent['target']): string {
  const rows = `${countOf(samples, 'row')} that the network was not trained on`;
  const [only] = outputs;
  if (outputs.length === 1 && only !== undefined) {
    const off = `On ${rows}, its answers are off by <strong>${figure(only.mae)}</strong> on average; always answering the mean is off by ${figure(only.baseline.mae)}.`;
    return only.rmse < only.baseline.rmse
      ? `${off} It explains ${percent(only.r2)} of the variance.`
      : `${off} <strong>It is no better than the mean.</strong>`;
  }
  const worse = outputs.flatMap(({ rmse, baseline }, i) => (rmse < baseline.rmse ? [] : [name(targetOf(target, i))]));
  const better = `On ${rows}, it is better than always answering the mean for ${outputs.length - worse.length} of ${outputs.length} targets.`;
  return worse.length === 0
    ? better
    : `${better} Not for ${worse.slice(0, 10).join(', ')}${worse.length > 10 ? ' and others' : ''}.`;
}

/** The name of a target, as it was given. */
export function targetOf(target: PageContent['target'], output: number): string {
  const given = typeof target === 'string' ? (output === 0 ? target : undefined) : target?.[output];
  return given ?? `output ${output}`;
}

/** The figures that are read first. Where there is a simplest answer, a bar shows both: the figure, and that answer as a mark. */
export function tiles(report: Report): string {
  const found = report.kind === 'classes' ? tilesOfClasses(report) : tilesOfNumbers(report);
  return found.length === 0 ? '' : `<ul class="tiles">\n${found.join('\n')}\n</ul>`;
}

function tile(label: string, value: string, below: string, share?: Given, mark?: number): string {
  const place = (part: number): number => Math.round(1000 * Math.min(Math.max(part, 0), 1)) / 10;
  const bar =
    exists(share) && exists(mark)
      ? `<svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true"><rect class="rest" y="2" width="100" height="4"/><rect class="fill" y="2" width="${place(share)}" height="4"/><path class="whisker" d="M${place(mark)} 0V8"/></svg>`
      : '';
  return `<li><span>${label}</span><b>${value}</b>${bar}<span>${below}</span></li>`;
}

function tilesOfClasses(report: ClassReport): string[] {
  const { accuracy, baseline, balancedAccuracy, macroF1, rocAuc } = report;
  const simple = 1 / classesIn(report);
  const always = `always ${name(baseline.label, 24)}: ${percent(baseline.accuracy)}`;
  return [
    tile('Accuracy', percent(accuracy), always, accuracy, baseline.accuracy),
    tile(
      'Balanced accuracy',
      percent(balancedAccuracy),
      `simplest answer: ${percent(simple)}`,
      balancedAccuracy,
      simple,
    ),
    tile('Area under ROC', figure(rocAuc), 'guessing: 0.5', rocAuc, 0.5),
    tile(
      'Macro F1',
      figure(macroF1),
      `simplest answer: ${figure(simpleF1(report) * simple)}`,
      macroF1,
      simpleF1(report) * simple,
    ),
  ];
}

function tilesOfNumbers({ outputs }: NumberReport): string[] {
  const [only] = outputs;
  if (outputs.length > 1 || only === undefined) return [];
  const { r2, rmse, mae, medianError, baseline } = only;
  // The bar is as long as the larger one.
  const against = (label: string, value: number, mean: number): string => {
    const most = Math.max(value, mean);
    return tile(label, figure(value), `the mean: ${figure(mean)}`, value / most, mean / most);
  };
  return [
    tile('R²', figure(r2), 'the mean: 0', r2, 0),
    against('RMSE', rmse, baseline.rmse),
    against('Mean error', mae, baseline.mae),
    tile('Median error', figure(medianError), 'half of the errors are smaller'),
  ];
}

/** A table of all figures, each with what the simplest answer scores and what it says. */
export function figuresSection(report: Report, target: PageContent['target']): string {
  const content = report.kind === 'classes' ? figuresOfClasses(report) : figuresOfNumbers(report, target);
  return section('figures', 'All figures', content);
}

function figuresOfClasses(report: ClassReport): string {
  const shares = report.classes.map(({ support }) => support / report.samples).filter((share) => share > 0);
  const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
  const isTwo = report.labels.length === 2;
  const second = report.classes[1]?.support ?? 0;
  const rows: readonly (readonly [string, Given, Given, string])[] = [
    [
      'Accuracy',
      report.accuracy,
      report.baseline.accuracy,
      'Share of rows with the right answer. Easily high where one class is common.',
    ],
    [
      'Balanced accuracy',
      report.balancedAccuracy,
      1 / shares.length,
      'Mean recall of the classes: each class counts the same, however rare it is.',
    ],
    ['Macro F1', report.macroF1, simpleF1(report) / shares.length, 'Mean F1 of the classes, each counting the same.'],
    [
      'Weighted F1',
      report.weightedF1,
      simpleF1(report) * report.baseline.accuracy,
      'Mean F1 of the classes, each counting by its rows.',
    ],
    [
      'Area under ROC',
      report.rocAuc,
      0.5,
      `How often ${isTwo ? 'a row of the second class' : 'a row of a class'} gets a larger probability than a row of another one.`,
    ],
    [
      'Average precision',
      report.averagePrecision,
      isTwo ? second / report.samples : 1 / report.labels.length,
      'Area under the curve of precision and recall. The one to watch where the class is rare.',
    ],
    [
      'Log loss',
      report.logLoss,
      -total(shares.map((share) => share * Math.log(share))),
      'Cost of probabilities: lower is better, and being sure and wrong costs most.',
    ],
    [
      'Brier score',
      report.brier,
      (isTwo ? 0.5 : 1) * (1 - total(shares.map((share) => share ** 2))),
      'Squared error of probabilities: lower is better, 0 is best.',
    ],
  ];
  const cells = rows.map(([label, value, baseline, says]) => [
    `${label}<small>${says}</small>`,
    figure(value),
    figure(baseline),
  ]);
  return table(
    'Figures',
    'As scikit-learn computes them. Beside each: what an answer that ignores the inputs would score.',
    HEADINGS,
    cells,
  );
}

const HEADINGS: readonly Column[] = [
  { heading: 'figure' },
  { heading: 'network', kind: 'number' },
  { heading: 'simplest answer', kind: 'number' },
];

/** Targets of which a page has figures. */
const MOST_TARGETS = 100;

function figuresOfNumbers({ outputs }: NumberReport, target: PageContent['target']): string {
  const number = (heading: string): Column => ({ heading, kind: 'number' });
  const columns = ['R²', 'RMSE', 'of the mean', 'mean error', 'of the mean', 'median error'].map(number);
  const rows = outputs
    .slice(0, MOST_TARGETS)
    .map(({ r2, rmse, mae, medianError, baseline }, i) => [
      name(targetOf(target, i)),
      ...[r2, rmse, baseline.rmse, mae, baseline.mae, medianError].map(figure),
    ]);
  const more = outputs.length > MOST_TARGETS ? ` The first ${MOST_TARGETS} of ${outputs.length} targets.` : '';
  const says = `In the units of the target. “Of the mean”: what always answering the mean of these rows would score.${more}`;
  return [
    table('Figures of each target', says, [{ heading: 'target' }, ...columns], rows),
    '<p class="soft">R² is the share of the variance that is explained: 1 is perfect, 0 is as good as the mean, below 0 is worse. RMSE weighs large errors more than the mean error does; where the two are far apart, a few answers are far off.</p>',
  ].join('\n');
}

/** F1 of the commonest class where it is always the answer: all of its rows are found. That of the other classes is 0. */
function simpleF1({ baseline }: ClassReport): number {
  return (2 * baseline.accuracy) / (1 + baseline.accuracy);
}

/** How many classes have rows: the simplest answer finds all of one of them, and none of the others. */
function classesIn({ classes }: ClassReport): number {
  return classes.filter(({ support }) => support > 0).length;
}
