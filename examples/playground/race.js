/** The race of WebAssembly against pure TypeScript: both train the same network on the same samples, in turns, in workers. */
import { grouped } from './numbers.js';
import { byId } from './page.js';

/** @typedef {import('./racer.js').Answer} Answer */
/** @typedef {import('./racer.js').Question} Question */
/** @typedef {'wasm' | 'js'} Engine */
/** @typedef {{ samples: number, seconds: number }} Score */
/** @typedef {{ workers: Worker[] }} Heat */

const ENGINES = /** @type {const} */ (['wasm', 'js']);
/** In turns, not at once: on a machine of two cores they would take time from each other and from the page. */
const TURN_MILLISECONDS = 100;
const TURNS = 8;

export class Race {
  #button = byId('race-start', HTMLButtonElement);
  #result = byId('race-result', HTMLElement);
  #prepare;
  #onEnd;
  /** The heat that runs now. @type {Heat | undefined} */
  #heat;

  /**
   * @param {() => Promise<{ settings: import('./settings.js').Settings, problem: import('./datasets.js').Problem }>} prepare
   * Gives the settings and samples to race with, once the page is at rest.
   * @param {() => void} onEnd Called when the machine is free again.
   */
  constructor(prepare, onEnd) {
    this.#onEnd = onEnd;
    this.#prepare = prepare;
  }

  /** Starts a race, or stops the one that runs. */
  async toggle() {
    if (this.#heat !== undefined) return this.stop();
    /** @type {Heat} */
    const heat = { workers: [] };
    this.#heat = heat;
    this.#button.textContent = 'Stop the race';
    this.#result.textContent = '';
    showScores();
    try {
      const result = await this.#run(heat, await this.#prepare());
      this.#end(heat, result);
    } catch (error) {
      this.#end(heat, error instanceof Error ? error.message : String(error));
    }
  }

  /** Ends the race that runs. */
  stop() {
    if (this.#heat !== undefined) this.#end(this.#heat, 'The race was stopped.');
  }

  /** Ends the race that runs, and clears the result: the settings have changed. */
  clear() {
    this.stop();
    this.#result.textContent = '';
    showScores();
  }

  /**
   * @param {Heat} heat
   * @param {Omit<import('./racer.js').Entry, 'engine'>} entry
   */
  async #run(heat, entry) {
    // Stopped before it began.
    if (this.#heat !== heat) return '';
    const url = new URL('./racer.js', import.meta.url);
    const workers = ENGINES.map(() => new Worker(url, { type: 'module' }));
    heat.workers = workers;
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
        // An answer may still come after the race was stopped.
        if (this.#heat === heat) showScores(scores);
      }
    }
    const [wasm = 0, js = 1] = scores.map(speedOf);
    const times = (Math.max(wasm, js) / Math.min(wasm, js)).toFixed(1);
    return `${wasm > js ? 'WebAssembly' : 'TypeScript'} is ${times} times as fast.`;
  }

  /** @param {Heat} heat @param {string} result */
  #end(heat, result) {
    if (this.#heat !== heat) return;
    for (const worker of heat.workers) worker.terminate();
    this.#heat = undefined;
    this.#button.textContent = 'Start the race';
    this.#result.textContent = result;
    this.#onEnd();
  }
}

/** @param {Score} score */
function speedOf({ samples, seconds }) {
  return samples / Math.max(seconds, 1e-9);
}

/** Shows the speeds so far; without scores, dashes for a race that has not begun. @param {readonly Score[]} [scores] */
function showScores(scores) {
  const speeds = scores?.map(speedOf);
  const best = Math.max(...(speeds ?? []));
  ENGINES.forEach((engine, i) => {
    const speed = speeds?.[i];
    byId(`race-${engine}`, HTMLElement).textContent = speed === undefined ? '–' : `${grouped(speed)}/s`;
    byId(`race-${engine}-total`, HTMLElement).textContent = `${grouped(scores?.[i]?.samples ?? 0)} samples`;
    byId(`race-${engine}-bar`, HTMLElement).style.transform = `scaleX(${speed === undefined ? 0 : speed / best})`;
  });
}

/**
 * @param {Worker} worker
 * @param {Question} question
 * @returns {Promise<Answer>}
 */
function answerOf(worker, question) {
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => ('problem' in data ? reject(new Error(data.problem)) : resolve(data));
    worker.onerror = () => reject(new Error('The worker of a racer did not start. Load the page again.'));
    worker.postMessage(question);
  });
}
