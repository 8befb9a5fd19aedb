/** One contestant of the comparison: with each message it trains a new network and answers with its speed and loss. */
import { parentPort, workerData } from 'node:worker_threads';
import { createNetwork, FIT, training } from './network.js';

/** @typedef {{ samplesPerSecond: number, loss: number }} Run */

parentPort?.on('message', async () => {
  const network = await createNetwork(workerData.engine);
  const { epochs, samplesPerSecond } = await network.fit(training.images, training.digits, FIT);
  network.dispose();
  /** @type {Run} */
  const run = { samplesPerSecond, loss: epochs.at(-1)?.loss ?? 0 };
  parentPort?.postMessage(run);
});
