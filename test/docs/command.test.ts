/** The examples of docs/command.md and docs/tables.md run as they stand, and print what the pages say. Every option is on the first of them. */
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { CLI, wasmlp } from '../support/cli/run.js';
import { ROOT, readPage, shownIn } from '../support/docs/pages.js';
import { createFolder, words } from '../support/docs/programs.js';

const PAGE = readPage('docs/command.md');

describe.each(['docs/command.md', 'docs/tables.md'])('the examples of %s', (file) => {
  const examples = shownIn(readPage(file), 'sh');
  const printed: string[] = [];
  beforeAll(async () => {
    const folder = await createFolder(path.basename(file, '.md'), {});
    // One after another: some read what others wrote.
    for (const { block } of examples) {
      const command = block.text.replaceAll('npx wasmlp', `"${process.execPath}" "${CLI}"`);
      const { stdout } = await promisify(execFile)('sh', ['-e', '-c', command], { cwd: folder });
      printed.push(stdout);
    }
  });

  it.each(examples.map(({ block }, i) => [`${block.heading}, line ${block.line}`, i] as const))('%s', (_, i) => {
    expect(words(printed[i] as string)).toBe(words(examples[i]?.output ?? ''));
  });
});

describe('docs/command.md', () => {
  it.each(['train', 'search', 'evaluate', 'predict', 'inspect', 'convert'])('has every option of %s', async (name) => {
    const { out } = await wasmlp({ folder: ROOT }, name, '--help');
    const options = [...out.matchAll(/^ {2}.{4}--([\w-]+)/gm)].map(([, option]) => option as string);
    expect(options.length).toBeGreaterThan(0);
    for (const option of options) expect(PAGE.text).toMatch(new RegExp(`--${option}\\b|\`-${option[0]} `));
  });
});
