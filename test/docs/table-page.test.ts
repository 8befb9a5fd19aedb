/** The page of docs/tables.md, with the module of a network that was trained on its table: a visitor types, and it answers. */
import { it } from 'vitest';
import { inferColumns, Network } from '../../src/index.js';
import { readRows } from '../../src/node/index.js';
import { newPage } from '../support/browsers/chromium.js';
import { describeInChromium } from '../support/browsers/describe.js';
import { serve } from '../support/browsers/server.js';
import { readPage, shownIn } from '../support/docs/pages.js';
import { PACKAGE } from '../support/package/packed.js';

describeInChromium('docs/tables.md', (browser) => {
  it('has a page that answers what a visitor types', async () => {
    const rows = await readRows('examples/data/iris.csv');
    const { options, outputs, activation } = inferColumns(rows, { target: 'species' });
    const network = await Network.create({
      ...options,
      layers: [
        { units: 16, activation: 'relu' },
        { units: outputs, activation },
      ],
      optimizer: { type: 'adam', learningRate: 0.01 },
      normalize: 'standard',
    });
    await network.fit(rows, { epochs: 60 });
    const [page] = shownIn(readPage('docs/tables.md'), 'html');
    const files = { '': page?.block.text as string, 'iris.mjs': await network.toModule() };
    const server = await serve(`${PACKAGE}/dist`, files);
    const visitor = await newPage(browser());
    const says = (form: string) =>
      visitor.waitForFunction(
        (form) => new RegExp(form).test(document.querySelector('[role=status]')?.textContent ?? ''),
        form,
      );
    const failed = new Promise<never>((_, reject) => visitor.on('pageerror', reject));
    try {
      await visitor.goto(server.url);
      await Promise.race([says('^setosa, \\d+%$'), failed]);
      for (const [label, value] of [
        ['Sepal length', '6.9'],
        ['Sepal width', '3.1'],
        ['Petal length', '5.4'],
        ['Petal width', '2.1'],
      ] as const)
        await visitor.getByLabel(label).fill(value);
      await Promise.race([says('^virginica, \\d+%$'), failed]);
    } finally {
      await visitor.close();
      await server.close();
    }
  });
});
