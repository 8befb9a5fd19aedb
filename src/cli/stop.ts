/** Ctrl-C: the first one ends what runs in an orderly way, a second one ends the process. Knows no network. */

const SIGNALS = { SIGINT: 130, SIGTERM: 143 } as const;

/** Somebody ended the command. The message says what was kept. */
export class Interrupted extends Error {
  override readonly name: string = 'Interrupted';
  readonly exitCode: number;

  constructor(message: string, exitCode: number) {
    super(message);
    this.exitCode = exitCode;
  }
}

export interface Stop {
  /** Aborts at the first signal. */
  readonly signal: AbortSignal;
  /** The exit code of the signal that came; undefined where none has. */
  readonly exitCode: number | undefined;
  /** From now on, signals end the process at once. */
  end(): void;
}

/** Listens for the first signal, and for no second one: that ends the process as always. */
export function listenForStop(): Stop {
  const controller = new AbortController();
  let exitCode: number | undefined;
  const listeners = Object.entries(SIGNALS).map(([name, code]) => {
    const listener = (): void => {
      exitCode ??= code;
      end();
      controller.abort();
    };
    return [name, listener] as const;
  });
  const end = (): void => {
    for (const [name, listener] of listeners) process.off(name, listener);
  };
  for (const [name, listener] of listeners) process.on(name, listener);
  return {
    signal: controller.signal,
    get exitCode() {
      return exitCode;
    },
    end,
  };
}
