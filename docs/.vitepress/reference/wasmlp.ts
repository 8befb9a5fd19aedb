/**
 * Networks, for Node, bundlers and workers: `import { Network } from 'wasmlp'`.
 *
 * @module wasmlp
 */
// The class itself. The entry point adds kernels to it by a call, whose result no tool shows as a class.
export * from '../../../src/api.js';
export { Network } from '../../../src/network.js';
