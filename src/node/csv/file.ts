/** A CSV file as a source of bytes: opened when they are asked for, and closed however reading ends. Knows no CSV. */
import { open } from 'node:fs/promises';
import type { Origin } from '../../csv/source.js';
import { uint8 } from '../../foundation/memory.js';
import { checkFile, notRead, quoted } from '../disk.js';

const PIECE_BYTES = 2 ** 16;

/** The call and the file, for messages. */
export function originOf(call: string, file: string): Origin {
  return { call, name: quoted(file) };
}

/** The bytes of a file, always in the same memory: who asks for the next ones has read those before. */
export async function* bytesOf(call: string, file: string): AsyncGenerator<Uint8Array, void, undefined> {
  await checkFile(call, file);
  const refuse = (cause: unknown): never => {
    throw notRead(call, file, cause);
  };
  const handle = await open(file, 'r').catch(refuse);
  try {
    const bytes = uint8(PIECE_BYTES);
    for (;;) {
      const { bytesRead } = await handle.read(bytes, 0, bytes.length).catch(refuse);
      if (bytesRead === 0) return;
      yield bytes.subarray(0, bytesRead);
    }
  } finally {
    await handle.close().catch(() => undefined);
  }
}
