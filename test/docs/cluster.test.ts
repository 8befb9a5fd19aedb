/** docs/cluster.md: its program runs as it stands, on a server and with a worker of its own; every option of the command is there. */
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { wasmlp } from '../support/cli/run.js';
import { describeOnServer } from '../support/cluster/describe.js';
import { withWorkers } from '../support/cluster/workers.js';
import { ROOT, readPage, shownIn } from '../support/docs/pages.js';
import { createFolder } from '../support/docs/programs.js';

const PAGE = readPage('docs/cluster.md');

describeOnServer('the program of docs/cluster.md', 'redis', (server) => {
  it('prints what the page says', async () => {
    const [{ block, output }] = shownIn(PAGE, 'mjs') as [ReturnType<typeof shownIn>[number]];
    const folder = await createFolder('cluster', {});
    const shown = "'redis://localhost:6379'";
    expect(block.text).toContain(shown);
    const { redis } = server().address as { redis: string };
    await writeFile(path.join(folder, 'program.mjs'), block.text.replace(shown, JSON.stringify(redis)));
    const { stdout } = await withWorkers(server(), 'moons', 1, () =>
      promisify(execFile)(process.execPath, ['program.mjs'], { cwd: folder }),
    );
    expect(stdout).toBe(output);
  });
});

it('docs/cluster.md has every option of the command', async () => {
  const { out } = await wasmlp({ folder: ROOT }, 'worker', '--help');
  const options = [...out.matchAll(/^ {2}.{4}--([\w-]+)/gm)].map(([, option]) => option as string);
  expect(options).toContain('lock-seconds');
  for (const option of options.filter((name) => name !== 'help')) expect(PAGE.text).toContain(`--${option}`);
});
