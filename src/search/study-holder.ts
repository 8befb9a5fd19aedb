/**
 * Who has the lock of a study, and what this process can know of it: surely alive, surely gone, or neither. Numbers of processes are given
 * again, to the first process of every container the same one: so a holder is its number, when that process began, and on what machine and
 * in which set of numbers. Writes nothing.
 */
import { checksum } from './checksum.js';
import { codeOf, type HostProcess, type StudyHost } from './study-host.js';

export interface Holder {
  /** That of no other holder. */
  readonly token: string;
  /** Undefined where the lock does not say it. */
  readonly process: ProcessName | undefined;
}

interface ProcessName {
  readonly pid: number;
  readonly host: string;
  /** Of processes that see each other's numbers the same. */
  readonly place: string;
  /** When it began, as the system counts; left out where that is not told. */
  readonly started?: string;
}

/** Tokens of locks that this thread has. */
const held = new Set<string>();

/** A new holder in this process, and the text that says so. */
export function newHolder(host: StudyHost): { readonly holder: Holder; readonly text: string } {
  const { pid } = host.process;
  const started = startOf(host, pid);
  const process = { pid, host: host.name, place: placeOf(host), ...(started !== undefined && { started }) };
  const token = crypto.randomUUID().slice(0, 8);
  return { holder: { token, process }, text: JSON.stringify({ token, ...process }) };
}

export function remember({ token }: Holder): void {
  held.add(token);
}

export function forget({ token }: Holder): void {
  held.delete(token);
}

/** The holder in the text of a lock. One that no search wrote, or not wholly, has the text for its token. */
export function holderOf(bytes: Uint8Array): Holder {
  const nobody: Holder = { token: `x${checksum(bytes)}`, process: undefined };
  try {
    const { token, pid, host, place, started } = JSON.parse(new TextDecoder().decode(bytes));
    // It becomes part of a file's name.
    if (!/^[0-9a-f]{8}$/.test(token) || ![token, host, place].every((text) => typeof text === 'string')) return nobody;
    if (!(Number.isSafeInteger(pid) && pid > 0)) return nobody;
    return { token, process: { pid, host, place, ...(typeof started === 'string' && { started }) } };
  } catch {
    return nobody;
  }
}

export function standingOf(host: StudyHost, { token, process: other }: Holder): 'alive' | 'gone' | 'unknown' {
  if (held.has(token)) return 'alive';
  // A machine that does not tell its name may be any.
  if (other === undefined || host.name === '' || other.place !== placeOf(host)) return 'unknown';
  if (!isAlive(host.process, other.pid)) return 'gone';
  const started = startOf(host, other.pid);
  if (started === undefined || other.started === undefined) return 'unknown';
  if (started !== other.started) return 'gone';
  // Of this process, but not of this thread: of another one, which may have ended.
  return other.pid === host.process.pid ? 'unknown' : 'alive';
}

export function wordsOf({ process: other }: Holder): string {
  return other === undefined ? 'a process that its lock does not name' : `process ${other.pid} on ${other.host}`;
}

function isAlive(process: HostProcess, pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // It lives, and belongs to somebody else; or this program may not ask, and when it began will not be told either.
    return codeOf(error) !== 'ESRCH';
  }
}

/** Where Linux says it: this start of the machine, and the container's own numbers of processes. */
function placeOf(host: StudyHost): string {
  const { files, name } = host;
  const boot = textOr('', () => new TextDecoder().decode(files.readFileSync('/proc/sys/kernel/random/boot_id')));
  return [name, boot.trim(), textOr('', () => files.readlinkSync('/proc/self/ns/pid'))].join(' ');
}

/** Where Linux says it, in ticks since the machine began. See proc_pid_stat(5), field 22. */
function startOf({ files }: StudyHost, pid: number): string | undefined {
  const stat = textOr('', () => new TextDecoder().decode(files.readFileSync(`/proc/${pid}/stat`)));
  // The name before it, in brackets, may have any characters.
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
}

function textOr(otherwise: string, text: () => string): string {
  try {
    return text();
  } catch {
    return otherwise;
  }
}
