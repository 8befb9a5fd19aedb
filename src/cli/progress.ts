/** Shows how far a fit is, on standard error: one line that is written anew on a terminal, a few lines in a pipe. */
import { figure, type Stream, widthOf } from './terminal.js';

export interface EpochFigures {
  readonly epoch: number;
  readonly loss: number;
  readonly accuracy?: number | undefined;
  readonly validationLoss?: number | undefined;
  readonly validationAccuracy?: number | undefined;
  readonly seconds: number;
}

export class FitProgress {
  readonly #stream: Stream;
  readonly #epochs: number;
  #seconds = 0;
  #isOpen = false;

  /** `epochs`: the most that there will be. */
  constructor(stream: Stream, epochs: number) {
    this.#stream = stream;
    this.#epochs = epochs;
  }

  show(result: EpochFigures): void {
    this.#seconds += result.seconds;
    const line = this.#lineOf(result);
    if (this.#stream.isTTY) {
      this.#stream.write(`\r${line.slice(0, widthOf(this.#stream) - 1)}\u001b[K`);
      this.#isOpen = true;
    } else if (isRound(result.epoch)) this.#stream.write(`${line}\n`);
  }

  /** Takes the line off the terminal. */
  end(): void {
    if (this.#isOpen) this.#stream.write('\r\u001b[K');
    this.#isOpen = false;
  }

  #lineOf({ epoch, loss, accuracy, validationLoss, validationAccuracy }: EpochFigures): string {
    const parts = [`epoch ${epoch}/${this.#epochs}`, `loss ${figure(loss)}`];
    if (validationLoss !== undefined) parts.push(`validation ${figure(validationLoss)}`);
    const share = validationAccuracy ?? accuracy;
    if (share !== undefined) parts.push(`accuracy ${share.toFixed(3)}`);
    // Seconds differ from run to run: logs that are compared have none.
    if (this.#stream.isTTY) parts.push(`${this.#seconds.toFixed(1)} s`);
    return parts.join('  ');
  }
}

/** 1, 2, 5, 10, 20, 50, 100, … */
function isRound(epoch: number): boolean {
  return /^[125]0*$/.test(`${epoch}`);
}
