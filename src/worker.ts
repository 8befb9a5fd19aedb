/** The program of a worker that trains in the background. Finds the port to its host, takes the host's kernel, and trains. */
import { selectEngine } from './engine/select.js';
import { type Kernels, withKernels } from './engine/wasm/kernel.js';
import { codedError } from './foundation/errors.js';
import { VERSION } from './foundation/generated/version.js';
import { holdForLife } from './training/background/locks.js';
import type { HostMessage, StartMessage } from './training/background/messages.js';
import { type Port, threadsOfNode } from './training/background/threads.js';
import { FitWorker, failureOf, send } from './training/background/worker.js';

const port = threadsOfNode()?.parentPort ?? (globalThis as unknown as Port);

if (!('addEventListener' in port) || 'document' in globalThis) {
  throw codedError(
    'ERR_UNSUPPORTED',
    'wasmlp/worker runs only in a worker, which fit starts by itself. Import wasmlp.',
  );
}

let worker: FitWorker | undefined;

/** The kernel of the host's network, under every name: the worker has no other. */
function kernelsOf(module: WebAssembly.Module): Kernels {
  const kernel = async (): Promise<WebAssembly.Module> => module;
  return { basic: kernel, simd: kernel, relaxed: kernel, wide: kernel, relaxedWide: kernel };
}

async function start(message: StartMessage): Promise<void> {
  send(port, { kind: 'ready', holdsLock: await holdForLife(message.lock) });
  try {
    const { module, version, fit, engine, network } = message;
    if (version !== VERSION) {
      const came = `${fit.call}: worker.js is of wasmlp ${VERSION}, expected ${version}`;
      throw codedError('ERR_WORKER_DIED', `${came}. Put the dist/worker.js of this version there.`);
    }
    if (module !== undefined) withKernels(undefined, kernelsOf(module as WebAssembly.Module));
    const selected = await selectEngine(engine, network);
    worker = new FitWorker(port, message, selected.createNetwork(network));
    await worker.train();
  } catch (error) {
    const { earlyStopping } = message;
    send(port, { kind: 'end', outcome: failureOf(error), snapshot: undefined, earlyStopping });
  }
}

port.addEventListener('message', ({ data }) => {
  const message = data as HostMessage;
  if (message.kind === 'start') void start(message);
  else worker?.receive(message);
});
