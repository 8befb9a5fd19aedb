/**
 * Searches on many machines, by a queue on Redis or PostgreSQL.
 *
 * @module cluster
 */
export * from '../../../src/cluster/index.js';
