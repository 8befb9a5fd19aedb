/** How long a program waits for a server that is away: tells it from other faults, tries again, and gives up in time. Knows no server. */
import { orAbort } from '../search/or-abort.js';

export const AGAIN_MILLISECONDS = 250;

/** A longer time is a mistake, and timers do not take it. */
export const MOST_SECONDS = 24 * 3600;

/** What says that the server is away for a while, not that something is wrong. */
const AWAY =
  /^(E(CONN|HOST|NET|PIPE|TIMEDOUT|AI_AGAIN)\w*|57P0[1-5]|08\w{3}|53300|25P03)$|connection|timeout|terminat|not yet accepting|starting up|shutting down|socket|LOADING|READONLY/i;

/** Whether an error may be over when the server is back. */
export function isAway(error: unknown): boolean {
  const { code, message, errors } = Object(error) as { code?: unknown; message?: unknown; errors?: unknown };
  if (typeof code === 'string' && code.startsWith('ERR_')) return false;
  if (Array.isArray(errors) && errors.some(isAway)) return true;
  return AWAY.test(String(code ?? '')) || AWAY.test(String(message ?? ''));
}

/** The same of an error that is a text alone. */
export function saysAway(message: string): boolean {
  return isAway({ message }) || message.split(/[\s:]+/).some((word) => isAway({ code: word }));
}

/**
 * Does work again and again until the server is there. Rejects with other errors, and with the signal's reason: at once, since a server that is
 * silent answers nothing. What the work still does then is nobody's.
 */
export async function persist<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  for (;;) {
    signal.throwIfAborted();
    try {
      return await orAbort(signal, work());
    } catch (error) {
      signal.throwIfAborted();
      if (!isAway(error)) throw error;
      await orAbort(signal, new Promise((resolve) => setTimeout(resolve, AGAIN_MILLISECONDS)));
    }
  }
}

/** Rejects when it takes too long: what it waits for then goes on, and its error is nobody's. */
export async function inTime<T>(milliseconds: number, waited: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    const message = `no answer within ${milliseconds / 1000} seconds`;
    timer = setTimeout(() => reject(new Error(message)), milliseconds);
  });
  try {
    return await Promise.race([waited, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Waits for the end of something, but not for a server that is away. Its errors are nobody's. */
export async function atMost(milliseconds: number, waited: Promise<unknown>): Promise<void> {
  await inTime(milliseconds, waited).catch(() => undefined);
}
