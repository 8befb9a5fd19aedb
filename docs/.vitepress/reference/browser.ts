/**
 * The same as `wasmlp` in one file, for pages without a bundler.
 *
 * @module browser
 */
export * from '../../../src/api.js';
export { Network } from '../../../src/network.js';
