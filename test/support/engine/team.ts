/**
 * Networks that several threads train, on memory of their own, for tests of assembly/train/team/: with every phase shared however small it
 * is, and with canaries around all that the kernel may touch.
 */
import { Worker } from 'node:worker_threads';
import * as abi from '../../../assembly/abi.js';
import type { KernelExports } from '../../../src/engine/wasm/kernel.js';
import { createMoments } from '../../../src/engine/wasm/moments.js';
import { WasmNetwork } from '../../../src/engine/wasm/network.js';
import { PAGE_BYTES, Realm } from '../../../src/engine/wasm/realm.js';
import { layerRecord } from '../../../src/engine/wasm/records.js';
import { beginSession, RESERVED_BYTES } from '../../../src/engine/wasm/threads/record.js';
import type { NetworkSpec } from '../../../src/options/spec.js';
import { type Build, readBuild } from './workbench.js';

/** The builds for several threads, each with the build that computes the same with one. */
export const TWINS = {
  threadsDebug: 'debug',
  threads: 'simd',
  threadsWide: 'wide',
  threadsRelaxed: 'relaxed',
  threadsRelaxedWide: 'relaxedWide',
} as const satisfies Record<string, Build>;

export type TeamBuild = keyof typeof TWINS;
export const TEAM_BUILDS = Object.keys(TWINS) as TeamBuild[];

/** Why this host cannot run a build; undefined where it can. */
export function whyNot(build: TeamBuild): string | undefined {
  return WebAssembly.validate(readBuild(build)) ? undefined : `Node ${process.versions.node} has no relaxed SIMD`;
}

/** What assembly/threads.ts exports, and what the engine calls. */
export interface TeamExports extends KernelExports {
  help(team: number, index: number, session: number): void;
  share(team: number, chunks: number, active: number): void;
  doChunk(team: number, phase: number, chunk: number, chunks: number, thread: number): void;
}

export type Call = readonly [name: 'help' | 'share' | 'doChunk', ...given: number[]];

const CANARY_BYTES = 64;
const ALIGNED = abi.ALIGNMENT_BYTES;

/** What a word holds that nobody may write. */
function pattern(index: number): number {
  return 0x5ca10000 + (index & 0xffff);
}

/** The offsets in the Team record where fields lie. No other word of it may change. */
const FIELDS = new Set([
  ...Object.entries(abi).flatMap(([name, offset]) =>
    /^TEAM_(?!BYTES|CLAIM|THREADS|ADDRESS)/.test(name) ? [offset] : [],
  ),
  abi.TEAM_FACTOR + 4,
  ...Array.from({ length: abi.TEAM_THREADS }, (_, i) => abi.TEAM_CLAIMS + i * abi.TEAM_CLAIM_BYTES),
  ...Array.from({ length: abi.TEAM_THREADS }, (_, i) => abi.TEAM_CLAIMS + i * abi.TEAM_CLAIM_BYTES + 4),
]);

/** A realm whose blocks have canaries around them. */
class WatchedRealm extends Realm {
  readonly blocks = new Map<number, number>();

  override reserve(bytes: number): number {
    const address = super.reserve(bytes + ALIGNED + 2 * CANARY_BYTES) + CANARY_BYTES;
    this.blocks.set(address, bytes);
    this.#watch(address, bytes, (words, i) => {
      words[i] = pattern(i);
    });
    return address;
  }

  override release(address: number): void {
    if (this.blocks.delete(address)) super.release(address - CANARY_BYTES);
  }

  faults(): string[] {
    const faults: string[] = [];
    for (const [address, bytes] of this.blocks) {
      this.#watch(address, bytes, (words, i) => {
        if (words[i] !== pattern(i))
          faults.push(`word ${i} beside the block at ${address} of ${bytes} bytes was written`);
      });
    }
    return faults;
  }

  #watch(address: number, bytes: number, look: (words: Uint32Array, index: number) => void): void {
    const words = this.words;
    const canary = CANARY_BYTES >>> 2;
    const [start, end] = [address >>> 2, (address + bytes) >>> 2];
    for (let i = start - canary; i < start; i++) look(words, i);
    for (let i = end; i < end + canary; i++) look(words, i);
  }
}

/** Memory that threads share, with one kernel on it for this thread. */
export class TeamBench {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly kernel: TeamExports;
  /** The Team record, at offsets of abi.ts divided by 4. */
  readonly record: Int32Array;
  /** What `train` of the kernel returned: how many samples it trained on. */
  readonly trained: number[] = [];
  readonly #scratch: number;
  readonly #data: Uint32Array;
  readonly #words: Uint32Array;
  readonly #threads: Thread[] = [];
  #realm: WatchedRealm | undefined;

  constructor(build: TeamBuild, pages = 64) {
    this.module = new WebAssembly.Module(readBuild(build));
    const all = pages + Math.ceil((abi.TEAM_THREADS * abi.SCRATCH_BYTES) / PAGE_BYTES);
    this.memory = new WebAssembly.Memory({ initial: all, maximum: all, shared: true });
    // Behind all blocks: chunks leave in it what they like.
    this.#scratch = pages * PAGE_BYTES;
    this.#words = new Uint32Array(this.memory.buffer);
    const abort = (_message: number, _file: number, line: number, column: number): never => {
      throw new Error(`assert of the kernel failed at line ${line}, column ${column}`);
    };
    const { exports } = new WebAssembly.Instance(this.module, { env: { memory: this.memory, abort } });
    const kernel = exports as unknown as TeamExports;
    const train: KernelExports['train'] = (...given) => {
      const trained = kernel.train(...given);
      this.trained.push(trained);
      return trained;
    };
    this.kernel = { ...kernel, train };
    this.record = new Int32Array(this.memory.buffer, abi.TEAM_ADDRESS, abi.TEAM_BYTES >>> 2);
    const own = Math.ceil(this.kernel.heapBase() / 4);
    this.#data = this.#words.slice(0, own);
    for (let i = own; i < abi.TEAM_ADDRESS >>> 2; i++) this.#words[i] = pattern(i);
    for (let at = 0; at < abi.TEAM_BYTES; at += 4)
      if (!FIELDS.has(at)) this.#words[(abi.TEAM_ADDRESS + at) >>> 2] = pattern(at);
  }

  get(offset: number): number {
    return Atomics.load(this.record, offset >>> 2);
  }

  set(fields: Readonly<Record<number, number>>): void {
    for (const offset in fields) Atomics.store(this.record, Number(offset) >>> 2, fields[offset] as number);
  }

  setFloat(offset: number, value: number): void {
    new DataView(this.memory.buffer).setFloat32(abi.TEAM_ADDRESS + offset, value, true);
  }

  setDouble(offset: number, value: number): void {
    new DataView(this.memory.buffer).setFloat64(abi.TEAM_ADDRESS + offset, value, true);
  }

  /** Begins a session in which everything is shared. */
  begin(session: number, threads: number): void {
    beginSession(this.memory, session, threads);
    this.set({ [abi.TEAM_LEAST_WORK]: 1 });
  }

  /** A network in the place of the last one. The record of it is at `header`. */
  createNetwork(spec: NetworkSpec): { network: WasmNetwork; header: number } {
    const { module, memory, kernel } = this;
    const realm = new WatchedRealm({ module, memory, exports: { ...kernel, heapBase: () => RESERVED_BYTES } });
    const firsts: number[] = [];
    let panels = 0;
    for (const { units } of spec.layers) {
      firsts.push(panels);
      panels += Math.ceil(units / abi.PANEL);
    }
    const sums = realm.reserve(panels * Float64Array.BYTES_PER_ELEMENT);
    const network = new WasmNetwork(realm, spec, createMoments);
    const header = [...realm.blocks.keys()][1] as number;
    this.set({ [abi.TEAM_PARTIAL_SUMS]: sums, [abi.TEAM_SCRATCH]: this.#scratch });
    realm.writeWords(header, { [abi.NETWORK_TEAM]: abi.TEAM_ADDRESS });
    firsts.forEach((first, l) => {
      realm.writeWords(layerRecord(header, l), { [abi.LAYER_FIRST_PANEL]: first });
    });
    this.#realm = realm;
    return { network, header };
  }

  /** The words of all blocks of the network, a view. */
  blocks(): Uint32Array {
    const ends = [...(this.#realm?.blocks ?? [])].map(([address, bytes]) => address + bytes);
    return this.#words.subarray(RESERVED_BYTES >>> 2, Math.ceil(Math.max(...ends) / 4));
  }

  /** What was written that nobody may write. */
  faults(): string[] {
    const faults = this.#realm?.faults() ?? [];
    const words = this.#words;
    this.#data.forEach((word, i) => {
      if (words[i] !== word) faults.push(`word ${i} of the module's data changed`);
    });
    for (let i = this.#data.length; i < abi.TEAM_ADDRESS >>> 2; i++) {
      if (words[i] !== pattern(i)) faults.push(`word ${i} before the Team record was written`);
    }
    for (let at = 0; at < abi.TEAM_BYTES; at += 4) {
      if (FIELDS.has(at) || words[(abi.TEAM_ADDRESS + at) >>> 2] === pattern(at)) continue;
      faults.push(`the Team record was written at ${at}, where it has no field`);
    }
    return faults;
  }

  /** Starts a thread on this memory. */
  thread(): Thread {
    const thread = new Thread(this.module, this.memory);
    this.#threads.push(thread);
    return thread;
  }

  async end(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.end()));
  }
}

/** Another thread. */
export class Thread {
  readonly #worker: Worker;
  #failure: unknown;

  constructor(module: WebAssembly.Module, memory: WebAssembly.Memory) {
    const program = new URL('./thread.js', import.meta.url);
    const doneAt = abi.TEAM_ADDRESS + abi.TEAM_DONE;
    this.#worker = new Worker(program, { workerData: { module, memory, doneAt }, execArgv: [] });
    this.#worker.once('error', (error) => {
      this.#failure = error;
    });
  }

  /** Has the kernel called there, once for each. Resolves after the last one: how many chunks other threads did in phases that it led. */
  call(...calls: readonly Call[]): Promise<number> {
    return new Promise((resolve, reject) => {
      if (this.#failure !== undefined) reject(this.#failure);
      this.#worker.once('error', reject);
      this.#worker.once('message', (result) => {
        this.#worker.off('error', reject);
        resolve(result);
      });
      this.#worker.postMessage(calls);
    });
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }
}
