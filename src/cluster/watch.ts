/**
 * Tells a program that searches what it waits for: workers, or a server that is away. It asks only where nothing has ended for a while, or a
 * connection has broken. Knows no jobs but their number.
 */
import type { Crew } from '../search/crew.js';
import type { Queue } from './bull.js';
import { atMost, inTime } from './patience.js';
import type { Server } from './server.js';

/** Without the end of a training for so long, it asks; and so often. */
const QUIET_MILLISECONDS = 5000;
/** How long the server may take to answer. */
const ANSWER_MILLISECONDS = 4000;

/** `alone`: jobs wait, and nobody trains. */
type State = 'fine' | 'alone' | 'away';

export class Watch {
  readonly #server: Server;
  readonly #tell: (message: string) => void;
  /** Opened when it is first asked. */
  #queue: Queue | undefined;
  #state: State = 'fine';
  #searches = 0;
  #lastEnd = 0;
  #isAsking = false;
  /** What a server that is away has not answered yet: it is asked once. */
  #pending: Promise<State> | undefined;
  #timer: ReturnType<typeof setInterval> | undefined;
  /** Of all that searches wait for. */
  readonly #rejects = new Set<(error: unknown) => void>();

  constructor(server: Server, tell: (message: string) => void) {
    this.#server = server;
    this.#tell = tell;
  }

  /** The crew of a search, watched from its beginning to its end. */
  async over(begun: Promise<Crew>): Promise<Crew> {
    this.#begin();
    const crew = await this.#orTold(begun).catch((error) => {
      this.#end();
      throw error;
    });
    const ended = <T>(outcome: T): T => {
      this.#lastEnd = performance.now();
      this.#enter('fine');
      return outcome;
    };
    return {
      size: crew.size,
      run: (task) => this.#orTold(crew.run(task).then(ended)),
      end: async () => {
        this.#end();
        await crew.end();
      },
    };
  }

  /** A connection has an error: whether the server is away is asked now, not after a quiet time. */
  hear(): void {
    if (this.#searches > 0) void this.#ask(true);
  }

  /** Rejects with what the listener throws meanwhile, as searches do with what their other callbacks throw. */
  #orTold<T>(waited: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#rejects.add(reject);
      void waited.then(resolve, reject).finally(() => this.#rejects.delete(reject));
    });
  }

  #say(message: string): void {
    const fail = (error: unknown): void => {
      for (const reject of this.#rejects) reject(error);
    };
    try {
      Promise.resolve(this.#tell(message) as unknown).catch(fail);
    } catch (error) {
      fail(error);
    }
  }

  #begin(): void {
    this.#lastEnd = performance.now();
    if (this.#searches++ > 0) return;
    this.#timer = setInterval(() => void this.#ask(), QUIET_MILLISECONDS / 2);
    this.#timer.unref();
  }

  #end(): void {
    if (--this.#searches > 0) return;
    clearInterval(this.#timer);
    this.#state = 'fine';
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#searches = 0;
    const queue = this.#queue;
    this.#queue = undefined;
    // A server that is away is not waited for.
    if (queue !== undefined) await atMost(ANSWER_MILLISECONDS, queue.close());
  }

  async #ask(isDue = false): Promise<void> {
    const isQuiet = performance.now() - this.#lastEnd >= QUIET_MILLISECONDS;
    if (this.#isAsking || !(isDue || isQuiet || this.#state !== 'fine')) return;
    this.#isAsking = true;
    this.#pending ??= this.#look().finally(() => {
      this.#pending = undefined;
    });
    const state = await inTime(ANSWER_MILLISECONDS, this.#pending).catch((): State => 'away');
    this.#isAsking = false;
    if (this.#searches > 0) this.#enter(state);
  }

  async #look(): Promise<State> {
    this.#queue ??= this.#open();
    const { waiting = 0, active = 0 } = await this.#queue.getJobCounts('waiting', 'active');
    return waiting > 0 && active === 0 ? 'alone' : 'fine';
  }

  #open(): Queue {
    const { bull, name, options, backend } = this.#server;
    const queue = new bull.Queue(name, options, backend);
    queue.on('error', () => undefined);
    return queue;
  }

  /** What changes is told once. */
  #enter(state: State): void {
    const before = this.#state;
    if (state === before) return;
    this.#state = state;
    const { kind, shown } = this.#server.address;
    if (state === 'away') this.#say(`${shown} does not answer. The search waits for it.`);
    else if (before === 'away') this.#say(`${shown} answers again.`);
    if (state === 'alone') {
      const worker = `npx wasmlp worker --${kind} ${shown} --name ${this.#server.name}`;
      this.#say(`The search waits for workers. On each machine that shall train, start one: ${worker}`);
    } else if (before === 'alone' && state === 'fine') this.#say('Workers train.');
  }
}
