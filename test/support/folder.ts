/** A folder of a test file's own, gone after it, and what is open. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect } from 'vitest';

/** Called where a test file begins, of which no file may stay open. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'wasmlp-test-'));
  // Those that were forgotten and collected, which openFiles misses.
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

/** Files that this process has open, where the system tells: Linux. */
export function openFiles(): number {
  try {
    return readdirSync('/proc/self/fd').length;
  } catch {
    return 0;
  }
}
