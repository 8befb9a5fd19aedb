/** A report as the command prints it: of numbers, with the names of the columns in place of the places of outputs. */
import type { Report } from 'wasmlp';
import { printable } from './terminal.js';

/** Most characters of a name: those that the library gives a label. */
const WIDEST = 24;
const HEAD = 'output';

/** The text of a report. `targets` are the columns of its outputs, or undefined where nobody knows them. */
export function reportText(report: Report, targets: readonly string[] | undefined): string {
  const text = String(report);
  if (report.kind !== 'numbers' || targets === undefined) return text;
  const names = targets.map((target) => shortened(printable(target)));
  const heads = ['column', ...names];
  const width = Math.max(...heads.map(({ length }) => length));
  return text
    .split('\n')
    .map((line, i) => (i < heads.length ? (heads[i] as string).padEnd(width) + line.slice(HEAD.length) : line))
    .join('\n')
    .replace(/ for output ([\d ]+)\.$/, (_, places: string) => ` for ${namesAt(places, names)}.`);
}

function namesAt(places: string, names: readonly string[]): string {
  return places
    .split(' ')
    .map((place) => names[Number(place)])
    .join(', ');
}

function shortened(name: string): string {
  return name.length > WIDEST ? `${name.slice(0, WIDEST - 1)}…` : name;
}
