/** The memory blocks of one network. All are released together when the network is disposed of or garbage-collected. */
import { WasmlpError } from '../../foundation/errors.js';
import type { Realm } from './realm.js';

/** Cloudflare Workers have no FinalizationRegistry before compatibility date 2025-05-05. There only dispose gives memory back. */
const collected =
  typeof FinalizationRegistry === 'undefined'
    ? undefined
    : new FinalizationRegistry<Holdings>((holdings) => holdings.releaseAll());

export class Holdings {
  readonly #realm: Realm;
  readonly #blocks = new Map<number, number>();
  #released = false;

  constructor(realm: Realm) {
    this.#realm = realm;
  }

  /** Releases everything when `owner` is garbage-collected. */
  follow(owner: object): void {
    collected?.register(owner, this, this);
  }

  reserve(bytes: number): number {
    this.check();
    const address = this.#realm.reserve(bytes);
    this.#blocks.set(address, bytes);
    return address;
  }

  /** Does nothing if the block was already released, alone or by releaseAll. */
  release(address: number): void {
    if (this.#blocks.delete(address)) this.#realm.release(address);
  }

  /** Ends the network. Nothing may touch its memory afterwards: it may already belong to another network. */
  releaseAll(): void {
    this.#released = true;
    collected?.unregister(this);
    for (const address of [...this.#blocks.keys()]) this.release(address);
  }

  /** Throws ERR_DISPOSED if the memory was given back. */
  check(): void {
    if (this.#released)
      throw new WasmlpError('ERR_DISPOSED', 'engine: this network was disposed of. Create a new one.');
  }

  get bytes(): number {
    let sum = 0;
    for (const bytes of this.#blocks.values()) sum += bytes;
    return sum;
  }
}
