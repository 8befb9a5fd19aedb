/** Which classes are found, and which are taken for which: a table of classes, and the confusion matrix. Knows no chart. */
import type { ClassReport } from '../report.js';
import { countOf, exists, figure, framed, type Given, grouped, name, percent, quoted, section, table } from './html.js';

/** Classes that a table lists, and that a matrix of confusion has. */
const MOST_LISTED = 100;
const MOST_IN_MATRIX = 20;

/** Each class with its figures; of many, those with the lowest F1. */
export function classesSection({ classes }: ClassReport): string {
  const worst = (f1: number): number => (exists(f1) ? f1 : 2);
  const isCut = classes.length > MOST_LISTED;
  const listed = isCut ? [...classes].sort((a, b) => worst(a.f1) - worst(b.f1)).slice(0, MOST_LISTED) : classes;
  const rows = listed.map(({ label, support, precision, recall, f1, rocAuc, averagePrecision }) => [
    name(label),
    grouped(support),
    percent(precision),
    percent(recall),
    ...[f1, rocAuc, averagePrecision].map(figure),
  ]);
  const columns = ['rows', 'precision', 'recall', 'F1', 'area under ROC', 'average precision'];
  const cut = isCut ? ` The ${MOST_LISTED} of ${grouped(classes.length)} classes with the lowest F1.` : '';
  const says = `Precision: of the rows that are called so, how many are. Recall: of the rows that are so, how many are found. F1 is high where both are.${cut}`;
  const headings = [{ heading: 'class' }, ...columns.map((heading) => ({ heading, kind: 'number' as const }))];
  return section('classes', 'Class by class', table('Figures of each class', says, headings, rows), 'long');
}

/** The matrix of confusion, or the pairs of classes that are confused most. With a threshold, what it is. */
export function confusionSection(report: ClassReport, threshold: Given): string {
  const content = report.labels.length > MOST_IN_MATRIX ? confusedPairs(report) : matrix(report);
  const from = exists(threshold)
    ? `<p>The answer is ${quoted(report.labels[1] ?? '')} from a probability of ${figure(threshold)} on.</p>\n`
    : '';
  return section('confusion', 'What is taken for what', from + content);
}

function matrix({ labels, confusion }: ClassReport): string {
  const heads = labels.map((label) => `<th scope="col">${name(label, 40)}</th>`).join('');
  const rows = labels.map((label, right) => {
    const counts = confusion[right] as readonly number[];
    const total = counts.reduce((sum, count) => sum + count, 0);
    const cells = counts.map((count, predicted) => {
      if (count === 0) return '<td class="zero">0</td>';
      const share = count / total;
      // Mistakes are rarer: their root tells 2% from 9%.
      const shade = right === predicted ? `r${shadeOf(share)}` : `w${shadeOf(Math.sqrt(share))}`;
      return `<td class="${shade}">${grouped(count)}<small>${percent(share)}</small></td>`;
    });
    return `<tr><th scope="row">${name(label, 40)}</th>${cells.join('')}</tr>`;
  });
  const says =
    'Each line is a true class, each column an answer: how many rows, and the share of the line. Blue is right, orange is wrong.';
  return framed(
    'Confusion matrix',
    says,
    `<table class="confusion">
<caption>Confusion matrix</caption>
<thead><tr><td class="corner">true ↓ answer →</td>${heads}</tr></thead>
<tbody>
${rows.join('\n')}
</tbody>
</table>`,
  );
}

/** One of the ten shades of style.ts, of a number from 0 to 1. */
function shadeOf(part: number): number {
  return Math.min(9, Math.floor(part * 10));
}

function confusedPairs({ labels, confusion, classes }: ClassReport): string {
  const found: { right: number; predicted: number; count: number }[] = [];
  // The least of those that are kept: most of a million pairs are passed by without sorting.
  let least = 0;
  confusion.forEach((counts, right) => {
    counts.forEach((count, predicted) => {
      if (right === predicted || count <= least) return;
      found.push({ right, predicted, count });
      if (found.length < 2000) return;
      found.sort((a, b) => b.count - a.count).splice(MOST_IN_MATRIX);
      least = found.length < MOST_IN_MATRIX ? 0 : (found[MOST_IN_MATRIX - 1]?.count ?? 0);
    });
  });
  const most = found.sort((a, b) => b.count - a.count).slice(0, MOST_IN_MATRIX);
  if (most.length === 0) return '<p>No class is taken for another one.</p>';
  const rows = most.map(({ right, predicted, count }) => [
    name(labels[right] as string),
    name(labels[predicted] as string),
    grouped(count),
    percent(count / (classes[right]?.support ?? Number.NaN)),
  ]);
  const says = `The ${countOf(most.length, 'pair')} of ${grouped(labels.length)} classes that are confused most. The share is that of the rows of the true class.`;
  const headings = [
    { heading: 'true class' },
    { heading: 'answer' },
    { heading: 'rows', kind: 'number' as const },
    { heading: 'share', kind: 'number' as const },
  ];
  return table('Most confused classes', says, headings, rows);
}
