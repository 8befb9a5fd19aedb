/** All combinations of a grid, one after another, where what is asked may depend on what was drawn before. */
import type { Sampler } from './trial.js';

/** A question of the current combination. */
interface Wheel {
  readonly name: string;
  readonly count: number;
  place: number;
}

/** Counts like an odometer: the last question asked turns fastest. */
export class Grid {
  #wheels: Wheel[] = [];
  /** Wheels that the current combination has asked for. */
  #asked = 0;
  #isFirst = true;

  /** The sampler of the next combination; undefined after the last one. */
  next(): Sampler | undefined {
    if (!this.#isFirst && !this.#turn()) return undefined;
    this.#isFirst = false;
    this.#asked = 0;
    return { place: (name, count) => this.#place(name, count), share: undefined };
  }

  #turn(): boolean {
    // Those that the last combination did not ask for are of an earlier one.
    this.#wheels.length = this.#asked;
    for (let wheel = this.#wheels.at(-1); wheel !== undefined; wheel = this.#wheels.at(-1)) {
      if (++wheel.place < wheel.count) return true;
      this.#wheels.pop();
    }
    return false;
  }

  #place(name: string, count: number): number {
    const wheel = this.#wheels[this.#asked++];
    if (wheel?.name === name && wheel.count === count) return wheel.place;
    // Another question than before: what followed then is asked no more.
    this.#wheels.length = this.#asked - 1;
    this.#wheels.push({ name, count, place: 0 });
    return 0;
  }
}
