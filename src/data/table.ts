/**
 * Between the rows of a table and packed numbers: packs rows for a network with columns, takes targets from them, and says what its columns
 * are. Only such networks load it.
 */
import { Coder } from '../columns/coder.js';
import { EntryList } from '../columns/entries.js';
import { isCells, type RowSource, rowsOf } from '../columns/rows.js';
import { type ColumnSpecs, columnOf } from '../columns/spec.js';
import { targetsOf } from '../columns/targets.js';
import type { ColumnOptions, Columns } from '../columns/types.js';
import { isTyped } from '../foundation/checks.js';
import { codedError, describe, rowAt, tagOf } from '../foundation/errors.js';
import { float32, float64 } from '../foundation/memory.js';
import { WRITTEN_OUT_INPUTS } from '../options/sparse.js';
import type { NetworkSpec } from '../options/spec.js';
import { isMultiLabel } from './classification.js';
import type { Receiver, RowReader } from './receiver.js';
import type { Numbers, PackedSamples } from './samples.js';
import type { ColumnScaling } from './scaling.js';
import { entriesOf, withEntries } from './sparse-values.js';

/**
 * Rows become entries where a row has at least so many inputs for each column, which is one entry, or a few of words. A fit then takes half the
 * time, 4096-32-4 of 8 inputs an entry with sgd a third; with 2 or 3 inputs an entry a matrix product with all of the zeros is as fast.
 */
const INPUTS_OF_ENTRY = 8;

/** The part of a network with columns: created with it, knows its options alone. */
export class Table implements RowReader {
  readonly #spec: NetworkSpec;
  readonly #columns: ColumnSpecs;
  readonly #coder: Coder;
  /** A row that would do, for messages. */
  readonly #example: string;
  /** Whether rows become entries. */
  readonly #isSparse: boolean;
  /** The scaling that rows were last encoded for, and whether zeros stay zeros with it. */
  #known: { readonly scaling: ColumnScaling; readonly keepsZeros: boolean } | undefined;

  constructor(spec: NetworkSpec) {
    this.#spec = spec;
    this.#columns = spec.columns as ColumnSpecs;
    this.#coder = new Coder(this.#columns);
    this.#example = exampleOf(this.#columns);
    this.#isSparse = spec.inputs > WRITTEN_OUT_INPUTS && spec.inputs >= INPUTS_OF_ENTRY * this.#columns.length;
  }

  /** Encodes rows. Blank numbers stay NaN where a scaling, known or to be learned, will fill them; without one they are refused. */
  pack(
    { call, spec, scaling, trains, createLearner }: Receiver,
    name: string,
    given: unknown,
    keepsDoubles: boolean,
  ): PackedSamples<Numbers> {
    const where = `${call}: ${name}`;
    const rows = rowsOf(where, given, this.#example);
    const values = this.#becomeEntries(scaling?.inputs)
      ? this.#entriesOf(where, rows, keepsDoubles, trains)
      : this.#writtenOut(where, rows, keepsDoubles, trains);
    if (spec.normalize !== false && scaling?.inputs === undefined && createLearner === undefined) {
      this.#checkFilled(where, rows, values);
    }
    return { values, count: rows.count, shape: rows.isSingle ? 'sample' : 'rows' };
  }

  #becomeEntries(scaling: ColumnScaling | undefined): boolean {
    if (!this.#isSparse || scaling === undefined) return this.#isSparse;
    if (this.#known?.scaling !== scaling) this.#known = { scaling, keepsZeros: scaling.keepsZeros };
    return this.#known.keepsZeros;
  }

  #entriesOf(where: string, rows: RowSource, keepsDoubles: boolean, trains: boolean): Numbers {
    const list = new EntryList(rows.count, keepsDoubles);
    this.#coder.encode(where, rows, list, trains);
    return withEntries(list.values, list);
  }

  #writtenOut(where: string, rows: RowSource, keepsDoubles: boolean, trains: boolean): Numbers {
    const length = rows.count * this.#spec.inputs;
    const values = keepsDoubles ? float64(length) : float32(length);
    this.#coder.encode(where, rows, values, trains);
    return values;
  }

  /** ERR_UNSUPPORTED for a blank number before there are medians. */
  #checkFilled(where: string, rows: RowSource, values: Numbers): void {
    const at = values.findIndex((value) => Number.isNaN(value));
    if (at < 0) return;
    const width = this.#spec.inputs;
    const entries = entriesOf(values);
    const row = entries ? entries.starts.findIndex((start) => start > at) - 1 : Math.floor(at / width);
    const { name } = columnOf(this.#columns, entries ? (entries.columns[at] as number) : at % width);
    const place = rows.isSingle ? where : `${where}, ${rowAt(row)}`;
    const why = 'and this network has not learned the median yet that a blank becomes';
    const mend = 'Call fit once before, or set network.scaling with missing: { … }.';
    throw codedError('ERR_UNSUPPORTED', `${place}, column ${describe(name)} is blank, ${why}. ${mend}`);
  }

  isRows(value: unknown): boolean {
    return Array.isArray(value) || isCells(value);
  }

  /** The targets in the rows of a call that was given no others. `prefix` is for messages, as for all targets. */
  targets(call: string, prefix: string, given: unknown): unknown {
    const where = `${call}: ${prefix}inputs`;
    if (this.#spec.target === undefined) {
      const mend = "Give them, or create the network with target: the name of the rows' column that has them.";
      throw codedError(
        'ERR_INVALID_TYPE',
        `${call}: ${prefix}targets is undefined, expected the targets of the rows. ${mend}`,
      );
    }
    return targetsOf(where, rowsOf(where, given, this.#example), this.#spec, isMultiLabel(this.#spec));
  }

  /** Targets and options of a call that may leave the targets out: `fit(rows, options)`. */
  arguments(targets: unknown, options: unknown): readonly [targets: unknown, options: unknown] {
    const isLeftOut = options === undefined && tagOf(targets) === 'Object' && !isTyped(targets, 'Float32Array');
    return isLeftOut ? [undefined, targets] : [targets, options];
  }

  /** The columns as `create` takes them. */
  get shown(): Columns {
    const shown: Record<string, ColumnOptions> = {};
    for (const { name, type, values, other, missing } of this.#columns) {
      const listed = type === 'category' || type === 'words';
      const value = listed ? { type, values: [...values], other, missing } : { type, missing };
      // Not assigned: a column may be called __proto__.
      Object.defineProperty(shown, name, { value, enumerable: true, configurable: true, writable: true });
    }
    return shown;
  }

  /** Lines for the summary of a network. */
  get summary(): string {
    const columns = this.#columns.map(({ name, type, width, missing }) => {
      const inputs = width > 1 ? `, ${width} inputs` : '';
      return `${describe(name)} (${type}${inputs}${missing ? ', may be missing' : ''})`;
    });
    const { target } = this.#spec;
    const names = [target ?? []].flat().map((name) => describe(name));
    return `\ncolumns: ${columns.join(', ')}${names.length > 0 ? `\ntarget: ${names.join(', ')}` : ''}`;
  }
}

/** A row with the first of the columns. */
function exampleOf(columns: ColumnSpecs): string {
  const examples = { number: '3.5', boolean: 'true', category: '', words: '"good wine"' } as const;
  const cells = columns.slice(0, 3).map(({ name, type, values }) => {
    const key = /^[A-Za-z_$][\w$]*$/.test(name) ? name : describe(name);
    return `${key}: ${type === 'category' ? describe(values[0]) : examples[type]}`;
  });
  return `{ ${cells.join(', ')}${columns.length > 3 ? ', …' : ''} }`;
}
