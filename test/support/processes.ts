/**
 * Which test files have a process of their own, and which share one with others: each process pays anew for its start and for all that it
 * imports. A file that changes what others see, or that measures its process, has its own. It is told by its text, and by that of what it
 * imports from test/: nothing has to be listed.
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const FOLDER = fileURLToPath(new URL('..', import.meta.url));

/** What in the text of a file asks for a process. What vitest can put back is no reason: `restore.ts` does so after each file. */
const OWN: readonly RegExp[] = [
  // Modules are replaced or loaded anew; the clock by which fits give way to the event loop is another, and goes back.
  /\bvi\.(mock|doMock|resetModules)\b|\bvi\.spyOn\(performance\b/,
  // Functions of the host are replaced, but for the outcome of a page, whose program stands in the test.
  /\bprototype\.\w+ = |\bObject\.defineProperty\((globalThis|process)\b|\bglobalThis\.(?!outcome\b)\w+ = /,
  /\bprocess\.(chdir|exitCode|argv|stdout|stderr|stdin|emit|on|once|getBuiltinModule)\b|\bprocess\.env\.\w+ = |\bdelete process\.env\b/,
  // The process is measured, or set otherwise.
  /\bmemoryUsage\b|\bsetFlagsFromString\b|\bFinalizationRegistry\b|\bWeakRef\b|\bopenFiles\(|\/proc\/self/,
  // Entry points choose kernels for their process.
  /\/src\/(browser|slim|react-native|workerd|edge|edge-light|worker)\.js'/,
  // Threads that live on.
  /\bworker_threads\b/,
];
/** Folders whose subject is threads. */
const OWN_FOLDERS = /^(engine\/wasm\/threads|training\/background|search\/pool)\//;
/** Files that match, and leave everything as it was: they put it back, or write the program of a page. */
const HARMLESS = [
  'package/background.test.ts',
  'support/cli/run.ts',
  'support/cluster/servers.ts',
  'support/cluster/workers.ts',
  'support/folder.ts',
  'support/training/sample-clock.ts',
];

const texts = new Map<string, string>();

function textOf(file: string): string {
  let text = texts.get(file);
  if (text === undefined) {
    text = readFileSync(path.join(FOLDER, file), 'utf8');
    texts.set(file, text);
  }
  return text;
}

/** The files in test/ that a file imports, as they stand in its text. */
function importsOf(file: string): string[] {
  const names = [...textOf(file).matchAll(/^(?:import|export)\b[^;]*? from '(\.[^']+)';/gms)].map(([, name]) =>
    path.posix.join(path.posix.dirname(file), name as string),
  );
  return names.filter((name) => name.startsWith('support/')).map((name) => name.replace(/\.js$/, '.ts'));
}

/** Whether a file, or what it imports from test/, asks for a process. */
function asksForProcess(file: string, seen = new Set<string>()): boolean {
  if (seen.has(file) || HARMLESS.includes(file)) return false;
  seen.add(file);
  let text: string;
  try {
    text = textOf(file);
  } catch {
    // JavaScript, which names itself .js here too: programs, which run elsewhere.
    return false;
  }
  return OWN.some((pattern) => pattern.test(text)) || importsOf(file).some((other) => asksForProcess(other, seen));
}

const FILES = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })
  .map((name) => name.split(path.sep).join('/'))
  .filter((name) => name.endsWith('.test.ts'));

export const hasOwnProcess = (file: string): boolean => OWN_FOLDERS.test(file) || asksForProcess(file);

/** All test files, from the root: those that have their own process, and the others. */
export const ALONE = FILES.filter(hasOwnProcess).map((name) => `test/${name}`);
export const TOGETHER = FILES.filter((name) => !hasOwnProcess(name)).map((name) => `test/${name}`);
