/** Writes what was measured: a Markdown table to read, and JSON with the machine, the versions and the date. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';

export interface Measurement {
  readonly name: string;
  /** Work per second: the median over the rounds, with the slowest and the fastest round. */
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

export interface Row {
  /** What was done: `784-128-10, per sample`. */
  readonly work: string;
  /** What is counted: `samples/s`. */
  readonly unit: string;
  /** wasmlp first, opponents after. */
  readonly contenders: readonly Measurement[];
}

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly node: string;
  readonly v8: string;
  readonly wasmlp: string;
  readonly date: string;
}

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

/** `| 784-128-10, per sample | 52,600 | 3,561 (14.8x) | … |`: rates, and how many times faster the first is. */
export function table(title: string, rows: readonly Row[]): string {
  const names = rows[0]?.contenders.map(({ name }) => name) ?? [];
  const unit = rows[0]?.unit ?? '';
  const lines = [
    `| ${title}, ${unit} | ${names.join(' | ')} |`,
    `|---|${names.map(() => '---:').join('|')}|`,
    ...rows.map(({ work, contenders }) => {
      const first = contenders[0]?.median ?? Number.NaN;
      const cells = names.map((name, index) => {
        const contender = contenders.find((candidate) => candidate.name === name);
        if (contender === undefined) return '';
        return index === 0 ? rate(contender.median) : `${rate(contender.median)} (${ratio(first / contender.median)})`;
      });
      return `| ${work} | ${cells.join(' | ')} |`;
    }),
  ];
  return lines.join('\n');
}

/** Saves `bench/results/<name>.json` and `.md`; returns the Markdown. */
export function save(name: string, tables: ReadonlyMap<string, readonly Row[]>): string {
  const from = machine();
  const head = `${from.cpu}, Node ${from.node} (V8 ${from.v8}), wasmlp ${from.wasmlp}, ${from.date}. Medians of turns taken in one process, each contender in a thread of its own; in brackets how many times faster the first column is.`;
  const markdown = [head, ...[...tables].map(([title, rows]) => table(title, rows))].join('\n\n');
  mkdirSync('bench/results', { recursive: true });
  writeFileSync(`bench/results/${name}.md`, `${markdown}\n`);
  const json = { machine: from, tables: Object.fromEntries(tables) };
  writeFileSync(`bench/results/${name}.json`, `${JSON.stringify(json, null, 2)}\n`);
  return markdown;
}

/** Three significant digits, thousands grouped. */
function rate(value: number): string {
  return Number(value.toPrecision(3)).toLocaleString('en-US');
}

function ratio(value: number): string {
  return `${value < 10 ? value.toFixed(1) : value.toFixed(0)}x`;
}
