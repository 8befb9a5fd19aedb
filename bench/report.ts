/** Writes the results: a Markdown table to read, and JSON with the machine, the versions and the date. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';

export interface Measurement {
  readonly name: string;
  /** Work per second: the median over the rounds, with the slowest and the fastest round. */
  readonly median: number;
  readonly low: number;
  readonly high: number;
  /** The median of the peaks that were measured next to the turns (peak.ts). */
  readonly peak?: number;
  /** The median over the turns of the rate divided by the peak. */
  readonly ofPeak?: number;
}

/** A contender that could not take part in a row. */
export interface Absence {
  readonly name: string;
  readonly why: string;
}

export interface Row {
  /** What was done: `784-128-10, per sample`. */
  readonly work: string;
  /** The unit of the rates: `samples/s`. */
  readonly unit: string;
  /** When it was measured, if not on the date of the machine. */
  readonly date?: string;
  /** wasmlp first, opponents after. */
  readonly contenders: readonly (Measurement | Absence)[];
}

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly node: string;
  readonly v8: string;
  readonly wasmlp: string;
  readonly date: string;
  /** Versions of the other programs that were measured. */
  readonly versions?: Readonly<Record<string, string>>;
}

/** The content of a file of results. */
export interface Saved {
  readonly machine: Machine;
  readonly tables: Readonly<Record<string, readonly Row[]>>;
}

/** By the name of a contender, what a reader must know to understand its column. */
export type Remarks = Readonly<Record<string, string>>;

export function machine(): Machine {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
  const cpus = os.cpus();
  return {
    cpu: cpus[0]?.model ?? 'unknown',
    cores: cpus.length,
    node: process.version,
    v8: process.versions.v8,
    wasmlp: version,
    date: new Date().toISOString().slice(0, 10),
  };
}

/**
 * `| 784-128-10, per sample | 52,600 | 3,561 (14.8x) | … |`: rates, and how many times faster the first is; `45.1, 96%` where the
 * peak is known. Numbered notes follow the table: remarks, and why a contender is absent from a row.
 */
export function table(title: string, rows: readonly Row[], remarks: Remarks = {}): string {
  const notes: string[] = [];
  const numbered = (note: string): string => {
    if (!notes.includes(note)) notes.push(note);
    return `[${notes.indexOf(note) + 1}]`;
  };
  const head = (name: string): string => {
    const remark = remarks[name];
    return remark === undefined ? name : `${name} ${numbered(remark)}`;
  };
  const lines = grid(`${title}, ${rows[0]?.unit ?? ''}`, rows, head, (contender, first) => {
    if ('why' in contender) return `- ${numbered(contender.why)}`;
    const reached = rate(contender.median) + (contender.ofPeak === undefined ? '' : `, ${percent(contender.ofPeak)}`);
    return contender === first || first === undefined
      ? reached
      : `${reached} (${ratio(first.median / contender.median)})`;
  });
  if (notes.length > 0) lines.push('', ...notes.map((note, index) => `- [${index + 1}] ${note}`));
  return lines.join('\n');
}

/** `| 784-128-10, per sample | 51,900 to 53,100 | … |`: the slowest and the fastest turn. */
export function spreadTable(title: string, rows: readonly Row[]): string {
  const spread = (contender: Measurement | Absence): string =>
    'why' in contender ? '-' : `${rate(contender.low)} to ${rate(contender.high)}`;
  return grid(`${title}, slowest and fastest turn`, rows, (name) => name, spread).join('\n');
}

/** The table has a column for every contender that is in any row. */
function grid(
  corner: string,
  rows: readonly Row[],
  head: (name: string) => string,
  cell: (contender: Measurement | Absence, first: Measurement | undefined) => string,
): string[] {
  const names = [...new Set(rows.flatMap(({ contenders }) => contenders.map(({ name }) => name)))];
  const line = ({ work, contenders }: Row): string => {
    const first = contenders.find((candidate) => candidate.name === names[0] && !('why' in candidate));
    const cells = names.map((name) => {
      const contender = contenders.find((candidate) => candidate.name === name);
      return contender === undefined ? '' : cell(contender, first as Measurement | undefined);
    });
    return `| ${work} | ${cells.join(' | ')} |`;
  };
  return [
    `| ${corner} | ${names.map(head).join(' | ')} |`,
    `|---|${names.map(() => '---:').join('|')}|`,
    ...rows.map(line),
  ];
}

/** Saves `bench/results/<name>.json` and `.md`. The `.md` has the machine and the method, then each table as `write` renders it. */
export function save<R extends Row>(
  name: string,
  tables: ReadonlyMap<string, readonly R[]>,
  method: string,
  from: Machine = machine(),
  write: (title: string, rows: readonly R[]) => string = table,
): void {
  const others = Object.entries(from.versions ?? {}).map(([program, version]) => `, ${program} ${version}`);
  const head = `${from.cpu}, Node ${from.node} (V8 ${from.v8}), wasmlp ${from.wasmlp}${others.join('')}, ${from.date}. ${method}`;
  const markdown = [head, ...[...tables].map(([title, rows]) => write(title, rows))].join('\n\n');
  const saved: Saved = { machine: from, tables: Object.fromEntries(tables) };
  mkdirSync('bench/results', { recursive: true });
  writeFileSync(`bench/results/${name}.md`, `${markdown}\n`);
  writeFileSync(`bench/results/${name}.json`, `${JSON.stringify(saved, null, 2)}\n`);
}

/** The name of what this Node's results are saved as, such as `node-24-threads`. */
export function resultsOf(what?: string): string {
  const node = `node-${process.versions.node.split('.')[0]}`;
  return what === undefined ? node : `${node}-${what}`;
}

/** What `save` wrote under this name. */
export function readSaved(name: string): Saved | undefined {
  const file = `bench/results/${name}.json`;
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Saved) : undefined;
}

/** The results of the newest Node version, even if an older one was saved later: the newest has the most contenders. */
export function newestSaved(): Saved {
  const majors = readdirSync('bench/results').flatMap((file) => /^node-(\d+)\.json$/.exec(file)?.[1] ?? []);
  return readSaved(`node-${Math.max(...majors.map(Number))}`) as Saved;
}

/** Three significant digits, with commas between thousands. */
export function rate(value: number): string {
  return Number(value.toPrecision(3)).toLocaleString('en-US');
}

export function ratio(value: number): string {
  return `${value < 10 ? value.toFixed(1) : value.toFixed(0)}x`;
}

function percent(value: number): string {
  return `${(value * 100).toFixed(0)}%`;
}
