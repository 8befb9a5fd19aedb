/** Processes that are killed while they save: the file always loads as one of the saved networks. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, utimesSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { Network } from '../../src/index.js';
import { loadFile, saveFile } from '../../src/node/index.js';
import { temporaryFolder } from '../support/folder.js';
import { networkOptions } from '../support/node/saved.js';
import { repeats } from '../support/repeats.js';
import { REPRODUCE, SeededRandom } from '../support/seeded.js';

/** How many processes. Each saves to several files, so that its end hits each file at another moment. */
const KILLS = repeats(4, 1000);
const FILES = 8;
/** The most saves before a process is killed: about three for each file. */
const MAX_SAVES = 3 * FILES;
/** How many processes run at a time: more than cores, so that some are killed while they wait. */
const LANES = 4;

const folder = temporaryFolder();
const saver = fileURLToPath(new URL('../support/node/saver.js', import.meta.url));

test(`${KILLS} kills leave ${KILLS * FILES} files that are the old or the new, each whole`, async () => {
  const networks = await Promise.all([1, 2].map((seed) => Network.create(networkOptions(seed))));
  const saved = networks.map((network) => Buffer.from(network.save()));
  const found = [0, 0];
  let left = 0;

  const lane = async (number: number): Promise<void> => {
    const random = new SeededRandom(`kill ${number}`);
    const own = path.join(folder, `${number}`);
    mkdirSync(own);
    const names = Array.from({ length: FILES }, (_, i) => `model ${i}`);
    const files = names.map((name) => path.join(own, name));
    for (const file of files) await saveFile(networks[0] as Network, file);
    for (let kill = 0; kill < KILLS / LANES; kill++) {
      const child = spawn(process.execPath, [saver, ...files], { stdio: ['ignore', 'pipe', 'inherit'] });
      const exit = once(child, 'exit');
      let characters = 0;
      const most = random.integer(1, 1 + MAX_SAVES);
      // When a save is over, other files are being written.
      child.stdout.on('data', (data: Buffer) => {
        characters += data.length;
        if (characters >= most) child.kill('SIGKILL');
      });
      await exit;
      for (const file of files) {
        const which = saved.findIndex((bytes) => bytes.equals(readFileSync(file)));
        expect(which, `${file} after kill ${kill}; ${REPRODUCE}`).toBeGreaterThanOrEqual(0);
        found[which] = (found[which] as number) + 1;
      }
    }
    for (const file of files) {
      const loaded = await loadFile(file, { engine: 'js' });
      expect(saved.some((bytes) => bytes.equals(loaded.save()))).toBe(true);
    }
    const temporaries = readdirSync(own).filter((name) => !names.includes(name));
    left += temporaries.length;
    const past = new Date(Date.now() - 7_200_000);
    for (const name of temporaries) utimesSync(path.join(own, name), past, past);
    await saveFile(networks[1] as Network, files[0] as string);
    expect(readdirSync(own).sort()).toEqual(names);
  };
  await Promise.all(Array.from({ length: LANES }, (_, number) => lane(number)));

  expect(found[0]).toBeGreaterThan(0);
  expect(found[1]).toBeGreaterThan(0);
  // Otherwise no kill came during a write, and the test shows nothing.
  expect(left).toBeGreaterThan(KILLS / 4);
});
