/** What `npm run size` counts: the files that a page with a plain network loads, the same in Node and in a browser. */
import path from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { bundlePage, filesLoadedIn } from '../../tools/size/page.js';
import { visit } from '../support/browsers/chromium.js';
import { describeInChromium } from '../support/browsers/describe.js';
import { serve } from '../support/browsers/server.js';
import { pageOf } from '../support/package/packed.js';

const FOLDER = 'build/size-test';
let recorded: string[];

beforeAll(async () => {
  await bundlePage(FOLDER);
  recorded = await filesLoadedIn(FOLDER);
});

it('is the page, the library and one kernel', () => {
  expect(recorded).toContain('page.js');
  expect(recorded.filter((file) => file.includes('kernel'))).toEqual([expect.stringMatching(/-kernel-basic-\w+\.js$/)]);
  expect(recorded.filter((file) => /engine|background|onnx/.test(file))).toEqual([]);
});

describeInChromium('in a page', (browser) => {
  it('is what the server is asked for', async () => {
    const server = await serve(FOLDER, { '': pageOf('page.js') });
    try {
      const { outcome, loaded } = await visit<string>(browser(), server.url);
      expect(outcome).toBe('wasm');
      const scripts = loaded.map((url) => path.posix.basename(url)).filter((name) => name.endsWith('.js'));
      expect(scripts.sort()).toEqual([...recorded].sort());
    } finally {
      await server.close();
    }
  });
});
