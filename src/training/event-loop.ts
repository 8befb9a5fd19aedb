/**
 * Gives way to the event loop, so that timers, input and aborts are served while networks train. One queue for all fits of a
 * thread: between two turns of the event loop one of them runs, so that ten at once block it no longer than one.
 */

/** Longest stay away from the event loop, besides the slice that crosses it. */
const TURN_MILLISECONDS = 8;

const host = globalThis as { setImmediate?: (callback: () => void) => void };
// Taken now: whoever fakes timers later, for a test, does not stop training.
const { setImmediate } = host;

const waiting: (() => void)[] = [];
let turned = performance.now();

/** Resolves at once where the event loop turned less than 8 ms ago, else in a later turn. */
export function turnWhenDue(): Promise<void> | undefined {
  if (performance.now() - turned < TURN_MILLISECONDS) return undefined;
  return new Promise((resolve) => {
    waiting.push(resolve);
    if (waiting.length === 1) schedule(serveOne);
  });
}

function serveOne(): void {
  turned = performance.now();
  const resolve = waiting.shift();
  if (waiting.length > 0) schedule(serveOne);
  resolve?.();
}

/** Node has setImmediate; browsers clamp nested timers to 4 ms, so there a message channel is used. */
function schedule(callback: () => void): void {
  if (setImmediate !== undefined) {
    setImmediate(callback);
  } else if (typeof MessageChannel === 'undefined') {
    setTimeout(callback, 0);
  } else {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      callback();
    };
    port2.postMessage(null);
  }
}
