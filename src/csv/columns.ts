/** Finds the columns of inputs and targets, by the first row of a table. Knows no cells of other rows. */

import { pointed } from '../columns/notations.js';
import { codedError, describe } from '../foundation/errors.js';
import { suggest } from '../foundation/spelling.js';
import { isText } from './kinds.js';
import type { CsvColumn, FormatSpec } from './options.js';
import type { Origin } from './source.js';
import { BROKEN } from './text.js';

export interface Layout {
  /** Cells in a row. */
  readonly width: number;
  /** Places of the inputs and of the targets in a row. */
  readonly inputs: readonly number[];
  readonly targets: readonly number[];
  /** Names of all columns; without a header, their places. */
  readonly names: readonly string[];
}

/** The names of the columns: the first row, or places where there is no header. */
export function namesOf(spec: FormatSpec, first: readonly string[]): string[] {
  return spec.header === false ? first.map((_, i) => `${i}`) : first.map((cell) => cell.trim());
}

/**
 * Names that are keys of records: no two alike, none empty. As pandas does: the second `b` is `b.1`, a column without a name at place 3
 * is `Unnamed: 3`.
 */
export function uniqueNames(names: readonly string[]): string[] {
  const taken = new Set(names);
  const seen = new Set<string>();
  const counts = new Map<string, number>();
  return names.map((given, place) => {
    const name = given === '' ? `Unnamed: ${place}` : given;
    let unique = name;
    let count = counts.get(name) ?? 0;
    while (seen.has(unique) || (unique !== given && taken.has(unique))) unique = `${name}.${++count}`;
    counts.set(name, count);
    seen.add(unique);
    return unique;
  });
}

/** Finds the columns asked for. `target` are those of packed numbers; records have none. `isBroken`: names may have bytes of another encoding. */
export function layOut(
  { call, name }: Origin,
  spec: FormatSpec,
  names: readonly string[],
  target: readonly CsvColumn[],
  isBroken: boolean,
): Layout {
  const places = placesOf(names);
  const find = (key: string, column: CsvColumn): number => {
    const where = `${call}: ${key}`;
    return typeof column === 'number'
      ? placeAt(where, name, column, names)
      : placeOf(where, name, column, names, places);
  };
  const targets = target.map((column) => find('target', column));
  const ofTargets = new Set(targets);
  const inputs =
    spec.columns?.map((column) => find('columns', column)) ??
    [...names.keys()].filter((place) => !ofTargets.has(place));
  const seen = new Set<number>();
  for (const place of [...targets, ...inputs]) {
    if (seen.has(place)) {
      const came = `${call}: ${nameIn(names, place)} of ${name} is asked for twice${target.length === 0 ? '' : ', in target and columns'}`;
      throw codedError('ERR_INVALID_OPTION', `${came}. Name each column once.`);
    }
    seen.add(place);
  }
  if (inputs.length === 0) {
    const came = `${call}: ${name} has no column for inputs: its ${listed(names)}`;
    throw codedError('ERR_SHAPE', `${came}. ${delimiterHint(names)}Name fewer targets, or add a column.`);
  }
  if (spec.header === undefined && [...target, ...(spec.columns ?? [])].every((column) => typeof column === 'number'))
    checkNames(call, name, names, inputs, spec.decimal);
  if (spec.header !== false && isBroken) checkEncoded({ call, name }, spec, names, seen);
  return { width: names.length, inputs, targets, names };
}

function checkEncoded(
  { call, name }: Origin,
  spec: FormatSpec,
  names: readonly string[],
  places: Iterable<number>,
): void {
  for (const place of places) {
    if ((names[place] as string).includes(BROKEN)) {
      throw notEncoded(`${call}: the name of ${nameIn(names, place)} of ${name}`, names[place] as string, spec);
    }
  }
}

/** ERR_INVALID_TYPE for text with bytes that its encoding does not have. */
export function notEncoded(where: string, text: string, { encoding }: FormatSpec): Error {
  const came = `${where} is ${describe(text)}, which is not ${encoding ?? 'UTF-8'}`;
  const mend = "Save the file as UTF-8, or set its encoding, such as encoding: 'latin1'";
  return codedError('ERR_INVALID_TYPE', `${came}. ${mend}.`);
}

/** Refuses a first row that looks like a sample: taken for names, it would be lost. */
function checkNames(
  call: string,
  name: string,
  names: readonly string[],
  inputs: readonly number[],
  decimal: '.' | ',',
): void {
  const isName = (text: string): boolean => isText(decimal === '.' ? text : pointed(text));
  if (inputs.some((place) => isName(names[place] as string))) return;
  const came = `${call}: the first row of ${name} is ${listed(names)}`;
  const mend = 'If it is the first sample, set header: false; if these are the names of the columns, set header: true';
  throw codedError('ERR_INVALID_OPTION', `${came}: numbers, where names are expected. ${mend}.`);
}

/** `column "petal width"`, or without a header `column 3`. */
export function nameIn(names: readonly string[], place: number): string {
  const name = names[place] as string;
  return `column ${name === `${place}` ? place : describe(name)}`;
}

function placeAt(where: string, name: string, place: number, names: readonly string[]): number {
  if (place < names.length) return place;
  const came = `${where} is ${place}, but ${name} has ${count(names)}, from 0 to ${names.length - 1}`;
  throw codedError('ERR_INVALID_OPTION', `${came}. ${delimiterHint(names)}Correct the place.`);
}

/** The places of each name, at most two. A map, since a search for each of n columns would take n^2 steps. */
function placesOf(names: readonly string[]): Map<string, number[]> {
  const places = new Map<string, number[]>();
  names.forEach((name, place) => {
    const known = places.get(name);
    if (known === undefined) places.set(name, [place]);
    else if (known.length === 1) known.push(place);
  });
  return places;
}

function placeOf(
  where: string,
  name: string,
  column: string,
  names: readonly string[],
  places: ReadonlyMap<string, readonly number[]>,
): number {
  const [place, second] = places.get(column.trim()) ?? [];
  if (place === undefined) {
    const came = `${where} is ${describe(column)}, but ${name} has no column of that name`;
    const isSample = names.length > 1 && names.filter((name) => !isText(name)).length > names.length / 2;
    const byPlace = isSample
      ? 'If the first row is a sample, set header: false and give the place of the column. '
      : '';
    const mend = `${suggest(column, names)}${delimiterHint(names)}${byPlace}It has ${listed(names)}.`;
    throw codedError('ERR_INVALID_OPTION', `${came}. ${mend}`);
  }
  if (second !== undefined) {
    const came = `${where} is ${describe(column)}, but columns ${place} and ${second} of ${name} both have that name`;
    throw codedError('ERR_INVALID_OPTION', `${came}. Give a place instead of the name.`);
  }
  return place;
}

function count({ length }: readonly string[]): string {
  return length === 1 ? '1 column' : `${length} columns`;
}

/** The first names of many: a message has no room for 784. */
function listed(names: readonly string[]): string {
  const shown = names.slice(0, 12).map((name) => describe(name));
  return `${count(names)}: ${shown.join(', ')}${names.length > shown.length ? ', …' : ''}`;
}

/** A hint where a single column looks like several: the file usually has another delimiter. */
function delimiterHint(names: readonly string[]): string {
  const [found] = names.length === 1 ? (/[,;\t|]/.exec(names[0] as string) ?? []) : [];
  return found === undefined ? '' : `Perhaps its delimiter is ${JSON.stringify(found)}. `;
}
