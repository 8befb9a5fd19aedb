/** A progress bar. A terminal redraws it in place; a file or a pipe gets a plain line for every tenth. */
import { columns, cyan, dim } from './style.js';

const WIDTH = 24;

/**
 * A line such as `━━━━━━━╸────`.
 * @param {number} fraction from 0 to 1
 * @param {number} width in characters
 */
export function bar(fraction, width) {
  const halves = Math.round(Math.min(Math.max(fraction, 0), 1) * 2 * width);
  const full = '━'.repeat(halves >> 1) + (halves % 2 === 1 ? '╸' : '');
  return cyan(full) + dim('─'.repeat(width - full.length));
}

/**
 * Shows how far a task is. Call the returned function at each step. At 1 the line is finished, or erased if it is `transient`;
 * a transient bar writes nothing to a file or a pipe.
 * @param {string} label
 * @param {{ transient?: boolean }} [options]
 * @returns {(fraction: number, note: string) => void}
 */
export function progress(label, { transient = false } = {}) {
  const inPlace = process.stdout.isTTY === true;
  let shownTenths = 0;
  return (fraction, note) => {
    const share = `${Math.floor(100 * fraction)}%`.padStart(4);
    if (inPlace) {
      const erased = transient && fraction >= 1;
      const room = columns - label.length - WIDTH - share.length - 6;
      const line = erased ? '' : `  ${label} ${bar(fraction, WIDTH)} ${share}  ${note.slice(0, room)}`;
      process.stdout.write(`\r\x1b[2K${line}${fraction >= 1 && !erased ? '\n' : ''}`);
      return;
    }
    const tenths = Math.floor(10 * fraction + 1e-9);
    if (transient || tenths === shownTenths) return;
    shownTenths = tenths;
    console.log(`  ${label} ${share}  ${note}`);
  };
}
