/** Errors of the library in the words of the page. */
import { expect, test } from 'vitest';
import { Network } from 'wasmlp';
import { wordsOf } from '../../../examples/playground/problems.js';
import { thrownBy } from '../../support/refusals.js';

test('a training that diverged names its epoch and the mend', async () => {
  const layers = [
    { units: 8, activation: 'linear' },
    { units: 1, activation: 'linear' },
  ] as const;
  const network = await Network.create({ inputs: 1, layers, optimizer: { type: 'sgd', learningRate: 10 }, seed: 1 });
  const error = await thrownBy(() => network.fit([1, 2, 3], [3, 2, 1], { epochs: 50, batchSize: 1, shuffle: false }));
  expect(wordsOf(error)).toMatch(/^The training diverged in epoch [1-9]\d*: choose a smaller learning rate\.$/);
});

test.each([
  ['nothing', new Uint8Array(0), 'This is not a network that wasmlp saved.'],
  ['a page', new TextEncoder().encode('<html>a page of the web'), 'This is not a network that wasmlp saved.'],
])('a file that is %s is not a network', async (_name, bytes, words) => {
  expect(wordsOf(await thrownBy(() => Network.load(bytes)))).toBe(words);
});

test('a file of a newer version says so', async () => {
  const network = await Network.create({ inputs: 2, layers: [{ units: 1 }] });
  const bytes = network.save();
  const text = Buffer.from(bytes).toString('latin1').replace('"wasmlp":"1"', '"wasmlp":"9"');
  expect(wordsOf(await thrownBy(() => Network.load(Buffer.from(text, 'latin1'))))).toBe(
    'A newer wasmlp saved this network.',
  );
});

test('an error for which the page has no words keeps its own', () => {
  expect(wordsOf(new RangeError('The file holds a network 3-1.'))).toBe('The file holds a network 3-1.');
  expect(wordsOf(Object.assign(new Error('load: busy.'), { code: 'ERR_BUSY' }))).toBe('load: busy.');
  expect(wordsOf('gone')).toBe('gone');
});
