/** What holds for every test: where it stands, that it runs, and that no clock decides. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const FOLDER = fileURLToPath(new URL('.', import.meta.url));
const FILES = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })
  .map((name) => name.split(path.sep).join('/'))
  .filter((name) => /\.(ts|js)$/.test(name));

/** Data, with the programs that wrote it. */
const isData = (name: string): boolean => /\/(models|golden)\//.test(name);
const isShared = (name: string): boolean => name.startsWith('support/');

const TESTS = FILES.filter((name) => name.endsWith('.test.ts'));
const SHARED = FILES.filter(isShared);

/** The code of a file, without comments. */
const codeOf = (name: string): string =>
  readFileSync(path.join(FOLDER, name), 'utf8')
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/(^|\s)\/\/.*$/gm, '$1');

it('there are tests, and what they share', () => {
  expect(TESTS.length).toBeGreaterThan(100);
  expect(SHARED.length).toBeGreaterThan(30);
});

it('what is no test is shared, or data', () => {
  expect(FILES.filter((name) => !name.endsWith('.test.ts') && !isShared(name) && !isData(name))).toEqual([]);
});

describe.each(SHARED)('%s', (name) => {
  it('has no test', () => {
    expect(name).not.toMatch(/\.test\.ts$/);
    expect(codeOf(name)).not.toMatch(/^\s*(it|test)(\.\w+)*\(/m);
  });
});

describe.each(TESTS)('%s', (name) => {
  const code = name === 'conventions.test.ts' ? '' : codeOf(name);

  it('runs: what is skipped depends on the machine, and its name says why', () => {
    expect(code).not.toMatch(/\b(it|test|describe)\.(only|skip|todo|fails)\b/);
    expect(code).not.toMatch(/\bskip\(\)/);
  });

  it('polls only where one test runs at a time: vitest then knows which test asks', () => {
    if (/\bconcurrent\b/.test(code)) expect(code).not.toMatch(/\bexpect\.poll\(/);
  });

  it('looks at no clock, and has no time of its own', () => {
    expect(code).not.toMatch(/\bperformance\.now\(|\bhrtime\b|\bcpuUsage\b|\bwaitForTimeout\b/);
    // Those of playwright would give up after 30 s.
    expect(code).not.toMatch(/\.newPage\(|\bchromium\.launch\(/);
    expect(code).not.toMatch(/\btimeout: [\d(]|^\s*\}, [\d_]{4,}\);/m);
  });
});
