/** The process of one JavaScript contender: `node worker.js <name> <training | prediction> <rows> <problem file>`. */
import { Console } from 'node:console';
import { predictingContender, trainingContender } from '../runs.js';
import { serve } from '../serve.js';
import { PEERS } from './javascript.js';
import { readProblem } from './problem.js';

// Only answers may go to stdout, but some libraries print greetings on the console.
globalThis.console = new Console(process.stderr);

const [name = '', kind, rows, file = ''] = process.argv.slice(2);
await serve(await createContender());

async function createContender() {
  const problem = readProblem(file);
  const peer = PEERS[name];
  if (kind === 'prediction' && peer !== undefined) {
    return predictingContender(await peer.createPredictor(problem), problem.samples);
  }
  if (peer?.createTrainer === undefined) throw new Error(`${name} does not train.`);
  return trainingContender(await peer.createTrainer(problem, Number(rows)), problem.samples);
}
