/** The pages of docs about tables: one answers what a visitor types, the other learns a table that is dropped on it. */
import { it } from 'vitest';
import { inferColumns, Network } from '../../src/index.js';
import { readRows } from '../../src/node/index.js';
import { newPage } from '../support/browsers/chromium.js';
import { describeInChromium } from '../support/browsers/describe.js';
import { serve } from '../support/browsers/server.js';
import { readPage, shownIn } from '../support/docs/pages.js';
import { PACKAGE } from '../support/package/packed.js';

describeInChromium('docs/tables-csv.md', (browser) => {
  it('has a page that learns a dropped table, and says what is wrong with another one', async () => {
    const [page] = shownIn(readPage('docs/tables-csv.md'), 'html');
    const server = await serve(`${PACKAGE}/dist`, { '': page?.block.text as string });
    const visitor = await newPage(browser());
    const failed = new Promise<never>((_, reject) => visitor.on('pageerror', reject));
    const says = (form: string) =>
      Promise.race([
        failed,
        visitor.waitForFunction(
          (form) => new RegExp(form).test(document.querySelector('#answers')?.textContent ?? ''),
          form,
        ),
      ]);
    const drop = (text: string) =>
      visitor.evaluate((text) => {
        const dataTransfer = new DataTransfer();
        dataTransfer.items.add(new File([text], 'table.csv'));
        document.querySelector('#drop')?.dispatchEvent(new DragEvent('drop', { dataTransfer }));
      }, text);
    const lines = Array.from(
      { length: 80 },
      (_, i) => `${i % 9},5;${i % 2 === 0 ? 'red' : 'blue'};${i % 9 > 4 ? 'yes' : 'no'}`,
    );
    const table = ['size;color;is large', ...lines].join('\n');
    try {
      await visitor.goto(server.url);
      await drop(table);
      await says('column "size".* comma');
      await visitor.getByLabel('numbers are written as 3,5').check();
      await drop(table);
      await says('^is large\\n[^]*accuracy');
    } finally {
      await visitor.close();
      await server.close();
    }
  });
});

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
