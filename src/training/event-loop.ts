/**
 * Gives way to the event loop while networks train, so that timers, input and aborts have their turn. All fits of a thread share one
 * queue: between two turns of the event loop one fit trains, so ten fits block it no longer than one does.
 */
import { afterTurn } from '../foundation/turn.js';

/** A fit gives way after this time, at the end of its slice. */
const TURN_MILLISECONDS = 8;

const waiting: (() => void)[] = [];
/** When the event loop turned last, as far as this knows: at first, when the first fit asks. */
let turned: number | undefined;

/** Undefined where the event loop turned less than 8 ms ago; else a promise that resolves in a later turn. */
export function turnWhenDue(): Promise<void> | undefined {
  const now = performance.now();
  turned ??= now;
  if (now - turned < TURN_MILLISECONDS) return undefined;
  return new Promise((resolve) => {
    waiting.push(resolve);
    if (waiting.length === 1) afterTurn(serveOne);
  });
}

function serveOne(): void {
  turned = performance.now();
  const resolve = waiting.shift();
  if (waiting.length > 0) afterTurn(serveOne);
  resolve?.();
}
