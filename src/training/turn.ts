/** Gives way to the event loop, so that timers, input and aborts are served while a network trains. */

interface Host {
  setImmediate?: (callback: () => void) => void;
}

/**
 * Resolves in a later turn of the event loop. Node has setImmediate; browsers clamp nested timers to 4 ms, so there a
 * message channel is used.
 */
export function nextTurn(): Promise<void> {
  const { setImmediate } = globalThis as Host;
  if (setImmediate !== undefined) return new Promise((resolve) => setImmediate(resolve));
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
