/** Where long output goes: standard output, or a file that is there only when it is complete. */
import { createWriteStream, rmSync, type WriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { checkWritable, notWritten, placeOf } from './files.js';
import { atFirstSignal } from './stop.js';
import { sayLine } from './terminal.js';

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
  const { target, temporary, mode } = await placeOf(file);
  const stream = createWriteStream(temporary, { mode });
  // Nothing is left of a file that was not finished.
  const settle = atFirstSignal((exitCode) => {
    rmSync(temporary, { force: true });
    sayLine(process.stderr, `wasmlp: stopped. ${JSON.stringify(file)} was not written.`);
    process.exit(exitCode);
  });
  const failed = new Promise<never>((_, reject) => stream.once('error', (cause) => reject(notWritten(file, cause))));
  failed.catch(() => undefined);
  return {
    write: (text) => Promise.race([written(stream, text), failed]),
    async close() {
      await Promise.race([new Promise<void>((resolve) => stream.end(resolve)), failed]);
      await rename(temporary, target).catch((cause) => {
        throw notWritten(file, cause);
      });
      settle();
    },
    async discard() {
      settle();
      stream.destroy();
      await rm(temporary, { force: true }).catch(() => undefined);
    },
  };
}

async function written(stream: NodeJS.WriteStream | WriteStream, text: string): Promise<void> {
  if (!stream.write(text)) await new Promise<void>((resolve) => stream.once('drain', () => resolve()));
}
