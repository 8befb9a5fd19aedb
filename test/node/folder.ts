/** A folder of a test file's own, gone after it, and what is open. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll } from 'vitest';

/** Called where a test file begins. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'wasmlp-test-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Files that this process has open, where the system tells: Linux. */
export function openFiles(): number {
  try {
    return readdirSync('/proc/self/fd').length;
  } catch {
    return 0;
  }
}
