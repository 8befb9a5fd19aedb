/** How many cores there are. */

/** The parts of a host that tell it. */
interface Host {
  process?: { getBuiltinModule?: (name: 'node:os') => { availableParallelism?(): number } | undefined };
  navigator?: { hardwareConcurrency?: number };
}

/** The cores that this program may use. */
export function coresOfHost(): number {
  const { process, navigator } = globalThis as Host;
  return process?.getBuiltinModule?.('node:os')?.availableParallelism?.() ?? navigator?.hardwareConcurrency ?? 1;
}
