/**
 * Shows how far a search is, on standard error: on a terminal the best trials in a table that is written anew in place; in a pipe a few lines,
 * and one a minute with the time.
 */
import type { SearchProgress, TrialStanding } from 'wasmlp/search';
import { countOf, figure, grouped, printable, type Stream, styler, wrapped } from './terminal.js';
import { ranked, type Score, trialsTable } from './trials-table.js';

/** Trials that the table shows. */
const SHOWN = 5;
/** The terminal gets no more than ten tables a second, and one a second where nothing happens: the time goes on. */
const REDRAW_MILLISECONDS = 100;
const TICK_MILLISECONDS = 1000;
/** A file gets a line in that time, beside those of round counts: a long search is not silent. */
const MINUTE_MILLISECONDS = 60_000;
/** Those that a study had come one after another: they are told of together. */
const KEPT_MILLISECONDS = 100;
/** Time left is judged by so many of the last trainings. */
const JUDGED_BY = 20;

export interface Terminal extends Stream {
  readonly rows?: number | undefined;
}

export interface Clock {
  /** In milliseconds. */
  now(): number;
  /** Calls back every so many milliseconds, up to a call of the returned function. */
  every(milliseconds: number, call: () => void): () => void;
}

const CLOCK: Clock = {
  now: () => performance.now(),
  every: (milliseconds, call) => {
    const timer = setInterval(call, milliseconds).unref();
    return () => clearInterval(timer);
  },
};

/** Which figures the lines have. */
export interface Searched {
  readonly trials: number;
  readonly score: Score;
}

export class SearchTable {
  readonly #stream: Terminal;
  readonly #searched: Searched;
  readonly #clock: Clock;
  readonly #start: number;
  readonly #isLive: boolean;
  readonly #endTicks: () => void;
  /** By number: trials that go on. */
  readonly #running = new Map<number, TrialStanding>();
  /** Of those that are over, the best. */
  #best: readonly TrialStanding[] = [];
  #failed = 0;
  /** When the last trainings ended. */
  readonly #times: number[];
  #finished = 0;
  #total = 0;
  /** How many of those that ended a study had already. */
  #kept = 0;
  #endKept: (() => void) | undefined;
  /** What the search waits for. */
  #note = '';
  #drawnAt = Number.NEGATIVE_INFINITY;
  /** Lines of the table that stands on the terminal. */
  #lines = 0;

  constructor(stream: Terminal, searched: Searched, clock: Clock = CLOCK) {
    this.#stream = stream;
    this.#searched = searched;
    this.#clock = clock;
    this.#start = clock.now();
    this.#times = [this.#start];
    // A dumb terminal cannot go back.
    this.#isLive = stream.isTTY === true && process.env.TERM !== 'dumb';
    this.#endTicks = this.#isLive
      ? clock.every(TICK_MILLISECONDS, () => this.#draw())
      : clock.every(MINUTE_MILLISECONDS, () => this.#lineOfMinute());
  }

  /** How far it is: `12 of 50 trials`. */
  get done(): string {
    const { trials } = this.#searched;
    const total = Math.max(this.#total, trials);
    return `${grouped(this.#finished)} of ${countOf(total, this.#isHalving ? 'training' : 'trial')}`;
  }

  /** A training is over, or was over when the search began. */
  show({ finished, total, kept, latest }: SearchProgress): void {
    if (kept === this.#kept) this.#tellKept();
    this.#finished = finished;
    this.#total = total;
    if (latest?.state === 'running') this.#stand(latest);
    if (kept > this.#kept) {
      this.#kept = kept;
      this.#endKept ??= this.#clock.every(KEPT_MILLISECONDS, () => this.#tellKept());
      return;
    }
    this.#note = '';
    this.#times.push(this.#clock.now());
    if (this.#times.length > JUDGED_BY + 1) this.#times.shift();
    if (this.#isLive) {
      if (this.#clock.now() - this.#drawnAt >= REDRAW_MILLISECONDS || finished === total) this.#draw();
    } else if (isRound(finished) || finished === total) this.#line(this.#headline().join('  '));
  }

  /** A trial goes on. It counts with the best of its rounds. */
  #stand(latest: TrialStanding): void {
    const before = this.#running.get(latest.number);
    const [best] = ranked(before === undefined ? [latest] : [latest, before], this.#searched.score);
    this.#running.set(latest.number, best ?? latest);
  }

  #lineOfMinute(): void {
    this.#line([...this.#headline(), ...this.#clockText()].join('  '));
  }

  /** Says where a search goes on that a study has a part of. */
  #tellKept(): void {
    if (this.#endKept === undefined) return;
    this.#endKept();
    this.#endKept = undefined;
    if (this.#isLive) this.#draw();
    else this.#line(this.#headline().join('  '));
  }

  /** What the search waits for, until a training ends. */
  tell(note: string): void {
    this.#note = printable(note);
    if (this.#isLive) this.#draw();
    else this.#line(this.#note);
  }

  #line(text: string): void {
    this.#stream.write(`${text}\n`);
  }

  /** A trial is over: halving may have left it behind. Told once of each, before `show`. */
  settle(trial: TrialStanding): void {
    this.#running.delete(trial.number);
    if (trial.state === 'failed') this.#failed++;
    this.#best = ranked([...this.#best, trial], this.#searched.score).slice(0, SHOWN);
  }

  /** Takes the table off the terminal, or leaves its last state there. */
  end(stays = false): void {
    this.#endTicks();
    this.#tellKept();
    if (!this.#isLive) return;
    if (stays) this.#draw();
    else this.#stream.write(this.#back());
    this.#lines = 0;
  }

  #draw(): void {
    this.#drawnAt = this.#clock.now();
    // A full line would begin the next one. Tables that do not fit would scroll.
    const width = (this.#stream.columns ?? 80) - 1;
    const room = (this.#stream.rows ?? 24) - 2;
    const style = styler(this.#stream);
    const parts = [...this.#headline(), ...this.#clockText()];
    const head = parts.reduce((line, part) => (`${line}  ${part}`.length <= width ? `${line}  ${part}` : line));
    const note =
      this.#note === ''
        ? []
        : wrapped(this.#note, width)
            .split('\n')
            .map((line) => line.slice(0, width));
    const trials = [...this.#best, ...this.#running.values()];
    const table = trialsTable(trials, this.#searched.score, SHOWN, width);
    const lines = [
      style('bold', head.slice(0, width)),
      ...note.map((line) => style('yellow', line)),
      ...(table.length > 1 ? table.map((line, i) => (i === 0 ? style('dim', line) : line)) : []),
    ].slice(0, Math.max(room + 1, 1));
    this.#stream.write(`${this.#back()}${lines.map((line) => `${line}\n`).join('')}`);
    this.#lines = lines.length;
  }

  /** To where the table begins, and everything from there on away. */
  #back(): string {
    return this.#lines === 0 ? '\r\u001b[J' : `\r\u001b[${this.#lines}A\u001b[J`;
  }

  #headline(): string[] {
    const { score, trials } = this.#searched;
    const [best] = ranked([...this.#best, ...this.#running.values()], score);
    const done = `${grouped(this.#finished)}/${grouped(Math.max(this.#total, trials))}`;
    const kept = this.#kept === 0 ? [] : [`${grouped(this.#kept)} from the study`];
    return [
      this.#isHalving ? `training ${done} (${countOf(trials, 'trial')})` : `trial ${done}`,
      ...(best === undefined ? [] : [`best ${score} ${figure(best.score as number)}`]),
      ...(this.#failed > 0 ? [`${grouped(this.#failed)} failed`] : []),
      ...kept,
    ];
  }

  /** Halving trains the better trials several times. */
  get #isHalving(): boolean {
    return this.#total > this.#searched.trials;
  }

  #clockText(): string[] {
    const now = this.#clock.now();
    const passed = timeText(now - this.#start);
    const [first = now] = this.#times;
    const ended = this.#times.length - 1;
    // Nobody knows how long it waits.
    if (ended < 2 || this.#finished >= this.#total || this.#note !== '') return [passed];
    const last = this.#times.at(-1) as number;
    // One that is late takes longer than those before.
    const each = Math.max((last - first) / ended, (now - first) / (ended + 1));
    const left = (this.#total - this.#finished) * each - (now - last);
    return [left > 0 ? `${passed}, about ${timeText(left)} left` : passed];
  }
}

/** 1, 2, 5, 10, 20, 50, 100, … */
function isRound(count: number): boolean {
  return /^[125]0*$/.test(`${count}`);
}

/** 0:07, 12:05, 3:00:00. */
function timeText(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  const two = (value: number): string => `${value}`.padStart(2, '0');
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}:${two(seconds % 60)}`;
  return `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(seconds % 60)}`;
}
