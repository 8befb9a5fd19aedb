/** Evaluates modules that toModule wrote: in this process, or in a plain Node without the features that pages often forbid. */
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Classification, Samples } from '../../../src/index.js';

/** What a module exports. */
export interface Exports {
  readonly inputs: number;
  readonly outputs: number;
  readonly labels: readonly string[];
  predict(inputs: Samples): Float32Array | Float32Array[];
  /** Only where outputs are probabilities. */
  classify?(inputs: Samples): Classification | Classification[];
}

export async function evaluated(text: string): Promise<Exports> {
  return await import(/* @vite-ignore */ `data:text/javascript,${encodeURIComponent(text)}`);
}

const MISSING = ['WebAssembly', 'fetch', 'Blob', 'Buffer', 'process', 'eval', 'Function'];

/** Runs a program in its own Node, which does not compile strings. The module's exports are `network`. Resolves to what it prints. */
export async function printedBy(folder: string, text: string, program: string): Promise<string> {
  await writeFile(path.join(folder, 'network.mjs'), text);
  const without = `for (const name of ${JSON.stringify(MISSING)}) delete globalThis[name];`;
  const importing = "const network = await import('./network.mjs');";
  await writeFile(path.join(folder, 'program.mjs'), [without, importing, program].join('\n'));
  const args = ['--disallow-code-generation-from-strings', 'program.mjs'];
  return (await promisify(execFile)(process.execPath, args, { cwd: folder })).stdout;
}
