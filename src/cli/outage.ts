/** A server that went away: says when it answers again. Knows no server, but how one is asked. */
import { saysAway } from '../cluster/patience.js';

const AGAIN_MILLISECONDS = 2000;

/** Messages about a server begin with its address: not all of them say that it is away. */
const ABOUT_SERVER = /^([a-z]+:\/\/\S+): (.*)/s;

export class Outage {
  readonly #ask: () => Promise<unknown>;
  readonly #say: (message: string) => void;
  #isAsking = false;
  #isOver = false;

  /** `ask` rejects while the server is away. */
  constructor(ask: () => Promise<unknown>, say: (message: string) => void) {
    this.#ask = ask;
    this.#say = say;
  }

  /** A message came. Where it says that the server is away, the server is asked until it answers. */
  hear(message: string): void {
    const [, server, text = ''] = ABOUT_SERVER.exec(message) ?? [];
    if (server !== undefined && saysAway(text) && !this.#isAsking) void this.#untilItAnswers(server);
  }

  async #untilItAnswers(server: string): Promise<void> {
    this.#isAsking = true;
    let answers = false;
    while (!answers && !this.#isOver) {
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MILLISECONDS).unref());
      answers = await this.#ask().then(
        () => true,
        () => false,
      );
    }
    this.#isAsking = false;
    if (!this.#isOver) this.#say(`${server} answers again`);
  }

  end(): void {
    this.#isOver = true;
  }
}
