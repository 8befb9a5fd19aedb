import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { HANGING_MILLISECONDS } from './test/support/hanging.js';
import { ALONE, TOGETHER } from './test/support/processes.js';

export default defineConfig(({ mode }) => ({
  test: {
    testTimeout: HANGING_MILLISECONDS,
    hookTimeout: HANGING_MILLISECONDS,
    teardownTimeout: HANGING_MILLISECONDS,
    expect: { poll: { timeout: HANGING_MILLISECONDS } },
    reporters: ['default', 'json'],
    outputFile: { json: 'build/test-report.json' },
    // Forks, not threads: a WASM memory leaked by one file then cannot starve the next.
    pool: 'forks',
    // By default vitest leaves a core unused, which is half of a machine with two. Some files wait more than they compute: a third worker helps.
    maxWorkers: Math.max(3, availableParallelism() - 1),
    globalSetup: ['test/support/browsers/firefox-host.ts', 'test/support/cluster/postgres-host.ts'],
    // To start a process and to import the library costs more than what most files test.
    // They do not inherit the mode, by which repeats.ts tells the long run.
    projects: [
      { extends: true, mode, test: { name: 'alone', include: ALONE } },
      {
        extends: true,
        mode,
        test: {
          name: 'together',
          include: TOGETHER,
          isolate: false,
          setupFiles: 'test/support/restore.ts',
        },
      },
    ],
  },
}));
