/** What several tests of a process compare with, computed by the first that asks. */

const results = new Map<string, unknown>();

/** What `compute` gives, by a name that says all that goes into it. */
export function once<T>(name: string, compute: () => T): T {
  if (!results.has(name)) results.set(name, compute());
  return results.get(name) as T;
}
