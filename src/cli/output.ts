/** Where long output goes: standard output, or a file that is there only when it is complete. */
import { createWriteStream, type WriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { checkWritable, notWritten } from './files.js';

export interface Output {
  /** Resolves when the text may be followed by more: who reads slowly is waited for, so that memory stays bounded. */
  write(text: string): Promise<void>;
  close(): Promise<void>;
  /** After an error: a file that is not complete is removed. */
  discard(): Promise<void>;
}

/** Opens a file, or standard output for undefined and `-`. Throws ERR_IO. */
export async function openOutput(file: string | undefined): Promise<Output> {
  if (file === undefined || file === '-') {
    return {
      write: (text) => written(process.stdout, text),
      close: async () => undefined,
      discard: async () => undefined,
    };
  }
  await checkWritable(file);
  const temporary = `${file}.${process.pid}.tmp`;
  const stream = createWriteStream(temporary);
  const failed = new Promise<never>((_, reject) => stream.once('error', (cause) => reject(notWritten(file, cause))));
  failed.catch(() => undefined);
  return {
    write: (text) => Promise.race([written(stream, text), failed]),
    async close() {
      await Promise.race([new Promise<void>((resolve) => stream.end(resolve)), failed]);
      await rename(temporary, file).catch((cause) => {
        throw notWritten(file, cause);
      });
    },
    async discard() {
      stream.destroy();
      await rm(temporary, { force: true }).catch(() => undefined);
    },
  };
}

async function written(stream: NodeJS.WriteStream | WriteStream, text: string): Promise<void> {
  if (!stream.write(text)) await new Promise<void>((resolve) => stream.once('drain', () => resolve()));
}
