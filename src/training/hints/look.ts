/**
 * The first look at a fit that has ended: did the network learn? It costs one pass of a few hundred samples. Only where something seems
 * wrong is the code loaded that finds out what.
 */
import { select } from '../../data/sparse-values.js';
import type { EngineInputs, EngineSamples } from '../../engine/engine.js';
import { joinFloat32 } from '../../foundation/more-memory.js';
import { type EpochResult, type Hint, scoreOf } from '../history.js';
import type { FitRun } from '../run.js';
import type { SampleSource } from '../samples.js';
import { type Budget, budgetOf, type FitWork } from './budget.js';
import { explained, LEARNED } from './explained.js';
import { indexesBy, sampleOf } from './sample.js';

/** A validation loss above the best one by this factor is worth a look. */
const WORSE = 1.1;

const NONE: readonly Hint[] = Object.freeze([]);

/** The weights must be final. Never rejects because of what is measured: a fit that has trained is no failure. */
export async function hintsOf(
  run: FitRun,
  source: Pick<SampleSource, 'seen'>,
  epochs: readonly EpochResult[],
  work: FitWork,
): Promise<readonly Hint[]> {
  const { stop } = run;
  stop.check();
  let hints = NONE;
  try {
    const { seen } = source;
    if (seen !== undefined) {
      const budget = budgetOf(run.spec, seen, work);
      if (budget.rows > 0) hints = await hintsOn(sampleOf(seen, budget.rows), run, epochs, work.batchSize, budget);
    }
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
  batchSize: number,
  budget: Budget,
): Promise<readonly Hint[]> {
  const answers = (layer?: number): Float32Array => outputsOf(run, sample, batchSize, layer);
  const outputs = answers();
  if (explained(sample, outputs) >= LEARNED && !endsWorse(epochs)) return NONE;
  const { findHints } = await import('./find.js');
  run.stop.check();
  return await findHints({ run, sample, answers, outputs, epochs, budget });
}

/** What a layer, by default the last, answers to the sample. In batches of the fit, for which the engine has room already. */
function outputsOf({ engine, spec }: FitRun, sample: EngineSamples, batchSize: number, layer?: number): Float32Array {
  const { inputs, count } = sample;
  const batches: Float32Array[] = [];
  for (let row = 0; row < count; row += batchSize) {
    const rows = Math.min(batchSize, count - row);
    const batch =
      inputs.starts === undefined
        ? inputs.subarray(row * spec.inputs, (row + rows) * spec.inputs)
        : select(
            inputs,
            indexesBy((n) => row + n, rows),
          );
    batches.push(engine.predict(batch as EngineInputs, rows, layer));
  }
  return joinFloat32(batches);
}

/** Whether the last epoch validates worse than an earlier one. */
function endsWorse(epochs: readonly EpochResult[]): boolean {
  const last = epochs[epochs.length - 1];
  if (last?.validationLoss === undefined) return false;
  return epochs.some((epoch) => scoreOf(last) > WORSE * scoreOf(epoch));
}
