/** Finds the columns of inputs and targets, by the first row of a file. */

import { codedError, describe } from '../../foundation/errors.js';
import { suggest } from '../../foundation/spelling.js';
import { quoted } from '../disk.js';
import { isText } from './kinds.js';
import { type CsvColumn, type CsvSpec, MAX_COLUMNS } from './options.js';

/** The call and the file, for messages. */
export interface Origin {
  readonly call: string;
  readonly file: string;
}

export interface Layout {
  /** Cells in a row. */
  readonly width: number;
  /** Places of the inputs and of the targets in a row. */
  readonly inputs: readonly number[];
  readonly targets: readonly number[];
  /** Names of all columns; without a header, their places. */
  readonly names: readonly string[];
}

/** Finds the columns asked for in the first row: the header, or a row of data. */
export function layOut({ call, file }: Origin, spec: CsvSpec, first: readonly string[]): Layout {
  if (first.length > MAX_COLUMNS) {
    const came = `${call}: the first row of ${quoted(file)} has ${first.length} cells, at most ${MAX_COLUMNS} are read`;
    throw codedError('ERR_SHAPE', `${came}. Correct the delimiter, or give a file with fewer columns.`);
  }
  const names = spec.header === false ? first.map((_, i) => `${i}`) : first.map((name) => name.trim());
  const places = placesOf(names);
  const find = (key: string, column: CsvColumn): number => {
    const where = `${call}: ${key}`;
    return typeof column === 'number'
      ? placeAt(where, file, column, names)
      : placeOf(where, file, column, names, places);
  };
  const targets = spec.target.map((column) => find('target', column));
  const ofTargets = new Set(targets);
  const inputs =
    spec.columns?.map((column) => find('columns', column)) ??
    [...names.keys()].filter((place) => !ofTargets.has(place));
  const seen = new Set<number>();
  for (const place of [...targets, ...inputs]) {
    if (seen.has(place)) {
      const came = `${call}: ${nameIn(names, place)} of ${quoted(file)} is asked for twice, in target and columns`;
      throw codedError('ERR_INVALID_OPTION', `${came}. Name each column once.`);
    }
    seen.add(place);
  }
  if (inputs.length === 0) {
    const came = `${call}: ${quoted(file)} has no column for inputs: its ${listed(names)}`;
    throw codedError('ERR_SHAPE', `${came}. ${delimiterHint(names)}Name fewer targets, or add a column.`);
  }
  if (
    spec.header === undefined &&
    [...spec.target, ...(spec.columns ?? [])].every((column) => typeof column === 'number')
  )
    checkNames(call, file, names, inputs);
  return { width: first.length, inputs, targets, names };
}

/** Refuses a first row that looks like a sample: taken for names, it would be lost. */
function checkNames(call: string, file: string, names: readonly string[], inputs: readonly number[]): void {
  if (inputs.some((place) => isText(names[place] as string))) return;
  const came = `${call}: the first row of ${quoted(file)} is ${listed(names)}`;
  const mend = 'If it is the first sample, set header: false; if these are the names of the columns, set header: true';
  throw codedError('ERR_INVALID_OPTION', `${came}: numbers, where names are expected. ${mend}.`);
}

/** `column "petal width"`, or without a header `column 3`. */
export function nameIn(names: readonly string[], place: number): string {
  const name = names[place] as string;
  return `column ${name === `${place}` ? place : describe(name)}`;
}

function placeAt(where: string, file: string, place: number, names: readonly string[]): number {
  if (place < names.length) return place;
  const came = `${where} is ${place}, but ${quoted(file)} has ${count(names)}, from 0 to ${names.length - 1}`;
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
  file: string,
  column: string,
  names: readonly string[],
  places: ReadonlyMap<string, readonly number[]>,
): number {
  const [place, second] = places.get(column.trim()) ?? [];
  if (place === undefined) {
    const came = `${where} is ${describe(column)}, but ${quoted(file)} has no column of that name`;
    const isSample = names.length > 1 && names.filter((name) => !isText(name)).length > names.length / 2;
    const byPlace = isSample
      ? 'If the first row is a sample, set header: false and give the place of the column. '
      : '';
    const mend = `${suggest(column, names)}${delimiterHint(names)}${byPlace}It has ${listed(names)}.`;
    throw codedError('ERR_INVALID_OPTION', `${came}. ${mend}`);
  }
  if (second !== undefined) {
    const came = `${where} is ${describe(column)}, but columns ${place} and ${second} of ${quoted(file)} both have that name`;
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
