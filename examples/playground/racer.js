/** One contestant of the race, in a worker of its own: a network on one engine, trained for a turn whenever it is asked to. */
import { Network } from 'wasmlp';
import { wordsOf } from './problems.js';
import { networkOptions } from './settings.js';

/** @typedef {{ settings: import('./settings.js').Settings, problem: import('./datasets.js').Problem, engine: 'wasm' | 'js' }} Entry */
/** @typedef {{ entry: Entry } | { milliseconds: number }} Question */
/** @typedef {{ ready: true } | { samples: number, seconds: number } | { problem: string }} Answer */

/** @type {{ network: Network, entry: Entry, rows: number } | undefined} */
let running;

/** @param {Question} question @returns {Promise<Answer>} */
async function answerTo(question) {
  if ('entry' in question) {
    const { entry } = question;
    const network = await Network.create(networkOptions(entry.settings, entry.engine));
    running = { network, entry, rows: entry.problem.training.targets.length };
    return { ready: true };
  }
  if (running === undefined) throw new Error('The racer was asked to run before it entered.');
  const { network, entry, rows } = running;
  const { inputs, targets } = entry.problem.training;
  const options = { epochs: 1, batchSize: entry.settings.batch };
  const started = performance.now();
  let [samples, elapsed] = [0, 0];
  while (elapsed < question.milliseconds) {
    await network.fit(inputs, targets, options);
    samples += options.epochs * rows;
    elapsed = performance.now() - started;
    // More epochs in a call, so that checking the samples takes next to no time.
    if (elapsed < question.milliseconds / 4) options.epochs *= 2;
  }
  return { samples, seconds: elapsed / 1000 };
}

addEventListener('message', async ({ data }) => {
  postMessage(await answerTo(data).catch((error) => ({ problem: wordsOf(error) })));
});
