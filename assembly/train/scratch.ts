/** Where the scratch memory of a kernel lies when one thread trains. Only the wide builds have some. */

/** SCRATCH_BYTES past the module's own data, or 0. Several threads have theirs from the Team record: this would be the same for all. */
export function ownScratch(): usize {
  return WIDE && !THREADS ? (__heap_base + 63) & ~63 : 0;
}
