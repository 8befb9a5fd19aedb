/** wasmlp/cluster: searches on many machines, by a queue on Redis or PostgreSQL. For Node. */
export type { Cluster } from '../search/types.js';
export { type ClusterOptions, type ClusterServer, connectCluster } from './cluster.js';
export { type ClusterWorker, type ClusterWorkerOptions, startClusterWorker } from './worker.js';
