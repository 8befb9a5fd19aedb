/** Workers that are killed, a server that is restarted, a coordinator that is killed: the study stays that of one thread, to the bit. */
import { spawn } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, it } from 'vitest';
import { connectCluster } from '../../src/cluster/index.js';
import { type SearchSettings, type Study, search } from '../../src/search/index.js';
import { connected } from '../support/cluster/connected.js';
import { byTurns, describeOnServers, sharedOut } from '../support/cluster/describe.js';
import { again, type TestServer } from '../support/cluster/servers.js';
import { bitsOf, points, settings } from '../support/cluster/studies.js';
import { TestWorker, withWorkers } from '../support/cluster/workers.js';
import { temporaryFolder } from '../support/folder.js';
import { repeats } from '../support/repeats.js';
import { REPRODUCE, SeededRandom } from '../support/seeded.js';

const SAMPLES = 400;
const { inputs, targets } = points(SAMPLES);
const alone = (given: SearchSettings): Promise<Study> => search({ ...given, workers: 1 }, inputs, targets);

const TRIALS = repeats(60, 1000);
const CHAOS = settings(TRIALS, 40);
/** A machine that is busy takes longer, and would kill more. */
const MOST_KILLS = repeats(2, Number.POSITIVE_INFINITY);
const AGAIN = { trials: 30, epochs: 40 };
/** Many times as long as the quarter of a second between two checkpoints, also on a fast machine that does nothing else. */
const LONG: SearchSettings = { ...settings(1, 0), fit: { epochs: repeats(5_000, 20_000), batchSize: 4 } };

let expected: { chaos: unknown; again: unknown; long: unknown };
beforeAll(async () => {
  const [chaos, again, long] = [CHAOS, settings(AGAIN.trials, AGAIN.epochs), LONG].map(alone);
  expected = {
    chaos: bitsOf((await chaos) as Study),
    again: bitsOf((await again) as Study),
    long: bitsOf((await long) as Study),
  };
});

const second = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1000));

/** Kills one worker after another, at most one a second, each only when another one is ready. Tells of each; returns how many. */
async function killWorkers(
  server: TestServer,
  workers: TestWorker[],
  isOver: () => boolean,
  onKilled: (killed: number) => void,
): Promise<number> {
  const random = new SeededRandom('who is killed');
  let killed = 0;
  while (!isOver() && killed < MOST_KILLS) {
    const place = random.integer(0, workers.length - 1);
    const [next] = await Promise.all([again(() => TestWorker.start(server, 'chaos')), second()]);
    await workers[place]?.kill();
    onKilled(++killed);
    workers[place] = next;
  }
  return killed;
}

/** Resolves when a training has told where it stands. */
async function untilStanding(server: TestServer, name: string): Promise<void> {
  const opened = await connected(server, name);
  const events = new opened.bull.QueueEvents(name, opened.options, opened.backend) as unknown as {
    on(event: 'progress', listener: () => void): void;
    close(): Promise<void>;
  };
  await new Promise<void>((resolve) => events.on('progress', resolve));
  await events.close();
  await opened.close();
}

const folder = temporaryFolder();

describeOnServers(
  'a search among deaths',
  (server, kind) => {
    const inTurn = byTurns(kind);

    inTurn(
      `gives the study of one thread: ${TRIALS} trials, workers killed every second, one restart of the server`,
      async () => {
        const cluster = await connectCluster(server().address, { name: 'chaos' });
        const seen: number[] = [];
        let isOver = false;
        let restarted: Promise<void> | undefined;
        // Without the server, or without workers, the search would wait for ever.
        const lost = new AbortController();
        // However fast the machine is, the search is not over before.
        let tellKilled: () => void = () => undefined;
        const twoAreKilled = new Promise<void>((resolve) => {
          tellKilled = resolve;
        });
        const onTrial = async ({ number }: { number: number }): Promise<void> => {
          seen.push(number);
          if (seen.length === TRIALS) await twoAreKilled;
          if (seen.length !== TRIALS / 2) return;
          restarted = server().restart();
          restarted.catch((error) => lost.abort(error));
        };
        try {
          const study = await withWorkers(server(), 'chaos', 4, async (workers) => {
            const killing = killWorkers(
              server(),
              workers,
              () => isOver,
              (killed) => killed > 1 && tellKilled(),
            );
            killing.catch((error) => {
              lost.abort(error);
              tellKilled();
            });
            try {
              return await search({ ...CHAOS, workers: cluster, onTrial, signal: lost.signal }, inputs, targets);
            } finally {
              isOver = true;
              await restarted;
              expect(await killing).toBeGreaterThan(1);
            }
          });
          expect(restarted).toBeDefined();
          expect(bitsOf(study), REPRODUCE).toEqual(expected.chaos);
          // None lost, none twice.
          expect(seen.sort((a, b) => a - b)).toEqual(Array.from({ length: TRIALS }, (_, number) => number));
        } finally {
          await cluster.close();
        }
      },
    );

    inTurn('goes on from the last checkpoint of a worker that was killed', async () => {
      const cluster = await connectCluster(server().address, { name: 'long' });
      const standing = untilStanding(server(), 'long');
      const first = await TestWorker.start(server(), 'long');
      let other: TestWorker | undefined;
      try {
        const found = search({ ...LONG, workers: cluster }, inputs, targets);
        const tooShort = found.then(() => Promise.reject(new Error('the training ended before its first checkpoint')));
        await Promise.race([standing, tooShort]);
        await first.kill();
        other = await TestWorker.start(server(), 'long');
        expect(bitsOf(await found)).toEqual(expected.long);
        expect(other.said).toMatch(/goes on with a training after epoch [1-9]/);
      } finally {
        await first.kill();
        await other?.kill();
        await cluster.close();
      }
    });

    const ways = sharedOut(kind, ['with a study file', 'without one']);
    it.each(ways)('gives the study when its coordinator is killed, %s', async (how) => {
      const { address } = server();
      const name = how.replaceAll(' ', '-');
      const study = how === 'without one' ? undefined : path.join(folder, `${kind}.study`);
      await withWorkers(server(), name, 2, async () => {
        const program = fileURLToPath(new URL('../support/cluster/coordinator.js', import.meta.url));
        const child = spawn(process.execPath, [program], {
          env: { ...process.env, CLUSTER: JSON.stringify({ address, name, study, samples: SAMPLES, ...AGAIN }) },
          stdio: ['ignore', 'pipe', 'inherit'],
        });
        const closed = new Promise((resolve) => child.on('close', resolve));
        let printed = '';
        child.stdout.on('data', (chunk: Buffer) => {
          printed += chunk;
          if (printed.length > 'trial\n'.length * 15) child.kill('SIGKILL');
        });
        await closed;
        const cluster = await connectCluster(address, { name });
        try {
          const given = { ...settings(AGAIN.trials, AGAIN.epochs), ...(study !== undefined && { study }) };
          const found = await search({ ...given, workers: cluster }, inputs, targets);
          expect(bitsOf(found)).toEqual(expected.again);
        } finally {
          await cluster.close();
        }
      });
    });
  },
  { isRestarted: true },
);
