/**
 * The options of calls that read networks of other libraries, over what was found in a file: how to train on, and names of classes. Knows
 * no format.
 */
import { resolveNetwork } from '../options/network.js';
import type { NetworkSpec } from '../options/spec.js';

/** The caller's options: the names are known, the values unchecked. */
export type GivenOptions = Readonly<Record<string, unknown>>;

/** What a file says, as `create` takes it. */
interface Found {
  readonly inputs: number;
  readonly layers: readonly object[];
  readonly normalize?: unknown;
  readonly normalizeTargets?: unknown;
  readonly labels?: unknown;
}

/** Checks what was found as if a caller had given it, or throws what `refuse` makes of the reason; then checks what the caller gave. */
export function resolveImported(
  call: string,
  { labels, loss, optimizer, seed }: GivenOptions,
  found: Found,
  refuse: (reason: string, cause: unknown) => Error,
): NetworkSpec {
  // Names in the file do not matter where the caller gives others.
  const own = { ...found, labels: labels === undefined ? found.labels : undefined };
  const spec = attempted(own, (cause) => refuse((cause as Error).message, cause));
  const given = Object.entries({ labels, loss, optimizer, seed }).filter(([, value]) => value !== undefined);
  if (given.length === 0) return spec;
  return attempted({ ...own, ...Object.fromEntries(given) }, (cause) => {
    const error = cause as Error;
    // The same error: it knows the word that is no option.
    error.message = error.message.replace(/^create: /, `${call}: `);
    return error;
  });
}

/** Scaled targets are numbers, whatever the activation: the usual losses of sigmoid and softmax are for probabilities. */
function attempted(options: Found, refuse: (cause: unknown) => Error): NetworkSpec {
  const scales = options.normalizeTargets !== undefined && options.normalizeTargets !== false;
  try {
    return resolveNetwork(scales ? { loss: 'meanSquaredError', ...options } : options);
  } catch (cause) {
    throw refuse(cause);
  }
}

/** The number with the fewest digits that is the same in float32: models have 0.2 as 0.20000000298023224. */
export function shortestFloat(value: number): number {
  for (let digits = 1; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === Math.fround(value)) return short;
  }
  return value;
}
