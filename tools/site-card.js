/**
 * Draws docs/.vitepress/public/card.png anew, with the Chromium of this machine: `npm run site:card`. It is kept in the repository, because
 * fonts differ between machines.
 */
import path from 'node:path';
import { chromium } from 'playwright-core';
import { Network } from 'wasmlp';
import { drawCard } from './site/card.js';
import { CARD } from './site/head.js';
import { root } from './site/pages.js';

const svg = await drawCard(Network);
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--headless', '--no-sandbox', '--disable-gpu'],
});
const page = await browser.newPage({ viewport: CARD });
await page.setContent(`<style>body { margin: 0; }</style>${svg}`);
await page.screenshot({ path: path.join(root, 'docs/.vitepress/public', CARD.file) });
await browser.close();
