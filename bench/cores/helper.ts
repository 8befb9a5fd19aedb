/** The other thread of the measurements of machine.ts: helps as in production, passes a word back and forth, or writes what the first one reads. */
import { parentPort } from 'node:worker_threads';
import { TEAM_ADDRESS } from '../../assembly/abi.js';
import { kernelsOf } from './kernels.js';

export interface HelperTask {
  readonly kind: 'help' | 'answer' | 'write';
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  /** Where the word lies by which both take turns; to `write`, what is written lies behind it. Even: the other's turn. -1: the end. */
  readonly word: number;
  readonly floats: number;
}

parentPort?.on('message', (task: HelperTask) => {
  parentPort?.postMessage('ready');
  if (task.kind === 'help') kernelsOf(task.module, task.memory).help(TEAM_ADDRESS, 1, 1);
  else takeTurns(task);
  parentPort?.postMessage('done');
});

function takeTurns({ kind, memory, word, floats }: HelperTask): void {
  const words = new Int32Array(memory.buffer, word, 1);
  const values = new Float32Array(memory.buffer, word + 64, floats);
  while (true) {
    const turn = Atomics.load(words, 0);
    if (turn < 0) return;
    if (turn % 2 === 0) continue;
    if (kind === 'write') values.fill(0.5);
    Atomics.store(words, 0, turn + 1);
  }
}
