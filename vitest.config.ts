import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { HANGING_MILLISECONDS } from './test/support/hanging.js';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: HANGING_MILLISECONDS,
    hookTimeout: HANGING_MILLISECONDS,
    teardownTimeout: HANGING_MILLISECONDS,
    expect: { poll: { timeout: HANGING_MILLISECONDS } },
    reporters: ['default', 'json'],
    outputFile: { json: 'build/test-report.json' },
    // Forks, not threads: a WASM memory leaked by one file then cannot starve the next.
    pool: 'forks',
    // vitest leaves a core to itself, which of two cores is half of them: tests of it took 8 minutes in place of 5.
    maxWorkers: Math.max(2, availableParallelism() - 1),
  },
});
