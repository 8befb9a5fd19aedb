/** The blocks that belong to one network: released together when it is disposed of, or collected without. */
import { WasmlpError } from '../../foundation/errors.js';
import type { Realm } from './realm.js';

/** Workers of Cloudflare have none before the compatibility date of 2025-05-05: there only dispose gives memory back. */
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

  /** From now on, `owner` being garbage releases everything. */
  follow(owner: object): void {
    collected?.register(owner, this, this);
  }

  reserve(bytes: number): number {
    this.check();
    const address = this.#realm.reserve(bytes);
    this.#blocks.set(address, bytes);
    return address;
  }

  /** Releasing a block twice, or after releaseAll, does nothing. */
  release(address: number): void {
    if (this.#blocks.delete(address)) this.#realm.release(address);
  }

  /** The network's end: nothing may touch its memory after, which may belong to another by then. */
  releaseAll(): void {
    this.#released = true;
    collected?.unregister(this);
    for (const address of [...this.#blocks.keys()]) this.release(address);
  }

  /** ERR_DISPOSED where the memory was given back. */
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
