/** Waits in tests that run beside each other: `expect.poll` knows only one test at a time. */

/** Resolves when it is so. Where it never is, the test hangs, and the time that it has ends it. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 50));
}
