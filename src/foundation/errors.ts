/**
 * Every error that wasmlp throws: a stable code, and a message that says where it happened, what came, what was expected and
 * how to mend it.
 */

/** Stable identifier of a kind of error, as `error.code`. */
export type ErrorCode =
  | 'ERR_INVALID_TYPE'
  | 'ERR_INVALID_OPTION'
  | 'ERR_SHAPE'
  | 'ERR_NON_FINITE'
  | 'ERR_DIVERGED'
  | 'ERR_BUSY'
  | 'ERR_DISPOSED'
  | 'ERR_OUT_OF_MEMORY'
  | 'ERR_WORKER_DIED'
  | 'ERR_ENGINE'
  | 'ERR_MISSING'
  | 'ERR_UNKNOWN_VALUE'
  | 'ERR_MODEL_FORMAT'
  | 'ERR_MODEL_VERSION'
  | 'ERR_MODEL_LIMIT'
  | 'ERR_UNSUPPORTED'
  | 'ERR_IO';

/** An error that is not a wrong argument: divergence, memory, the engine, a model file, a missing feature. */
export class WasmlpError extends Error {
  // Fields, not assignments: Error.prototype may be frozen, and then its name cannot be assigned to.
  override readonly name: string = 'WasmlpError';
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** Wrong arguments give the language's own errors, so that `instanceof TypeError` and `RangeError` work. */
const BUILT_IN: Partial<Record<ErrorCode, TypeErrorConstructor | RangeErrorConstructor>> = {
  ERR_INVALID_TYPE: TypeError,
  ERR_INVALID_OPTION: RangeError,
  ERR_SHAPE: RangeError,
  ERR_NON_FINITE: RangeError,
  ERR_MISSING: RangeError,
  ERR_UNKNOWN_VALUE: RangeError,
};

/** The error for a code: a TypeError or RangeError for wrong arguments, a WasmlpError for the rest. */
export function codedError(code: ErrorCode, message: string, options?: ErrorOptions): Error & { code: ErrorCode } {
  const BuiltIn = BUILT_IN[code];
  if (BuiltIn === undefined) return new WasmlpError(code, message, options);
  return Object.assign(new BuiltIn(message, options), { code });
}

/** How a value reads in a message: `"abc"`, `[1, 2, …]`, `NaN`, `a Map`. Never longer than a line, and never throws. */
export function describe(value: unknown): string {
  try {
    return inWords(value);
  } catch {
    // A revoked Proxy, or a getter that throws.
    return `${withArticle(typeof value)} that cannot be read`;
  }
}

function inWords(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(shortened(value));
  if (typeof value === 'bigint') return shortened(`${value}n`);
  if (typeof value === 'function') return `the function ${nameOf(value) || '(anonymous)'}`;
  if (typeof value !== 'object' || value === null) return Object.is(value, -0) ? '-0' : shortened(String(value));
  if (Array.isArray(value)) return value.length === 0 ? 'an empty array' : `an array of ${value.length}`;
  // The constructor of a generator has no name.
  const name = nameOf(Object.getPrototypeOf(value)?.constructor) || tagOf(value);
  if (name === 'Object') return 'an object';
  // A Proxy of a typed array has its prototype, and no numbers that can be read.
  const isProxy = /\dArray/.test(name) && !ArrayBuffer.isView(value);
  return (isProxy ? 'a Proxy of ' : '') + withArticle(shortened(name));
}

/** The name of a function; undefined where it is no text, which programs may set it to. */
function nameOf(value: unknown): string | undefined {
  const { name } = Object(value) as { name?: unknown };
  return typeof name === 'string' ? shortened(name) : undefined;
}

function shortened(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}

/** For messages with the number of a row or a column in packed numbers: it counts as the indexes of arrays do. */
export const COUNTED = 'Rows and columns count from 0.';

/** `1 value`, `2 values`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** A row in a message. */
export function rowAt(row: number): string {
  return `row ${row} (counted from 0)`;
}

/**
 * The kind of object, as the host names it; an empty text where the object cannot be asked. `instanceof` fails for objects of another
 * realm (an iframe, node:vm, Jest).
 */
export function tagOf(value: unknown): string {
  try {
    return Object.prototype.toString.call(value).slice(8, -1);
  } catch {
    return '';
  }
}

function withArticle(noun: string): string {
  return `${/^[aeio]/i.test(noun) ? 'an' : 'a'} ${noun}`;
}
