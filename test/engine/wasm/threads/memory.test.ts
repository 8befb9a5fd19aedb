/** What a fit on several threads takes of this thread's memory it gives back, however it ends. The library's source, with the built worker. */
import { afterEach, expect, it } from 'vitest';
import { Network } from '../../../../src/index.js';
import { firstCall } from '../../../support/event-loop.js';
import { reservedBytes } from '../../../support/networks.js';
import { expectRefused, thrownBy } from '../../../support/refusals.js';
import { randomClasses, randomRows } from '../../../support/samples.js';
import { leaveWorkers, watchWorkers } from '../../../support/training/background.js';
import { team } from '../../../support/training/threads.js';

const WORKER = new URL('../../../../dist/worker.js', import.meta.url);
const INPUTS = randomRows(240, 220, 3);
const CLASSES = randomClasses(240, 5, 4);

async function create(threads: number): Promise<Network> {
  const layers = [{ units: 64 }, { units: 5, activation: 'softmax' }] as const;
  return await Network.create({ inputs: 220, layers, seed: 9, optimizer: 'adam', threads });
}

const train = (network: Network, options: object = {}) =>
  network.fit(INPUTS, CLASSES, { epochs: 3, batchSize: 60, ...options });

afterEach(leaveWorkers);

it.each([false, true])('of a network that is disposed of in the middle, in the background %s', async (background) => {
  watchWorkers(WORKER);
  const before = await reservedBytes();
  const network = await create(3);
  const { fits } = team;
  const { called, callback: onProgress } = firstCall(() => undefined);
  const running = train(network, { background, epochs: 1e6, onProgress });
  await called;
  expect(team.fits).toBe(fits + 1);
  network.dispose();
  await expectRefused(() => running, 'ERR_DISPOSED', /^fit: this network was disposed of/);
  expect(await reservedBytes()).toBeLessThanOrEqual(before);
});

it.each([
  ['ends', {}],
  ['throws', { onEpoch: () => Promise.reject(new Error('no')) }],
  ['diverges', { learningRate: 1e30 }],
])('a network holds no more after a fit that %s than with one thread', async (_, options) => {
  watchWorkers(WORKER);
  const held: number[] = [];
  for (const threads of [1, 3]) {
    const before = await reservedBytes();
    const network = await create(threads);
    await train(network, options).catch(() => undefined);
    held.push((await reservedBytes()) - before);
    network.dispose();
    expect(await reservedBytes()).toBeLessThanOrEqual(before);
  }
  expect(held[1]).toBeLessThanOrEqual(held[0] as number);
});

it('calls after a disposal in the middle are refused, whatever the network did', async () => {
  watchWorkers(WORKER);
  const network = await create(2);
  const running = thrownBy(() => train(network, { onEpoch: () => network.dispose() }));
  expect(await running).toHaveProperty('code', 'ERR_DISPOSED');
  for (const call of [() => network.predict(INPUTS), () => network.getParameters(0), () => network.save()]) {
    expect(await thrownBy(call)).toHaveProperty('code', 'ERR_DISPOSED');
  }
});
