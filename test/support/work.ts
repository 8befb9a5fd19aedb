/**
 * Counts the work of a call, where a clock would tell more of the machine than of the code.
 *
 * Steps are how often each block of code ran, of this library and of the packages that read for it: the counters are V8's own, which
 * it keeps for code coverage. Loops of built-ins have no blocks. Those that JavaScript has to look through arrays and texts are counted
 * by the elements and characters that they go over. Bytes are those of the buffers made.
 *
 * Counts are exact, and the same in each run. They leave out what stays within a built-in: a regular expression counts for its text.
 * V8's counters have 32 bits: give a call so little that the square of it stays below 2^31, and one that takes the square cannot hide.
 */
import { type Profiler, Session } from 'node:inspector';
import { setFlagsFromString } from 'node:v8';

// Optimized code does not count.
for (const flag of ['--no-opt', '--no-maglev']) setFlagsFromString(flag);

const COUNTED = /^file:.*\/(src\/|node_modules\/(@bufbuild\/protobuf|csv-parse)\/)/;

export interface Work {
  readonly steps: number;
  readonly bytes: number;
}

let session: Session | undefined;

/** What a call does. Whether it returns or throws is for the caller to see. */
export async function workOf(call: () => unknown): Promise<Work> {
  session ??= openSession();
  const builtIns = new BuiltIns();
  takeSteps(session);
  try {
    await call();
  } finally {
    builtIns.restore();
  }
  return { steps: takeSteps(session) + builtIns.steps, bytes: builtIns.bytes };
}

function openSession(): Session {
  const opened = new Session();
  opened.connect();
  opened.post('Profiler.enable');
  opened.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  return opened;
}

/** Since the last time. */
function takeSteps(from: Session): number {
  let scripts: Profiler.ScriptCoverage[] = [];
  // At once: the session is of this very thread.
  from.post('Profiler.takePreciseCoverage', (error, { result }) => {
    if (error !== null) throw error;
    scripts = result;
  });
  let steps = 0;
  for (const { url, functions } of scripts) {
    if (!COUNTED.test(url)) continue;
    for (const { ranges } of functions) for (const { count } of ranges) steps += count;
  }
  return steps;
}

type Sized = { readonly length?: number; readonly byteLength?: number; readonly size?: number } | null | undefined;
/** What a call goes over, by what it is called on, what it is given and what it returns. */
type Cost = (self: never, given: never, result: never) => number;

const sizeOf = (value: unknown): number => {
  const { length, byteLength, size } = (value ?? {}) as NonNullable<Sized>;
  return length ?? byteLength ?? size ?? 0;
};
const ofSelf: Cost = (self) => sizeOf(self);
const ofResult: Cost = (_, __, result) => sizeOf(result);
const ofBoth: Cost = (self, _, result) => Math.max(sizeOf(self), sizeOf(result));
const ofGiven: Cost = (_, [first]: [unknown]) => sizeOf(first);
const ofSearch: Cost = (self: string, [, from = 0]: [string, number?], result: number) =>
  (result < 0 ? self.length : result) - from;
/** An object or array costs JSON.parse about 70 bytes and as much time (a megabyte of brackets 80 ms, Node 20). */
const ofParse: Cost = (_, [text]: [string]) => {
  let containers = 0;
  if (text.startsWith('"')) return text.length;
  for (let at = 0; at < text.length; at++) if (text[at] === '[' || text[at] === '{') containers++;
  return text.length + 64 * containers;
};

const ofFill: Cost = (self: Float32Array, [, from = 0, to = self.length]: [number, number?, number?]) => to - from;

const TypedArray = Object.getPrototypeOf(Uint8Array.prototype) as object;
/** What takes no longer the more there is, and what goes over a part. */
const NO_LOOPS = ['constructor', 'at', 'push', 'pop', 'subarray', 'keys', 'values', 'entries', 'set', 'slice', 'fill'];
/** All other methods: loops over what they are called on. */
const loopsOf = (prototype: object): string[] =>
  Object.getOwnPropertyNames(prototype).filter((name) => {
    const { value } = Object.getOwnPropertyDescriptor(prototype, name) as PropertyDescriptor;
    return typeof value === 'function' && !NO_LOOPS.includes(name);
  });

const COSTS: readonly (readonly [holder: object, names: readonly PropertyKey[], cost: Cost])[] = [
  [String.prototype, ['slice', 'substring', 'concat', 'repeat', 'padStart', 'padEnd'], ofResult],
  [String.prototype, ['includes', 'split', 'match', 'matchAll', 'replace', 'replaceAll', 'trim'], ofBoth],
  [String.prototype, ['startsWith', 'endsWith'], ofGiven],
  [String.prototype, ['indexOf'], ofSearch],
  [RegExp.prototype, ['test', 'exec'], ofGiven],
  [Array.prototype, ['slice'], ofResult],
  [TypedArray, ['slice'], ofResult],
  [TypedArray, ['set'], ofGiven],
  [TypedArray, ['fill'], ofFill],
  [Array.prototype, [...loopsOf(Array.prototype), Symbol.iterator], ofBoth],
  [Array, ['from'], ofResult],
  [TypedArray, loopsOf(TypedArray), ofBoth],
  [Map.prototype, ['forEach', 'keys', 'values', 'entries', Symbol.iterator], ofSelf],
  [Set.prototype, ['forEach', 'values', Symbol.iterator], ofSelf],
  [Object, ['keys', 'values', 'entries'], ofResult],
  [JSON, ['parse'], ofParse],
  [JSON, ['stringify'], ofResult],
  [TextDecoder.prototype, ['decode'], ofGiven],
  [TextEncoder.prototype, ['encode'], ofResult],
];

const BUFFERS = ['ArrayBuffer', 'Uint8Array', 'Uint32Array', 'Int32Array', 'Float32Array', 'Float64Array'] as const;

/** JavaScript's own functions, which count while this is not restored. */
class BuiltIns {
  steps = 0;
  bytes = 0;
  readonly #restore: (() => void)[] = [];

  constructor() {
    for (const [holder, names, cost] of COSTS) for (const name of names) this.#watch(holder, name, cost);
    for (const name of BUFFERS) this.#watchConstructor(name);
  }

  restore(): void {
    for (const restore of this.#restore) restore();
  }

  #replace(holder: object, name: PropertyKey, value: unknown): void {
    const before = Object.getOwnPropertyDescriptor(holder, name) as PropertyDescriptor;
    Object.defineProperty(holder, name, { ...before, value });
    this.#restore.unshift(() => Object.defineProperty(holder, name, before));
  }

  #watch(holder: object, name: PropertyKey, cost: Cost): void {
    const own = Reflect.get(holder, name) as (...given: unknown[]) => unknown;
    const count = (steps: number): void => {
      this.steps += steps;
    };
    this.#replace(holder, name, function (this: unknown, ...given: unknown[]) {
      let result: unknown;
      try {
        result = Reflect.apply(own, this, given);
      } finally {
        count(cost(this as never, given as never, result as never));
      }
      return result;
    });
  }

  #watchConstructor(name: (typeof BUFFERS)[number]): void {
    const own = globalThis[name] as unknown as new (...given: unknown[]) => ArrayBufferView | ArrayBuffer;
    const construct = (target: typeof own, given: unknown[], newTarget: typeof own): object => {
      const made = Reflect.construct(target, given, newTarget === watched ? target : newTarget);
      // Not of a view of a buffer that there was.
      if (!(given[0] instanceof ArrayBuffer)) this.bytes += made.byteLength;
      return made;
    };
    const watched = new Proxy(own, { construct });
    this.#replace(globalThis, name, watched);
  }
}
