/** The network that a plan describes, before it is trained. */
import { Network, type NetworkOptions } from 'wasmlp';
import { clearFlags } from './open-columns.js';
import { createOptionsOf, layersOf, type Plan } from './plan.js';
import { inCommandWords } from './words.js';
import { WrongUse } from './wrong-use.js';

export function networkOptionsOf(plan: Pick<Plan, 'settings' | 'inferred' | 'seed'>): NetworkOptions {
  const { options, outputs: units, activation } = plan.inferred;
  return { ...options, layers: layersOf(plan.settings, { units, activation }), ...createOptionsOf(plan) };
}

/** Throws WrongUse for a loss that does not go with the target. */
export async function networkFor(plan: Plan): Promise<Network> {
  try {
    const network = await Network.create(networkOptionsOf(plan));
    clearFlags(network);
    return network;
  } catch (error) {
    // Columns were checked when they were inferred, so that what remains is a loss that does not go with the target.
    if (plan.settings.loss === undefined) throw error;
    throw new WrongUse(inCommandWords((error as Error).message));
  }
}
