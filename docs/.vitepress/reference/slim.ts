/**
 * The same as `wasmlp` without a kernel: a page fetches `wasmlp/kernel.wasm` in its own way, and gives it to `init`.
 *
 * @module slim
 */
export * from '../../../src/slim.js';
