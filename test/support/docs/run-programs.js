/**
 * Runs programs of a page one after another in one Node, each a module of its own, and says as a line of JSON what each printed or
 * how it failed: `node run-programs.js 1.mjs 2.mjs …`, in the folder that they are in.
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
