/** Keeps passwords out of messages that say what was given: an address may stand where none is expected. */
import { codedError, type ErrorCode } from './errors.js';

/** A text in which addresses that may have a password are cut off: those with a user or options, and those whose end a message left out. */
export function withoutSecrets(text: string): string {
  return text.replace(/\/\/\S*[@?…][^\s"]*/g, '//…');
}

/** Does checks whose messages may describe an address. */
export function discreetly<T>(check: () => T): T {
  try {
    return check();
  } catch (error) {
    const { code, message } = error as Error & { code: ErrorCode };
    const cleaned = withoutSecrets(message);
    // A new one: the stack has the message too.
    throw cleaned === message ? error : codedError(code, cleaned);
  }
}
