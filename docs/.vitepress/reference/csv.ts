/**
 * Tables from text, files of pages, answers of servers and streams. The entry point `wasmlp/browser/csv` is the same in one file.
 *
 * @module csv
 */
export * from '../../../src/csv/index.js';
