/** Blobs in a folder that all machines of a cluster share. Opens nothing but below that folder. */
import { mkdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Store } from './store.js';

const NAME = /^[0-9a-f]{8,64}$/;

export class FolderStore implements Store {
  readonly #folder: string;
  #written = 0;

  /** Each cluster of a folder has a part of its own. */
  constructor(folder: string, cluster: string) {
    this.#folder = path.resolve(folder, cluster);
  }

  #file(scope: string, name: string): string {
    if (!NAME.test(scope) || !NAME.test(name)) throw new Error('no name of a blob');
    return path.join(this.#folder, scope, name);
  }

  async size(scope: string, name: string): Promise<number | undefined> {
    return await stat(this.#file(scope, name)).then(
      ({ size }) => size,
      (error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return undefined;
        throw error;
      },
    );
  }

  async read(scope: string, name: string): Promise<Uint8Array> {
    return await readFile(this.#file(scope, name));
  }

  /** Whole or not at all. */
  async write(scope: string, name: string, bytes: Uint8Array): Promise<void> {
    const file = this.#file(scope, name);
    const part = `${file}.${process.pid}-${this.#written++}.part`;
    await mkdir(path.dirname(file), { recursive: true });
    try {
      await writeFile(part, bytes);
      await rename(part, file);
    } finally {
      await rm(part, { force: true });
    }
  }

  async touch(scope: string): Promise<void> {
    const now = new Date();
    await utimes(path.dirname(this.#file(scope, scope)), now, now).catch(() => undefined);
  }

  async remove(scope: string, name: string): Promise<void> {
    await rm(this.#file(scope, name), { force: true });
  }

  async drop(scope: string): Promise<void> {
    await rm(path.dirname(this.#file(scope, scope)), { recursive: true, force: true });
  }
}
