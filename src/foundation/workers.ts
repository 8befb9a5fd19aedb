/** Starts workers in Node and in pages. They run the package's worker.js. Does not know what it does. */
import { codedError, describe, tagOf } from './errors.js';

/** The address of a copy of worker.js, or a path in Node; undefined for the one beside this file. An object is a TrustedScriptURL. */
export type WorkerAddress = string | object | undefined;

/** Whether threads may share memory here: Node allows it, and pages that are isolated from other origins. */
export function canShareMemory(): boolean {
  const { crossOriginIsolated } = globalThis as { crossOriginIsolated?: boolean };
  return typeof SharedArrayBuffer === 'function' && crossOriginIsolated !== false;
}

/** Whether the runtime has workers. */
export function hasWorkers(): boolean {
  return typeof Worker === 'function' || threadsOfNode() !== undefined;
}

/** Whether this file knows where worker.js lies: bundlers that write CommonJS or scripts do not tell it. */
export function knowsWorker(): boolean {
  return typeof import.meta.url === 'string';
}

/**
 * Where the worker's program is, from the option `background` of a fit. Throws ERR_UNSUPPORTED where the runtime has no workers,
 * ERR_INVALID_TYPE if the option does not say it, and ERR_WORKER_DIED if nobody does.
 */
export function workerAddressOf(call: string, background: true | { readonly workerUrl?: unknown }): WorkerAddress {
  if (!hasWorkers()) {
    const message = `${call}: background needs a worker, and this host has none. Leave background out.`;
    throw codedError('ERR_UNSUPPORTED', message);
  }
  if (background !== true) return checkAddress(`${call}: background.workerUrl`, background.workerUrl);
  if (knowsWorker()) return undefined;
  const mend = "Copy wasmlp's dist/worker.js, and give its address or path: background: { workerUrl }.";
  throw codedError(
    'ERR_WORKER_DIED',
    `${call}: the worker for the background did not start: this bundle does not know its own address, so it cannot find worker.js. ${mend}`,
  );
}

function checkAddress(where: string, value: unknown): string | object {
  if (typeof value === 'string' && value !== '') return value;
  // A URL of any realm, by its text now: the caller may change it later.
  const { href } = Object(value) as { href?: unknown };
  if (typeof href === 'string') return href;
  if (tagOf(value) === 'TrustedScriptURL') return value as object;
  const expected = "the address of a copy of wasmlp's dist/worker.js, as a string, a URL or a TrustedScriptURL";
  throw codedError('ERR_INVALID_TYPE', `${where} is ${describe(value)}, expected ${expected}.`);
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
  readonly Worker: new (url: URL | string, options: { execArgv: string[] }) => NodeWorker;
  readonly parentPort: Port | null;
}

interface Paths {
  resolve(path: string): string;
}

interface NodeProcess {
  getBuiltinModule?(name: 'node:worker_threads'): Threads | undefined;
  getBuiltinModule?(name: 'node:path'): Paths;
}

function processOfNode(): NodeProcess | undefined {
  return (globalThis as { process?: NodeProcess }).process;
}

/** Node's module of threads; undefined in pages. */
export function threadsOfNode(): Threads | undefined {
  return processOfNode()?.getBuiltinModule?.('node:worker_threads');
}

/**
 * Where a program of the package lies, and how a page starts it. Each program has its own: bundlers look for exactly these expressions, and
 * emit the file for both.
 */
export interface WorkerProgram {
  /** `new URL('./worker.js', import.meta.url)` */
  url(): URL;
  /** `new Worker(new URL('./worker.js', import.meta.url), { type: 'module' })` */
  start(): Worker;
}

/** The program of fits in the background and of threads. */
const FITS: WorkerProgram = {
  url: () => new URL('./worker.js', import.meta.url),
  start: () => new Worker(new URL('./worker.js', import.meta.url), { type: 'module' }),
};

/** Starts a worker. `onEnd` is called when it ends, if the runtime reports that, and perhaps more than once. */
export function startWorker<T>(
  address: WorkerAddress,
  onMessage: (message: T) => void,
  onEnd: (cause: unknown) => void,
  program = FITS,
): Worker {
  const threads = threadsOfNode();
  if (threads !== undefined) {
    const file = address === undefined ? program.url() : fileAt(String(address));
    // Without this thread's options: a worker that runs a file refuses those of `node --input-type=module --eval`.
    const worker = new threads.Worker(file, { execArgv: [] });
    worker.on('message', (message) => onMessage(message as T));
    worker.on('error', onEnd);
    worker.on('exit', (code) => onEnd(new Error(`exit code ${code}`)));
    return worker;
  }
  const worker = workerOfPage(address, program);
  worker.onmessage = ({ data }: MessageEvent<T>) => onMessage(data);
  worker.onerror = (event) => {
    event.preventDefault();
    onEnd(event.message);
  };
  return worker;
}

/** A URL, or a path, which `C:\\` may begin. Node refuses URLs as text, and paths that do not begin with a dot or a slash. */
function fileAt(address: string): URL | string {
  if (/^[a-z][a-z\d+.-]+:/i.test(address)) return new URL(address);
  return processOfNode()?.getBuiltinModule?.('node:path').resolve(address) ?? address;
}

function workerOfPage(address: WorkerAddress, program: WorkerProgram): Worker {
  if (address !== undefined) return new Worker(trusted(address), { type: 'module' });
  const { trustedTypes } = globalThis as PageOfTypes;
  if (trustedTypes !== undefined && !trustedTypes.defaultPolicy) {
    // First, since a page that requires trusted types reports every address that is none.
    try {
      return new Worker(trusted(String(program.url())), { type: 'module' });
    } catch {}
  }
  return program.start();
}

interface Policy {
  createScriptURL(address: string): string;
}

/** A page with trusted types. The types of the DOM lack them. */
interface PageOfTypes {
  readonly trustedTypes?: {
    readonly defaultPolicy: object | null;
    createPolicy(name: string, rules: Policy): Policy;
  };
}

let policy: Policy | undefined;

/**
 * An address for a page that requires trusted types and allows the policy `wasmlp`. If it allows no such policy, the address as it is:
 * the page may have a default policy.
 */
function trusted(address: string | object): string {
  const { trustedTypes } = globalThis as PageOfTypes;
  // An object is a TrustedScriptURL: the types of the DOM do not know that a Worker takes it. A default policy makes one of an address.
  if (typeof address !== 'string' || trustedTypes?.defaultPolicy) return address as unknown as string;
  try {
    policy ??= trustedTypes?.createPolicy('wasmlp', { createScriptURL: (url) => url });
  } catch {
    return address;
  }
  return policy?.createScriptURL(address) ?? address;
}
