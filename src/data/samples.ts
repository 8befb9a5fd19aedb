/**
 * Turns what users give (one row, rows, rows packed end to end) into one checked Float32Array. Knows shapes and numbers, and no
 * networks. Never changes or keeps what it was given.
 */
import { isTyped } from '../foundation/checks.js';
import { COUNTED, codedError, counted, describe, tagOf } from '../foundation/errors.js';
import { allFinite } from '../foundation/finite.js';
import { float32, float32From, float64 } from '../foundation/memory.js';
import { areSparse, type SparseRows, writtenOut } from './sparse-rows.js';

/** One row, rows, rows packed end to end (length a multiple of the row width), or rows of which most numbers are 0. */
export type Samples = readonly number[] | Float32Array | readonly (readonly number[] | Float32Array)[] | SparseRows;

/** The shape in which samples came. Answers go back in the same shape. */
export type Shape = 'sample' | 'packed' | 'rows';

/** Numbers as an engine takes them, or doubles that will be scaled first. */
export type Numbers = Float32Array | Float64Array;

export interface PackedSamples<N extends Numbers = Float32Array> {
  /** (count, width) row-major. It may be the caller's own array: read it before any other code runs. */
  readonly values: N;
  readonly count: number;
  readonly shape: Shape;
}

/** What the numbers are, for messages. */
export interface Subject {
  /** The public call: `fit`. */
  readonly call: string;
  /** The argument: `inputs`. */
  readonly name: string;
  /** Numbers per row. */
  readonly width: number;
  /** What fixes the width: `the network's inputs`. */
  readonly widthIs: string;
  /** The option that would change the width: `inputs`. */
  readonly option: string;
  /** A sentence for a caller with the wrong shape: what he may have meant instead. */
  readonly hint?: string;
}

/**
 * Checks shape and numbers. ERR_INVALID_TYPE, ERR_SHAPE or ERR_NON_FINITE, naming the first bad place. `keepsDoubles`: what comes in
 * plain arrays stays in double precision, because scaling comes before it is rounded.
 */
export function packSamples(subject: Subject, samples: unknown): PackedSamples;
export function packSamples(subject: Subject, samples: unknown, keepsDoubles: boolean): PackedSamples<Numbers>;
export function packSamples(subject: Subject, samples: unknown, keepsDoubles = false): PackedSamples<Numbers> {
  if (isFloat32(samples)) return packed(subject, plain(samples));
  if (!Array.isArray(samples)) {
    if (areSparse(samples)) return packed(subject, writtenOut(subject, samples));
    const expected = 'an array of numbers, an array of rows, or a Float32Array';
    const came = `${subject.call}: ${subject.name} is ${describe(samples)}`;
    throw codedError('ERR_INVALID_TYPE', `${came}, expected ${expected}.${mendOf(samples)}`);
  }
  if (samples.length === 0) throw empty(subject);
  return isRow(samples[0]) ? rows(subject, samples, keepsDoubles) : flat(subject, samples, keepsDoubles);
}

/** What to give instead of a value that is no number and no row of numbers. */
function mendOf(value: unknown): string {
  if (ArrayBuffer.isView(value)) return ' Convert it with Float32Array.from(…).';
  if (typeof value === 'boolean') return ' Write 0 and 1.';
  return tagOf(value) === 'Object' ? ' Records are for networks with columns: inputs: { name: type }.' : '';
}

function packed(subject: Subject, values: Float32Array): PackedSamples {
  if (values.length === 0) throw empty(subject);
  checkMultiple(subject, values.length);
  if (!allFinite(values)) {
    const bad = values.findIndex((value) => !Number.isFinite(value));
    throw badNumber(place(subject, bad, true), values[bad] as number);
  }
  return { values, count: values.length / subject.width, shape: 'packed' };
}

/** Packs an array of numbers: one row, or several end to end. */
function flat(subject: Subject, numbers: readonly unknown[], keepsDoubles: boolean): PackedSamples<Numbers> {
  const values = keepsDoubles ? float64(numbers.length) : float32(numbers.length);
  const { length } = values;
  copyNumbers(numbers, values, 0, length, (i) => place(subject, i, length > subject.width));
  checkMultiple(subject, length);
  return { values, count: length / subject.width, shape: length === subject.width ? 'sample' : 'packed' };
}

function rows(subject: Subject, given: readonly unknown[], keepsDoubles: boolean): PackedSamples<Numbers> {
  const { call, name, width } = subject;
  const count = given.length;
  const values = keepsDoubles ? float64(count * width) : float32(count * width);
  for (let row = 0; row < count; row++) {
    const numbers = given[row];
    if (!isRow(numbers)) {
      const message = `${call}: ${name}[${row}] is ${describe(numbers)}, expected a row of ${width} numbers.${mendOf(numbers)}`;
      throw codedError('ERR_INVALID_TYPE', message);
    }
    if (numbers.length !== width) {
      const came = `${call}: ${name}[${row}] has ${counted(numbers.length, 'value')}, expected ${width} (${subject.widthIs})`;
      const other = numbers.length > 0 ? `, or create the network with ${subject.option}: ${numbers.length}` : '';
      const mend = `Give every row ${counted(width, 'value')}${other}.`;
      throw codedError('ERR_SHAPE', `${came}. ${mend}`);
    }
    copyNumbers(numbers, values, row * width, width, (i) => `${call}: ${name}[${row}][${i}]`);
  }
  return { values, count, shape: 'rows' };
}

function isRow(value: unknown): value is readonly unknown[] | Float32Array {
  return Array.isArray(value) || isFloat32(value);
}

/** Whether it is a Float32Array, of this realm or of another one (an iframe, node:vm). */
export function isFloat32(value: unknown): value is Float32Array {
  // The prototype alone does not tell: a Proxy of one has it too, and no numbers that can be read.
  return ArrayBuffer.isView(value) && (value instanceof Float32Array || isTyped(value, 'Float32Array'));
}

/** A Float32Array with the language's own methods: subclasses and arrays of other realms are copied. */
function plain(values: Float32Array): Float32Array {
  return Object.getPrototypeOf(values) === Float32Array.prototype ? values : float32From(values);
}

function copyNumbers(
  numbers: ArrayLike<unknown>,
  values: Numbers,
  offset: number,
  length: number,
  where: (index: number) => string,
): void {
  for (let i = 0; i < length; i++) {
    const value = numbers[i];
    if (typeof value !== 'number') {
      throw codedError('ERR_INVALID_TYPE', `${where(i)} is ${describe(value)}, expected a number.${mendOf(value)}`);
    }
    values[offset + i] = value;
    const stored = values[offset + i] as number;
    if (stored - stored !== 0) throw badNumber(where(i), value);
  }
}

function checkMultiple(subject: Subject, length: number): void {
  const { call, name, width, widthIs, hint = '' } = subject;
  if (length % width === 0) return;
  const came = `${call}: ${name} has ${counted(length, 'value')}, expected ${width} per row (${widthIs})`;
  const mend = `Give one row of ${counted(width, 'value')}, or several end to end: a multiple of ${width} in a Float32Array.`;
  throw codedError('ERR_SHAPE', `${came}. ${mend} ${hint}`.trimEnd());
}

function badNumber(where: string, value: number): Error {
  const expected = Number.isFinite(value) ? `${value}, which float32 cannot hold` : `${value}`;
  const mend = `Every number must be finite and within float32.${where.endsWith(')') ? ` ${COUNTED}` : ''}`;
  return codedError('ERR_NON_FINITE', `${where} is ${expected}. ${mend}`);
}

/** The error for samples without a row. */
export function empty({ call, name }: Subject): Error {
  const mend = 'Give at least one row.';
  return codedError('ERR_SHAPE', `${call}: ${name} is empty (or its buffer was transferred away). ${mend}`);
}

/** The place of number `index` of packed rows; with row and column where there are several rows. */
function place({ call, name, width }: Subject, index: number, severalRows: boolean): string {
  const at = severalRows ? ` (row ${Math.floor(index / width)}, column ${index % width})` : '';
  return `${call}: ${name}[${index}]${at}`;
}
