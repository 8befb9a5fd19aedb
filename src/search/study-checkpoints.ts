/** Checkpoints of trials that go on, in a folder beside the study, each with a checksum. Knows nothing of what is in them. */
import { sliceOf, uint8, uint8From } from '../foundation/memory.js';
import { checksum } from './checksum.js';
import { type Files, isThere } from './study-host.js';

const CHECKSUM_BYTES = 8;
const CHECKPOINT = /^\d+-\d+-\d+\.safetensors(\.part)?$/;

export class CheckpointFolder {
  readonly #files: Files;
  readonly #folder: string;
  /** What they are checked with, besides their names: those of another search are none. */
  readonly #tag: Uint8Array;

  constructor(files: Files, folder: string, tag: Uint8Array) {
    this.#files = files;
    this.#folder = folder;
    this.#tag = tag;
  }

  keep(name: string, bytes: Uint8Array): void {
    const fs = this.#files;
    const check = new TextEncoder().encode(this.#checksumOf(name, bytes));
    fs.mkdirSync(this.#folder, { recursive: true });
    fs.writeFileSync(`${this.#folder}/${name}.part`, joined(bytes, check));
    fs.renameSync(`${this.#folder}/${name}.part`, `${this.#folder}/${name}`);
  }

  /** Undefined where it is not there, or not whole. */
  kept(name: string): Uint8Array | undefined {
    const file = `${this.#folder}/${name}`;
    if (!isThere(this.#files, file)) return undefined;
    const bytes = uint8From(this.#files.readFileSync(file));
    if (bytes.length < CHECKSUM_BYTES) return undefined;
    const content = sliceOf(bytes, 0, bytes.length - CHECKSUM_BYTES);
    const check = new TextDecoder().decode(bytes.subarray(content.length));
    return check === this.#checksumOf(name, content) ? content : undefined;
  }

  drop(name: string): void {
    this.#files.rmSync(`${this.#folder}/${name}`, { force: true });
  }

  /** Only what is ours, and the folder if it is empty then. */
  remove(): void {
    const fs = this.#files;
    if (!isThere(fs, this.#folder)) return;
    const names = fs.readdirSync(this.#folder);
    const own = names.filter((name) => CHECKPOINT.test(name));
    for (const name of own) this.drop(name);
    if (own.length === names.length) fs.rmdirSync(this.#folder);
  }

  #checksumOf(name: string, bytes: Uint8Array): string {
    return checksum(this.#tag, new TextEncoder().encode(name), bytes);
  }
}

function joined(bytes: Uint8Array, end: Uint8Array): Uint8Array {
  const all = uint8(bytes.length + end.length);
  all.set(bytes);
  all.set(end, bytes.length);
  return all;
}
