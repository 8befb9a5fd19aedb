/** JSON text, in each call that takes it: text that is not JSON, and text as large as networks may be. work.test.ts has costly ones. */
import { describe, expect, it } from 'vitest';
import { Network } from '../../../src/index.js';
import { SCIKIT } from '../../support/formats/foreign-files.js';
import { expectRefused } from '../../support/refusals.js';

const js = { engine: 'js' } as const;
const CALLS: Record<string, (json: string) => unknown> = {
  fromBrain: (json) => Network.fromBrain(json, js),
  fromScikitLearn: (json) => Network.fromScikitLearn(json, js),
  fromTensorFlow: (json) => Network.fromTensorFlow(json, new Uint8Array(), js),
};

describe.each(Object.entries(CALLS))('%s refuses', (name, call) => {
  it.each(['', '{', '}', '"', '{"a":"\\', ']]', ',,,,', '{"a":1}}', 'null', '"["', '[]'])(
    '%s, which is not a file',
    async (text) => {
      await expectRefused(
        () => call(text),
        'ERR_MODEL_FORMAT',
        new RegExp(`^${name}: (json|model) is (not JSON|JSON of)`),
      );
    },
  );
});

it('brackets and commas in names count for nothing', async () => {
  const name = `\\"${'['.repeat(100)}${','.repeat(2 ** 20)}\\`;
  const network = await Network.fromScikitLearn(JSON.stringify({ ...SCIKIT, classes: [name, 'b'] }), js);
  expect(network.labels).toEqual([name, 'b']);
});

it('as many inputs as a network may have are read', async () => {
  const coefs = [new Array(2 ** 20).fill([1])];
  const json = JSON.stringify({ ...SCIKIT, coefs, intercepts: [[0]], out_activation: 'identity', classes: null });
  expect((await Network.fromScikitLearn(json, js)).inputs).toBe(2 ** 20);
});
