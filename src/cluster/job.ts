/** What a job of the queue is, and what a worker answers: texts and names of blobs, checked before use. Knows no queue. */
import { randomUUID } from 'node:crypto';
import { codedError, type ErrorCode } from '../foundation/errors.js';
import { VERSION } from '../foundation/generated/version.js';
import { isObject } from '../foundation/more-checks.js';
import { isCode } from '../search/failures.js';
import { type Blob, hashOf, isBlobName, type Kind, type Parsed, parse, write } from './plain.js';
import { getBlob, MOST_BLOB_BYTES, type Store } from './store.js';

/** Counts up when what jobs say changes. */
export const PROTOCOL = 3;

/** A value as text, or as the blob that has the text. */
export type Packed = { readonly text: string } | { readonly blob: string; readonly size: number };

export interface JobData {
  readonly protocol: number;
  readonly version: string;
  readonly data: Packed;
  readonly task: Packed;
  /** Whether its blobs lie in the folder that machines share. */
  readonly folder: boolean;
}

/** A job as it lies in the queue. The same training of another search has the same name, but other blobs: whoever put them there drops them. */
export interface QueuedJob extends JobData {
  /** Where its own blobs lie. */
  readonly scope: string;
}

/** The progress of a job: where its training stands. */
export interface JobProgress {
  readonly standing: Packed;
  /** How many workers had died with it when that was written. */
  readonly deaths: number;
}

/** What comes back. */
export interface JobReturn {
  readonly outcome: Packed;
  /** Where its blobs lie: the scope of the job that was trained. */
  readonly scope: string;
  /** Whether the job has blobs. */
  readonly hasBlobs: boolean;
}

/** What is longer is a blob. Jobs have two texts, whose quotes take two bytes each there: they stay below 64 KB. */
const LONGEST_TEXT_BYTES = 15 * 1024;

/** Says in which scope a blob lies. */
export type ScopeOf = (blob: { readonly kind: Kind | 'text'; readonly name: string }) => string;

/** Samples, which many jobs share: each blob is a scope of its own. */
export const ofData: ScopeOf = ({ name }) => name;

/** Of a job: its checkpoints and texts are its own; numbers for samples may be those of others too. */
export function ofJob(scope: string): ScopeOf {
  return ({ kind, name }) => (kind === 'Uint8Array' || kind === 'text' ? scope : name);
}

/** Gives a value its text, or a blob with it, and the blobs that it names. */
export function pack(where: string, value: unknown): { readonly packed: Packed; readonly blobs: readonly Blob[] } {
  const { text, blobs } = write(where, value);
  const bytes = new TextEncoder().encode(text);
  if (bytes.length <= LONGEST_TEXT_BYTES) return { packed: { text }, blobs };
  const name = hashOf(bytes);
  return { packed: { blob: name, size: bytes.length }, blobs: [...blobs, { name, bytes, kind: 'text' }] };
}

/** What is packed, as it was parsed. Rejects with ERR_IO where a blob is missing, and ERR_MODEL_FORMAT for what nobody packs. */
export async function parsePacked(where: string, store: Store, packed: Packed, scopeOf: ScopeOf): Promise<Parsed> {
  if ('text' in packed) return parse(where, packed.text);
  const { blob: name, size } = packed;
  const bytes = await getBlob(store, scopeOf({ kind: 'text', name }), name, size);
  return parse(where, new TextDecoder().decode(bytes));
}

/** The value again, with its blobs. `shared`: long arrays lie in memory that threads share. */
export async function fetchValue(parsed: Parsed, store: Store, scopeOf: ScopeOf, shared = false): Promise<unknown> {
  const bytes = new Map<string, Uint8Array>();
  for (const blob of parsed.blobs) {
    const { name, size } = blob;
    if (!bytes.has(name)) bytes.set(name, await getBlob(store, scopeOf(blob), name, size));
  }
  return parsed.value((name) => bytes.get(name) as Uint8Array, shared);
}

export async function unpack(where: string, store: Store, packed: Packed, scopeOf: ScopeOf): Promise<unknown> {
  return await fetchValue(await parsePacked(where, store, packed, scopeOf), store, scopeOf);
}

export function idOf(job: JobData): string {
  return hashOf(JSON.stringify(job)).slice(0, 40);
}

/** Throws ERR_MODEL_FORMAT for what is no job, and ERR_UNSUPPORTED for one of another version. */
export function checkJob(given: unknown): QueuedJob {
  if (!isObject(given)) throw malformed('job', 'is no object');
  const { protocol, version, data, task, folder, scope } = given;
  if (protocol !== PROTOCOL || version !== VERSION) {
    const other = `wasmlp ${shownVersion(version)} (protocol ${shownVersion(protocol)})`;
    const message = `this worker is wasmlp ${VERSION} (protocol ${PROTOCOL}), and the search is ${other}.`;
    throw codedError('ERR_UNSUPPORTED', `worker: ${message} Install the same version on all machines.`);
  }
  if (typeof folder !== 'boolean') throw malformed('job', 'has no folder');
  if (!isScope(scope)) throw malformed('job', 'has no scope');
  return { protocol, version, folder, data: checkPacked('job.data', data), task: checkPacked('job.task', task), scope };
}

/** A random scope of a job. */
export function newScope(): string {
  return randomUUID().replaceAll('-', '');
}

function isScope(value: unknown): value is string {
  return typeof value === 'string' && /^[0-9a-f]{32}$/.test(value);
}

function shownVersion(value: unknown): string {
  const text = typeof value === 'string' || typeof value === 'number' ? String(value) : 'unknown';
  return /^[\w.+-]{1,40}$/.test(text) ? text : 'unknown';
}

export function checkPacked(where: string, given: unknown): Packed {
  if (!isObject(given)) throw malformed(where, 'is no object');
  const { text, blob, size } = given;
  if (typeof text === 'string' && blob === undefined) return { text };
  const isSize = typeof size === 'number' && Number.isInteger(size) && size > 0 && size <= MOST_BLOB_BYTES;
  if (isBlobName(blob) && isSize) return { blob, size };
  throw malformed(where, 'has neither a text nor a blob');
}

/** Undefined where nothing is known: the training begins anew, to the same bits. */
export function checkProgress(given: unknown): JobProgress | undefined {
  if (!isObject(given) || given.standing === undefined) return undefined;
  const { standing, deaths } = given;
  if (typeof deaths !== 'number') throw malformed('job.progress', 'has no deaths');
  return { standing: checkPacked('job.progress', standing), deaths };
}

export function checkReturn(given: unknown): JobReturn {
  if (!isObject(given)) throw malformed('result', 'is none');
  const { outcome, hasBlobs, scope } = given;
  if (typeof hasBlobs !== 'boolean' || !isScope(scope)) throw malformed('result', 'is none');
  return { outcome: checkPacked('result', outcome), hasBlobs, scope };
}

export function malformed(where: string, what: string): Error {
  return codedError('ERR_MODEL_FORMAT', `cluster: ${where} ${what}.`);
}

const FAILURE = /^(ERR_[A-Z_]+): ([\s\S]*)$/;

/** An error of a worker as the reason of a failed job. One without a code is not of this package: the job is tried again. */
export function reasonOf(error: unknown): string {
  const { code, message } = Object(error) as { code?: unknown; message?: unknown };
  const text = String(message ?? error);
  return isCode(code) ? `${code}: ${text}` : text;
}

export function failureOf(reason: string): { readonly code: ErrorCode; readonly message: string } {
  const [, code, message = ''] = FAILURE.exec(reason) ?? [];
  return isCode(code) ? { code, message } : { code: 'ERR_IO', message: reason };
}
