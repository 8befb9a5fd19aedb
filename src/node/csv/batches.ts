/** Turns rows of text into packed, checked numbers, a batch at a time. */
import { codedError, describe } from '../../foundation/errors.js';
import { float32, sliceOf } from '../../foundation/memory.js';
import { quoted } from '../disk.js';
import { type Layout, layOut, nameIn, type Origin } from './columns.js';
import type { CsvSpec } from './options.js';
import { readRows } from './rows.js';

export interface CsvBatch {
  /** (rows, columns) row-major. */
  readonly inputs: Float32Array;
  /** (rows, target columns) row-major, or a name for each row; undefined where no target was asked for. */
  readonly targets: Float32Array | string[] | undefined;
  readonly rows: number;
  /** Names of the input columns. */
  readonly columns: readonly string[];
}

/** Numbers in a batch where the caller gives no batch size: 4 MB. */
const BLOCK = 2 ** 20;

/** Yields at least one batch, or throws ERR_SHAPE. */
export async function* readBatches(origin: Origin, spec: CsvSpec): AsyncGenerator<CsvBatch, void, undefined> {
  const { call, file } = origin;
  let packer: Packer | undefined;
  for await (const row of readRows(origin, spec.delimiter)) {
    // The parser has skipped empty lines. A line of blanks is skipped too, unless rows have only one cell.
    if (row.length === 1 && packer?.width !== 1 && row[0]?.trim() === '') continue;
    if (packer === undefined) {
      packer = new Packer(origin, spec, layOut(origin, spec, row));
      if (spec.header) continue;
    }
    packer.add(row);
    if (packer.isFull) yield packer.take();
  }
  if (packer === undefined || packer.rows === 0) {
    const came = packer === undefined ? 'is empty' : 'has a header and no rows';
    throw codedError('ERR_SHAPE', `${call}: ${quoted(file)} ${came}, expected rows of numbers. Give a file with data.`);
  }
  if (!packer.isEmpty) yield packer.take();
}

/** Packs rows until a batch is full. */
class Packer {
  readonly width: number;
  /** Rows added so far, in all batches. */
  rows = 0;
  readonly #origin: Origin;
  readonly #spec: CsvSpec;
  readonly #layout: Layout;
  readonly #columns: readonly string[];
  readonly #batchSize: number;
  /** Rows in this batch. */
  #count = 0;
  #inputs: Float32Array;
  #targets: Float32Array;
  #labels: string[] = [];
  /** Whether targets are names. The first row decides where the caller does not say. */
  #names: boolean | undefined;

  constructor(origin: Origin, spec: CsvSpec, layout: Layout) {
    this.#origin = origin;
    this.#spec = spec;
    this.#layout = layout;
    this.width = layout.width;
    this.#columns = layout.inputs.map((place) => layout.names[place] as string);
    this.#batchSize = spec.batchSize ?? Math.ceil(BLOCK / layout.width);
    this.#names = layout.targets.length === 1 ? spec.names : false;
    this.#inputs = float32(this.#batchSize * layout.inputs.length);
    this.#targets = float32(this.#batchSize * layout.targets.length);
  }

  get isFull(): boolean {
    return this.#count === this.#batchSize;
  }

  get isEmpty(): boolean {
    return this.#count === 0;
  }

  add(row: readonly string[]): void {
    this.rows++;
    const { width, inputs, targets } = this.#layout;
    if (row.length !== width) {
      const came = `${this.#where} has ${row.length} cells, expected ${width}`;
      const mend = 'Give every row the same number of cells, and put quotes around a cell that has a delimiter in it';
      throw codedError('ERR_SHAPE', `${came} (those of the first row). ${mend}.`);
    }
    let next = this.#count * inputs.length;
    for (const place of inputs) this.#inputs[next++] = this.#number(row, place);
    const [first] = targets;
    if (first !== undefined) this.#names ??= isText((row[first] as string).trim());
    next = this.#count * targets.length;
    for (const place of targets) {
      if (this.#names) this.#labels.push(this.#name(row, place));
      else this.#targets[next++] = this.#number(row, place);
    }
    this.#count++;
  }

  /** Returns this batch and begins the next one. The arrays belong to the receiver. */
  take(): CsvBatch {
    const { inputs, targets } = this.#layout;
    const rows = this.#count;
    const cut = (values: Float32Array, length: number): Float32Array =>
      length === values.length ? values : sliceOf(values, 0, length);
    const batch = {
      inputs: cut(this.#inputs, rows * inputs.length),
      targets: this.#names
        ? this.#labels
        : targets.length === 0
          ? undefined
          : cut(this.#targets, rows * targets.length),
      rows,
      columns: this.#columns,
    };
    if (batch.inputs === this.#inputs) this.#inputs = float32(this.#inputs.length);
    if (batch.targets === this.#targets) this.#targets = float32(this.#targets.length);
    this.#labels = [];
    this.#count = 0;
    return batch;
  }

  get #where(): string {
    return `${this.#origin.call}: row ${this.rows} of ${quoted(this.#origin.file)}`;
  }

  #number(row: readonly string[], place: number): number {
    const text = (row[place] as string).trim();
    if (!isNumber(text)) throw this.#refused(text, place);
    const value = Math.fround(Number(text));
    if (!Number.isFinite(value)) throw this.#refused(text, place);
    return value;
  }

  #name(row: readonly string[], place: number): string {
    const text = (row[place] as string).trim();
    if (text === '') throw this.#refused(text, place);
    // Node puts this character for bytes that are not UTF-8.
    if (text.includes('\uFFFD')) {
      const came = `${this.#cell(place)} is ${describe(text)}, which is not UTF-8`;
      throw codedError('ERR_INVALID_TYPE', `${came}. Save the file as UTF-8.`);
    }
    return text;
  }

  #cell(place: number): string {
    return `${this.#where}, ${nameIn(this.#layout.names, place)}`;
  }

  /** The error for a cell. */
  #refused(text: string, place: number): Error {
    const isTarget = this.#layout.targets.includes(place);
    const orNames = this.#layout.targets.length === 1 ? ', or set names: true if targets are names' : '';
    const mend = isTarget ? `Correct it${orNames}.` : 'Correct it, leave the row out, or choose other columns.';
    if (text === '') {
      const expected = isTarget && this.#names ? 'a name' : 'a number';
      const came = `${this.#cell(place)} is empty, expected ${expected}`;
      return codedError('ERR_INVALID_TYPE', `${came}. Fill it in, or leave the row out.`);
    }
    if (!isText(text)) {
      const expected = 'a finite number that float32 can hold';
      return codedError(
        'ERR_NON_FINITE',
        `${this.#cell(place)} is ${text.slice(0, 40)}, expected ${expected}. ${mend}`,
      );
    }
    const came = `${this.#cell(place)} is ${describe(text)}, expected a number`;
    const noHeader = this.rows === 1 && !this.#spec.header;
    const hint = noHeader ? 'If the first row has names, leave out header: false.' : mend;
    return codedError('ERR_INVALID_TYPE', `${came}. ${hint}`);
  }
}

/** Whether a text is a decimal number. Number() would take '' for 0, and also accept '0x10'. */
function isNumber(text: string): boolean {
  return /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i.test(text);
}

/** Whether a text is neither a number, nor NaN or Infinity as programs write them. */
function isText(text: string): boolean {
  return !isNumber(text) && !/^[+-]?(?:nan|inf(?:inity)?)$/i.test(text);
}
