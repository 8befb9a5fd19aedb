/** Programs with several threads end by themselves, when they would with one. Each runs in a Node of its own. */
import { expect, it } from 'vitest';
import { runNode } from '../../../support/programs.js';

/** A network that gains by threads, and its samples. */
const BEGIN = `
  import { Network } from './dist/index.js';
  const layers = [{ units: 64 }, { units: 5, activation: 'softmax' }];
  const network = await Network.create({ inputs: 220, layers, threads: 2 });
  const inputs = Float32Array.from({ length: 240 * 220 }, (_, i) => Math.sin(i));
  const targets = Uint8Array.from({ length: 240 }, (_, i) => i % 5);
  const train = (options) => network.fit(inputs, targets, { batchSize: 60, ...options });
`;

it.each([
  ['after a fit, without dispose', "await train({ epochs: 20 }); console.log('end');"],
  ['after a fit in the background', "await train({ epochs: 20, background: true }); console.log('end');"],
  ['after a fit that nobody awaits, at its end', "train({ epochs: 200 }).then(() => console.log('end'));"],
  [
    'while a fit waits for a promise that nobody settles',
    "train({ onEpoch: () => new Promise(() => undefined) }); process.on('exit', () => console.log('end'));",
  ],
  [
    'by process.exit in the middle of a fit',
    "train({ epochs: 1e6, onEpoch: ({ epoch }) => { if (epoch === 9) { console.log('end'); process.exit(); } } });",
  ],
  [
    'after an error that nobody catches, in the middle of a fit',
    "train({ epochs: 1e6 }); process.on('exit', () => { console.log('end'); process.exitCode = 0; }); setImmediate(() => { throw new Error('no'); });",
  ],
  [
    'after many fits of many teams at a time',
    `await Promise.all(Array.from({ length: 4 }, () => network.clone().fit(inputs, targets, { epochs: 9, batchSize: 60 })));
     console.log('end');`,
  ],
])('%s', async (_, program) => {
  expect(await runNode('--input-type=module', '--eval', BEGIN + program)).toBe('end\n');
});
