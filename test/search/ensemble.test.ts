/** Ensembles: means of outputs, and a file. */
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { Network } from '../../src/index.js';
import { saveFile } from '../../src/node/index.js';
import { ensemble, loadEnsemble } from '../../src/search/index.js';
import { expectRefused } from '../support/refusals.js';
import { FLOWERS, irisNetwork, SPECIES } from '../support/search/samples.js';

async function members(count = 3, units = 4): Promise<Network[]> {
  const networks = Array.from({ length: count }, (_, seed) => Network.create({ ...irisNetwork(units + seed), seed }));
  for (const network of await Promise.all(networks)) await network.fit(FLOWERS, SPECIES, { epochs: 5 });
  return await Promise.all(networks);
}

describe('an ensemble', () => {
  it('answers with the mean of its networks, in the shape that it is asked in', async () => {
    const networks = await members();
    const together = ensemble(networks);
    const rows = FLOWERS.slice(0, 7);
    const each = networks.map((network) => network.predict(rows));
    const answers = together.predict(rows) as Float32Array[];
    answers.forEach((answer, row) => {
      answer.forEach((value, output) => {
        const mean = each.reduce((sum, outputs) => sum + (outputs[row]?.[output] as number), 0) / 3;
        expect(value).toBe(Math.fround(mean));
      });
    });
    expect(together.predict(rows[2] as number[])).toEqual(answers[2]);
    expect(together.predict(Float32Array.from(rows.flat())).length).toBe(21);
    const best = (answers[4] as Float32Array).indexOf(Math.max(...(answers[4] as Float32Array)));
    expect(together.classify(rows[4] as number[])).toMatchObject({ index: best, probability: answers[4]?.[best] });
    expect(together.classify(rows)).toHaveLength(7);
  });

  it('says what it is', async () => {
    const networks = await members();
    expect(String(ensemble(networks))).toBe('Ensemble of 3 networks: 4-4-3, 4-5-3, 4-6-3');
    expect(inspect(ensemble(networks.slice(2)))).toBe('Ensemble of 1 network: 4-6-3');
  });

  it('is judged by its own answers', async () => {
    const networks = await members();
    const together = ensemble(networks);
    const report = together.report(FLOWERS, SPECIES);
    const right = together.classify(FLOWERS).filter(({ label }, i) => label === SPECIES[i]).length;
    expect(report).toMatchObject({ kind: 'classes', samples: 150, accuracy: right / 150 });
    expect(ensemble([networks[0] as Network]).report(FLOWERS, SPECIES)).toEqual(networks[0]?.report(FLOWERS, SPECIES));
    const threshold = { threshold: 0.5 };
    await expectRefused(() => together.report(FLOWERS, SPECIES, threshold), 'ERR_INVALID_OPTION', /of two classes/);
  });

  it('takes numbers and rows of tables', async () => {
    const rows = [0, 1, 2, 3].map((a) => ({ a, b: 2 * a }));
    const options = { inputs: { a: 'number' }, target: 'b', layers: [{ units: 1, activation: 'linear' }] } as never;
    const networks = await Promise.all([1, 2].map((seed) => Network.create({ ...(options as object), seed } as never)));
    for (const network of networks) await network.fit(rows, { epochs: 5 });
    const together = ensemble(networks);
    const mean = networks.reduce((sum, network) => sum + (network.predict({ a: 2 })[0] as number), 0) / 2;
    expect(together.predict({ a: 2 })[0]).toBeCloseTo(mean, 6);
    expect(together.report(rows)).toMatchObject({ kind: 'numbers', samples: 4 });
  });

  it('comes back from its file', async () => {
    const together = ensemble(await members());
    const file = together.save();
    const again = await loadEnsemble(file);
    expect(again.networks).toHaveLength(3);
    expect(again.predict(FLOWERS)).toEqual(together.predict(FLOWERS));
    expect(again.save()).toEqual(file);
  });

  it('has networks that nobody adds to or takes away', async () => {
    const given = await members(2);
    const together = ensemble(given);
    given.length = 0;
    expect(() => (together.networks as Network[]).pop()).toThrow(TypeError);
    expect(together.predict(FLOWERS)).toHaveLength(150);
  });

  it('of a file of a newer version is refused', async () => {
    const file = Buffer.from(ensemble(await members(1)).save());
    const place = file.indexOf('"wasmlp.ensemble":"1"') + '"wasmlp.ensemble":"'.length;
    file[place] = '2'.charCodeAt(0);
    await expectRefused(() => loadEnsemble(file), 'ERR_MODEL_VERSION', /is of version "2", and only 1 is read/);
  });

  it('refuses networks that do not go together, and files that are none', async () => {
    const [first, second] = (await members(2)) as [Network, Network];
    const other = await Network.create({ ...irisNetwork(4), labels: ['a', 'b', 'c'] });
    await expectRefused(() => ensemble([]), 'ERR_INVALID_TYPE', /expected an array of networks/);
    await expectRefused(() => ensemble([first, {} as Network]), 'ERR_INVALID_TYPE', /networks\[1\] is/);
    await expectRefused(() => ensemble([first, second, other]), 'ERR_INVALID_OPTION', /networks\[2\] has labels/);
    const cut = ensemble([first]).save().slice(0, -5);
    await expectRefused(() => loadEnsemble(cut), 'ERR_MODEL_FORMAT', /./);
    await expectRefused(() => loadEnsemble(first.save()), 'ERR_MODEL_FORMAT', /no ensemble\. Use Network\.load/);
    await expectRefused(
      () => Network.load(ensemble([first]).save()),
      'ERR_MODEL_FORMAT',
      /^load: this is no single network: it is an ensemble\. Read it by loadEnsemble of wasmlp\/search\.$/,
    );
    await expectRefused(
      () => ensemble([ensemble([first])] as never),
      'ERR_INVALID_TYPE',
      /networks\[0\] is an Ensemble,/,
    );
    await expectRefused(
      () => saveFile(ensemble([first]) as never, 'never.safetensors'),
      'ERR_INVALID_TYPE',
      /network is an Ensemble, expected a Network\. Write what its save\(\) returns by writeFile/,
    );
    await expectRefused(() => loadEnsemble('file' as never), 'ERR_INVALID_TYPE', /expected bytes/);
    const gone = first.save().buffer;
    structuredClone(gone, { transfer: [gone] });
    await expectRefused(() => loadEnsemble(gone), 'ERR_MODEL_FORMAT', /it has 0 bytes/);
  });
});
