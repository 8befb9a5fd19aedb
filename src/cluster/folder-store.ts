/** Blobs in a folder that all machines of a cluster share. Opens nothing but below that folder. */
import { mkdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { codedError } from '../foundation/errors.js';
import { isAway } from './patience.js';
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

  /** What the system says is the cause of an error of this package. A disk of the network that is away is waited for. */
  async #told<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (cause) {
      if (isAway(cause)) throw cause;
      const message = (cause as Error).message.replace(/\.$/, '');
      throw codedError('ERR_IO', `cluster: folder ${this.#folder}: ${message}.`, { cause });
    }
  }

  async size(scope: string, name: string): Promise<number | undefined> {
    const size = stat(this.#file(scope, name)).then(
      ({ size }) => size,
      (error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return undefined;
        throw error;
      },
    );
    return await this.#told(size);
  }

  async read(scope: string, name: string): Promise<Uint8Array> {
    return await this.#told(readFile(this.#file(scope, name)));
  }

  /** Whole or not at all. */
  async write(scope: string, name: string, bytes: Uint8Array, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    await this.#told(this.#write(this.#file(scope, name), bytes));
  }

  async #write(file: string, bytes: Uint8Array): Promise<void> {
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
    await this.#told(rm(this.#file(scope, name), { force: true }));
  }

  async drop(scope: string): Promise<void> {
    await this.#told(rm(path.dirname(this.#file(scope, scope)), { recursive: true, force: true }));
  }
}
