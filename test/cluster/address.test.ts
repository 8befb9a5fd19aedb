/** Addresses of servers: what is none is refused, and no message has a password. */
import { describe, expect, it } from 'vitest';
import { checkAddress, cleanCause, messageOf } from '../../src/cluster/address.js';
import { connectCluster, startClusterWorker } from '../../src/cluster/index.js';
import { crossValidate, search } from '../../src/search/index.js';
import { freePort } from '../support/cluster/servers.js';

const SECRET = 's3cret-p@ss';
const URL_WITH_SECRET = `redis://me:${encodeURIComponent(SECRET)}@queue.example:6379/1?family=4`;

function refusal(work: () => unknown): { code: string; message: string; text: string } {
  try {
    work();
  } catch (error) {
    const { code, message, stack, cause } = error as Error & { code: string };
    return { code, message, text: `${message}\n${stack}\n${String(cause)}\n${JSON.stringify(error)}` };
  }
  throw new Error('it was taken');
}

describe('an address', () => {
  it('is shown without user, password and options', () => {
    expect(checkAddress('test', { redis: URL_WITH_SECRET }).shown).toBe('redis://queue.example:6379/1');
    expect(checkAddress('test', { postgres: `postgres://me:x@host/db` }).shown).toBe('postgres://host/db');
  });

  it.each([
    ['no server', {}, 'ERR_INVALID_OPTION'],
    ['two servers', { redis: 'redis://a', postgres: 'postgres://b' }, 'ERR_INVALID_OPTION'],
    ['an unknown one', { mysql: 'mysql://a' }, 'ERR_INVALID_OPTION'],
    ['no text', { redis: 6379 }, 'ERR_INVALID_TYPE'],
    ['another protocol', { redis: `https://me:${SECRET}@host` }, 'ERR_INVALID_OPTION'],
    ['no host', { redis: 'redis://' }, 'ERR_INVALID_OPTION'],
    ['a port that is none', { postgres: `postgres://me:${SECRET}@host:port/db` }, 'ERR_INVALID_OPTION'],
    ['a password that ends the host', { redis: `redis://:p/${SECRET}@host` }, 'ERR_INVALID_OPTION'],
    ['one that ends it after an @', { redis: `redis://:p@ss/${SECRET}@host/1` }, 'ERR_INVALID_OPTION'],
    ['one that begins a query', { postgres: `postgres://me:1?${SECRET}@host/db` }, 'ERR_INVALID_OPTION'],
    ['one that begins a fragment', { postgres: `postgres://me:1#${SECRET}@host/db` }, 'ERR_INVALID_OPTION'],
    ['nothing', undefined, 'ERR_INVALID_TYPE'],
    ['a database that is no number', { redis: 'redis://host/name' }, 'ERR_INVALID_OPTION'],
    ['one that is encoded wrongly', { redis: 'redis://host/%zz' }, 'ERR_INVALID_OPTION'],
    ['a password that is', { redis: `redis://:%zz${SECRET}@host` }, 'ERR_INVALID_OPTION'],
    ['a time that is no number', { redis: 'redis://host?connectTimeout=abc' }, 'ERR_INVALID_OPTION'],
    ['a database as an option', { redis: 'redis://host?db=x' }, 'ERR_INVALID_OPTION'],
    ['a family that is none', { redis: 'redis://host?family=9' }, 'ERR_INVALID_OPTION'],
    ['a setting of the client', { redis: `redis://:${SECRET}@host?maxRetriesPerRequest=1` }, 'ERR_INVALID_OPTION'],
  ])('is refused: %s', (_, server, code) => {
    const refused = refusal(() => checkAddress('connectCluster', server));
    expect(refused.code).toBe(code);
    expect(refused.message).toMatch(/^connectCluster: /);
    expect(refused.text).not.toContain(SECRET);
  });

  it('takes its password out of the messages of others', () => {
    const address = checkAddress('test', { redis: URL_WITH_SECRET });
    const error = Object.assign(new Error(`cannot connect to ${URL_WITH_SECRET} with ${SECRET}`), {
      input: URL_WITH_SECRET,
    });
    const message = messageOf(address, error);
    expect(message).toBe('cannot connect to redis://queue.example:6379/1?family=4 with ***');
    const cause = cleanCause(address, error);
    expect(`${cause.stack}${JSON.stringify(cause)}`).not.toMatch(/s3cret/);
    expect(messageOf(address, new AggregateError([new Error('refused 1')], ''))).toBe('refused 1');
  });
});

describe('a server that does not answer', () => {
  it.each(['redis', 'postgres'] as const)('is an error without the password: %s', async (kind) => {
    const port = await freePort();
    const server = { [kind]: `${kind}://me:${encodeURIComponent(SECRET)}@127.0.0.1:${port}` } as { redis: string };
    const failed = await connectCluster(server, { name: 'nowhere' }).catch((error: unknown) => error);
    expect(failed).toMatchObject({ code: 'ERR_IO', name: 'WasmlpError' });
    const { message, stack, cause } = failed as Error;
    expect(message).toMatch(new RegExp(`^connectCluster: ${kind}://127.0.0.1:${port} does not answer: .*ECONNREFUSED`));
    expect(`${stack}${(cause as Error).stack}${JSON.stringify(failed)}`).not.toMatch(/s3cret/);
    await expect(startClusterWorker({ ...server, name: 'nowhere' })).rejects.toMatchObject({ code: 'ERR_IO' });
  });
});

describe('an address in the place of something else', () => {
  const secret = 'hunter2-secret';
  const url = `redis://:${secret}@localhost:1`;
  const long = `redis://:${secret.repeat(4)}@localhost:1`;
  const asked = `redis://localhost:1?password=${secret}`;
  const connect = (...given: unknown[]) => connectCluster(...(given as Parameters<typeof connectCluster>));
  const start = (given: unknown) => startClusterWorker(given as Parameters<typeof startClusterWorker>[0]);
  it.each<[string, () => Promise<unknown>]>([
    ['the server', () => connect(url, { name: 'x' })],
    ['the name of an option', () => connect({ [url]: 1 }, { name: 'x' })],
    ['the options', () => connect({ redis: 'redis://localhost:1' }, url)],
    ['the name', () => connect({ redis: url }, { name: url })],
    ['the name, at length', () => connect({ redis: url }, { name: long })],
    ['the name, with a password as an option', () => connect({ redis: url }, { name: asked })],
    ['the listener', () => connect({ redis: url }, { name: 'x', onMessage: url })],
    ['the settings of a worker', () => start(url)],
    ['its concurrency', () => start({ redis: url, name: 'x', concurrency: url })],
    ['the workers of a search', () => search({ workers: long } as never, [[1]], [1])],
    ['those of a cross-validation', () => crossValidate({} as never, [[1]], [1], { workers: asked } as never)],
  ])('is not shown with its password: %s', async (_, call) => {
    const failed = (await call().catch((error: unknown) => error)) as Error & { code: string };
    expect(failed.code).toMatch(/^ERR_INVALID_(TYPE|OPTION)$/);
    expect(`${failed.message}${failed.stack}`).not.toMatch(/hunter2/);
  });
});

describe('options', () => {
  const redis = 'redis://127.0.0.1:1';
  it.each([
    [{ name: 'a:b' }, 'ERR_INVALID_OPTION', /name is "a:b", expected a name of up to 60/],
    [{ name: '../up' }, 'ERR_INVALID_OPTION', /name is/],
    [{}, 'ERR_INVALID_OPTION', /name is undefined/],
    [{ name: 'a', folder: 7 }, 'ERR_INVALID_TYPE', /folder is 7/],
    [{ name: 'a', nmae: 'b' }, 'ERR_INVALID_OPTION', /unknown option "nmae"/],
  ])('of connectCluster are checked: %j', async (options, code, message) => {
    const failed = await connectCluster({ redis }, options as { name: string }).catch((error: unknown) => error);
    expect(failed).toMatchObject({ code, message: expect.stringMatching(message) });
  });

  it.each([
    [{ concurrency: 0 }, 'ERR_INVALID_OPTION', /concurrency is 0/],
    [{ lockSeconds: 0.5 }, 'ERR_INVALID_OPTION', /lockSeconds is 0.5/],
    [{ verbose: 1 as never }, 'ERR_INVALID_TYPE', /verbose is 1/],
    [{ name: '' }, 'ERR_INVALID_OPTION', /name is ""/],
    [{ postgres: 'postgres://b' }, 'ERR_INVALID_OPTION', /2 addresses/],
    [{ lockSeconds: 3e6 }, 'ERR_INVALID_OPTION', /lockSeconds is 3000000, expected a number from 1 to 86400/],
    [{ lockSeconds: 1e300 }, 'ERR_INVALID_OPTION', /lockSeconds is 1e\+300/],
    [{ onMessage: 'x' }, 'ERR_INVALID_TYPE', /onMessage is "x", expected a function/],
  ])('of startClusterWorker are checked: %j', async (options, code, message) => {
    const failed = await startClusterWorker({ redis, name: 'a', ...(options as object) }).catch(
      (error: unknown) => error,
    );
    expect(failed).toMatchObject({ code, message: expect.stringMatching(message) });
  });
});
