/** The Python programs of docs/. python3 parses them, if there is one. Those that need only scikit-learn run, if it is installed. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { Network } from '../../src/index.js';
import { PAGES, shownIn } from '../support/docs/pages.js';
import { createFolder } from '../support/docs/programs.js';

/** What python3 prints; undefined if it, or what it imports, is not installed. */
function python(program: string, input: string, cwd = '.'): string | undefined {
  try {
    return execFileSync('python3', ['-c', program], {
      input,
      cwd,
      encoding: 'utf8',
      stdio: ['pipe', 'pipe', 'ignore'],
    });
  } catch {
    return undefined;
  }
}

const PARSES = 'import ast, sys; ast.parse(sys.stdin.read()); print("parses")';
const hasPython = python(PARSES, '') !== undefined;
const hasScikitLearn = python('import sklearn', '') !== undefined;

const programs = PAGES.flatMap((page) =>
  shownIn(page, 'python').map(({ block }) => [`${page.file}, line ${block.line}`, block.text] as const),
);

describe.skipIf(!hasPython)(`python3${hasPython ? '' : ' (skipped: it is not on the path)'}`, () => {
  it.each(programs)('parses %s', (_, program) => {
    expect(python(PARSES, program)).toBe('parses\n');
  });
});

describe.skipIf(!hasScikitLearn)(`scikit-learn${hasScikitLearn ? '' : ' (skipped: it is not installed)'}`, () => {
  it('writes what fromScikitLearn reads, with the Python of docs/other-libraries.md', async () => {
    const [, program = ''] = programs.find(([, text]) => text.includes('def exported')) ?? [];
    const folder = await createFolder('python', {});
    python(program, '', folder);
    const network = await Network.fromScikitLearn(readFileSync(path.join(folder, 'iris.json'), 'utf8'));
    expect(network.classify([5.1, 3.5, 1.4, 0.2]).label).toBe('setosa');
  });
});

it('iris.json is what that Python writes', async () => {
  const network = await Network.fromScikitLearn(
    readFileSync(new URL('../support/docs/iris.json', import.meta.url), 'utf8'),
  );
  expect(network.labels).toEqual(['setosa', 'versicolor', 'virginica']);
  expect(network.layers.map(({ units, activation }) => `${units} ${activation}`)).toEqual(['8 relu', '3 softmax']);
});
