/** The process of one contender: `node worker.js <job> <name>`, with the job as JSON. */
import { createContender, type Job } from './contenders.js';
import { serve } from './serve.js';

const [job = '', name = ''] = process.argv.slice(2);
await serve(await createContender(JSON.parse(job) as Job, name));
