/** A server that went away: asked until it answers, told of once. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Outage } from '../../src/cli/outage.js';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const AWAY = 'redis://queue:6379: connect ECONNREFUSED 127.0.0.1:6379';

function outage(answers: readonly boolean[]) {
  const said: string[] = [];
  const left = [...answers];
  const ask = vi.fn(async () => {
    if (left.shift() !== true) throw new Error('away');
  });
  return { outage: new Outage(ask, (message) => said.push(message)), said, ask };
}

it('says when the server answers again, each time that it went away', async () => {
  const { outage: heard, said, ask } = outage([false, false, true, true]);
  heard.hear(AWAY);
  heard.hear('redis://queue:6379: read ECONNRESET');
  await vi.advanceTimersByTimeAsync(4000);
  expect(said).toEqual([]);
  await vi.advanceTimersByTimeAsync(2000);
  expect(said).toEqual(['redis://queue:6379 answers again']);
  heard.hear(AWAY);
  await vi.advanceTimersByTimeAsync(2000);
  expect(said).toHaveLength(2);
  expect(ask).toHaveBeenCalledTimes(4);
});

it('other messages are about no server that is away', async () => {
  const { outage: heard, ask } = outage([]);
  heard.hear('goes on with a training after epoch 3');
  heard.hear('redis://queue:6379: Missing lock for job 5. moveToFinished');
  heard.hear('redis://queue:6379: could not renew lock for job 5');
  heard.hear("redis://queue:6379: OOM command not allowed when used memory > 'maxmemory'");
  await vi.advanceTimersByTimeAsync(10_000);
  expect(ask).not.toHaveBeenCalled();
});

it('says nothing after its end', async () => {
  const { outage: heard, said } = outage([true]);
  heard.hear(AWAY);
  heard.end();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(said).toEqual([]);
});
