import { delimiter } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { buildingTests } from './test/quick.ts';

const results = process.env.COLDGATE_TEST_RESULTS;
const SLOW = 'test/**/*.slow.test.ts';
const building = buildingTests(fileURLToPath(new URL('test', import.meta.url))).map((name) => `test/${name}`);
const noRust = fileURLToPath(new URL('test/no-rust', import.meta.url));

/**
 * Three projects: tests that build nothing; those that build Rust code, on `std` alone (about a second); and what takes longer.
 * A time-out is there to end what hangs, on a busy machine whose first build it is.
 */
export default defineConfig({
  test: {
    // `.ci/run` adds the counts up.
    reporters: results === undefined ? ['default'] : ['default', ['json', { outputFile: results }]],
    coverage: { provider: 'v8', include: ['src/**/*.ts'], reporter: ['text-summary', 'text'] },
    testTimeout: 600_000,
    hookTimeout: 600_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'quick',
          include: ['test/**/*.test.ts'],
          exclude: [SLOW, ...building],
          env: { PATH: [noRust, process.env.PATH].join(delimiter) },
        },
      },
      { extends: true, test: { name: 'build', include: building, globalSetup: ['test/provide-tools.ts'] } },
      {
        extends: true,
        test: {
          ...{ name: 'slow', include: [SLOW], globalSetup: ['test/provide-tools.ts'] },
          ...{ testTimeout: 1_800_000, hookTimeout: 1_800_000 },
        },
      },
    ],
  },
});
