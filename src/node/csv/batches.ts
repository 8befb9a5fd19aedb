/** Rows of text to packed, checked numbers, a batch at a time. */
import { codedError, describe } from '../../errors.js';
import { float32 } from '../../memory.js';
import { quoted } from '../disk.js';
import { type Layout, layOut, nameIn, type Origin } from './columns.js';
import type { CsvSpec } from './options.js';
import { readRows } from './rows.js';

export interface Batch {
  /** (rows, columns) row-major. */
  readonly inputs: Float32Array;
  /** (rows, target columns) row-major, or a name for each row; undefined where no target was asked for. */
  readonly targets: Float32Array | string[] | undefined;
  readonly rows: number;
  /** Names of the inputs. */
  readonly columns: readonly string[];
}

/** Numbers in a batch where nobody says how many rows: 4 MB. */
const BLOCK = 2 ** 20;

/** At least one batch, or ERR_SHAPE. */
export async function* readBatches(origin: Origin, spec: CsvSpec): AsyncGenerator<Batch, void, undefined> {
  const { call, file } = origin;
  let packer: Packer | undefined;
  for await (const row of readRows(origin, spec.delimiter)) {
    // Lines of nothing the parser skips; of blanks, where they are no cell.
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

/** Packs rows until they are as many as a batch has. */
class Packer {
  readonly width: number;
  /** All that were added, of all batches. */
  rows = 0;
  readonly #origin: Origin;
  readonly #spec: CsvSpec;
  readonly #layout: Layout;
  readonly #columns: readonly string[];
  readonly #batchSize: number;
  /** Of this batch. */
  #count = 0;
  #inputs: Float32Array;
  #targets: Float32Array;
  #labels: string[] = [];
  /** Whether targets are names; the first row decides where nobody says. */
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
      const mend = 'Give every row as many cells, and quotes to a cell with a delimiter in it';
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

  /** The rows of this batch; the next one begins. Arrays are the receiver's. */
  take(): Batch {
    const { inputs, targets } = this.#layout;
    const rows = this.#count;
    const cut = (values: Float32Array, length: number): Float32Array =>
      length === values.length ? values : values.slice(0, length);
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
    // What Node puts for bytes that are no UTF-8.
    if (text.includes('\uFFFD')) {
      const came = `${this.#cell(place)} is ${describe(text)}, which is no UTF-8`;
      throw codedError('ERR_INVALID_TYPE', `${came}. Save the file as UTF-8.`);
    }
    return text;
  }

  #cell(place: number): string {
    return `${this.#where}, ${nameIn(this.#layout.names, place)}`;
  }

  /** What is wrong with a cell, and the mend. */
  #refused(text: string, place: number): Error {
    const isTarget = this.#layout.targets.includes(place);
    const orNames = this.#layout.targets.length === 1 ? ', or ask for names: true where targets are names' : '';
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
    const hint = noHeader ? 'Leave header: false out where the first row has names.' : mend;
    return codedError('ERR_INVALID_TYPE', `${came}. ${hint}`);
  }
}

/** Decimal numbers. Number() would take '' for 0, and '0x10'. */
function isNumber(text: string): boolean {
  return /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i.test(text);
}

/** Neither a number nor NaN or Infinity as programs write them. */
function isText(text: string): boolean {
  return !isNumber(text) && !/^[+-]?(?:nan|inf(?:inity)?)$/i.test(text);
}
