/** The thread of one contender. */
import { parentPort, workerData } from 'node:worker_threads';
import { createContender, type Job } from './contenders.js';
import { answerOf, type Question } from './timing.js';

const { job, contender: name } = workerData as { job: Job; contender: string };
const contender = await createContender(job, name);

parentPort?.on('message', async (question: Question) => {
  parentPort?.postMessage(await answerOf(contender, question));
});
