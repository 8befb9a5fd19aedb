/** Blobs beside the queue and in a folder: whole or not there, checked by their hash, gone with their scope. */
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { FolderStore } from '../../src/cluster/folder-store.js';
import { hashOf } from '../../src/cluster/plain.js';
import { getBlob, putBlobs, type Store } from '../../src/cluster/store.js';
import { connected } from '../support/cluster/connected.js';
import { describeOnServers } from '../support/cluster/describe.js';
import { temporaryFolder } from '../support/folder.js';
import { SeededRandom } from '../support/seeded.js';

const folder = temporaryFolder();
const random = new SeededRandom('blobs');
/** More than two chunks of each store. */
const LONG = new Uint8Array(random.floats(2_500_000).buffer);
const SHORT = Uint8Array.of(1, 2, 3);
const blobOf = (bytes: Uint8Array) => ({ name: hashOf(bytes), bytes, kind: 'Uint8Array' as const });
const SCOPE = '0123456789abcdef';

function check(open: () => Promise<{ store: Store; close(): Promise<void> }>): void {
  it('come back, and go', async () => {
    const { store, close } = await open();
    const blobs = [LONG, SHORT].map(blobOf);
    await putBlobs(store, blobs, () => SCOPE);
    for (const { name, bytes } of blobs) {
      expect(Buffer.compare(await getBlob(store, SCOPE, name, bytes.length), bytes)).toBe(0);
      expect(await store.size('ffffffffffff', name)).toBeUndefined();
    }
    const [long, short] = blobs as [(typeof blobs)[0], (typeof blobs)[0]];
    await expect(getBlob(store, SCOPE, long.name, 7)).rejects.toMatchObject({ code: 'ERR_IO' });
    await store.remove(SCOPE, long.name);
    await expect(getBlob(store, SCOPE, long.name, LONG.length)).rejects.toMatchObject({
      code: 'ERR_IO',
      message: expect.stringContaining('is not there'),
    });
    expect(await store.size(SCOPE, short.name)).toBe(3);
    await store.drop(SCOPE);
    expect(await store.size(SCOPE, short.name)).toBeUndefined();
    await close();
  });

  it('with other bytes than their hash says are refused, and put anew', async () => {
    const { store, close } = await open();
    const blob = blobOf(SHORT);
    await store.write(SCOPE, blob.name, Uint8Array.of(1, 2, 4));
    await expect(getBlob(store, SCOPE, blob.name, 3)).rejects.toMatchObject({
      code: 'ERR_IO',
      message: expect.stringContaining('another hash'),
    });
    await putBlobs(store, [blob], () => SCOPE);
    await expect(getBlob(store, SCOPE, blob.name, 3)).rejects.toMatchObject({ code: 'ERR_IO' });
    await putBlobs(store, [blob], () => SCOPE, true);
    expect(await getBlob(store, SCOPE, blob.name, 3)).toEqual(expect.objectContaining({ length: 3 }));
    await store.drop(SCOPE);
    await close();
  });
}

describeOnServers('blobs', (server) => {
  check(() => connected(server(), 'blobs'));
});

describe('blobs in a folder', () => {
  const open = async () => ({ store: new FolderStore(folder, 'shared'), close: async () => undefined });
  check(open);

  it('leave nothing half written, and nothing elsewhere', async () => {
    const { store } = await open();
    await putBlobs(store, [blobOf(LONG)], () => SCOPE);
    expect(readdirSync(path.join(folder, 'shared', SCOPE))).toEqual([hashOf(LONG)]);
    writeFileSync(path.join(folder, 'secret'), 'secret');
    for (const [scope, name] of [
      ['../..', 'secret'],
      [SCOPE, '../../secret'],
      ['/etc', 'passwd'],
      ['', ''],
    ] as const) {
      await expect(store.read(scope, name)).rejects.toThrow('no name of a blob');
      await expect(store.write(scope, name, SHORT)).rejects.toThrow('no name of a blob');
    }
    await store.drop(SCOPE);
    expect(existsSync(path.join(folder, 'secret'))).toBe(true);
    expect(readdirSync(path.join(folder, 'shared'))).toEqual([]);
  });
});
