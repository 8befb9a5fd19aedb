/**
 * A thread with a kernel on memory that it shares: calls what it is told to, call after call. Then it says how many chunks other threads did in
 * phases that it led.
 */
import { parentPort, workerData } from 'node:worker_threads';

const { module, memory, doneAt } = workerData;
/**
 * @param {number} _message
 * @param {number} _file
 * @param {number} line
 * @param {number} column
 */
const abort = (_message, _file, line, column) => {
  throw new Error(`assert of the kernel failed at line ${line}, column ${column}`);
};
const { exports } = new WebAssembly.Instance(module, { env: { memory, abort } });
const kernel = /** @type {Record<string, (...given: number[]) => void>} */ (/** @type {unknown} */ (exports));
const words = new Int32Array(memory.buffer);

parentPort?.on('message', (calls) => {
  let helped = 0;
  for (const [name, ...given] of calls) {
    kernel[name]?.(...given);
    if (name === 'share') helped += Atomics.load(words, doneAt >>> 2);
  }
  parentPort?.postMessage(helped);
});
