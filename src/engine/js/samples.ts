/** Samples that the pure TypeScript engine holds: copies, in the order given last. */
import { identity } from '../../random.js';
import type { LoadedSamples, Metric, Samples } from '../engine.js';

export class JsSamples implements LoadedSamples {
  readonly count: number;
  readonly metric: Metric;
  readonly inputs: Float32Array;
  readonly targets: Float32Array | Uint32Array;
  order: Uint32Array;

  constructor({ count, metric, inputs, targets }: Samples) {
    this.count = count;
    this.metric = metric;
    this.inputs = inputs.slice();
    this.targets = targets.slice();
    this.order = identity(count);
  }

  setOrder(order: Uint32Array): void {
    this.order = order.slice();
  }

  release(): void {
    this.order = new Uint32Array(0);
  }
}
