/** When a test, or what it waits for, counts as hanging. */

/**
 * Milliseconds. No test is judged by it: what takes half a minute on a free machine still fits in where twenty programs share the
 * cores. It is there so that a run ends at all.
 */
export const HANGING_MILLISECONDS = 600_000;
