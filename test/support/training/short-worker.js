/**
 * The worker of the built library, on a host that runs out of memory at the allocation that SHORT_WORKER says. Then it writes a file, of
 * the name that SHORT_WORKER_FILE says.
 */
import { writeFileSync } from 'node:fs';
import { Shortage } from '../allocations.js';

const file = /** @type {string} */ (process.env.SHORT_WORKER_FILE);
new Shortage(Number(process.env.SHORT_WORKER), () => writeFileSync(file, ''));
await import(new URL('../../../dist/worker.js', import.meta.url).href);
