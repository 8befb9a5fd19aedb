/** The charts of a page: predicted against true, calibration, importance, the loss curve. Each says in words what it shows. */
import type { CalibrationBin } from '../calibration.js';
import type { ColumnImportance } from '../importance.js';
import { type CurvePoint, lossCurve, type Point } from '../thinning.js';
import { captioned, chart, linearAxis, logAxis, maximum, minimum, pathOf, spansDecades } from './chart.js';
import {
  countOf,
  details,
  escaped,
  exists,
  figure,
  grouped,
  name,
  percent,
  section,
  shortened,
  table,
} from './html.js';

/** Points of predicted against true numbers of one target, by its name. */
export function pointsFigure(id: string, target: string, points: readonly Point[], samples: number): string {
  const shown = points.filter(({ truth, predicted }) => exists(truth) && exists(predicted));
  if (shown.length === 0) return '';
  const values = shown.flatMap(({ truth, predicted }) => [truth, predicted]);
  const axes = { x: linearAxis('true', values), y: linearAxis('predicted', values) };
  const [least, most] = [minimum(values), maximum(values)];
  const description = `${countOf(shown.length, 'point')}, from ${figure(least)} to ${figure(most)}. The nearer to the diagonal, the better the answer.`;
  const svg = chart(id, `Predicted against true: ${escaped(shortened(target, 60))}`, description, axes, ({ x, y }) =>
    [
      `<path class="even" d="${pathOf([least, most].map((value) => [x(value), y(value)] as const))}"/>`,
      `<path class="dots" d="${shown.map(({ truth, predicted }) => `M${x(truth)} ${y(predicted)}h0`).join('')}"/>`,
    ].join('\n'),
  );
  const drawn =
    shown.length < samples ? ` ${grouped(shown.length)} of ${countOf(samples, 'row')}, drawn by the seed.` : '';
  return captioned(
    svg,
    `${name(target)}: a point for each row. On the dotted line, the answer is exact; above it too large, below it too small.${drawn}`,
  );
}

/** How often answers of a probability are right. `label` is the positive class, as HTML. */
export function calibrationSection(bins: readonly CalibrationBin[], label: string): string {
  const shown = bins.filter(({ predicted, observed }) => exists(predicted) && exists(observed));
  if (shown.length === 0) return '';
  const axes = {
    x: linearAxis('probability that the network gives', [0, 1]),
    y: linearAxis('share that is so', [0, 1]),
  };
  const total = shown.reduce((sum, { samples }) => sum + samples, 0);
  const off =
    shown.reduce((sum, { predicted, observed, samples }) => sum + Math.abs(predicted - observed) * samples, 0) / total;
  const description = `${countOf(shown.length, 'bin')} of probabilities. On average, probability and share are ${(100 * off).toFixed(1)} percentage points apart.`;
  const svg = chart('calibration-chart', 'Calibration', description, axes, ({ x, y }) =>
    [
      `<path class="even" d="${pathOf([
        [x(0), y(0)],
        [x(1), y(1)],
      ])}"/>`,
      `<path class="a" d="${pathOf(shown.map(({ predicted, observed }) => [x(predicted), y(observed)] as const))}"/>`,
      ...shown.map(({ predicted, observed, samples }) => {
        const radius = Math.round(10 * (2.5 + 6 * Math.sqrt(samples / total))) / 10;
        return `<circle class="dot" cx="${x(predicted)}" cy="${y(observed)}" r="${radius}"/>`;
      }),
    ].join('\n'),
  );
  const rows = shown.map(({ predicted, observed, samples }) => [
    percent(predicted),
    percent(observed),
    grouped(samples),
  ]);
  const headings = ['mean probability', 'share that is so', 'rows'].map((heading) => ({
    heading,
    kind: 'number' as const,
  }));
  const numbers = details('The numbers of this picture', table('Bins of probabilities', '', headings, rows));
  const says = `Of the rows to which the network gives a probability of 70% for ${label}, are 70% so? On the dotted line, it keeps its word; below it, it is too sure. Larger points have more rows. ${description}`;
  return section('calibration', 'Can you trust its probabilities?', `${captioned(svg, says)}\n${numbers}`);
}

/** Columns that a table of importance has. */
const MOST_COLUMNS = 40;

/** How much the network leans on each column, the most important first. `score` is what drops, in words. */
export function importanceSection(columns: readonly ColumnImportance[], score: string | undefined): string {
  const sorted = columns.filter(({ mean }) => exists(mean)).sort((a, b) => b.mean - a.mean);
  if (sorted.length === 0) return '';
  const most = Math.max(maximum(sorted.map(({ mean, deviation }) => mean + deviation)), 1e-12);
  const place = (value: number): number => Math.round(1000 * Math.min(Math.max(value / most, 0), 1)) / 10;
  const rows = sorted
    .slice(0, MOST_COLUMNS)
    .map(({ column, mean, deviation }) => [
      name(column),
      `<svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true"><rect class="rest" y="4.5" width="100" height="1"/><rect class="fill" y="1.5" width="${place(mean)}" height="7" rx="1"/><path class="whisker" d="M${place(mean - deviation)} 5H${place(mean + deviation)}"/></svg>`,
      `${figure(mean)} ± ${figure(deviation)}`,
    ]);
  const headings = [
    { heading: 'column' },
    { heading: 'compared', kind: 'bar' as const },
    { heading: 'drop', kind: 'number' as const },
  ];
  const cut =
    sorted.length > MOST_COLUMNS ? ` The ${MOST_COLUMNS} most important of ${grouped(sorted.length)} columns.` : '';
  const of = score === undefined ? '' : ` (${escaped(shortened(score, 60))})`;
  const says = `By how much the score${of} drops when the cells of a column are dealt out anew among the rows. Near 0, the network does not need the column, or finds the same in another one.${cut}`;
  return section('importance', 'What it looks at', table('Importance of each column', says, headings, rows));
}

/** The loss of each epoch, on a logarithmic axis where it spans powers of ten. */
export function lossSection(epochs: readonly CurvePoint[], bestEpoch: number | undefined): string {
  const shown = lossCurve(epochs.filter(({ loss }) => exists(loss)));
  if (shown.length === 0) return '';
  const validated = shown.filter((one): one is CurvePoint & { validationLoss: number } => exists(one.validationLoss));
  const losses = [...shown.map(({ loss }) => loss), ...validated.map(({ validationLoss }) => validationLoss)];
  const isLog = spansDecades(losses);
  const y = (isLog ? logAxis : linearAxis)(isLog ? 'loss, logarithmic' : 'loss', isLog ? losses : [0, ...losses]);
  const axes = { x: linearAxis('epoch', [shown[0]?.epoch ?? 0, shown.at(-1)?.epoch ?? 0]), y };
  const last = shown.at(-1) as CurvePoint;
  const validation = exists(last.validationLoss)
    ? `, and on the rows for validation at ${figure(last.validationLoss)}`
    : '';
  const best = exists(bestEpoch) && shown.length > 1 ? ` The network has the weights of epoch ${bestEpoch}.` : '';
  const description = `The loss on the training rows begins at ${figure(shown[0]?.loss)} and ends at ${figure(last.loss)} in epoch ${last.epoch}${validation}.${best}`;
  const svg = chart('loss-chart', 'Loss by epoch', description, axes, (plane) =>
    [
      ...(best === '' ? [] : [`<path class="mark" d="M${plane.x(bestEpoch as number)} 14V252"/>`]),
      curve(
        'a',
        shown.map(({ epoch, loss }) => [plane.x(epoch), plane.y(loss)] as const),
      ),
      curve(
        'b',
        validated.map(({ epoch, validationLoss }) => [plane.x(epoch), plane.y(validationLoss)] as const),
      ),
    ].join('\n'),
  );
  const second = validated.length > 0 ? '<span><i class="key two"></i>validation rows</span>' : '';
  const legend = `<span class="legend"><span><i class="key"></i>training rows</span>${second}</span>`;
  const says =
    validated.length > 0
      ? ' Where the dashed line rises while the other falls, the network learns its training rows by heart.'
      : '';
  return section('loss', 'How it learned', captioned(svg, `${legend}<br>${description}${says}`));
}

/** A line, or a dot where there is only one point. */
function curve(kind: string, points: readonly (readonly [number, number])[]): string {
  const [only] = points;
  if (points.length === 1 && only !== undefined) return `<circle class="dot" cx="${only[0]}" cy="${only[1]}" r="4"/>`;
  return points.length === 0 ? '' : `<path class="${kind}" d="${pathOf(points)}"/>`;
}
