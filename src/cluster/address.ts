/** The address of a server, from settings. Its password never gets into a message: knows how to take it out of those of others. */
import { checkObject } from '../foundation/checks.js';
import { codedError, describe } from '../foundation/errors.js';

export type ServerKind = 'redis' | 'postgres';

export interface Address {
  readonly kind: ServerKind;
  /** With the password: for the server's client alone. */
  readonly url: string;
  /** For messages: without user, password and options. */
  readonly shown: string;
  /** A text without what only the server may know. */
  clean(text: string): string;
}

const PROTOCOLS: Readonly<Record<ServerKind, readonly string[]>> = {
  redis: ['redis:', 'rediss:'],
  postgres: ['postgres:', 'postgresql:'],
};
const EXAMPLES: Readonly<Record<ServerKind, string>> = {
  redis: 'redis://queue.example:6379',
  postgres: 'postgres://user@queue.example:5432/wasmlp',
};

/** Throws ERR_INVALID_TYPE and ERR_INVALID_OPTION. What came is not in the message: it may be a password. */
export function checkAddress(call: string, given: unknown): Address {
  const server = checkObject(`${call}: server`, given, ['redis', 'postgres']);
  const kinds = (['redis', 'postgres'] as const).filter((kind) => server[kind] !== undefined);
  const [kind] = kinds;
  if (kind === undefined || kinds.length > 1) {
    const expected = `{ redis: '${EXAMPLES.redis}' } or { postgres: '${EXAMPLES.postgres}' }`;
    throw codedError('ERR_INVALID_OPTION', `${call}: server has ${kinds.length} addresses, expected ${expected}.`);
  }
  const url = server[kind];
  const where = `${call}: ${kind}`;
  if (typeof url !== 'string') {
    throw codedError('ERR_INVALID_TYPE', `${where} is ${describe(url)}, expected an address as ${EXAMPLES[kind]}.`);
  }
  const parsed = parsedUrl(url);
  if (parsed === undefined || !PROTOCOLS[kind].includes(parsed.protocol) || parsed.hostname === '' || isTorn(parsed)) {
    const mend = 'Write special characters of a password as %40 and so on.';
    throw codedError('ERR_INVALID_OPTION', `${where} is no address as ${EXAMPLES[kind]}. ${mend}`);
  }
  const wrong = kind === 'redis' ? wrongInRedis(parsed) : undefined;
  if (wrong !== undefined) throw codedError('ERR_INVALID_OPTION', `${where} ${wrong}`);
  const shown = `${parsed.protocol}//${parsed.host}${parsed.pathname.replace(/\/$/, '')}`;
  return { kind, url, shown, clean: cleaner(parsed) };
}

/** The options that clients of Redis take from an address. Others are code or settings of the client, some of which end the process. */
const OF_REDIS: Readonly<Record<string, RegExp>> = {
  family: /^[046]$/,
  db: /^\d{1,6}$/,
  username: /^/,
  password: /^/,
};

/** What is wrong in an address that the client would take, and stumble over later, where nobody can catch it. */
function wrongInRedis({ pathname, searchParams, username, password }: URL): string | undefined {
  if (![username, password].every(isEncoded)) return 'has a user or a password with a % that is not written as %25.';
  if (!/^\/?(\d{1,6})?$/.test(pathname)) {
    return 'has a database that is no number. Databases of Redis are numbers: redis://queue.example:6379/1.';
  }
  const names = [...searchParams.keys()];
  const known = Object.keys(OF_REDIS).join(', ');
  if (names.some((name) => !Object.hasOwn(OF_REDIS, name)))
    return `has an unknown option after the ?. Known: ${known}.`;
  const wrong = names.find((name) => !OF_REDIS[name]?.test(searchParams.get(name) ?? ''));
  return wrong && `has a wrong ${wrong} after the ?. Write it as family=6, or db=1.`;
}

function isEncoded(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

/** Whether a password with a / or ? in it was taken for a part of the address, which messages show. */
function isTorn({ pathname, search, hash }: URL): boolean {
  return `${pathname}${search}${hash}`.includes('@');
}

function parsedUrl(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    // The error of the host has the text in it.
    return undefined;
  }
}

/** Shorter ones would take words apart, and are no secrets. */
const SHORTEST_SECRET = 3;

function cleaner({ password, username, searchParams }: URL): (text: string) => string {
  const secrets = [password, decoded(password), ...searchParams.getAll('password')];
  const found = secrets.filter((secret) => secret.length >= SHORTEST_SECRET).sort((a, b) => b.length - a.length);
  const users = [`${username}:${password}@`, `${decoded(username)}:${decoded(password)}@`].filter(
    (text) => text.length > 2,
  );
  return (text) => {
    let cleaned = text;
    for (const user of users) cleaned = cleaned.replaceAll(user, '');
    // Addresses with a password that is not this one.
    cleaned = cleaned.replace(/\b([a-z]+:\/\/)[^\s/@]*@/gi, '$1');
    for (const secret of found) cleaned = cleaned.replaceAll(secret, '***');
    return cleaned;
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** An error of another library as a cause: its message, cleaned, and the code of the system. Its other fields may have the address. */
export function cleanCause({ clean }: Address, cause: unknown): Error {
  const { code } = Object(cause) as { code?: unknown };
  const error = new Error(messageOf({ clean } as Address, cause));
  return typeof code === 'string' && /^[A-Z\d_]{1,40}$/.test(code) ? Object.assign(error, { code }) : error;
}

/** One line. Errors of several addresses of a host have their messages inside, and none of their own. */
export function messageOf({ clean }: Address, cause: unknown): string {
  const { message, code, errors } = Object(cause) as { message?: unknown; code?: unknown; errors?: unknown };
  const inner = Array.isArray(errors) ? (Object(errors[0]) as { message?: unknown }).message : undefined;
  const text = [message, inner, code].find((part) => typeof part === 'string' && part !== '') ?? 'unknown error';
  return clean(String(text)).replace(/\s+/g, ' ').replace(/\.$/, '').slice(0, 300);
}
