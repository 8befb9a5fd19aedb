/** The time after which a test, or what it waits for, counts as hanging. */

/**
 * Milliseconds. It does not judge any test: even a test of half a minute on a free machine ends in time when twenty programs share the
 * cores. It only makes sure that a run ends.
 */
export const HANGING_MILLISECONDS = 600_000;
