/** Pages in a real Firefox, which is started for each and asked nothing: the page tells its server what came of it. */
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { HANGING_MILLISECONDS } from '../hanging.js';
import { executable } from '../programs.js';
import type { Server } from './server.js';

export const FIREFOX = executable(['firefox-esr', 'firefox']);

/** What a new profile would ask the network for. */
const QUIET = [
  'app.update.enabled',
  'browser.aboutwelcome.enabled',
  'browser.safebrowsing.update.enabled',
  'browser.shell.checkDefaultBrowser',
  'datareporting.policy.dataSubmissionEnabled',
  'extensions.update.enabled',
  'network.captive-portal-service.enabled',
  'network.connectivity-service.enabled',
  'toolkit.telemetry.enabled',
];

/** Less than a test may take, so that none leaves a browser behind. */
const TIMEOUT_MILLISECONDS = 0.9 * HANGING_MILLISECONDS;

/** The global `outcome` of a page, awaited. Rejects with an error of the page, or of the browser. */
export async function visit<T>({ url, reported }: Server, page = ''): Promise<T> {
  const profile = await mkdtemp(path.join(tmpdir(), 'wasmlp-firefox-'));
  await writeFile(path.join(profile, 'user.js'), QUIET.map((name) => `user_pref("${name}", false);\n`).join(''));
  const firefox = spawn(
    FIREFOX as string,
    ['--headless', '--no-remote', '--profile', profile, `${url}${page}?report`],
    { env: { ...process.env, HOME: profile }, stdio: 'ignore', signal: AbortSignal.timeout(TIMEOUT_MILLISECONDS) },
  );
  const ended = new Promise<void>((resolve, reject) => {
    firefox.on('error', reject);
    firefox.on('exit', () => resolve());
  });
  const died = ended.then(() => Promise.reject(new Error('Firefox ended before its page did.')));
  try {
    return (await Promise.race([reported, died])) as T;
  } finally {
    firefox.kill();
    await ended;
    await rm(profile, { recursive: true, force: true, maxRetries: 9, retryDelay: 100 });
  }
}
