import { defineConfig } from 'vitest/config';

const results = process.env.COLDGATE_TEST_RESULTS;

/** Tests of the fast suite may start cargo on a `std`-only Lambda (about a second); what takes longer is `*.slow.test.ts`. */
export default defineConfig({
  test: {
    // `.ci/run` adds the counts up.
    reporters: results === undefined ? ['default'] : ['default', ['json', { outputFile: results }]],
    globalSetup: ['test/provide-tools.ts'],
    coverage: { provider: 'v8', include: ['src/**/*.ts'], reporter: ['text-summary', 'text'] },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/**/*.slow.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: { name: 'slow', include: ['test/**/*.slow.test.ts'], testTimeout: 900_000, hookTimeout: 900_000, fileParallelism: false },
      },
    ],
  },
});
