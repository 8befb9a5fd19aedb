/**
 * Opens pages in a real Firefox. We cannot talk to it from outside: so it first shows a page of ours, which asks where to go. Each page
 * reports its outcome to its server, and then goes back to that first page. All test files share one Firefox, since its start costs more
 * than what a page of a test does: `firefox-host.ts` has it.
 */
import { executable } from '../programs.js';
import type { Server } from './server.js';

export const FIREFOX = executable(['firefox-esr', 'firefox']);

/** Visits a page of a server. Resolves to its global `outcome`, awaited. Rejects with the page's error, or if the browser has ended. */
export async function visitInFirefox<T>(host: string, { url, reported }: Server): Promise<T> {
  const controller = new AbortController();
  const page = `${url}?report=${encodeURIComponent(host)}`;
  // It is answered when the browser ends. A visit that is given up ends the browser.
  const died = fetch(`${host}visit`, { method: 'POST', body: page, signal: controller.signal }).then(async (answer) => {
    throw new Error(`Firefox ended before its page did: ${await answer.text()}`);
  });
  try {
    const outcome = (await Promise.race([reported, died])) as T;
    await fetch(`${host}left`, { method: 'POST', body: page });
    return outcome;
  } finally {
    died.catch(() => undefined);
    controller.abort();
  }
}
