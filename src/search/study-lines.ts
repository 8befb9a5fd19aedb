/**
 * Lines of a study: JSON with a checksum at its end, in which the seal of the first line counts, so that a line of another study is none. Every
 * value of a trial comes back from one as it was.
 */
import { checksum } from './checksum.js';
import { isRecord } from './plain.js';
import type { TrialRecord } from './records.js';
import type { StudyKey } from './study-key.js';

export interface Line {
  readonly study?: StudyKey;
  readonly trial?: TrialRecord;
  readonly part?: TrialRecord;
}

/** With its line break. `seal`: that of the first line, for all others. */
export function bytesOf(line: Line, seal = ''): Uint8Array {
  return new TextEncoder().encode(`${sealed(JSON.stringify(line, withoutNumbers).slice(0, -1), seal)}\n`);
}

/** A line without its line break; undefined for one that was changed, or that is of another study. */
export function lineOf(text: string, seal = ''): Line | undefined {
  if (!isSealed(text, seal)) return undefined;
  try {
    return JSON.parse(text, withNumbers) as Line;
  } catch {
    return undefined;
  }
}

export function isSealed(text: string, seal = ''): boolean {
  const place = text.lastIndexOf(CHECK);
  return place >= 0 && text === sealed(text.slice(0, place), seal);
}

/** What a first line says of all others: its checksum. */
export function sealOf(text: string): string {
  return text.slice(text.lastIndexOf(CHECK) + CHECK.length, -2);
}

const CHECK = ',"check":"';

/** A line with the CRC-32 of the seal and what is before it. */
function sealed(beginning: string, seal: string): string {
  return `${beginning}${CHECK}${checksum(new TextEncoder().encode(seal + beginning))}"}`;
}

/** Numbers that JSON does not have are objects with this name: NaN, infinities, -0. */
const NUMBER = '$number';
/** The same name in a value of the user has one $ more, and so on. */
const OWN_NUMBER = /^\$+number$/;
const ESCAPED_NUMBER = /^\$\$+number$/;

function withoutNumbers(_: string, value: unknown): unknown {
  if (typeof value !== 'number') return renamed(value, OWN_NUMBER, (name) => `$${name}`);
  return Number.isFinite(value) && !Object.is(value, -0) ? value : { [NUMBER]: inText(value) };
}

function withNumbers(_: string, value: unknown): unknown {
  if (isRecord(value) && typeof value[NUMBER] === 'string') return Number(value[NUMBER]);
  return renamed(value, ESCAPED_NUMBER, (name) => name.slice(1));
}

/** The text of -0 is 0. */
function inText(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}

function renamed(value: unknown, names: RegExp, rename: (name: string) => string): unknown {
  if (!isRecord(value) || Array.isArray(value) || !Object.keys(value).some((name) => names.test(name))) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [names.test(name) ? rename(name) : name, inner]),
  );
}
