/**
 * Counts the work of a call. A clock would say more about the machine than about the code.
 *
 * Steps are how often each block of code ran, in this library and in the packages that read for it. V8 counts them for code coverage.
 * Loops inside built-ins have no blocks. For built-ins that look through arrays and texts, we count the elements and characters that
 * they go over. Bytes are the bytes of new buffers.
 *
 * Counts are exact, and the same in each run. They do not see inside a built-in: a regular expression counts as much as its text is
 * long. V8's counters have 32 bits. So give a call so little that the square of it stays below 2^31: then even quadratic work is seen.
 */
import { type Profiler, Session } from 'node:inspector';
import { setFlagsFromString } from 'node:v8';

// V8 does not count optimized code.
for (const flag of ['--no-opt', '--no-maglev']) setFlagsFromString(flag);

const COUNTED = /^file:.*\/(src\/|node_modules\/@bufbuild\/protobuf\/)/;

export interface Work {
  readonly steps: number;
  readonly bytes: number;
}

let session: Session | undefined;

/** The work of a call. The caller has to check whether it returns or throws. */
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

/** The steps since the last call of this function. */
function takeSteps(from: Session): number {
  let scripts: Profiler.ScriptCoverage[] = [];
  // The answer comes at once, because the session is on this thread.
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
/** How much a call goes over, computed from its receiver, its arguments and its result. */
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
/** An object or array costs JSON.parse about 70 bytes, and time in proportion (a megabyte of brackets takes 80 ms, Node 20). */
const ofParse: Cost = (_, [text]: [string]) => {
  let containers = 0;
  if (text.startsWith('"')) return text.length;
  for (let at = 0; at < text.length; at++) if (text[at] === '[' || text[at] === '{') containers++;
  return text.length + 64 * containers;
};

const ofFill: Cost = (self: Float32Array, [, from = 0, to = self.length]: [number, number?, number?]) => to - from;

const TypedArray = Object.getPrototypeOf(Uint8Array.prototype) as object;
/** Methods whose time does not grow with the length, and methods that go over a part only. */
const NO_LOOPS = ['constructor', 'at', 'push', 'pop', 'subarray', 'keys', 'values', 'entries', 'set', 'slice', 'fill'];
/** All other methods loop over their receiver. */
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

/** Replaces JavaScript's own functions by counting ones, until it is restored. */
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
      // A view of an existing buffer does not count.
      if (!(given[0] instanceof ArrayBuffer)) this.bytes += made.byteLength;
      return made;
    };
    const watched = new Proxy(own, { construct });
    this.#replace(globalThis, name, watched);
  }
}
