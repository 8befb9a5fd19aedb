/** A folder for a test file, deleted after its tests, and a check that no file stays open. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect } from 'vitest';

/** Call it at the start of a test file. Its tests may leave no file open. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'wasmlp-test-'));
  // Files that were never closed but garbage-collected: openFiles does not see them.
  const warnings: string[] = [];
  const listen = ({ message }: Error): void => {
    if (/garbage collection/.test(message)) warnings.push(message);
  };
  process.on('warning', listen);
  afterAll(() => {
    process.off('warning', listen);
    rmSync(folder, { recursive: true, force: true });
    expect(warnings).toEqual([]);
  });
  return folder;
}

/** Files that this process has open. Only Linux tells. */
export function openFiles(): number {
  try {
    return readdirSync('/proc/self/fd').length;
  } catch {
    return 0;
  }
}
