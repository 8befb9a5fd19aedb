import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 30_000,
    reporters: ['default', 'json'],
    outputFile: { json: 'build/test-report.json' },
    // Forks, not threads: a WASM memory leaked by one file then cannot starve the next.
    pool: 'forks',
  },
});
