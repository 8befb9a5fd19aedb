/** A team whose fit another thread leads is free when that thread is gone, which in a page is some time after it was ended. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, it } from 'vitest';
import * as abi from '../../../../assembly/abi.js';
import { RESERVED_BYTES, type SharedFit } from '../../../../src/engine/wasm/threads/record.js';
import { Team, type TeamRequest } from '../../../../src/engine/wasm/threads/team.js';

const fileOf = (name: string): string => fileURLToPath(new URL(`../../../../${name}`, import.meta.url));

let request: TeamRequest;
beforeAll(async () => {
  request = {
    module: await WebAssembly.compile(await readFile(fileOf('build/kernels/threads.wasm'))),
    threads: 2,
    pages: Math.ceil(RESERVED_BYTES / 65536),
    address: fileOf('dist/worker.js'),
    onDeath: (error) => {
      throw error;
    },
    call: 'fit',
    needsAll: true,
  };
});

/** What the helpers of a fit are told. */
const phaseOf = ({ memory }: SharedFit): number =>
  new Int32Array(memory.buffer)[(abi.TEAM_ADDRESS + abi.TEAM_PHASE) / Int32Array.BYTES_PER_ELEMENT] as number;

it('until then it is in use, and helpers are not sent away: the leader would write over that', async () => {
  const first = Team.begin(request);
  let resolve: (gone: boolean) => void = () => undefined;
  const ended = first.team.endAfter(
    new Promise((settle) => {
      resolve = settle;
    }),
  );
  expect(phaseOf(first.fit)).toBe(abi.PHASE_NONE);
  const second = Team.begin(request);
  expect(second.team).not.toBe(first.team);
  await second.team.endAfter(Promise.resolve(false));
  expect(phaseOf(first.fit)).toBe(abi.PHASE_NONE);
  resolve(true);
  await ended;
  expect(phaseOf(first.fit)).toBe(abi.PHASE_END);
  const third = Team.begin(request);
  expect(third.team).toBe(first.team);
  expect(third.fit.memory).toBe(first.fit.memory);
  await third.team.endAfter(Promise.resolve(false));
});

it('where nobody can know it, the team and its memory are given up', async () => {
  const first = Team.begin(request);
  await first.team.endAfter(Promise.resolve(false));
  expect(phaseOf(first.fit)).toBe(abi.PHASE_END);
  const second = Team.begin(request);
  expect(second.team).not.toBe(first.team);
  expect(second.fit.memory).not.toBe(first.fit.memory);
  await second.team.endAfter(Promise.resolve(false));
});

it('helpers that were not asked are not waited for', async () => {
  const many = Team.begin({ ...request, threads: 4 });
  await many.team.endAfter(Promise.resolve(true));
  const few = Team.begin(request);
  expect(few.team).toBe(many.team);
  await few.team.endAfter(Promise.resolve(true));
  await Team.begin(request).team.endAfter(Promise.resolve(false));
});
