/**
 * One instance of the kernel and its memory. All networks of this thread share it, because hosts limit how many memories may
 * exist.
 *
 * Blocks are reserved before a kernel runs; a kernel never allocates. Growing the memory detaches every view, so callers get a
 * fresh view for each use. A trap leaves the memory in an unknown state and poisons the realm: every later call throws.
 */
import { codedError, WasmlpError } from '../../foundation/errors.js';
import { afterTurn } from '../../foundation/turn.js';
import { Arena } from './arena.js';
import { instantiateKernel, type Kernel, type KernelExports, type Variant } from './kernel.js';

export const PAGE_BYTES = 65536;
/** 16 MiB. */
const SPARE_PAGES = 256;
/** Reserved between two turns of the event loop. Networks of 1 MB each, all garbage, then take 0.5 to 1.5 GB at most (Node 20). */
const BREATH_BYTES = 2 ** 24;

export class Realm {
  /** The compiled kernel. */
  readonly module: WebAssembly.Module;
  readonly #memory: WebAssembly.Memory;
  readonly #exports: KernelExports;
  readonly #arena: Arena;
  #floats!: Float32Array;
  #words!: Uint32Array;
  #doubles!: Float64Array;
  #trap: unknown;
  /** Bytes reserved since the event loop had its turn here. */
  #reserved = 0;

  constructor({ module, exports, memory }: Kernel) {
    this.module = module;
    this.#memory = memory;
    this.#exports = exports;
    this.#look();
    this.#arena = new Arena(exports.heapBase(), (endBytes) => this.#grow(endBytes));
  }

  /** The memory as float32. Valid until the next `reserve`. */
  get floats(): Float32Array {
    this.#refresh();
    return this.#floats;
  }

  /** The memory as uint32. Valid until the next `reserve`. */
  get words(): Uint32Array {
    this.#refresh();
    return this.#words;
  }

  /** The memory as float64. Valid until the next `reserve`. */
  get doubles(): Float64Array {
    this.#refresh();
    return this.#doubles;
  }

  /** A view of memory that has grown has no length. To ask for its buffer takes 20 ns, a seventh of `predict` of one row of 2-2-1. */
  #refresh(): void {
    this.#checkSound();
    if (this.#floats.length === 0) this.#look();
  }

  #look(): void {
    const { buffer } = this.#memory;
    this.#floats = new Float32Array(buffer);
    this.#words = new Uint32Array(buffer);
    this.#doubles = new Float64Array(buffer);
  }

  /** Writes the fields of a record at their offsets, uint32 each. */
  writeWords(record: number, fields: Readonly<Record<number, number>>): void {
    writeFields(this.words, record, fields);
  }

  /** Writes the fields of a record at their offsets, float32 each. */
  writeFloats(record: number, fields: Readonly<Record<number, number>>): void {
    writeFields(this.floats, record, fields);
  }

  get poisoned(): boolean {
    return this.#trap !== undefined;
  }

  /** Bytes reserved for networks and data sets. */
  get reservedBytes(): number {
    return this.#arena.reservedBytes;
  }

  reserve(bytes: number): number {
    this.#checkSound();
    this.#reserved += bytes;
    return this.#arena.reserve(bytes);
  }

  /**
   * Gives way to the event loop after each 16 MiB: only in a turn of its own does the host say which networks were collected. A program
   * that creates networks and only awaits promises had 3,249 of 1 MB each when its memory was full, all but one of them garbage. Undefined where no wait is due: an await more takes a tenth
   * of the time of creating 2-2-1.
   */
  breathe(): Promise<void> | undefined {
    if (this.#reserved < BREATH_BYTES) return undefined;
    this.#reserved = 0;
    return new Promise(afterTurn);
  }

  release(address: number): void {
    this.#arena.release(address);
  }

  /** The largest magnitude of float32 numbers; infinite or NaN where one of them is. `bytes` is a multiple of 16. */
  largest(address: number, bytes: number): number {
    return this.run((kernel) => kernel.largest(address, bytes));
  }

  forward(network: number): void {
    try {
      this.#exports.forward(network, 1);
    } catch (trap) {
      this.#trap = trap;
      throw this.#broken();
    }
  }

  /** Calls into the kernel. A trap throws ERR_ENGINE, now and in every later call. */
  run<T>(call: (exports: KernelExports) => T): T {
    this.#checkSound();
    try {
      return call(this.#exports);
    } catch (trap) {
      this.#trap = trap;
      throw this.#broken();
    }
  }

  /** Memory may hold anything after a trap, so it must not be read or handed out any more. */
  #checkSound(): void {
    if (this.#trap !== undefined) throw this.#broken();
  }

  #broken(): WasmlpError {
    const mend = 'Its networks are lost. Create new ones and report this.';
    const message = `engine: the WebAssembly instance stopped with "${String(this.#trap)}". ${mend}`;
    return new WasmlpError('ERR_ENGINE', message, { cause: this.#trap });
  }

  #grow(endBytes: number): void {
    const missing = endBytes - this.#memory.buffer.byteLength;
    if (missing <= 0) return;
    const pages = Math.ceil(missing / PAGE_BYTES);
    try {
      // Grows by more than is missing, because growing is costly: it detaches the views, and V8 discards the code it optimised for
      // them.
      const spare = Math.max(SPARE_PAGES, Math.ceil(this.#memory.buffer.byteLength / PAGE_BYTES / 4));
      this.#memory.grow(pages + spare);
      return;
    } catch {
      // The host refuses that much, so ask only for what is missing.
    }
    try {
      this.#memory.grow(pages);
    } catch (cause) {
      const size = `${Math.ceil(endBytes / 2 ** 20)} MiB`;
      const mend = 'Use a smaller network or fewer samples, or dispose of others.';
      throw codedError('ERR_OUT_OF_MEMORY', `memory: the host does not give ${size}. ${mend}`, { cause });
    }
  }
}

function writeFields(
  memory: Float32Array | Uint32Array,
  record: number,
  fields: Readonly<Record<number, number>>,
): void {
  for (const offset in fields) memory[(record + Number(offset)) >>> 2] = fields[offset] as number;
}

const shared = new Map<Variant, Promise<Realm>>();

/** The realm of a variant in this thread. Makes a new one if the last one is poisoned. */
export async function sharedRealm(variant: Variant): Promise<Realm> {
  const last = shared.get(variant);
  if (last !== undefined) {
    const realm = await last;
    if (!realm.poisoned) return realm;
  }
  const next = instantiateKernel(variant).then((kernel) => new Realm(kernel));
  shared.set(variant, next);
  next.catch(() => {
    if (shared.get(variant) === next) shared.delete(variant);
  });
  return next;
}
