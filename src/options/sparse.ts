/** Which networks take sparse rows as they are. Knows no rows. */

/**
 * Networks with at most so many inputs get sparse rows written out. With so few a matrix product is about as fast, and such networks can do
 * with the small kernel and without the code for sparse rows, which others load when they are created.
 */
export const WRITTEN_OUT_INPUTS = 1024;
