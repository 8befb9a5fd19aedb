/**
 * The first look at a fit that has ended: did the network learn? It costs one pass of a few hundred samples. Only where something seems
 * wrong is the code loaded that finds out what.
 */
import type { EngineSamples } from '../../engine/engine.js';
import { joinFloat32 } from '../../foundation/memory.js';
import { type EpochResult, type Hint, scoreOf } from '../history.js';
import type { FitRun } from '../run.js';
import type { SampleSource } from '../samples.js';

/** A network that explains this much of its targets has learned: nothing more is measured. */
export const LEARNED = 0.8;
/** A validation loss above the best one by this factor is worth a look. */
const WORSE = 1.1;

const NONE: readonly Hint[] = Object.freeze([]);

/** What a fit did. */
export interface FitWork {
  /** Samples that it trained on, over all epochs. */
  readonly samplesDone: number;
  readonly batchSize: number;
}

/** The weights must be final. Never rejects because of what is measured: a fit that has trained is no failure. */
export async function hintsOf(
  run: FitRun,
  source: Pick<SampleSource, 'sample'>,
  epochs: readonly EpochResult[],
  work: FitWork,
): Promise<readonly Hint[]> {
  const { stop } = run;
  stop.check();
  let hints = NONE;
  try {
    const { sample } = source;
    if (sample !== undefined) hints = await hintsOn(sample, run, epochs, work);
  } catch {
    // Stopped in the meantime; or a page that lost its connection, or a host without memory to measure in.
  }
  stop.check();
  return hints;
}

async function hintsOn(
  sample: EngineSamples,
  run: FitRun,
  epochs: readonly EpochResult[],
  { batchSize, samplesDone }: FitWork,
): Promise<readonly Hint[]> {
  const answers = (layer?: number): Float32Array => outputsOf(run, sample, batchSize, layer);
  const outputs = answers();
  if (explained(sample, outputs) >= LEARNED && !endsWorse(epochs)) return NONE;
  const { findHints } = await import('./find.js');
  run.stop.check();
  return await findHints({ run, sample, answers, outputs, epochs, samplesDone });
}

/** What a layer, by default the last, answers to the sample. In batches of the fit, for which the engine has room already. */
function outputsOf({ engine, spec }: FitRun, sample: EngineSamples, batchSize: number, layer?: number): Float32Array {
  const { inputs, count } = sample;
  const batches: Float32Array[] = [];
  for (let row = 0; row < count; row += batchSize) {
    const rows = Math.min(batchSize, count - row);
    batches.push(engine.predict(inputs.subarray(row * spec.inputs, (row + rows) * spec.inputs), rows, layer));
  }
  return joinFloat32(batches);
}

/**
 * How much of the spread of the targets the outputs explain, in the mean over columns: 1 is all of it, 0 as much as the targets' mean
 * (R squared). `power` 1 counts absolute differences. 1 where the targets do not differ: there is nothing to explain.
 */
export function explained(samples: EngineSamples, outputs: ArrayLike<number>, power = 2): number {
  const { count, weights } = samples;
  const width = outputs.length / count;
  let sum = 0;
  let columns = 0;
  for (let column = 0; column < width; column++) {
    // Measured from the first target, so that equal targets have a spread of exactly 0.
    const first = targetOf(samples, 0, column, width);
    let mass = 0;
    let mean = 0;
    for (let row = 0; row < count; row++) {
      const weight = weights?.[row] ?? 1;
      mass += weight;
      mean += weight * (targetOf(samples, row, column, width) - first);
    }
    mean = first + mean / mass;
    let spread = 0;
    let error = 0;
    for (let row = 0; row < count; row++) {
      const weight = weights?.[row] ?? 1;
      const target = targetOf(samples, row, column, width);
      spread += weight * Math.abs(target - mean) ** power;
      error += weight * Math.abs(target - (outputs[row * width + column] as number)) ** power;
    }
    if (spread > 0) {
      sum += 1 - error / spread;
      columns++;
    }
  }
  return columns === 0 ? 1 : sum / columns;
}

/** The target of an output, for classes too. `width` is the number of outputs. */
export function targetOf({ targets }: EngineSamples, row: number, column: number, width: number): number {
  if (targets instanceof Float32Array) return targets[row * width + column] as number;
  return Number(targets[row] === column);
}

/** Whether the last epoch validates worse than an earlier one. */
function endsWorse(epochs: readonly EpochResult[]): boolean {
  const last = epochs[epochs.length - 1];
  if (last?.validationLoss === undefined) return false;
  return epochs.some((epoch) => scoreOf(last) > WORSE * scoreOf(epoch));
}
