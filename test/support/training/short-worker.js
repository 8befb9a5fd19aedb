/** The worker of the built library, on a host that runs out of memory at the allocation that SHORT_WORKER says. */
import { Shortage } from '../allocations.js';

new Shortage(Number(process.env.SHORT_WORKER));
await import(new URL('../../../dist/worker.js', import.meta.url).href);
