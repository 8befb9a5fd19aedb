/** Data that JSON can write, whatever came: options that no network takes are kept and compared too. */

/** Deeper ones are no options of anybody. */
const MOST_LEVELS = 100;

/** The value itself where JSON can write it; else a copy with words in place of what it cannot. */
export function writable(value: unknown): unknown {
  try {
    JSON.stringify(value);
    return value;
  } catch {
    // Big integers, circles, depths.
    return inWords(value, new Set(), 0);
  }
}

/** The text of JSON, with words for what it cannot write. */
export function textOf(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch {
    return JSON.stringify(writable(value));
  }
}

/** A copy of plain data, which structuredClone takes five times as long for: each trial is copied for each callback. */
export function copyOfPlain<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(copyOfPlain) as T;
  const copy: Record<string, unknown> = {};
  for (const [name, inner] of Object.entries(value)) {
    // Assigned to, this name would be the prototype.
    if (name === '__proto__') Object.defineProperty(copy, name, { ...FIELD, value: copyOfPlain(inner) });
    else copy[name] = copyOfPlain(inner);
  }
  return copy as T;
}

const FIELD = { configurable: true, enumerable: true, writable: true };

function inWords(value: unknown, seen: Set<object>, level: number): unknown {
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value !== 'object' || value === null) return value;
  // Dates, and numbers, which are many.
  if (value instanceof Date || value instanceof Float32Array || value instanceof Float64Array) return value;
  if (seen.has(value)) return '(again)';
  if (level === MOST_LEVELS) return '(deeper)';
  seen.add(value);
  if (Array.isArray(value)) return value.map((inner) => inWords(inner, seen, level + 1));
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, inWords(inner, seen, level + 1)]));
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
