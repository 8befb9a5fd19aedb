/** A turn of the event loop, in every host. Does not know who waits for it. */

const host = globalThis as { setImmediate?: (callback: () => void) => void };
// Taken now, so that a test that fakes timers later does not stop training.
const { setImmediate } = host;

/** Calls back in a later turn. Node has setImmediate. Browsers stretch nested timers to 4 ms, so a message channel is used there. */
export function afterTurn(callback: () => void): void {
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
