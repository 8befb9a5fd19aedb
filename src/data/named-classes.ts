/** From names of classes to their indexes. Only networks with labels load it. */
import { codedError, describe } from '../foundation/errors.js';
import { int32 } from '../foundation/more-memory.js';
import { suggest } from '../foundation/spelling.js';
import type { NetworkSpec } from '../options/spec.js';

/** The index of each sample's class; undefined where the targets are no names. `where` is for messages. */
export function indexesOf(where: string, targets: unknown, { labels = [] }: NetworkSpec): Int32Array | undefined {
  if (!Array.isArray(targets)) return undefined;
  if (typeof targets[0] === 'boolean') {
    const mend = 'Write 0 and 1, or as the name of a class "false" and "true".';
    throw codedError('ERR_INVALID_TYPE', `${where}[0] is ${targets[0]}, expected a number. ${mend}`);
  }
  if (typeof targets[0] !== 'string') return undefined;
  const indexes = new Map(labels.map((label, index) => [label, index]));
  const classes = int32(targets.length);
  for (let i = 0; i < classes.length; i++) classes[i] = indexOf(() => `${where}[${i}]`, targets[i], labels, indexes);
  return classes;
}

/** The index of a name, or an error that names those that there are. */
export function indexOf(
  where: () => string,
  name: unknown,
  labels: readonly string[],
  indexes: ReadonlyMap<string, number>,
): number {
  if (typeof name !== 'string') {
    throw codedError('ERR_INVALID_TYPE', `${where()} is ${describe(name)}, expected the name of a class.`);
  }
  const index = indexes.get(name);
  if (index !== undefined) return index;
  const known =
    labels
      .slice(0, 10)
      .map((label) => describe(label))
      .join(', ') + (labels.length > 10 ? ', …' : '');
  const came = `${where()} is ${describe(name)}, which is not among the labels: ${known}`;
  throw codedError('ERR_INVALID_OPTION', `${came}. ${suggest(name, labels)}`.trimEnd());
}
