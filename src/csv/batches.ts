/** Turns rows of text into packed, checked numbers, a batch at a time. */
import { lacksNumber, lacksValue } from '../columns/cells.js';
import { pointed } from '../columns/notations.js';
import { codedError, describe } from '../foundation/errors.js';
import { float32, sliceOf } from '../foundation/memory.js';
import { readBlocks } from './blocks.js';
import { commaHint, refusedNumber, sampleOf } from './cell-errors.js';
import { type Layout, layOut, nameIn, namesOf, notEncoded } from './columns.js';
import { isText, numberIn, TargetKinds } from './kinds.js';
import type { CsvSpec } from './options.js';
import type { Origin } from './source.js';
import { BROKEN } from './text.js';

export interface CsvBatch {
  /** (rows, columns) row-major. */
  readonly inputs: Float32Array;
  /** (rows, target columns) row-major, or a name for each row; undefined where no target was asked for. */
  readonly targets: Float32Array | string[] | undefined;
  readonly rows: number;
  /** Names of the input columns. */
  readonly columns: readonly string[];
  /** Rows left out so far, in all batches. */
  readonly skipped: number;
}

/** Numbers in a batch where the caller gives no batch size: 4 MB. */
const BLOCK = 2 ** 20;
/** Rows that are looked at before targets are taken for numbers or names. */
const LOOK = 1000;
/** Texts of which one copy is kept, so that a short name does not hold the text that it was cut from. */
const MAX_KNOWN = 2 ** 16;

/** Yields at least one batch, or throws ERR_SHAPE. */
export async function* readBatches(
  origin: Origin,
  pieces: AsyncIterable<unknown>,
  spec: CsvSpec,
): AsyncGenerator<CsvBatch, void, undefined> {
  let packer: Packer | undefined;
  const ahead: (readonly string[])[] = [];
  for await (const { first, rows, isBroken } of readBlocks(origin, pieces, spec, 'rows of numbers')) {
    packer ??= new Packer(origin, spec, layOut(origin, spec, namesOf(spec, first), spec.target, isBroken));
    for (const row of rows) {
      if (packer.lacksKind) {
        ahead.push(row);
        if (ahead.length >= Math.min(LOOK, BLOCK / packer.width)) yield* packer.takeAll(ahead.splice(0));
      } else {
        packer.add(row);
        if (packer.isFull) yield packer.take();
      }
    }
  }
  // readBlocks has thrown where there is no row.
  if (packer === undefined) return;
  yield* packer.takeAll(ahead);
  packer.finish();
  if (!packer.isEmpty) yield packer.take();
}

/** Packs rows until a batch is full. */
class Packer {
  readonly width: number;
  /** Rows looked at so far, in all batches. */
  #rows = 0;
  #skipped = 0;
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
  readonly #known = new Map<string, string>();
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
    this.#rows++;
    if (this.#spec.skips && this.#lacks(row)) {
      this.#skipped++;
      this.#kinds?.add('');
      return;
    }
    const { inputs, targets } = this.#layout;
    let next = this.#count * inputs.length;
    for (const place of inputs) this.#inputs[next++] = this.#number(row, place);
    next = this.#count * targets.length;
    for (const place of targets) {
      if (this.#names) this.#labels.push(this.#name(row, place));
      else this.#targets[next++] = this.#number(row, place);
    }
    this.#count++;
  }

  /** Whether a cell that is asked for is blank, or says that it is missing. */
  #lacks(row: readonly string[]): boolean {
    const { inputs, targets } = this.#layout;
    const lacksTarget = this.#names ? lacksValue : lacksNumber;
    return inputs.some((place) => lacksNumber(row[place])) || targets.some((place) => lacksTarget(row[place]));
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
      skipped: this.#skipped,
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
      for (const row of rows) kinds.add(this.#kindOf(row[place] as string));
      this.#check(kinds, rows[0]);
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
    if (this.#rows === this.#skipped) {
      const { call, name } = this.#origin;
      const came = `${call}: all ${this.#rows} rows of ${name} lack a cell, and missing is 'skip'`;
      throw codedError('ERR_SHAPE', `${came}. Fill cells in, or choose other columns.`);
    }
    if (this.#kinds !== undefined && this.#spec.batchSize === undefined) this.#check(this.#kinds);
  }

  /** Refuses targets that are neither numbers nor names. `first` is the first row of the table, where it is known. */
  #check({ wrong }: TargetKinds, first?: readonly string[]): void {
    if (wrong === undefined) return;
    const [place] = this.#layout.targets as [number];
    const came = `${this.#cell(place, wrong.row)} is ${describe(wrong.text)}, where other targets are numbers`;
    if (wrong.row === 0 && this.#spec.header === false && first?.every((cell) => isText(cell.trim()))) {
      throw codedError('ERR_INVALID_TYPE', `${came}. If the first row has names, leave out header: false.`);
    }
    const { decimal } = this.#spec;
    const sample = sampleOf(wrong.text, decimal);
    const as = sample ?? `a number with a ${decimal === ',' ? 'comma' : 'point'} and no other signs`;
    const write = `Write it as ${as}${commaHint(wrong.text, decimal)}`;
    throw codedError(
      'ERR_INVALID_TYPE',
      `${came}. ${write}, or leave the row out; if all targets are names, set names: true.`,
    );
  }

  #number(row: readonly string[], place: number): number {
    const text = (row[place] as string).trim();
    const value = Math.fround(numberIn(text, this.#spec.decimal));
    if (!Number.isFinite(value)) throw this.#refused(text, place, row);
    return value;
  }

  #name(row: readonly string[], place: number): string {
    const text = (row[place] as string).trim();
    if (text === '') throw this.#refused(text, place, row);
    this.#kinds?.add(this.#kindOf(text));
    if (text.includes(BROKEN)) throw notEncoded(this.#cell(place), text, this.#spec);
    const known = this.#known.get(text);
    if (known === undefined && this.#known.size < MAX_KNOWN) this.#known.set(text, text);
    return known ?? text;
  }

  /** A target as its kind is judged: missing ones of rows that are left out are none. */
  #kindOf(cell: string): string {
    const text = cell.trim();
    if (this.#spec.skips && lacksNumber(text)) return '';
    return this.#spec.decimal === '.' ? text : pointed(text);
  }

  #cell(place: number, row = this.#rows - 1): string {
    const { call, name } = this.#origin;
    return `${call}: row ${row} (counted from 0) of ${name}, ${nameIn(this.#layout.names, place)}`;
  }

  /** The error for a cell of the current row. */
  #refused(text: string, place: number, row: readonly string[]): Error {
    const { targets } = this.#layout;
    return refusedNumber(this.#cell(place), text, {
      decimal: this.#spec.decimal,
      isTarget: targets.includes(place),
      isName: this.#names === true && targets.includes(place),
      mayBeNames: targets.length === 1,
      isFirst: this.#rows === 1 && this.#spec.header === false,
      row,
    });
  }
}
