/** The blocks that belong to one network: released together when it is disposed of, or collected without. */
import type { Realm } from './realm.js';

const collected = new FinalizationRegistry<Holdings>((holdings) => holdings.releaseAll());

export class Holdings {
  readonly #realm: Realm;
  readonly #blocks = new Map<number, number>();

  constructor(realm: Realm) {
    this.#realm = realm;
  }

  /** From now on, `owner` being garbage releases everything. */
  follow(owner: object): void {
    collected.register(owner, this, this);
  }

  reserve(bytes: number): number {
    const address = this.#realm.reserve(bytes);
    this.#blocks.set(address, bytes);
    return address;
  }

  /** Releasing a block twice, or after releaseAll, does nothing. */
  release(address: number): void {
    if (this.#blocks.delete(address)) this.#realm.release(address);
  }

  releaseAll(): void {
    collected.unregister(this);
    for (const address of [...this.#blocks.keys()]) this.release(address);
  }

  get bytes(): number {
    let sum = 0;
    for (const bytes of this.#blocks.values()) sum += bytes;
    return sum;
  }
}
