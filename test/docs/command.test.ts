/** The examples of docs/command.md run as they stand, and print what the page says. Every option of every command is on the page. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { CLI, wasmlp } from '../support/cli/run.js';
import { ROOT, readPage, shownIn } from '../support/docs/pages.js';
import { createFolder, words } from '../support/docs/programs.js';

const PAGE = readPage('docs/command.md');
const EXAMPLES = shownIn(PAGE, 'sh');

describe('docs/command.md', () => {
  const printed: string[] = [];
  beforeAll(async () => {
    const folder = await createFolder('command', {});
    // One after another: some read what others wrote.
    for (const { block } of EXAMPLES) {
      const command = block.text.replaceAll('npx wasmlp', `"${process.execPath}" "${CLI}"`);
      const { stdout } = await promisify(execFile)('sh', ['-e', '-c', command], { cwd: folder });
      printed.push(stdout);
    }
  });

  it.each(EXAMPLES.map(({ block }, i) => [`${block.heading}, line ${block.line}`, i] as const))('%s', (_, i) => {
    expect(words(printed[i] as string)).toBe(words(EXAMPLES[i]?.output as string));
  });

  it.each(['train', 'evaluate', 'predict', 'inspect', 'convert'])('has every option of %s', async (name) => {
    const { out } = await wasmlp({ folder: ROOT }, name, '--help');
    const options = [...out.matchAll(/^ {2}.{4}--([\w-]+)/gm)].map(([, option]) => option as string);
    expect(options.length).toBeGreaterThan(0);
    for (const option of options) expect(PAGE.text).toMatch(new RegExp(`--${option}\\b|\`-${option[0]} `));
  });
});
