/** The last word of a fit whose samples do not suit the network's scaling. Knows no samples. */
import type { StaleColumn } from '../data/stale-columns.js';
import type { NetworkSpec } from '../options/spec.js';
import type { History } from './history.js';

/** The history of a fit. Columns that the scaling does not suit are named among its hints. */
export async function named(
  fit: Promise<History>,
  stale: readonly StaleColumn[] | undefined,
  spec: NetworkSpec,
): Promise<History> {
  const history = await fit;
  if (stale === undefined || stale.length === 0) return history;
  return (await import('./hints/stale.js')).withStaleScaling(history, stale, spec);
}
