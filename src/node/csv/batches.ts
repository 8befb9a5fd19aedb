/** Turns rows of text into packed, checked numbers, a batch at a time. */
import { codedError, describe } from '../../foundation/errors.js';
import { float32, sliceOf } from '../../foundation/memory.js';
import { quoted } from '../disk.js';
import { type Layout, layOut, nameIn, type Origin } from './columns.js';
import { isNumber, isText, isWrittenNumber, TargetKinds } from './kinds.js';
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
/** Rows that are looked at before targets are taken for numbers or names. */
const LOOK = 1000;

/** Yields at least one batch, or throws ERR_SHAPE. */
export async function* readBatches(origin: Origin, spec: CsvSpec): AsyncGenerator<CsvBatch, void, undefined> {
  const { call, file } = origin;
  let packer: Packer | undefined;
  const ahead: string[][] = [];
  for await (const row of readRows(origin, spec.delimiter)) {
    // The parser has skipped empty lines. A line of blanks is skipped too, unless rows have only one cell.
    if (row.length === 1 && packer?.width !== 1 && row[0]?.trim() === '') continue;
    if (packer === undefined) {
      packer = new Packer(origin, spec, layOut(origin, spec, row));
      if (spec.header !== false) continue;
    }
    if (packer.lacksKind) {
      ahead.push(row);
      if (ahead.length < Math.min(LOOK, BLOCK / packer.width)) continue;
      yield* packer.takeAll(ahead.splice(0));
    } else {
      packer.add(row);
      if (packer.isFull) yield packer.take();
    }
  }
  if (packer !== undefined) yield* packer.takeAll(ahead);
  if (packer === undefined || packer.rows === 0) {
    const came = packer === undefined ? 'is empty' : 'has a header and no rows';
    throw codedError('ERR_SHAPE', `${call}: ${quoted(file)} ${came}, expected rows of numbers. Give a file with data.`);
  }
  packer.finish();
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
  /** Whether targets are names. The first rows decide where the caller does not say. */
  #names: boolean | undefined;
  /** The kinds of the targets so far, where the caller did not say that they are names. */
  #kinds: TargetKinds | undefined;

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
      const came = `${this.#where(this.rows - 1)} has ${row.length} cells, expected ${width}`;
      const mend = 'Give every row the same number of cells, and put quotes around a cell that has a delimiter in it';
      throw codedError('ERR_SHAPE', `${came} (those of the first row). ${mend}.`);
    }
    let next = this.#count * inputs.length;
    for (const place of inputs) this.#inputs[next++] = this.#number(row, place);
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

  /** Whether the caller has not said what targets are, and no row has been looked at. */
  get lacksKind(): boolean {
    return this.#names === undefined;
  }

  /** Looks at the first rows, adds them all, and yields the batches that they fill. */
  *takeAll(rows: readonly (readonly string[])[]): Generator<CsvBatch> {
    if (this.#names === undefined) {
      const [place] = this.#layout.targets as [number];
      const kinds = new TargetKinds();
      for (const row of rows) kinds.add(row[place]?.trim() ?? '');
      this.#check(kinds);
      this.#names = kinds.areNames;
      if (this.#names) this.#kinds = new TargetKinds();
    }
    for (const row of rows) {
      this.add(row);
      if (this.isFull) yield this.take();
    }
  }

  /** After the last row: of a table, all targets must be of one kind. A stream may have trained on them long ago. */
  finish(): void {
    if (this.#kinds !== undefined && this.#spec.batchSize === undefined) this.#check(this.#kinds);
  }

  #check({ wrong }: TargetKinds): void {
    if (wrong === undefined) return;
    const [place] = this.#layout.targets as [number];
    const came = `${this.#cell(place, wrong.row)} is ${describe(wrong.text)}, where other targets are numbers`;
    const write = 'Write it as a number such as 15916180 or 2.6, or leave the row out';
    throw codedError('ERR_INVALID_TYPE', `${came}. ${write}; if all targets are names, set names: true.`);
  }

  #number(row: readonly string[], place: number): number {
    const text = (row[place] as string).trim();
    const value = isNumber(text) ? Math.fround(Number(text)) : Number.NaN;
    if (!Number.isFinite(value)) throw this.#refused(text, place, row);
    return value;
  }

  #name(row: readonly string[], place: number): string {
    const text = (row[place] as string).trim();
    if (text === '') throw this.#refused(text, place, row);
    this.#kinds?.add(text);
    // Node puts this character for bytes that are not UTF-8.
    if (text.includes('\uFFFD')) {
      const came = `${this.#cell(place)} is ${describe(text)}, which is not UTF-8`;
      throw codedError('ERR_INVALID_TYPE', `${came}. Save the file as UTF-8.`);
    }
    return text;
  }

  #where(row: number): string {
    return `${this.#origin.call}: row ${row} (counted from 0) of ${quoted(this.#origin.file)}`;
  }

  #cell(place: number, row = this.rows - 1): string {
    return `${this.#where(row)}, ${nameIn(this.#layout.names, place)}`;
  }

  /** The error for a cell of the current row. */
  #refused(text: string, place: number, row: readonly string[]): Error {
    const isTarget = this.#layout.targets.includes(place);
    const orNames = this.#layout.targets.length === 1 ? ', or set names: true if targets are names' : '';
    const mend = isTarget
      ? `Correct it${orNames}.`
      : 'Correct it, leave the row out, name the column as target, or choose other columns.';
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
    const isHeader = this.rows === 1 && this.#spec.header === false && row.every((cell) => isText(cell.trim()));
    const write = isWrittenNumber(text) ? 'Write numbers with a point and no other signs, as 2.6 or 15916180. ' : '';
    const hint = isHeader ? 'If the first row has names, leave out header: false.' : `${write}${mend}`;
    return codedError('ERR_INVALID_TYPE', `${came}. ${hint}`);
  }
}
