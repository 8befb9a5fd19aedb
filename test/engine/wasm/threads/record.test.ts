/** The record of a team: tickets are even between phases, and only go up, whoever was ended in the middle. */
import { expect, it, vi } from 'vitest';
import * as abi from '../../../../assembly/abi.js';
import { beginSession, endSession, RESERVED_BYTES } from '../../../../src/engine/wasm/threads/record.js';

const newMemory = (): WebAssembly.Memory => new WebAssembly.Memory({ initial: 2, maximum: 2, shared: true });

function wordsOf(memory: WebAssembly.Memory): Int32Array {
  return new Int32Array(memory.buffer, abi.TEAM_ADDRESS, abi.TEAM_BYTES / 4);
}

/** The fields that tell helpers what to do. */
function fieldsOf(memory: WebAssembly.Memory) {
  const words = wordsOf(memory);
  return {
    ticket: words[abi.TEAM_TICKET / 4],
    session: words[abi.TEAM_SESSION / 4],
    phase: words[abi.TEAM_PHASE / 4],
    chunks: words[abi.TEAM_CHUNKS / 4],
    active: words[abi.TEAM_ACTIVE / 4],
    threads: words[abi.TEAM_THREAD_COUNT / 4],
  };
}

it('lies past the data of every build, and networks past it', () => {
  expect(RESERVED_BYTES).toBe(abi.TEAM_ADDRESS + abi.TEAM_BYTES);
  expect(RESERVED_BYTES % abi.ALIGNMENT_BYTES).toBe(0);
  expect(abi.TEAM_CLAIMS + abi.TEAM_THREADS * abi.TEAM_CLAIM_BYTES).toBeLessThanOrEqual(abi.TEAM_BYTES);
});

it('begins a fit without work, and ends it', () => {
  const memory = newMemory();
  beginSession(memory, 7, 3);
  expect(fieldsOf(memory)).toEqual({ ticket: 2, session: 7, phase: abi.PHASE_NONE, chunks: 0, active: 0, threads: 3 });
  endSession(memory);
  expect(fieldsOf(memory)).toEqual({ ticket: 4, session: 7, phase: abi.PHASE_END, chunks: 0, active: 0, threads: 3 });
  beginSession(memory, 8, 2);
  expect(fieldsOf(memory)).toMatchObject({ ticket: 6, session: 8, phase: abi.PHASE_NONE, threads: 2 });
});

it('is even again where a leader was ended while it wrote a phase', () => {
  const memory = newMemory();
  beginSession(memory, 1, 2);
  const words = wordsOf(memory);
  // As after the first line of the kernel's share.
  Atomics.store(words, abi.TEAM_TICKET / 4, 11);
  words[abi.TEAM_PHASE / 4] = abi.PHASE_STEP;
  words[abi.TEAM_CHUNKS / 4] = 5;
  words[abi.TEAM_ACTIVE / 4] = 2;
  endSession(memory);
  expect(fieldsOf(memory)).toMatchObject({ ticket: 12, phase: abi.PHASE_END, chunks: 0, active: 0 });
});

it('takes tickets past the largest integer', () => {
  const memory = newMemory();
  Atomics.store(wordsOf(memory), abi.TEAM_TICKET / 4, 2 ** 31 - 2);
  beginSession(memory, 1, 2);
  expect(fieldsOf(memory).ticket).toBe(-(2 ** 31));
  endSession(memory);
  expect(fieldsOf(memory).ticket).toBe(-(2 ** 31) + 2);
});

it('wakes helpers that sleep until the ticket changes', () => {
  const memory = newMemory();
  const notify = vi.spyOn(Atomics, 'notify');
  beginSession(memory, 1, 2);
  endSession(memory);
  expect(notify.mock.calls.map(([words, index]) => [words.byteOffset + 4 * index, words.buffer])).toEqual([
    [abi.TEAM_ADDRESS + abi.TEAM_TICKET, memory.buffer],
    [abi.TEAM_ADDRESS + abi.TEAM_TICKET, memory.buffer],
  ]);
});
