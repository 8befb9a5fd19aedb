/**
 * Runs the same training on WebAssembly and on plain TypeScript, in turns.
 *
 * Each engine has its own thread. In one thread, the comparison would not be fair to TypeScript: a WebAssembly memory that grows
 * detaches its old buffer, and V8 then checks for detached buffers in every access to a typed array of that thread. TypeScript
 * then trains at 0.73 times its speed.
 */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { bar, progress } from '../terminal/progress.js';
import { bold, dim, grouped } from '../terminal/style.js';

/** Trainings to warm up, then those that count. */
const WARM_UPS = 2;
const ROUNDS = 3;

/** @typedef {import('./worker.js').Run} Run */

/** Trains, prints speeds as bars and the loss that each engine ends with. */
export async function compareEngines() {
  console.log(`  ${bold('the same training on both engines')} ${dim(`(median of ${ROUNDS}, taking turns)`)}`);
  const contestants = ['wasm', 'js'].map((engine) => ({
    engine,
    worker: new Worker(new URL('worker.js', import.meta.url), { workerData: { engine } }),
    runs: /** @type {Run[]} */ ([]),
  }));
  const show = progress('training', { transient: true });
  for (let round = 0; round < WARM_UPS + ROUNDS; round++) {
    for (const { worker, runs } of contestants) {
      worker.postMessage('train');
      const [run] = await once(worker, 'message');
      if (round >= WARM_UPS) runs.push(run);
    }
    show((round + 1) / (WARM_UPS + ROUNDS), round < WARM_UPS ? 'warming up' : `round ${round - WARM_UPS + 1}`);
  }
  await Promise.all(contestants.map(({ worker }) => worker.terminate()));
  const results = contestants.map(({ engine, runs }) => ({ engine, speed: median(runs), loss: runs[0]?.loss ?? 0 }));
  report(results);
}

/** @param {{ engine: string, speed: number, loss: number }[]} results */
function report(results) {
  const fastest = Math.max(...results.map(({ speed }) => speed));
  for (const { engine, speed, loss } of results) {
    const figures = `${grouped(speed).padStart(9)} samples/s  loss ${loss.toFixed(6)}`;
    console.log(`  ${engine.padEnd(8)} ${bar(speed / fastest, 24)}  ${figures}`);
  }
  const [wasm, js] = results;
  console.log(`\n  wasm trains ${bold(((wasm?.speed ?? 0) / (js?.speed ?? 1)).toFixed(1))} times as fast as js\n`);
}

/** @param {readonly Run[]} runs an odd number of them */
function median(runs) {
  return runs.map(({ samplesPerSecond }) => samplesPerSecond).sort((a, b) => a - b)[runs.length >> 1] ?? 0;
}
