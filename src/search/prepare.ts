/** Makes a call ready: the samples, checked by a network that is to train on them, and who trains. */
import { packFit } from '../data/pack.js';
import { coresOfHost } from '../foundation/cores.js';
import { codedError } from '../foundation/errors.js';
import { hasWorkers, knowsWorker } from '../foundation/workers.js';
import { Network } from '../index.js';
import { partsOf } from '../network/parts.js';
import type { NetworkOptions } from '../options/types.js';
import { alone, type Crew, type CrewFor } from './crew.js';
import { type ChosenSamples, dataOf, type StudyData } from './data.js';
import { orAbort } from './or-abort.js';
import { NO_ACCURACY } from './scores.js';
import type { Common } from './settings.js';
import type { Score } from './types.js';

/**
 * Throws as `fit` does for samples that do not go with the network, which it disposes of, and ERR_INVALID_OPTION for a score that they do not
 * have.
 */
export function checkedData(call: string, network: Network, samples: ChosenSamples, score?: Score): StudyData {
  try {
    const receiver = partsOf(network).model.fitReceiver(call, false);
    const { all } = packFit(receiver, samples.inputs, samples.targets, undefined);
    if (score === 'accuracy' && all.metric === 'none') {
      throw codedError(
        'ERR_INVALID_OPTION',
        `${call}: score is "accuracy", which the first trial does not have. ${NO_ACCURACY}`,
      );
    }
    return dataOf(samples, all.count, all.classes);
  } finally {
    network.dispose();
  }
}

/** The columns that a network reads in the rows of a table, targets among them. */
export function namesOf({ inputs, target = [] }: NetworkOptions): string[] {
  return typeof inputs === 'object' && inputs !== null ? [...Object.keys(inputs), ...[target].flat()] : [];
}

/** Runs work with a crew, and ends the crew however that ends. The signal that work gets aborts when it is over. */
export async function withCrew<T>(
  call: string,
  { workers, workerUrl, signal: outer }: Common,
  data: StudyData,
  work: (crew: Crew, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const over = new AbortController();
  const abort = (): void => over.abort(outer?.reason);
  outer?.addEventListener('abort', abort);
  if (outer?.aborted) abort();
  let crew: Crew | undefined;
  try {
    over.signal.throwIfAborted();
    crew = await begun((await crewFor(call, workers, workerUrl))(data, over.signal), over.signal);
    return await orAbort(over.signal, work(crew, over.signal));
  } finally {
    outer?.removeEventListener('abort', abort);
    over.abort(new Error(`${call}: it is over`));
    await crew?.end();
  }
}

/** A crew that is ready, unless the search is aborted before: one that comes after that ends. */
async function begun(begins: Crew | Promise<Crew>, signal: AbortSignal): Promise<Crew> {
  const crew = Promise.resolve(begins);
  try {
    return await orAbort(signal, crew);
  } catch (error) {
    void crew.then(
      (late) => late.end(),
      () => undefined,
    );
    throw error;
  }
}

async function crewFor(call: string, workers: Common['workers'], workerUrl: Common['workerUrl']): Promise<CrewFor> {
  if (typeof workers === 'object') {
    const { crew } = workers as { crew?: CrewFor };
    if (typeof crew === 'function') return crew;
    throw codedError(
      'ERR_INVALID_TYPE',
      `${call}: workers is no cluster. Make one by connectCluster of wasmlp/cluster.`,
    );
  }
  const canStart = hasWorkers() && (knowsWorker() || workerUrl !== undefined);
  const size = workers !== 'auto' ? workers : canStart ? coresOfHost() : 1;
  if (size === 1) return alone(Network);
  return (await import('./pool/pool.js')).pool(call, size, workerUrl);
}
