/** Starts workers in Node and in pages. They run the package's worker.js. Does not know what it does. */
import { codedError } from '../../foundation/errors.js';

/** Throws ERR_UNSUPPORTED where the runtime has no workers. */
export function checkWorkers(call: string): void {
  if (typeof Worker === 'function' || threadsOfNode() !== undefined) return;
  const message = `${call}: background needs a worker, and this host has none. Leave background out.`;
  throw codedError('ERR_UNSUPPORTED', message);
}

/** The methods of Node's Worker that a page's Worker lacks. */
interface NodeWorker extends Worker {
  on(event: 'message' | 'error' | 'exit', listener: (value: unknown) => void): void;
}

/** A worker's port to the thread that started it. In a page it is the worker's global object. */
export interface Port {
  postMessage(message: unknown, transfer?: ArrayBuffer[]): void;
  addEventListener(type: 'message', listener: (event: { data: unknown }) => void): void;
}

interface Threads {
  readonly Worker: new (url: URL, options: { execArgv: string[] }) => NodeWorker;
  readonly parentPort: Port | null;
}

interface NodeProcess {
  getBuiltinModule?: (name: string) => Threads;
}

/** Node's module of threads; undefined in pages. */
export function threadsOfNode(): Threads | undefined {
  return (globalThis as { process?: NodeProcess }).process?.getBuiltinModule?.('node:worker_threads');
}

/** Starts a worker. `onEnd` is called when it ends, if the runtime reports that, and perhaps more than once. */
export function startWorker<T>(onMessage: (message: T) => void, onEnd: (cause: unknown) => void): Worker {
  const threads = threadsOfNode();
  if (threads !== undefined) {
    // Without this thread's options: a worker that runs a file refuses those of `node --input-type=module --eval`.
    const worker = new threads.Worker(new URL('./worker.js', import.meta.url), { execArgv: [] });
    worker.on('message', (message) => onMessage(message as T));
    worker.on('error', onEnd);
    worker.on('exit', (code) => onEnd(new Error(`exit code ${code}`)));
    return worker;
  }
  // Bundlers look for exactly this expression.
  const worker = new Worker(new URL('./worker.js', import.meta.url), { type: 'module' });
  worker.onmessage = ({ data }: MessageEvent<T>) => onMessage(data);
  worker.onerror = (event) => {
    event.preventDefault();
    onEnd(event.message);
  };
  return worker;
}
