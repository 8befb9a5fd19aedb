/** The samples that a worker has: fetched once, checked by their hash, and the latest ones kept. Knows no jobs. */
import { bytesOfInputs, isSparse, type StudyData } from '../search/data.js';
import { checkData } from './check-task.js';
import { fetchValue, ofData, type Packed, parsePacked } from './job.js';
import type { Store } from './store.js';

/** Samples of one search, with the name that tells them from others. */
export interface DataSet {
  readonly name: string;
  readonly data: StudyData;
}

interface Kept {
  readonly set: Promise<DataSet>;
  bytes: number;
}

/** Two large data sets, or many small ones. */
const MOST_BYTES = 2 ** 30;

export class DataSets {
  readonly #mostBytes: number;
  /** The latest last. */
  readonly #kept = new Map<string, Kept>();

  constructor(mostBytes = MOST_BYTES) {
    this.#mostBytes = mostBytes;
  }

  /** Rejects as unpacking does. Jobs that need the same samples at the same time fetch them once. */
  async get(store: Store, packed: Packed): Promise<DataSet> {
    // The text of small samples tells them from others as well as a hash does.
    const name = 'text' in packed ? packed.text : packed.blob;
    const known = this.#kept.get(name);
    if (known !== undefined) {
      this.#kept.delete(name);
      this.#kept.set(name, known);
      return await known.set;
    }
    const kept: Kept = { set: this.#load(store, name, packed), bytes: 0 };
    this.#kept.set(name, kept);
    try {
      const set = await kept.set;
      kept.bytes = bytesOf(set);
      this.#forgetOld();
      return set;
    } catch (error) {
      this.#kept.delete(name);
      throw error;
    }
  }

  async #load(store: Store, name: string, packed: Packed): Promise<DataSet> {
    const parsed = await parsePacked('samples', store, packed, ofData);
    return { name, data: checkData(await fetchValue(parsed, store, ofData, true)) };
  }

  #forgetOld(): void {
    let bytes = [...this.#kept.values()].reduce((sum, kept) => sum + kept.bytes, 0);
    for (const [name, kept] of this.#kept) {
      if (bytes <= this.#mostBytes || this.#kept.size === 1) break;
      this.#kept.delete(name);
      bytes -= kept.bytes;
    }
  }
}

/** About: what typed arrays take, and a guess for rows. */
function bytesOf({ data }: DataSet): number {
  const { count, width, inputs, targets } = data;
  const ofTargets = ArrayBuffer.isView(targets) ? targets.byteLength : count * 16;
  if (width > 0 || isSparse(inputs)) return bytesOfInputs(data) + ofTargets;
  const [first] = inputs as readonly unknown[];
  return count * 32 * Math.max(Object.keys(Object(first)).length, 1) + ofTargets;
}
