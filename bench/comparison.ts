/** Compares one build with another, row by row: runs in turns, and a table of the results. Knows neither checkouts nor processes. */
import { median, type Participant } from './measure.js';
import { rate } from './report.js';

/** The runs of one build. */
export interface Runs {
  /** Work per second of each run. */
  readonly rates: readonly number[];
  /** Work per second of processor time, which does not count other programs. */
  readonly processorRates: readonly number[];
}

/** The runs of both builds, or why they cannot be compared. */
export type ComparedRow =
  | { readonly work: string; readonly before: Runs; readonly after: Runs }
  | { readonly work: string; readonly why: string };

/** Lets each participant run once, and repeats that `rounds` times. */
export async function alternate(participants: readonly Participant[], rounds: number): Promise<Runs[]> {
  const runs = participants.map(() => ({ rates: [] as number[], processorRates: [] as number[] }));
  for (let round = 0; round < rounds; round++) {
    for (const [index, participant] of participants.entries()) {
      const [rate = Number.NaN, processorRate = Number.NaN] = await participant.ask({ kind: 'run' });
      runs[index]?.rates.push(rate);
      runs[index]?.processorRates.push(processorRate);
    }
  }
  return runs;
}

/** `| 784-128-10, batch 32: wasmlp | 52,600 | 53,700 | 1.02x | 1.01x |`. Below it, why some rows have no figures. */
export function comparisonTable(title: string, unit: string, rows: readonly ComparedRow[]): string {
  const head = [`${title}, ${unit}`, 'before', 'after', 'after / before', 'by processor time'];
  const cells = rows.map((row) => [row.work, ...('why' in row ? ['-', '-', '-', '-'] : figuresOf(row))]);
  const lines = [head, ['---', '---:', '---:', '---:', '---:'], ...cells].map((line) => `| ${line.join(' | ')} |`);
  const notes = rows.flatMap((row) => ('why' in row ? [`- ${row.work}: ${row.why}`] : []));
  return (notes.length === 0 ? lines : [...lines, '', ...notes]).join('\n');
}

function figuresOf({ before, after }: Extract<ComparedRow, { after: Runs }>): string[] {
  const times = (kind: keyof Runs): string => `${(median(after[kind]) / median(before[kind])).toFixed(2)}x`;
  return [rate(median(before.rates)), rate(median(after.rates)), times('rates'), times('processorRates')];
}
