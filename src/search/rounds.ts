/**
 * The rounds of a halving search, as they count: a trial counts with the best of its rounds, whatever came of it later. Who goes on is not
 * decided here. Trains nothing, writes nothing.
 */
import type { TrialRecord } from './records.js';

/** Below 0 if the first is better; 0 never, but for records of one trial. */
export type Compare = (a: TrialRecord, b: TrialRecord) => number;

export class Rounds {
  readonly #compare: Compare;
  /** By number, of trials that go on: the best round so far, with the seconds of all. */
  readonly #running = new Map<number, TrialRecord>();
  #best: TrialRecord | undefined;

  constructor(compare: Compare) {
    this.#compare = compare;
  }

  /** The best of the trials that go on. */
  get best(): TrialRecord | undefined {
    return this.#best;
  }

  /** A round of a trial that goes on. */
  add(round: TrialRecord): void {
    const best = this.#better(round);
    this.#running.set(round.number, best);
    if (this.#best === undefined || this.#compare(best, this.#best) <= 0) this.#best = best;
  }

  /** A trial that is over, as it counts. With an earlier round than the last one it has the number of that. One that failed has no score. */
  counted(over: TrialRecord): TrialRecord {
    const known = this.#running.get(over.number);
    if (known === undefined) return over;
    // What halving stopped had its last round before.
    const best = over.state === 'stopped' ? known : this.#better(over);
    this.#running.delete(over.number);
    if (this.#best?.number === over.number) this.#best = [...this.#running.values()].toSorted(this.#compare)[0];
    return over.state === 'failed' ? over : { ...best, state: over.state };
  }

  /** The better one of a new round and the known ones: of equal ones the new one. */
  #better(round: TrialRecord): TrialRecord {
    const known = this.#running.get(round.number);
    if (known === undefined) return round;
    const seconds = (known.seconds ?? 0) + (round.seconds ?? 0);
    return { ...(this.#compare(known, round) < 0 ? known : round), seconds };
  }
}
