/** Reports that were plain data for a while, with their text again: what passes between threads and files has no functions. */
import { rewrittenNumbers } from './numbers.js';
import { type ClassReport, type Report, withText } from './report.js';

/** The report, whose `toString` gives the table again. */
export function rewritten<T extends Report | undefined>(report: T): T {
  if (report === undefined || Object.hasOwn(report, 'toString')) return report;
  return (report.kind === 'classes' ? rewrittenClasses(report) : rewrittenNumbers(report)) as T;
}

function rewrittenClasses(report: ClassReport): ClassReport {
  const { kind: _, samples: __, labels: ___, confusion: ____, classes, ...figures } = report;
  const { accuracy, baseline } = figures;
  return withText<ClassReport>(
    report,
    classes.map(({ averagePrecision, ...row }) => row),
    figures,
    accuracy > baseline.accuracy ? [] : ['', `No more accurate than always "${baseline.label}".`],
  );
}
