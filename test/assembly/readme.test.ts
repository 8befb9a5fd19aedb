/** assembly/README.md against assembly/abi.ts. */
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import * as abi from '../../assembly/abi.js';

const README = new URL('../../assembly/README.md', import.meta.url);

test('the record tables of assembly/README.md are those of assembly/abi.ts', async () => {
  const contract = await readFile(README, 'utf8');
  const found: Record<string, number> = {};
  for (const [, record, bytes, table] of contract.matchAll(/^`(\w+)`, (\d+) bytes.*?:\n\n(.*?)\n\n/gms)) {
    const family = (record as string).toUpperCase();
    found[`${family}_BYTES`] = Number(bytes);
    for (const [, offset, field] of (table as string).matchAll(/^\| (\d+) +\| (\w+)/gm)) {
      found[`${family}_${(field as string).replace(/[A-Z]/g, '_$&').toUpperCase()}`] = Number(offset);
    }
  }
  // Constants of the Team record that are no offsets are named in the text, each with its value.
  for (const [, name, value] of contract.matchAll(/`(TEAM_\w+)` \((\d+)\)/g)) found[name as string] = Number(value);
  const offsets = Object.entries(abi).filter(([name]) => /^(NETWORK|LAYER|DATASET|STATE|TEAM)_/.test(name));
  expect(found).toEqual(Object.fromEntries(offsets));
});

test('the table of phases is that of assembly/abi.ts', async () => {
  const contract = await readFile(README, 'utf8');
  const found = [...contract.matchAll(/^\| (\d+) +\| ([A-Z_]+) +\|/gm)].map(([, code, name]) => [
    `PHASE_${name}`,
    Number(code),
  ]);
  expect(Object.fromEntries(found)).toEqual(
    Object.fromEntries(Object.entries(abi).filter(([name]) => name.startsWith('PHASE_'))),
  );
});
