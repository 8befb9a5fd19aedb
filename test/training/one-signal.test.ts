/** One signal that many fits follow. */
import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { Network } from '../../src/index.js';
import { thrownBy } from '../support/refusals.js';

const INPUTS = [
  [0, 1],
  [1, 0],
];
const TARGETS = [0, 1];

describe('one signal for a dozen fits', () => {
  const networks = () =>
    Promise.all(Array.from({ length: 12 }, () => Network.create({ inputs: 2, layers: [{ units: 1 }] })));

  it('has one listener, and none after the last of them; Node warns of no leak', async () => {
    const warnings: Error[] = [];
    const listen = (warning: Error): void => {
      warnings.push(warning);
    };
    process.on('warning', listen);
    try {
      const { signal } = new AbortController();
      let most = 0;
      const onEpoch = () => {
        most = Math.max(most, getEventListeners(signal, 'abort').length);
      };
      const running = (await networks()).map((network) => network.fit(INPUTS, TARGETS, { epochs: 3, signal, onEpoch }));
      await Promise.all(running);
      // Warnings come in a later turn.
      await new Promise((resolve) => setImmediate(resolve));
      expect(most).toBe(1);
      expect(getEventListeners(signal, 'abort')).toHaveLength(0);
      expect(warnings).toEqual([]);
    } finally {
      process.off('warning', listen);
    }
  });

  it('ends all of them, and can be followed again before', async () => {
    const controller = new AbortController();
    const { signal } = controller;
    const all = await networks();
    const first = all[0] as Network;
    await first.fit(INPUTS, TARGETS, { epochs: 1, signal });
    const reason = new Error('enough');
    const running = all.map((network) => thrownBy(() => network.fit(INPUTS, TARGETS, { epochs: 1e6, signal })));
    setImmediate(() => controller.abort(reason));
    expect(new Set(await Promise.all(running))).toEqual(new Set([reason]));
    expect(await thrownBy(() => first.fit(INPUTS, TARGETS, { signal }))).toBe(reason);
  });
});
