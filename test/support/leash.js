/**
 * Loaded before a program that a test starts: ends it when the test's process is gone, even where that one was killed and could not say so. Only
 * the process that started it holds the other end of its standard input.
 */
import { isMainThread } from 'node:worker_threads';

// Its threads load this too, and have an input of their own.
if (isMainThread) {
  process.stdin.on('close', () => process.kill(process.pid, 'SIGKILL'));
  process.stdin.on('error', () => undefined);
  process.stdin.resume();
  // It keeps no program alive.
  process.stdin.unref();
}
