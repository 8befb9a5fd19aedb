/**
 * Contenders in threads of this process. Threads keep one contender from slowing another: what V8 has learnt about typed
 * arrays in one (their kinds, whether buffers detach) costs the others speed.
 */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Job } from './contenders.js';
import type { Participant } from './measure.js';
import type { Answer } from './timing.js';

export function startThread(job: Job, name: string): Participant {
  const worker = new Worker(new URL('worker.js', import.meta.url), { workerData: { job, contender: name } });
  return {
    name,
    ask: async (question) => {
      worker.postMessage(question);
      const [answer] = (await once(worker, 'message')) as [Answer];
      return answer;
    },
    close: () => worker.terminate(),
  };
}
