/**
 * Saves two networks in turn to each of several files, all at the same time, until it is killed: `node saver.js file …`. Writes a
 * character when it begins, and one after each save.
 */
import { Network } from 'wasmlp';
import { saveFile } from 'wasmlp/node';
import { networkOptions } from './saved.js';

const networks = await Promise.all([1, 2].map((seed) => Network.create(networkOptions(seed))));
process.stdout.write('.');
await Promise.all(
  process.argv.slice(2).map(async (file) => {
    for (;;) {
      for (const network of networks) {
        await saveFile(network, file);
        process.stdout.write('.');
      }
    }
  }),
);
