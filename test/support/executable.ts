/** Programs that the machine may have. */
import { accessSync, constants } from 'node:fs';
import path from 'node:path';

/** What a shell would start by one of the names; undefined where there is none. */
export function executable(names: readonly string[]): string | undefined {
  const folders = (process.env.PATH ?? '').split(path.delimiter);
  return names.flatMap((name) => folders.map((folder) => path.join(folder, name))).find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
