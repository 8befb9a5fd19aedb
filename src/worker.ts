/**
 * The program of a worker: trains in the background, or helps another thread to train. Finds the port to its host, and takes the host's
 * kernel.
 */
import type { EngineNetwork } from './engine/engine.js';
import { selectEngine } from './engine/select.js';
import { type Kernels, withKernels } from './engine/wasm/kernel.js';
import type { WasmNetwork } from './engine/wasm/network.js';
import { type HelperMessage, type HelpMessage, help } from './engine/wasm/threads/helper.js';
import { ThreadedNetwork } from './engine/wasm/threads/network.js';
import type { SharedFit } from './engine/wasm/threads/record.js';
import { codedError } from './foundation/errors.js';
import { VERSION } from './foundation/generated/version.js';
import { holdForLife } from './foundation/locks.js';
import { type Port, threadsOfNode } from './foundation/workers.js';
import type { NetworkSpec } from './options/spec.js';
import type { HostMessage, StartMessage } from './training/background/messages.js';
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
    const { module, version, fit, engine, network, threads } = message;
    if (version !== VERSION) {
      const came = `${fit.call}: worker.js is of wasmlp ${VERSION}, expected ${version}`;
      throw codedError('ERR_WORKER_DIED', `${came}. Put the dist/worker.js of this version there.`);
    }
    if (module !== undefined) withKernels(undefined, kernelsOf(module as WebAssembly.Module));
    const selected = await selectEngine(engine, network);
    const alone = selected.createNetwork(network);
    worker = new FitWorker(port, message, threads === undefined ? alone : leader(alone, network, threads));
    await worker.train();
    // The worker stays for the next fit.
    worker = undefined;
    alone.dispose();
  } catch (error) {
    const { earlyStopping } = message;
    send(port, { kind: 'end', outcome: failureOf(error), snapshot: undefined, earlyStopping });
  }
}

/** The same network, which this thread trains together with others. */
function leader(alone: EngineNetwork, spec: NetworkSpec, fit: object): EngineNetwork {
  const { module, threads } = fit as SharedFit;
  const network = new ThreadedNetwork(alone as WasmNetwork, spec, { module, threads, isExact: true });
  network.join(fit as SharedFit);
  return network;
}

async function helpWith(message: HelpMessage): Promise<void> {
  const { session } = message;
  port.postMessage({ kind: 'helping', holdsLock: await holdForLife(message.lock) } satisfies HelperMessage);
  help(message);
  port.postMessage({ kind: 'free', session } satisfies HelperMessage);
}

port.addEventListener('message', ({ data }) => {
  const message = data as HostMessage | HelpMessage;
  if (message.kind === 'start') void start(message);
  else if (message.kind === 'help') void helpWith(message);
  else worker?.receive(message);
});
