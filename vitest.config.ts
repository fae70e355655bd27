import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

/** What integrators import from the package, here from its source. */
const alias = {
  'pbx400/dialplan': join(import.meta.dirname, 'src/dialplan/index.ts'),
  'pbx400/testing': join(import.meta.dirname, 'src/testing/index.ts'),
};

/** The e2e ring runs after the others and two files at a time: it measures real time and real audio. */
export default defineConfig({
  test: {
    projects: [
      {
        resolve: { alias },
        test: {
          name: 'fast',
          include: ['test/{unit,contract,scenario}/**/*.test.ts', 'dialplans/**/*.test.ts'],
          globalSetup: 'test/support/postgres-setup.ts',
          testTimeout: 30_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        resolve: { alias },
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          globalSetup: 'test/support/postgres-setup.ts',
          testTimeout: 120_000,
          hookTimeout: 60_000,
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
