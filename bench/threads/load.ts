/** How many cores other programs take meanwhile, from /proc/stat, which Linux has. Where it is missing, nobody knows. */
import { readFileSync } from 'node:fs';

/** What all cores together have done since the machine started. */
export interface CpuTimes {
  /** Ticks of a clock, summed over the cores: working, and in all. */
  readonly busy: number;
  readonly total: number;
  readonly cores: number;
}

/** From this part of a core on, figures are not those of free cores. */
export const FREE_ENOUGH = 0.1;

/**
 * Reads the text of /proc/stat: `cpu user nice system idle iowait irq softirq steal ...`, then a line for each core. Time that another
 * virtual machine took (steal) counts as busy: we did not have it.
 */
export function parseCpuTimes(text: string): CpuTimes | undefined {
  const times = /^cpu +([\d ]+)$/m.exec(text)?.[1]?.split(' ').slice(0, 8).map(Number);
  const cores = text.match(/^cpu\d+ /gm)?.length ?? 0;
  if (times === undefined || times.length < 8 || cores === 0) return undefined;
  const total = times.reduce((sum, time) => sum + time, 0);
  return { busy: total - (times[3] as number) - (times[4] as number), total, cores };
}

/** The cores that other programs took between two readings, if we took `ownCores`. */
export function coresOfOthers(before: CpuTimes, after: CpuTimes, ownCores: number): number {
  const share = (after.busy - before.busy) / Math.max(after.total - before.total, 1);
  return Math.max(share * after.cores - ownCores, 0);
}

/** Begins to watch. The returned function tells the cores that other programs took on average since then; undefined if nobody knows. */
export function watchOthers(): () => number | undefined {
  const before = cpuTimes();
  const usage = process.cpuUsage();
  const started = performance.now();
  return () => {
    const after = cpuTimes();
    if (before === undefined || after === undefined) return undefined;
    const { user, system } = process.cpuUsage(usage);
    return coresOfOthers(before, after, (user + system) / 1000 / (performance.now() - started));
  };
}

function cpuTimes(): CpuTimes | undefined {
  try {
    return parseCpuTimes(readFileSync('/proc/stat', 'utf8'));
  } catch {
    return undefined;
  }
}
