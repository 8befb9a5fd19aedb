/** A server that is there and says nothing, or refuses: searches end by their signal, and reject with errors of this package. */
import { writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { connectCluster } from '../../src/cluster/index.js';
import { persist } from '../../src/cluster/patience.js';
import { crossValidate, search } from '../../src/search/index.js';
import { connected } from '../support/cluster/connected.js';
import { describeOnServer } from '../support/cluster/describe.js';
import { points, settings } from '../support/cluster/studies.js';
import { temporaryFolder } from '../support/folder.js';

const { inputs, targets } = points(300);
const folder = temporaryFolder();

it('work that waits for a server ends with the signal, whatever the server does', async () => {
  const controller = new AbortController();
  const waits = persist(controller.signal, () => new Promise(() => undefined));
  controller.abort(new Error('enough'));
  await expect(waits).rejects.toThrow('enough');
  const other = new AbortController();
  const again = persist(other.signal, async () => {
    other.abort(new Error('meanwhile'));
    throw Object.assign(new Error('away'), { code: 'ECONNREFUSED' });
  });
  await expect(again).rejects.toThrow('meanwhile');
});

describeOnServer('a server that is silent when a search begins', 'redis', (server) => {
  it('does not keep it from being aborted, nor its cluster from being closed', async () => {
    const workers = await connectCluster(server().address, { name: 'silent', onMessage: () => undefined });
    process.kill(server().pid, 'SIGSTOP');
    try {
      const controller = new AbortController();
      const { signal } = controller;
      const found = search({ ...settings(2, 2), workers, signal }, inputs, targets);
      const options = { inputs: 2, layers: [{ units: 1 }], labels: ['outside', 'inside'] };
      const validated = crossValidate(options, inputs, targets, { folds: 2, workers, signal });
      const rejected = Promise.all([
        expect(found).rejects.toThrow('enough'),
        expect(validated).rejects.toThrow('enough'),
      ]);
      // Both have begun to put their samples there.
      await new Promise((resolve) => setTimeout(resolve, 300));
      controller.abort(new Error('enough'));
      await rejected;
      const disposed = search({ ...settings(2, 2), workers }, inputs, targets);
      const closed = expect(disposed).rejects.toMatchObject({ code: 'ERR_DISPOSED' });
      await new Promise((resolve) => setTimeout(resolve, 100));
      await workers.close();
      await closed;
    } finally {
      process.kill(server().pid, 'SIGCONT');
    }
  });
});

describeOnServer('a server that refuses', 'redis', (server) => {
  it('is an error of this package, without what was sent', async () => {
    const name = 'refuses';
    const opened = await connected(server(), name);
    const workers = await connectCluster(server().address, { name });
    const controller = new AbortController();
    const waits = search({ ...settings(2, 2), workers, signal: controller.signal }, inputs, targets);
    const { options } = opened as unknown as { options: { connection: Commands } };
    const redis = options.connection;
    await expect.poll(() => redis.keys('wasmlp-blobs:refuses:*')).not.toEqual([]);
    controller.abort(new Error('enough'));
    await expect(waits).rejects.toThrow('enough');
    for (const key of await redis.keys('wasmlp-blobs:refuses:*')) {
      await redis.del(key);
      await redis.set(key, 'x');
    }
    const refused = await search({ ...settings(2, 2), workers }, inputs, targets).catch((error: unknown) => error);
    expect(refused).toMatchObject({
      name: 'WasmlpError',
      code: 'ERR_IO',
      message: expect.stringMatching(/^search: redis:\/\/127\.0\.0\.1:\d+: WRONGTYPE/),
      cause: expect.objectContaining({ message: expect.stringContaining('WRONGTYPE') }),
    });
    expect((refused as { cause: object }).cause).not.toHaveProperty('command');
    await workers.close();
    await opened.close();
  });

  it('or a folder that is a file', async () => {
    const file = `${folder}/file`;
    writeFileSync(file, '');
    const workers = await connectCluster(server().address, { name: 'file', folder: file });
    await expect(search({ ...settings(2, 2), workers }, inputs, targets)).rejects.toMatchObject({
      name: 'WasmlpError',
      code: 'ERR_IO',
      message: expect.stringMatching(/^cluster: folder .*ENOTDIR/),
      cause: expect.objectContaining({ code: 'ENOTDIR' }),
    });
    await workers.close();
  });
});

interface Commands {
  keys(pattern: string): Promise<string[]>;
  del(key: string): Promise<unknown>;
  set(key: string, value: string): Promise<unknown>;
}
