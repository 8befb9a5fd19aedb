/** A program that searches by a cluster, and prints a line for each trial: for a test that kills it. */
import { connectCluster } from 'wasmlp/cluster';
import { search } from 'wasmlp/search';
import { points, settings } from './studies.js';

const { address, name, study, trials, epochs, samples } = JSON.parse(String(process.env.CLUSTER));
const { inputs, targets } = points(samples);
const workers = await connectCluster(address, { name });
const onTrial = () => console.log('trial');
await search({ ...settings(trials, epochs), ...(study !== undefined && { study }), workers, onTrial }, inputs, targets);
await workers.close();
