/**
 * Runs programs of a page one after another in one Node, each as its own module. For each it prints a line of JSON, with what the
 * program printed or how it failed. Run `node run-programs.js 1.mjs 2.mjs …` in the folder of the programs.
 */
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const write = process.stdout.write.bind(process.stdout);

for (const file of process.argv.slice(2)) {
  let printed = '';
  process.stdout.write = (/** @type {string | Uint8Array} */ text) => {
    printed += text;
    return true;
  };
  /** @type {string | undefined} */
  let error;
  try {
    await import(pathToFileURL(path.resolve(file)).href);
  } catch (reason) {
    error = reason instanceof Error ? String(reason.stack) : String(reason);
  }
  process.stdout.write = write;
  write(`${JSON.stringify({ file, printed, error })}\n`);
}
