/** Ctrl-C: the first one ends what runs in an orderly way, a second one ends the process. Knows no network. */

/** The signals that ask a command to end, each with its exit code. */
const SIGNALS = { SIGINT: 130, SIGTERM: 143 } as const;

/** Calls back at the first of them. A second one ends the process as always, and so does the first after the returned function was called. */
export function atFirstSignal(listener: (exitCode: number) => void): () => void {
  const listeners = Object.entries(SIGNALS).map(([name, exitCode]) => {
    const heard = (): void => {
      end();
      listener(exitCode);
    };
    return [name, heard] as const;
  });
  const end = (): void => {
    for (const [name, heard] of listeners) process.off(name, heard);
  };
  for (const [name, heard] of listeners) process.on(name, heard);
  return end;
}

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

/** Listens for the first signal. */
export function listenForStop(): Stop {
  const controller = new AbortController();
  let exitCode: number | undefined;
  const end = atFirstSignal((code) => {
    exitCode = code;
    controller.abort();
  });
  return {
    signal: controller.signal,
    get exitCode() {
      return exitCode;
    },
    end,
  };
}
