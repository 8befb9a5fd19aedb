/**
 * A host that runs out of memory at an allocation of choice: the constructors of typed arrays and buffers, and the methods that copy
 * arrays, throw what V8 throws. Only allocations that the library asks for are counted, its packages included. Plain JavaScript,
 * because workers import it too.
 */
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** Folders of the library, as they are in a stack. */
const LIBRARY = ['src', 'dist'].map((folder) => path.join(ROOT, folder, '/'));
/** The function that measures hints, in a stack. What is kept for it while a fit runs is not of them. */
const HINTS = 'hintsOf';
/** How far up the library is looked for. */
const DEPTH = 50;
const CONSTRUCTORS = [
  'Float32Array',
  'Float64Array',
  'Int32Array',
  'Uint32Array',
  'Uint8Array',
  'ArrayBuffer',
  'SharedArrayBuffer',
];
const METHODS = ['slice', 'map', 'filter'];

/** @typedef {new (...values: unknown[]) => object} Constructor */

/** While it runs, the n-th allocation fails. */
export class Shortage {
  /** Allocations so far. */
  made = 0;
  /** Where the one that failed was asked for. */
  place = '';
  /** Whether it was asked for to measure the hints of a fit that had trained. */
  isOfHints = false;
  #fails;
  #onFailure;
  /** @type {(() => void)[]} */
  #undo = [];

  /**
   * @param {number} fails which allocation fails, from 1
   * @param {() => void} [onFailure] is called before it fails
   */
  constructor(fails, onFailure) {
    this.#fails = fails;
    this.#onFailure = onFailure;
    const globals = /** @type {Record<string, Constructor>} */ (/** @type {unknown} */ (globalThis));
    for (const name of CONSTRUCTORS) {
      const original = /** @type {Constructor} */ (globals[name]);
      /** @type {Constructor} */
      const patched = new Proxy(original, {
        construct: (target, values, asked) => {
          if (!isView(values[0])) this.#count();
          return Reflect.construct(target, values, asked === patched ? target : asked);
        },
      });
      globals[name] = patched;
      this.#undo.push(() => {
        globals[name] = original;
      });
    }
    const shared = Object.getPrototypeOf(Float32Array.prototype);
    for (const name of METHODS) {
      const original = shared[name];
      const count = () => this.#count();
      shared[name] = function (/** @type {unknown[]} */ ...values) {
        count();
        return original.apply(this, values);
      };
      this.#undo.push(() => {
        shared[name] = original;
      });
    }
  }

  get hasFailed() {
    return this.made >= this.#fails;
  }

  end() {
    for (const undo of this.#undo.splice(0)) undo();
  }

  #count() {
    if (this.hasFailed) return;
    // Most are asked for by a caller that is near.
    if (!callSites(12).some(isInLibrary) && !callSites(DEPTH).some(isInLibrary)) return;
    if (++this.made !== this.#fails) return;
    const sites = callSites(DEPTH);
    this.place = sites.slice(3, 8).join('\n');
    this.isOfHints = sites.some((site) => site.getFunctionName() === HINTS);
    this.#onFailure?.();
    throw new RangeError('Array buffer allocation failed');
  }
}

/**
 * Who called whom. V8's own list: its text, whose places a test runner looks up in the source, takes most of the time of a test that
 * asks at each allocation.
 * @param {number} limit how many of them
 * @returns {NodeJS.CallSite[]}
 */
function callSites(limit) {
  const { stackTraceLimit, prepareStackTrace } = Error;
  Error.stackTraceLimit = limit;
  Error.prepareStackTrace = (_, sites) => sites;
  const { stack } = new Error('where');
  Object.assign(Error, { stackTraceLimit, prepareStackTrace });
  return /** @type {NodeJS.CallSite[]} */ (/** @type {unknown} */ (stack));
}

/** @param {NodeJS.CallSite} site */
function isInLibrary(site) {
  const file = site.getFileName();
  return LIBRARY.some((folder) => file?.includes(folder));
}

/**
 * Whether an array over it only looks at memory that there is.
 * @param {unknown} value
 */
function isView(value) {
  return /ArrayBuffer\]$/.test(Object.prototype.toString.call(value));
}
