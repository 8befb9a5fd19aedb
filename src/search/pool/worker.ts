/** The program of a search's worker: trains what it is sent. Takes the kernels of the thread that started it. */
import { type Kernels, type Variant, withKernels } from '../../engine/wasm/kernel.js';
import { codedError } from '../../foundation/errors.js';
import { VERSION } from '../../foundation/generated/version.js';
import { holdForLife } from '../../foundation/locks.js';
import { type Port, threadsOfNode } from '../../foundation/workers.js';
import { Network } from '../../network.js';
import { runTask, SplitData } from '../run-task.js';
import type { PoolMessage, TrialWorkerMessage } from './messages.js';

const port = threadsOfNode()?.parentPort ?? (globalThis as unknown as Port);

if (!('addEventListener' in port) || 'document' in globalThis) {
  throw codedError('ERR_UNSUPPORTED', 'search-worker.js runs only in a worker, which a search starts by itself.');
}

const waiting = new Map<Variant, (module: WebAssembly.Module) => void>();
const refused = new Map<Variant, (error: Error) => void>();
let samples: SplitData | undefined;

function send(message: TrialWorkerMessage, transfer: ArrayBuffer[] = []): void {
  port.postMessage(message, transfer);
}

/** Asks the thread that started this one for a kernel. */
function ask(variant: Variant): () => Promise<WebAssembly.Module> {
  return () =>
    new Promise((resolve, reject) => {
      waiting.set(variant, resolve);
      refused.set(variant, reject);
      send({ kind: 'kernel', variant });
    });
}

async function begin({ version, lock, kernels }: PoolMessage & { kind: 'begin' }): Promise<void> {
  if (version !== VERSION) {
    const mend = 'Put the dist/search-worker.js of this version there.';
    throw codedError('ERR_WORKER_DIED', `search-worker.js is of wasmlp ${VERSION}, expected ${version}. ${mend}`);
  }
  withKernels(undefined, Object.fromEntries(kernels.map((variant) => [variant, ask(variant)])) as Kernels);
  send({ kind: 'ready', holdsLock: await holdForLife(lock) });
}

async function train({ id, task }: PoolMessage & { kind: 'task' }): Promise<void> {
  const outcome = await runTask(Network, samples as SplitData, task, undefined, (standing) => {
    send({ kind: 'standing', id, standing }, [standing.checkpoint.buffer as ArrayBuffer]);
  });
  const kept = 'result' in outcome ? outcome.result.kept : undefined;
  send({ kind: 'outcome', id, outcome }, kept === undefined ? [] : [kept.buffer as ArrayBuffer]);
}

/** Tasks in their order: the next one begins when the one before is over. */
let last: Promise<unknown> = Promise.resolve();

function receive(message: PoolMessage): void {
  switch (message.kind) {
    case 'begin':
      void begin(message);
      break;
    case 'data': {
      const { data } = message;
      samples = data && new SplitData(data);
      break;
    }
    case 'task':
      last = last.then(() => train(message));
      break;
    case 'kernel': {
      const { variant, module } = message;
      if (module === undefined) refused.get(variant)?.(new Error(`no ${variant} kernel`));
      else waiting.get(variant)?.(module);
    }
  }
}

port.addEventListener('message', ({ data }) => receive(data as PoolMessage));
