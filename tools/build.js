/**
 * Builds everything. It needs only `npm ci` before. With --if-needed it builds only if something has changed since the last build; to
 * find that out takes 0.1 s.
 */
import { isUpToDate } from './build/digest.js';
import { root } from './build/root.js';

if (!process.argv.includes('--if-needed') || !(await isUpToDate(root))) {
  // Imported here, because loading the compilers takes 0.5 s.
  const { buildAll } = await import('./build/steps.js');
  await buildAll();
}
