/**
 * Teams: workers that help with fits, and the memory that they share. A team stays for the next fit, so that this begins at once. It never
 * keeps a process alive, and ends when it was idle for a while. Knows no network.
 */
import { codedError, WasmlpError } from '../../../foundation/errors.js';
import { newLockName, whenFree } from '../../../foundation/locks.js';
import { startWorker, type WorkerAddress } from '../../../foundation/workers.js';
import { PAGE_BYTES } from '../realm.js';
import type { HelperMessage, HelpMessage } from './helper.js';
import { beginSession, endSession, type SharedFit } from './record.js';

const IDLE_MILLISECONDS = 10_000;

/** A worker of a team. */
class Helper {
  readonly #worker: Worker;
  readonly #lock = newLockName();
  #isFirst = true;
  #isReady = false;
  #isDead = false;
  /** The session that it was asked to help in, until it has left that. */
  #session: number | undefined;
  /** Settles the promise that it has left. */
  #onLeft: () => void = () => undefined;
  /** Gets the error when it dies while it helps. */
  onDeath: ((cause: unknown, isReady: boolean) => void) | undefined;

  constructor(address: WorkerAddress) {
    this.#worker = startWorker<HelperMessage>(
      address,
      (message) => this.#receive(message),
      (cause) => this.#died(cause),
    );
    // Node has it: an idle worker must not keep the process alive.
    (this.#worker as { unref?(): void }).unref?.();
  }

  get isDead(): boolean {
    return this.#isDead;
  }

  /** Whether it has started, and lives or has lived. */
  get isReady(): boolean {
    return this.#isReady;
  }

  help(message: Omit<HelpMessage, 'kind' | 'lock'>): void {
    const lock = this.#isFirst ? this.#lock : undefined;
    this.#isFirst = false;
    this.#session = message.session;
    this.#worker.postMessage({ kind: 'help', ...message, lock } satisfies HelpMessage);
  }

  /** Resolves when it is in no session, or dead. */
  left(): Promise<void> {
    return new Promise((resolve) => {
      this.#onLeft = resolve;
      if (this.#isDead || this.#session === undefined) resolve();
    });
  }

  end(): void {
    this.onDeath = undefined;
    this.#isDead = true;
    void this.#worker.terminate();
  }

  #receive(message: HelperMessage): void {
    if (message.kind === 'free') {
      if (message.session !== this.#session) return;
      this.#session = undefined;
      this.#onLeft();
      return;
    }
    this.#isReady = true;
    if (message.holdsLock) whenFree(this.#lock as string, () => this.#died(undefined));
  }

  #died(cause: unknown): void {
    if (this.#isDead) return;
    this.#isDead = true;
    // A page's worker whose script fails lives on.
    void this.#worker.terminate();
    this.#onLeft();
    this.onDeath?.(cause, this.#isReady);
  }
}

/** What a fit asks of a team. */
export interface TeamRequest {
  readonly module: WebAssembly.Module;
  /** Threads, the leader among them. */
  readonly threads: number;
  readonly pages: number;
  readonly address: WorkerAddress;
  /** Gets ERR_WORKER_DIED if a helper dies. */
  readonly onDeath: (error: unknown) => void;
  /** The public call, for errors. */
  readonly call: string;
  /** Whether a helper that does not start ends the fit. If not, the fit goes on with fewer threads. */
  readonly needsAll: boolean;
}

const idle: Team[] = [];

export class Team {
  #memory: WebAssembly.Memory | undefined;
  #pages = 0;
  #session = 0;
  #helpers: Helper[] = [];
  /** Those that help with this fit: an earlier one may have had more. */
  #active: readonly Helper[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** A team for one fit, whose helpers come as soon as they have started: the leader need not wait for them. */
  static begin(request: TeamRequest): { readonly team: Team; readonly fit: SharedFit } {
    const team = idle.pop() ?? new Team();
    try {
      return { team, fit: team.#begin(request) };
    } catch (error) {
      team.#dissolve();
      throw error;
    }
  }

  #begin({ module, threads, pages, address, onDeath, call, needsAll }: TeamRequest): SharedFit {
    clearTimeout(this.#timer);
    const memory = this.#memoryOf(pages);
    this.#session++;
    beginSession(memory, this.#session, threads);
    this.#dropDead();
    try {
      while (this.#helpers.length < threads - 1) this.#helpers.push(new Helper(address));
    } catch (cause) {
      // A worker that cannot be made at all.
      if (needsAll) throw workerDied(call, false, cause);
    }
    this.#active = this.#helpers.slice(0, threads - 1);
    this.#active.forEach((helper, i) => {
      helper.onDeath = (cause, isReady) => {
        if (isReady || needsAll) onDeath(workerDied(call, isReady, cause));
      };
      helper.help({ module, memory, index: i + 1, session: this.#session });
    });
    return { module, memory, threads };
  }

  /** Where one did not start, those that were still starting with it will not either, and must not end a later fit. */
  #dropDead(): void {
    const someDidNotStart = this.#helpers.some(({ isDead, isReady }) => isDead && !isReady);
    for (const helper of this.#helpers) if (someDidNotStart && !helper.isReady) helper.end();
    this.#helpers = this.#helpers.filter(({ isDead }) => !isDead);
  }

  /** Ends the fit, and keeps the team for the next one. Only where this thread leads, or another that came to the fit's end. */
  end(): void {
    this.#leave();
    this.#keep();
  }

  /**
   * The same where another thread leads that was ended, once it is gone: until then it would write over the end, and helpers would wait for it.
   * It may have been ended in the middle of a phase, so the team is free when its helpers have left. Where nobody can know that it is gone, the
   * team is given up, and its memory.
   */
  async endAfter(gone: Promise<boolean>): Promise<void> {
    for (const helper of this.#helpers) helper.onDeath = undefined;
    const isGone = await gone;
    this.#leave();
    if (!isGone) {
      this.#dissolve();
      return;
    }
    await Promise.all(this.#active.map((helper) => helper.left()));
    this.#keep();
  }

  /** Has the helpers leave the fit. */
  #leave(): void {
    endSession(this.#memory as WebAssembly.Memory);
    for (const helper of this.#helpers) helper.onDeath = undefined;
  }

  #keep(): void {
    // One is enough for fits one after another.
    for (const other of idle.splice(0)) other.#dissolve();
    idle.push(this);
    this.#timer = setTimeout(() => this.#dissolve(), IDLE_MILLISECONDS);
    (this.#timer as { unref?(): void }).unref?.();
  }

  #dissolve(): void {
    clearTimeout(this.#timer);
    const index = idle.indexOf(this);
    if (index >= 0) idle.splice(index, 1);
    for (const helper of this.#helpers) helper.end();
  }

  /** The memory of the last fit, if it is large enough: every new one is garbage that each worker has to collect. */
  #memoryOf(pages: number): WebAssembly.Memory {
    if (this.#memory !== undefined && this.#pages >= pages) return this.#memory;
    const twice = Math.min(2 * this.#pages, MAX_PAGES);
    // Given back first: the host may have no room for both.
    this.#memory = undefined;
    this.#pages = 0;
    // Twice the last one, if the host gives that much: fits that grow bit by bit then do not each need a new one.
    const memory = (twice > pages ? sharedMemory(twice) : undefined) ?? sharedMemory(pages);
    if (memory === undefined) {
      const mend = 'Use a smaller network or fewer samples, or leave threads out.';
      throw codedError(
        'ERR_OUT_OF_MEMORY',
        `memory: the host does not give ${Math.ceil((pages * PAGE_BYTES) / 2 ** 20)} MiB to share. ${mend}`,
      );
    }
    this.#memory = memory;
    this.#pages = memory.buffer.byteLength / PAGE_BYTES;
    return memory;
  }
}

/** What 32-bit addresses reach, less a page. */
const MAX_PAGES = 65535;

/** Undefined where the host does not give it. */
function sharedMemory(pages: number): WebAssembly.Memory | undefined {
  try {
    return new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  } catch {
    return undefined;
  }
}

function workerDied(call: string, isReady: boolean, cause: unknown): WasmlpError {
  const message = isReady
    ? 'that trained with this one died. The network has the weights of the last whole batch; fit again, or leave threads out.'
    : "for threads did not start. Put dist/worker.js beside this program's file or give its address (background: { workerUrl }), let the page's policy allow it (worker-src, trusted-types wasmlp), or leave threads out.";
  return new WasmlpError('ERR_WORKER_DIED', `${call}: the worker ${message}`, { cause });
}
