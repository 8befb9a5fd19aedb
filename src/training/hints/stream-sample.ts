/** A sample of a stream, kept while its first epoch passes: some samples of some of its batches. */
import type { EngineSamples } from '../../engine/engine.js';
import { float32 } from '../../foundation/memory.js';
import { joinFloat32 } from '../../foundation/more-memory.js';
import { Random } from '../../foundation/random.js';
import { targetOf } from './explained.js';
import { joinInputs, sampleOf } from './sample.js';

const BATCHES = 8;
const SAMPLES_OF_BATCH = 128;

export class StreamSample {
  /** Only sparse rows need it. */
  readonly #inputs: number;
  readonly #outputs: number;
  readonly #random: Random;
  readonly #kept: EngineSamples[] = [];
  #batches = 0;

  constructor(outputs: number, seed: number, inputs = 0) {
    this.#inputs = inputs;
    this.#outputs = outputs;
    this.#random = new Random(seed, 'sample');
  }

  /** Every batch is kept with the same chance: a reservoir, J. Vitter, 1985. */
  add(batch: EngineSamples): void {
    const place = Math.floor(this.#random.uniform() * ++this.#batches);
    if (this.#kept.length < BATCHES) this.#kept.push(sampleOf(batch, SAMPLES_OF_BATCH));
    else if (place < BATCHES) this.#kept[place] = sampleOf(batch, SAMPLES_OF_BATCH);
  }

  /** All that is kept; undefined before the first batch. */
  get joined(): EngineSamples | undefined {
    const kept = this.#kept;
    const [first] = kept;
    if (first === undefined) return undefined;
    const count = kept.reduce((sum, batch) => sum + batch.count, 0);
    const metric = kept.every((batch) => batch.metric === first.metric) ? first.metric : 'none';
    const inputs = joinInputs(kept, this.#inputs);
    const targets = joinFloat32(kept.map((batch) => this.#targetsOf(batch)));
    const weighted = kept.some(({ weights }) => weights !== undefined);
    const weights = joinFloat32(kept.map((batch) => batch.weights ?? float32(batch.count).fill(1)));
    return sampleOf({ count, metric, inputs, targets, weights: weighted ? weights : undefined });
  }

  /** As numbers: one batch may come with classes, another with numbers. */
  #targetsOf(batch: EngineSamples): Float32Array {
    if (batch.targets instanceof Float32Array) return batch.targets;
    const outputs = this.#outputs;
    const at = (_: unknown, i: number): number => targetOf(batch, Math.floor(i / outputs), i % outputs, outputs);
    return float32(batch.count * outputs).map(at);
  }
}
