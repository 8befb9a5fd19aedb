/** A batch of a stream that is larger than the room for it is trained on by one thread, with the same bits. The others are shared. */
import { expect, it } from 'vitest';
import { randomRows } from '../../../support/samples.js';
import { Network, type Trained } from '../../../support/training/background.js';
import { digestOfAll, recordOfTeam, team } from '../../../support/training/threads.js';

const WIDTH = 2 ** 12;
/** More than 128 MiB, and than passes and scratch memory beside it. */
const LARGE_ROWS = 9600;
const ROW = randomRows(1, WIDTH + LARGE_ROWS, 3);

/** So many rows, each a part of the same numbers: the time to make them is no part of what is tested. */
function rowsOf(count: number): Float32Array {
  const rows = new Float32Array(count * WIDTH);
  for (let row = 0; row < count; row++) rows.set(ROW.subarray(row, row + WIDTH), row * WIDTH);
  return rows;
}

async function create(threads: number): Promise<Trained> {
  const layers = [{ units: 4 }, { units: 1 }] as const;
  return await Network.create({ inputs: WIDTH, layers, seed: 9, threads, optimizer: 'adam' });
}

it('fits a stream', async () => {
  const large = { inputs: rowsOf(LARGE_ROWS), targets: ROW.slice(0, LARGE_ROWS).map(Math.abs) };
  const small = { inputs: large.inputs.slice(0, 50 * WIDTH), targets: large.targets.slice(0, 50) };
  const [alone, several] = await Promise.all([create(1), create(2)]);
  const seen: boolean[] = [];
  for (const network of [alone, several]) {
    const stream = function* () {
      for (const batch of [small, large, small]) {
        yield batch;
        if (network === several) {
          const { memory } = team.message as NonNullable<typeof team.message>;
          seen.push(recordOfTeam().active > 1, memory.buffer.byteLength > batch.inputs.byteLength);
        }
      }
    };
    await network.fitStream(stream, { epochs: 1, batchSize: 200 });
  }
  expect(seen).toEqual([true, true, true, false, true, true]);
  expect(digestOfAll(several)).toBe(digestOfAll(alone));
});
