/** The race of WebAssembly against pure TypeScript: both train the same network on the same samples, in turns, in workers. */
import { grouped } from './numbers.js';
import { byId } from './page.js';

/** @typedef {import('./racer.js').Answer} Answer */
/** @typedef {import('./racer.js').Question} Question */
/** @typedef {'wasm' | 'js'} Engine */
/** @typedef {{ samples: number, seconds: number }} Score */

const ENGINES = /** @type {const} */ (['wasm', 'js']);
/** In turns, not at once: on a machine of two cores they would take time from each other and from the page. */
const TURN_MILLISECONDS = 100;
const TURNS = 8;

export class Race {
  #button = byId('race-start', HTMLButtonElement);
  #result = byId('race-result', HTMLElement);
  /** @type {Worker[]} */
  #workers = [];

  /**
   * @param {() => Promise<{ settings: import('./settings.js').Settings, problem: import('./datasets.js').Problem }>} prepare
   * Gives what is raced with, when the page is at rest.
   */
  constructor(prepare) {
    this.#button.addEventListener('click', async () => {
      if (this.#workers.length > 0) return this.#end('The race was stopped.');
      this.#button.textContent = 'Stop the race';
      try {
        await this.#run(await prepare());
      } catch (error) {
        this.#end(error instanceof Error ? error.message : String(error));
      }
    });
  }

  /** @param {Omit<import('./racer.js').Entry, 'engine'>} entry */
  async #run(entry) {
    this.#result.textContent = 'Both train the network of the settings, in turns.';
    const url = new URL('./racer.js', import.meta.url);
    const workers = ENGINES.map(() => new Worker(url, { type: 'module' }));
    this.#workers = workers;
    const ask = (/** @type {number} */ i, /** @type {Question} */ question) =>
      answerOf(/** @type {Worker} */ (workers[i]), question);
    await Promise.all(ENGINES.map((engine, i) => ask(i, { entry: { ...entry, engine } })));
    /** @type {Score[]} */
    const scores = ENGINES.map(() => ({ samples: 0, seconds: 0 }));
    // The first turn of each warms up and does not count.
    for (let turn = 0; turn <= TURNS; turn++) {
      for (const [i, score] of scores.entries()) {
        const answer = await ask(i, { milliseconds: TURN_MILLISECONDS });
        if (!('samples' in answer) || turn === 0) continue;
        score.samples += answer.samples;
        score.seconds += answer.seconds;
        showScores(scores);
      }
    }
    const [wasm = 0, js = 1] = scores.map(speedOf);
    const [faster, slower] = wasm > js ? ['WebAssembly', 'pure TypeScript'] : ['Pure TypeScript', 'WebAssembly'];
    const times = (Math.max(wasm, js) / Math.min(wasm, js)).toFixed(1);
    this.#end(`${faster} trains ${times} times as fast as ${slower}.`);
  }

  /** @param {string} result */
  #end(result) {
    for (const worker of this.#workers) worker.terminate();
    this.#workers = [];
    this.#button.textContent = 'Start the race';
    this.#result.textContent = result;
  }
}

/** @param {Score} score */
function speedOf({ samples, seconds }) {
  return samples / Math.max(seconds, 1e-9);
}

/** @param {readonly Score[]} scores */
function showScores(scores) {
  const speeds = scores.map(speedOf);
  const best = Math.max(...speeds);
  ENGINES.forEach((engine, i) => {
    byId(`race-${engine}`, HTMLElement).textContent = `${grouped(speeds[i] ?? 0)} samples/s`;
    byId(`race-${engine}-total`, HTMLElement).textContent = `${grouped(scores[i]?.samples ?? 0)} samples`;
    byId(`race-${engine}-bar`, HTMLElement).style.transform = `scaleX(${(speeds[i] ?? 0) / best})`;
  });
}

/**
 * @param {Worker} worker
 * @param {Question} question
 * @returns {Promise<Answer>}
 */
function answerOf(worker, question) {
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => ('error' in data ? reject(new Error(data.error)) : resolve(data));
    worker.onerror = ({ message }) => reject(new Error(`The racer could not start: ${message}`));
    worker.postMessage(question);
  });
}
