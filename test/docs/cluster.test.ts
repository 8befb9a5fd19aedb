/** docs/cluster.md: its program runs as it stands, on a server and with a worker of its own; every option of the command is there. */
import { execFile, spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { CLI, wasmlp } from '../support/cli/run.js';
import { describeOnServer } from '../support/cluster/describe.js';
import { PASSWORD } from '../support/cluster/servers.js';
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

const BATCH = PAGE.blocks.find(({ text }) => text.includes('#SBATCH'))?.text ?? '';

describeOnServer('the batch script of docs/cluster.md', 'redis', (server) => {
  it('ends as a worker does when it gets the signal', async () => {
    const folder = await createFolder('batch', {});
    const { redis } = server().address as { redis: string };
    await writeFile(path.join(folder, '.queue-address'), `${redis}\n`);
    // The package under test has no links to its commands.
    const program = 'node_modules/.bin/wasmlp';
    expect(BATCH).toContain(`exec ${program} worker`);
    await writeFile(path.join(folder, 'batch.sh'), BATCH.replace(program, CLI));
    const env = { ...process.env, HOME: folder, SLURM_CPUS_PER_TASK: '1' };
    const batch = spawn('bash', ['batch.sh'], { cwd: folder, env, stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    batch.stderr.on('data', (chunk: Buffer) => {
      const isFirst = said === '';
      said += chunk;
      if (isFirst && /ready for moons at redis:\/\/127\.0\.0\.1:\d+, 1 training at a time/.test(said))
        batch.kill('SIGTERM');
    });
    const ended = await new Promise((resolve) => batch.on('close', (code, signal) => resolve(code ?? signal)));
    expect([ended, said]).toEqual([0, expect.stringContaining('gives the rest back')]);
    expect(said).not.toContain(PASSWORD);
  });
});

it('what is started for machines is the program, not npx: it hears the signals that end it', () => {
  const examples = PAGE.blocks.filter(({ language, text }) => language === 'yaml' || text.includes('#SBATCH'));
  expect(examples).toHaveLength(3);
  for (const { text } of examples) {
    expect(text).toMatch(/node_modules\/\.bin\/wasmlp[, ]+worker/);
    expect(text).not.toMatch(/npx|npm/);
  }
  // Slurm sends signals to steps of srun alone without it.
  expect(BATCH).toMatch(/^#SBATCH --signal=B:TERM@\d+$/m);
});

it('docs/cluster.md has every option of the command', async () => {
  const { out } = await wasmlp({ folder: ROOT }, 'worker', '--help');
  const options = [...out.matchAll(/^ {2}.{4}--([\w-]+)/gm)].map(([, option]) => option as string);
  expect(options).toContain('lock-seconds');
  for (const option of options.filter((name) => name !== 'help')) expect(PAGE.text).toContain(`--${option}`);
});
