/** Trains the network of a plan, and shows how far it is. */
import { existsSync } from 'node:fs';
import type { History, Network } from 'wasmlp';
import { fitOptionsOf, type Plan } from './plan.js';
import { FitProgress } from './progress.js';
import { Interrupted, type Stop } from './stop.js';
import { countOf } from './terminal.js';

/** `file` is where the network will be. Throws Interrupted where somebody stopped it. */
export async function trained(plan: Plan, network: Network, stop: Stop, file: string): Promise<History> {
  const progress = new FitProgress(process.stderr, plan.settings.epochs);
  try {
    return await network.fit(plan.training, {
      ...fitOptionsOf(plan),
      ...(plan.validation.length > 0 && { validation: plan.validation }),
      signal: stop.signal,
      onEpoch: (result) => progress.show(result),
    });
  } catch (error) {
    if (stop.exitCode === undefined) throw error;
    const kept = existsSync(file) ? `Nothing was saved: ${file} is as it was before` : 'Nothing was saved';
    throw new Interrupted(`stopped after ${countOf(network.epochs, 'epoch')}. ${kept}.`, stop.exitCode);
  } finally {
    progress.end();
  }
}
