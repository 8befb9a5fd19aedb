/**
 * `npm run bench:shapes`: every shape of work of docs/speed.md, one program after another: one row at a time, momentum and other options, the
 * bandwidth of adaptive steps, sparse rows, and titles. About ten minutes.
 *
 *   npm run bench:shapes -- --save       into bench/results/node-NN-shapes.md
 */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { machine, resultsOf } from './report.js';

/** By the command that prints only this part: its program, and words for it. */
const PARTS: Readonly<Record<string, readonly string[]>> = {
  'npm run bench:calls': ['calls.js'],
  'npm run bench -- options': ['index.js', 'options'],
  'npm run bench -- momentum': ['index.js', 'momentum'],
  'npm run bench:adaptive': ['adaptive.js'],
  'npm run bench:sparse': ['sparse/index.js'],
  'npm run bench:sparse, titles': ['sparse/titles.js'],
};

const { cpu, node, v8, wasmlp, date } = machine();
const parts = [`${cpu}, Node ${node} (V8 ${v8}), wasmlp ${wasmlp}, ${date}. Medians, contenders in turns.`];
for (const [command, [program = '', ...words]] of Object.entries(PARTS)) {
  process.stderr.write(`${command} …\n`);
  const { status, stdout, error } = spawnSync(process.execPath, [`build/bench/bench/${program}`, ...words], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (status !== 0) throw error ?? new Error(`${program}: exit code ${status}`);
  console.log(`\n${command}\n\n${stdout.trim()}`);
  parts.push(`## ${command}`, stdout.trim());
}
if (process.argv.includes('--save')) {
  writeFileSync(`bench/results/${resultsOf('shapes')}.md`, `${parts.join('\n\n')}\n`);
}
