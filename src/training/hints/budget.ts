/**
 * What hints may cost: about a hundredth of the fit. The first fit of a network may be short, and is the one whose settings are least tried:
 * it gets some milliseconds if that is more. Counted in work, not in time, so that hints are the same on every machine.
 */
import type { EngineSamples } from '../../engine/engine.js';
import type { LayerSpec, NetworkSpec } from '../../options/spec.js';

/** What a fit did. */
export interface FitWork {
  /** Samples that it trained on, over all epochs. */
  readonly samplesDone: number;
  readonly batchSize: number;
  /** Whether the network had not been trained before. */
  readonly isFirst: boolean;
}

interface Limit {
  /** A share of the work of the fit: its samples times the parameters of the network. A unit takes 0.15 ns or more. */
  readonly share: number;
  /** The least after the first fit of a network. */
  readonly first: number;
}

/** Numbers of samples and of answers, looked at one by one: some 12 ns each. */
const NUMBERS: Limit = { share: 1 / 6000, first: 2 ** 18 };
/** Differences of two inputs: 2 ns each. More than a million say no more. */
const DIFFERENCES: Limit = { share: 3e-4, first: 1e6 };
const MOST_DIFFERENCES = 1e6;
/** Samples that are looked at, as a share of those that the fit trained on: the network answers to each several times. */
const ROWS_SHARE = 0.005;
/** Fewer samples say nothing of a network. */
const FEWEST_ROWS = 32;
/** Samples that a trial of another rate trains on, of which there are at most five. After a first fit, `firstWork` limits them too. */
const TRIAL = { share: 0.0005, first: 1024, firstWork: 3e6 };
/** What all trials of rates copy, in units of work for each parameter: some 15 ns. */
const COPIES: Limit & { readonly units: number } = { share: 0.01, first: 2e7, units: 100 };

export interface Budget {
  /** Samples that are looked at. 0 where the fit was too short for hints. */
  readonly rows: number;
  /** Differences between inputs of two samples. */
  readonly differences: number;
  /** Samples that one trial of a learning rate trains on. */
  readonly trialSamples: number;
}

/** `samples` are what the fit trained on. Of sparse ones, only the weights of inputs that are not 0 are work. */
export function budgetOf({ inputs, layers }: NetworkSpec, samples: EngineSamples, fit: FitWork): Budget {
  const { samplesDone, isFirst } = fit;
  const isSparse = samples.inputs.starts !== undefined;
  const read = isSparse ? samples.inputs.length / samples.count : inputs;
  const [{ units: firstUnits }] = layers as [LayerSpec];
  const parameters = layers.reduce((sum, layer) => sum + (layer.inputs + 1) * layer.units, 0);
  const used = parameters - (inputs - read) * firstUnits;
  const numbersOfRow = layers.reduce((sum, { units }) => sum + units, read);
  // Of sparse rows all columns are looked at too, however few numbers a row has.
  const numbersOfColumns = isSparse ? inputs : 0;
  const most = ({ share, first }: Limit): number => Math.max(share * samplesDone * used, isFirst ? first : 0);
  const readable = Math.floor((most(NUMBERS) - numbersOfColumns) / numbersOfRow);
  const fewest = isSparse ? readable : Math.max(FEWEST_ROWS, readable);
  const rows = isFirst ? fewest : Math.min(fewest, Math.floor(ROWS_SHARE * samplesDone));
  // A trial copies all parameters. Where rows are written out, that is nothing beside the steps of the fit.
  const isTried = !isSparse || COPIES.units * parameters <= most(COPIES);
  return {
    rows: rows < FEWEST_ROWS ? 0 : rows,
    differences: Math.min(MOST_DIFFERENCES, most(DIFFERENCES)),
    trialSamples: isTried
      ? Math.max(TRIAL.share * samplesDone, isFirst ? Math.min(samplesDone, TRIAL.first, TRIAL.firstWork / used) : 0)
      : 0,
  };
}
