/** How good predictions of numbers are. Networks whose targets are always classes do not load it. */
import { float64 } from '../foundation/memory.js';
import { type NumberReport, type Numbers, sum, withText } from './report.js';

/** The report of `width` numbers for each sample, end to end, and of the numbers that are right. */
export function reportOfNumbers(outputs: Numbers, width: number, truth: Numbers): NumberReport {
  const samples = truth.length / width;
  const columns = Array.from({ length: width }, (_, column) => {
    const right = float64(samples).map((_, row) => truth[row * width + column] as number);
    const mean = sum(right) / samples;
    const errors = right.map((value, row) => Math.abs(value - (outputs[row * width + column] as number))).sort();
    const spread = right.map((value) => Math.abs(value - mean));
    const [squares, total] = [errors, spread].map((values) => sum(values.map((value) => value ** 2))) as [
      number,
      number,
    ];
    // Of one sample there is none. Where all targets are equal, scikit-learn says 1 for no error and else 0.
    const r2 = samples < 2 ? Number.NaN : total > 0 ? 1 - squares / total : Number(squares === 0);
    return {
      r2,
      rmse: Math.sqrt(squares / samples),
      mae: sum(errors) / samples,
      medianError: ((errors[(samples - 1) >> 1] as number) + (errors[samples >> 1] as number)) / 2,
      baseline: { rmse: Math.sqrt(total / samples), mae: sum(spread) / samples },
    };
  });
  return rewrittenNumbers({ kind: 'numbers', samples, outputs: columns });
}

/** The report with its text. */
export function rewrittenNumbers(report: NumberReport): NumberReport {
  const { samples, outputs } = report;
  const rows = outputs.map((column, output) => ({ output, ...column }));
  return withText(report, rows, { samples }, remarksOn(outputs));
}

function remarksOn(outputs: NumberReport['outputs']): string[] {
  const [first, ...more] = outputs.flatMap(({ rmse, baseline }, output) => (rmse < baseline.rmse ? [] : `${output}`));
  if (first === undefined) return [];
  const which = outputs.length === 1 ? '' : ` for ${['output', ...[first, ...more]].join(' ')}`;
  return ['', `No better than always the mean${which}.`];
}

/** Numbers as they were given: those that the network takes are float32. */
export function numbersOf(given: Numbers | readonly (number | Numbers)[]): Numbers {
  if (!Array.isArray(given)) return given as Numbers;
  return given.flatMap((row: number | Numbers) => (typeof row === 'number' ? row : Array.from(row)));
}
