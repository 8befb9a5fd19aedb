/**
 * A clock that counts the samples that networks train on, in place of the host's clock. Then what training decides by a clock, such as
 * the length of slices and the turns of the event loop, is the same on every machine, however busy.
 */
import { vi } from 'vitest';
import type { EngineNetwork } from '../../../src/engine/engine.js';
import { JsNetwork } from '../../../src/engine/js/network.js';
import { WasmNetwork } from '../../../src/engine/wasm/network.js';
import { turnWhenDue } from '../../../src/training/event-loop.js';

const TRAINS: Pick<EngineNetwork, 'train'>[] = [WasmNetwork.prototype, JsNetwork.prototype];

export class SampleClock {
  /** Milliseconds. It begins with a whole number, so that sums of binary fractions are exact. */
  now = Math.ceil(performance.now());
  /** Milliseconds that a sample takes. */
  millisecondsPerSample: number;
  readonly #spies = [
    vi.spyOn(performance, 'now').mockImplementation(() => this.now),
    ...TRAINS.map((of) => this.#watch(of)),
  ];

  constructor(millisecondsPerSample: number) {
    this.millisecondsPerSample = millisecondsPerSample;
  }

  #watch(network: Pick<EngineNetwork, 'train'>) {
    const { train } = network;
    const clock = this;
    return vi.spyOn(network, 'train').mockImplementation(function (
      this: EngineNetwork,
      samples,
      from,
      count,
      step,
      totals,
    ) {
      clock.now += count * clock.millisecondsPerSample;
      return train.call(this, samples, from, count, step, totals);
    });
  }

  /** Puts the host's clock back. */
  async stop(): Promise<void> {
    // The event loop takes one more turn with this clock. Otherwise the next turn would wait until the host's clock has caught up.
    this.now = Number.POSITIVE_INFINITY;
    const due = turnWhenDue();
    for (const spy of this.#spies) spy.mockRestore();
    await due;
  }
}
