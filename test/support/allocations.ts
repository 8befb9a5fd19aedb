/**
 * A host that runs out of memory at an allocation of choice: the constructors of typed arrays and buffers, and the methods that copy
 * arrays, throw what V8 throws. Only allocations that the library asks for are counted, its packages included.
 */
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** Folders of the library, as they are in a stack. */
const LIBRARY = ['src', 'dist'].map((folder) => path.join(ROOT, folder, '/'));
const CONSTRUCTORS = [
  'Float32Array',
  'Float64Array',
  'Int32Array',
  'Uint32Array',
  'Uint8Array',
  'ArrayBuffer',
  'SharedArrayBuffer',
] as const;
const METHODS = ['slice', 'map', 'filter'] as const;

type Constructor = new (...values: unknown[]) => object;

/** While it runs, the n-th allocation fails. */
export class Shortage {
  /** Allocations so far. */
  made = 0;
  /** Where the one that failed was asked for. */
  place = '';
  readonly #fails: number;
  readonly #undo: (() => void)[] = [];

  constructor(fails: number) {
    this.#fails = fails;
    const globals = globalThis as unknown as Record<string, Constructor>;
    for (const name of CONSTRUCTORS) {
      const original = globals[name] as Constructor;
      const construct = (target: Constructor, values: unknown[], asked: unknown): object => {
        if (!isView(values[0])) this.#count();
        return Reflect.construct(target, values, asked === patched ? target : (asked as Constructor));
      };
      const patched: Constructor = new Proxy(original, { construct });
      globals[name] = patched;
      this.#undo.push(() => {
        globals[name] = original;
      });
    }
    const shared = Object.getPrototypeOf(Float32Array.prototype) as Record<string, (...values: unknown[]) => object>;
    for (const name of METHODS) {
      const original = shared[name] as (...values: unknown[]) => object;
      const count = (): void => this.#count();
      shared[name] = function (this: unknown, ...values: unknown[]) {
        count();
        return original.apply(this, values);
      };
      this.#undo.push(() => {
        shared[name] = original;
      });
    }
  }

  get hasFailed(): boolean {
    return this.made >= this.#fails;
  }

  end(): void {
    for (const undo of this.#undo.splice(0)) undo();
  }

  #count(): void {
    const { stack = '' } = new Error('where');
    if (!LIBRARY.some((folder) => stack.includes(folder)) || ++this.made !== this.#fails) return;
    this.place = stack.split('\n').slice(3, 8).join('\n');
    throw new RangeError('Array buffer allocation failed');
  }
}

/** Whether an array over it only looks at memory that there is. */
function isView(value: unknown): boolean {
  return /ArrayBuffer\]$/.test(Object.prototype.toString.call(value));
}
