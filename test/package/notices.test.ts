/** The packed package says whose code it contains: of every package in a source map there is a section, with the text of its license. */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { PACKAGE } from '../support/package/packed.js';

const DIST = path.join(PACKAGE, 'dist');
const notices = await readFile(path.join(DIST, 'THIRD-PARTY-NOTICES.txt'), 'utf8');
const sections = notices.split(/^-{78}$/m).map((section) => section.trim());
const sectionOf = (name: string): string => sections.find((section) => section.startsWith(`${name} `)) ?? '';

/** Where the maps of scripts are. Those of scripts that are one file are not packed. */
const MAPS = [DIST, fileURLToPath(new URL('../../build/maps', import.meta.url))];
const maps = await Promise.all(
  MAPS.map(async (folder) =>
    (await readdir(folder)).filter((name) => name.endsWith('.js.map')).map((name) => path.join(folder, name)),
  ),
);

/** The packages in the source map of each script. A script without code of its own has none. */
const packages = await Promise.all(
  maps.flat().map(async (map) => {
    const script = path.basename(map, '.map');
    const { sources }: { sources: string[] } = JSON.parse(await readFile(map, 'utf8'));
    const names = sources.flatMap((source) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(source)?.[1] ?? []);
    return { script, names: [...new Set(names)] };
  }),
);

describe('notices', () => {
  it('name every package that a file contains, and the file', () => {
    const found = packages.flatMap(({ script, names }) => names.map((name) => [script, name] as const));
    expect(found).toContainEqual(['browser.js', '@bufbuild/protobuf']);
    expect(found).toContainEqual(['worker.js', '@assemblyscript/loader']);
    for (const [script, name] of found) expect(sectionOf(name)).toMatch(new RegExp(`\\nIn .*\\b${script}\\b`));
  });

  it('have the texts of the licenses', () => {
    expect(sectionOf('@assemblyscript/loader')).toMatch(
      /, Apache-2\.0\n[\s\S]*Apache License[\s\S]*limitations under the License/,
    );
    const protobuf = sectionOf('@bufbuild/protobuf');
    expect(protobuf).toMatch(/Copyright 2008 Google Inc\. {2}All rights reserved\./);
    expect(protobuf).toMatch(/Redistributions in binary form must reproduce the above\ncopyright notice/);
    expect(protobuf).toMatch(/Copyright 2021-\d+ Buf Technologies, Inc\./);
    expect(protobuf).toContain('Apache License');
    expect(sectionOf('assemblyscript')).toMatch(/In kernel\.wasm[\s\S]*Daniel Wirtz[\s\S]*Apache License/);
    expect(notices).toContain('Copyright (C) 1993 by Sun Microsystems, Inc.');
  });

  it('are named in the scripts that contain packages', async () => {
    for (const { script, names } of packages) {
      const text = await readFile(path.join(DIST, script), 'utf8');
      const comment = /\/\*! Contains code of (.*): see THIRD-PARTY-NOTICES\.txt of wasmlp\. \*\//.exec(text)?.[1];
      for (const name of names) expect(comment?.split(', '), script).toContain(name);
    }
  });
});
