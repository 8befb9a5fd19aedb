/** What other processes cost, as the system counts it. Linux only. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** The system counts in hundredths of a second. */
const TICKS = 100;

interface Counted {
  readonly pid: number;
  readonly parent: number;
  readonly seconds: number;
}

function counted(pid: number): Counted | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name of the program, in parentheses, may have anything in it.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    const [parent, user, system, endedUser, endedSystem] = [1, 11, 12, 13, 14].map((i) => Number(fields[i]));
    const ticks = [user, system, endedUser, endedSystem].reduce<number>((sum, count) => sum + (count ?? 0), 0);
    return { pid, parent: parent ?? 0, seconds: ticks / TICKS };
  } catch {
    // It has ended meanwhile.
    return undefined;
  }
}

/** Seconds that a process and its children have computed. */
export function cpuSeconds(pid: number): number {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => counted(Number(name)))
    .filter((process) => process !== undefined);
  const of = (parent: number): number =>
    all.filter((process) => process.parent === parent).reduce((sum, child) => sum + child.seconds + of(child.pid), 0);
  return (all.find((process) => process.pid === pid)?.seconds ?? 0) + of(pid);
}

/** Connections of a process to a port. */
export function connectionsTo(port: number, pid: number): number {
  const own = new Set<string>();
  for (const name of readdirSync(`/proc/${pid}/fd`)) {
    try {
      own.add(readlinkSync(`/proc/${pid}/fd/${name}`).replace(/^socket:\[(\d+)\]$/, '$1'));
    } catch {
      // It was closed meanwhile.
    }
  }
  const lines = readFileSync('/proc/net/tcp', 'utf8').trim().split('\n').slice(1);
  const hexadecimal = port.toString(16).toUpperCase().padStart(4, '0');
  return lines
    .map((line) => line.trim().split(/\s+/))
    .filter(([, , remote = '', , , , , , , inode = '']) => remote.endsWith(`:${hexadecimal}`) && own.has(inode)).length;
}
