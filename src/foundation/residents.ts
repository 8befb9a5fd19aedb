/**
 * Workers that stay: one who needs a worker gets one that is idle, or a new one. They never keep a process alive while they are idle, and end
 * after a while. Does not know what they do.
 */
import { newLockName, whenFree } from './locks.js';
import { startWorker, type WorkerAddress, type WorkerProgram } from './workers.js';

const IDLE_MILLISECONDS = 10_000;

/** Who has a worker now. */
export interface Tenant<T> {
  onMessage(message: T): void;
  /** The worker has died. */
  onEnd(cause: unknown): void;
}

/** Idle workers. */
const idle = new Set<Resident<never>>();

export class Resident<T> {
  readonly #worker: Worker;
  readonly #address: string;
  readonly #program: WorkerProgram | undefined;
  #tenant: Tenant<T> | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isDead = false;
  #isOld = false;
  /** The lock that it is to hold as long as it lives; undefined where the runtime has none, and once it was asked for that. */
  #lock = newLockName();
  #askedLock: string | undefined;
  #heldLock: string | undefined;

  private constructor(address: WorkerAddress, program: WorkerProgram | undefined) {
    this.#address = String(address);
    this.#program = program;
    this.#worker = startWorker<T>(
      address,
      (message) => this.#tenant?.onMessage(message),
      (cause) => this.#died(cause),
      program,
    );
  }

  /** An idle worker that runs the program of this address, or a new one. */
  static hire<T>(address: WorkerAddress, tenant: Tenant<T>, program?: WorkerProgram): Resident<T> {
    const fits = (one: Resident<never>): boolean => one.#address === String(address) && one.#program === program;
    const resident = ([...idle].find(fits) as Resident<T> | undefined) ?? new Resident<T>(address, program);
    resident.#wake(tenant);
    return resident;
  }

  /** Whether somebody else had it before. */
  get isOld(): boolean {
    return this.#isOld;
  }

  get isDead(): boolean {
    return this.#isDead;
  }

  /** The name of the lock that the next message has to ask it to hold; undefined where it holds it, or needs none. */
  takeLock(): string | undefined {
    const lock = this.#lock;
    this.#lock = undefined;
    this.#askedLock = lock ?? this.#askedLock;
    return lock;
  }

  /** It has said that it holds the lock. */
  watchLock(): void {
    const lock = this.#askedLock as string;
    this.#heldLock = lock;
    whenFree(lock, () => this.#died(undefined));
  }

  /** The lock that is free when the worker is gone; undefined where it holds none. */
  get heldLock(): string | undefined {
    return this.#heldLock;
  }

  send(message: object, transfer: ArrayBuffer[] = []): void {
    this.#worker.postMessage(message, transfer);
  }

  /** It has nothing more to do, and waits for the next who needs it. */
  rest(): void {
    if (this.#isDead) return;
    this.#tenant = undefined;
    this.#isOld = true;
    idle.add(this as Resident<never>);
    (this.#worker as { unref?(): void }).unref?.();
    this.#timer = setTimeout(() => void this.end(), IDLE_MILLISECONDS);
    (this.#timer as { unref?(): void }).unref?.();
  }

  /** Ends it, whatever it does. In Node this returns a promise: until it resolves, the worker may still write. */
  end(): unknown {
    this.#isDead = true;
    this.#tenant = undefined;
    clearTimeout(this.#timer);
    idle.delete(this as Resident<never>);
    return this.#worker.terminate();
  }

  #wake(tenant: Tenant<T>): void {
    clearTimeout(this.#timer);
    idle.delete(this as Resident<never>);
    this.#tenant = tenant;
    (this.#worker as { ref?(): void }).ref?.();
  }

  #died(cause: unknown): void {
    if (this.#isDead) return;
    const tenant = this.#tenant;
    // A page's worker whose script fails lives on.
    void this.end();
    tenant?.onEnd(cause);
  }
}
