/**
 * Many trainings: cross-validation, searches for options, ensembles, on all cores.
 *
 * @module search
 */
export * from '../../../src/search/index.js';
