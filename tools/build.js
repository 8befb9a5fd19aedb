/**
 * Builds everything: `npm ci` and this give it all. With --if-needed only where something has changed since the last build, which takes
 * 0.1 s to know.
 */
import { isUpToDate } from './build/digest.js';
import { root } from './build/root.js';

if (!process.argv.includes('--if-needed') || !(await isUpToDate(root))) {
  // Loads the compilers, which takes 0.5 s.
  const { buildAll } = await import('./build/steps.js');
  await buildAll();
}
