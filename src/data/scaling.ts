/**
 * Scaling of columns: learned from samples, applied to what enters a network, undone in its answers. Computes in double precision, and
 * rounds what it has scaled. Only networks that scale load it.
 */
import { type ColumnSpecs, columnOf, isNumberInput, takesMedian } from '../columns/spec.js';
import { COUNTED, codedError, describe } from '../foundation/errors.js';
import { float32, sliceOf } from '../foundation/memory.js';
import { OUTPUT_RANGES } from '../options/activations.js';
import { rangeOf } from '../options/ranges.js';
import type { NetworkSpec } from '../options/spec.js';
import type { Activation } from '../options/types.js';
import type { Numbers } from './samples.js';
import { entriesOf, SparseValues } from './sparse-values.js';
import { ColumnStatistics } from './statistics.js';

/** The scaling of a network's inputs and of its targets; undefined for what it does not scale. */
export interface NetworkScaling {
  readonly inputs: ColumnScaling | undefined;
  readonly targets: ColumnScaling | undefined;
}

/** (x - shift) / scale, column by column; 0 in a constant column, whose scale is 0. In a table a blank is filled before. */
export class ColumnScaling {
  readonly shift: Float64Array;
  readonly scale: Float64Array;
  /** What NaN becomes, for every input of a table; undefined where no column allows blanks. */
  readonly fill: Float64Array | undefined;
  /** The columns that the inputs come from; undefined for plain numbers. */
  readonly #columns: ColumnSpecs | undefined;

  constructor(shift: Float64Array, scale: Float64Array, fill?: Float64Array, columns?: ColumnSpecs) {
    this.shift = shift;
    this.scale = scale;
    this.fill = fill;
    this.#columns = columns;
  }

  /** What fills the blanks of each column that allows them, by its name. */
  get medians(): [name: string, median: number][] {
    const { fill } = this;
    const taking = this.#columns?.filter(takesMedian) ?? [];
    return fill === undefined ? [] : taking.map(({ name, first }) => [name, fill[first] as number]);
  }

  /** Whether zeros stay zeros in all inputs but the numbers of number columns. Always, but for files made by hand. */
  get keepsZeros(): boolean {
    return this.shift.every((shift, i) => shift === 0 || (this.#columns && isNumberInput(this.#columns, i)));
  }

  /**
   * A scaled copy of rows that lie end to end, or of the entries of a table. With `where` and the row's number: ERR_NON_FINITE for a result
   * beyond float32, and ERR_INVALID_OPTION for a target that the activation of the output layer cannot reach, where `output` names it.
   */
  apply(where: string, values: Numbers, numbers?: Uint32Array, output: Activation = 'linear'): Float32Array {
    const entries = entriesOf(values);
    // Those of sparse rows are scaled already (sparse.ts).
    if (entries !== undefined && this.#columns === undefined) return values as Float32Array;
    const width = this.shift.length;
    const scaled = float32(values.length);
    const [lowest, highest] = OUTPUT_RANGES[output].map(Math.fround) as [number, number];
    for (let row = 0, at = 0; at < values.length; row++) {
      const end = entries ? (entries.starts[row + 1] as number) : at + width;
      for (let column = 0; at < end; at++, column++) {
        const i = entries ? (entries.columns[at] as number) : column;
        const scale = this.scale[i] as number;
        const given = values[at] as number;
        const number = Number.isNaN(given) && this.fill ? (this.fill[i] as number) : given;
        const value = scale === 0 ? 0 : (number - (this.shift[i] as number)) / scale;
        scaled[at] = value;
        const stored = scaled[at] as number;
        if (Number.isFinite(stored) && stored >= lowest && stored <= highest) continue;
        throw this.#refused(`${where}, row ${numbers?.[row] ?? row}`, i, number, value, output);
      }
    }
    return entries ? new SparseValues(scaled, entries) : scaled;
  }

  /** The error for a number of a row that scaled is beyond float32, or what an output reaches. */
  #refused(where: string, i: number, number: number, value: number, output: Activation): Error {
    const column = this.#columns ? describe(columnOf(this.#columns, i).name) : i;
    const came = `${where}, column ${column} is ${number}, which scaled is ${value}`;
    if (Number.isFinite(Math.fround(value))) {
      const mend = `Give the output layer activation: "linear". ${COUNTED}`;
      return codedError('ERR_INVALID_OPTION', `${came}, expected ${rangeOf(output)}. ${mend}`);
    }
    const why = 'Scaling was learned from numbers far closer together.';
    return codedError('ERR_NON_FINITE', `${came}, beyond float32. ${why} ${COUNTED}`);
  }

  /** This scaling, but that of `other` in columns that are constant here: nothing was learned there. */
  orWhereConstant(other: ColumnScaling): ColumnScaling {
    const [shift, scale] = [sliceOf(this.shift), sliceOf(this.scale)];
    for (let i = 0; i < scale.length; i++) {
      if ((scale[i] as number) > 0) continue;
      scale[i] = other.scale[i] as number;
      // A column that is constant again, at another number, follows it.
      if ((scale[i] as number) > 0) shift[i] = other.shift[i] as number;
    }
    return new ColumnScaling(shift, scale, this.fill, this.#columns);
  }

  /**
   * As files have it: columns that are constant have a scale of 1, and their numbers are in a list. Readers of the first files knew no scale
   * of 0.
   */
  toJSON(): object {
    const constant = Array.from(this.scale.keys()).filter((column) => this.scale[column] === 0);
    const scale = Array.from(this.scale, (size) => size || 1);
    const fill = this.fill && Array.from(this.fill);
    return { shift: Array.from(this.shift), scale, fill, ...(constant.length > 0 ? { constant } : {}) };
  }

  /** Undoes the scaling, in place. */
  undo(values: Float32Array): void {
    const width = this.shift.length;
    for (let start = 0; start < values.length; start += width) {
      for (let i = 0; i < width; i++) {
        values[start + i] = (values[start + i] as number) * (this.scale[i] as number) + (this.shift[i] as number);
      }
    }
  }
}

/** Whether a fit has to learn the scaling first. */
export function isLacking({ normalize, normalizeTargets }: NetworkSpec, scaling: NetworkScaling | undefined): boolean {
  const { inputs, targets } = scaling ?? {};
  return (normalize !== false && inputs === undefined) || (normalizeTargets !== false && targets === undefined);
}

/** Makes what learns the scaling that the network lacks, or with `relearns` all that can be learned; undefined where that is nothing. */
export function learnerOf(
  spec: NetworkSpec,
  scaling: NetworkScaling | undefined,
  relearns: boolean,
): (() => ScalingLearner) | undefined {
  return relearns || isLacking(spec, scaling) ? () => new ScalingLearner(spec, scaling, relearns) : undefined;
}

/** Learns the scaling that a network asks for, from samples that come in any number at a time. */
export class ScalingLearner {
  readonly #before: NetworkScaling | undefined;
  readonly #columns: ColumnSpecs | undefined;
  readonly #inputs: ColumnStatistics | undefined;
  readonly #targets: ColumnStatistics | undefined;

  /** Keeps what the network already scales, `before`, unless `relearns`. A scaling that was given is never learned. */
  constructor(
    { inputs, outputs, normalize, normalizeTargets, columns, seed }: NetworkSpec,
    before?: NetworkScaling,
    relearns: boolean = false,
  ) {
    const learner = (
      width: number,
      method: NetworkSpec['normalize'],
      known: ColumnScaling | undefined,
      table?: ColumnSpecs,
    ) =>
      method === false || method === 'given' || (known !== undefined && !relearns)
        ? undefined
        : new ColumnStatistics(width, method, table && { columns: table, seed, before: known?.fill });
    this.#before = before;
    this.#columns = columns;
    this.#inputs = learner(inputs, normalize, before?.inputs, columns);
    this.#targets = learner(outputs, normalizeTargets, before?.targets);
  }

  add({ inputs, targets }: { readonly inputs: Numbers; readonly targets: Numbers | Uint32Array }): void {
    this.#inputs?.add(inputs);
    // Only losses on numbers have scaled targets, and those losses take no class indexes.
    this.#targets?.add(targets as Numbers);
  }

  scaling(): NetworkScaling {
    const learned = (
      statistics: ColumnStatistics | undefined,
      before: ColumnScaling | undefined,
      table?: ColumnSpecs,
    ) => {
      if (statistics === undefined) return before;
      const { shift, scale, fill } = statistics.learned();
      const columns = new ColumnScaling(shift, scale, fill, table);
      return before ? columns.orWhereConstant(before) : columns;
    };
    return {
      inputs: learned(this.#inputs, this.#before?.inputs, this.#columns),
      targets: learned(this.#targets, this.#before?.targets),
    };
  }
}
