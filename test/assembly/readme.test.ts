/** assembly/README.md against assembly/abi.ts. */
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import * as abi from '../../assembly/abi.js';

test('the record tables of assembly/README.md are those of assembly/abi.ts', async () => {
  const contract = await readFile(new URL('../../assembly/README.md', import.meta.url), 'utf8');
  const found: Record<string, number> = {};
  for (const [, record, bytes, table] of contract.matchAll(/^`(\w+)`, (\d+) bytes.*?:\n\n(.*?)\n\n/gms)) {
    const family = (record as string).toUpperCase();
    found[`${family}_BYTES`] = Number(bytes);
    for (const [, offset, field] of (table as string).matchAll(/^\| (\d+) +\| (\w+)/gm)) {
      found[`${family}_${(field as string).replace(/[A-Z]/g, '_$&').toUpperCase()}`] = Number(offset);
    }
  }
  const offsets = Object.entries(abi).filter(([name]) => /^(NETWORK|LAYER|DATASET|STATE)_/.test(name));
  expect(found).toEqual(Object.fromEntries(offsets));
});
