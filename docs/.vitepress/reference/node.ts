/**
 * Files of models, CSV files and MNIST's format, in Node.
 *
 * @module node
 */
export * from '../../../src/node/index.js';
