/**
 * `npm run bench:shapes`: every shape of work of docs/speed.md, one program after another: one row at a time, momentum and other options, the
 * bandwidth of adaptive steps, sparse rows, and titles. About ten minutes.
 *
 *   npm run bench:shapes -- calls sparse   only these parts
 *   npm run bench:shapes -- --save         into bench/results/node-NN-shapes.md; parts that did not run stay as they are there
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { machine, resultsOf } from './report.js';

interface Part {
  /** What prints this part alone. */
  readonly command: string;
  readonly program: string;
  readonly words?: readonly string[];
}

const PARTS: Readonly<Record<string, Part>> = {
  calls: { command: 'npm run bench:calls', program: 'calls.js' },
  options: { command: 'npm run bench -- options', program: 'index.js', words: ['options'] },
  momentum: { command: 'npm run bench -- momentum', program: 'index.js', words: ['momentum'] },
  adaptive: { command: 'npm run bench:adaptive', program: 'adaptive.js' },
  sparse: { command: 'npm run bench:sparse', program: 'sparse/index.js' },
  titles: { command: 'npm run bench:sparse, titles', program: 'sparse/titles.js' },
};

const chosen = process.argv.slice(2).filter((word) => word !== '--save');
const unknown = chosen.find((name) => !Object.hasOwn(PARTS, name));
if (unknown !== undefined) throw new Error(`${unknown} is no part. They are: ${Object.keys(PARTS).join(', ')}.`);

const file = `bench/results/${resultsOf('shapes')}.md`;
/** The sections of the file by their commands: each begins with the machine and the day. */
const sections = new Map(
  (existsSync(file) ? readFileSync(file, 'utf8') : '')
    .split(/^## /m)
    .slice(1)
    .map((section): [string, string] => {
      const end = section.indexOf('\n');
      return [section.slice(0, end), section.slice(end).trim()];
    }),
);

const { cpu, node, v8, wasmlp, date } = machine();
for (const [name, { command, program, words = [] }] of Object.entries(PARTS)) {
  if (chosen.length > 0 && !chosen.includes(name)) continue;
  process.stderr.write(`${command} …\n`);
  const { status, stdout, error } = spawnSync(process.execPath, [`build/bench/bench/${program}`, ...words], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (status !== 0) throw error ?? new Error(`${program}: exit code ${status}`);
  console.log(`\n${command}\n\n${stdout.trim()}`);
  sections.set(command, `${cpu}, Node ${node} (V8 ${v8}), wasmlp ${wasmlp}, ${date}\n\n${stdout.trim()}`);
}
if (process.argv.includes('--save')) {
  const parts = Object.values(PARTS)
    .filter(({ command }) => sections.has(command))
    .map(({ command }) => `## ${command}\n\n${sections.get(command)}`);
  writeFileSync(file, `Medians, contenders in turns.\n\n${parts.join('\n\n')}\n`);
}
