import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

/** What integrators import from the package, here from its source. */
const alias = {
  'pbx400/dialplan': join(import.meta.dirname, 'src/dialplan/index.ts'),
  'pbx400/client': join(import.meta.dirname, 'src/client/index.ts'),
  'pbx400/testing': join(import.meta.dirname, 'src/testing/index.ts'),
};

/** Vitest leaves a core free, of two as well; these rings also wait for disks and for PostgreSQL. */
const FAST_WORKERS = Math.max(2, availableParallelism() - 1);

/** Rings that may run beside each other. */
const FAST = {
  globalSetup: 'test/support/database-setup.ts',
  testTimeout: 30_000,
  hookTimeout: 60_000,
  maxWorkers: FAST_WORKERS,
  sequence: { groupOrder: 0 },
};

/** The e2e ring never runs beside the other: it measures real time and real audio. Two files at a time, also on two cores. */
export default defineConfig({
  test: {
    // As in src/cli/pbx400.ts: threads that the engine starts strip types once, and V8 leaves wrappers of WebAssembly alone.
    execArgv: ['--wasm-wrapper-tiering-budget=2147483647'],
    env: { NODE_COMPILE_CACHE: join(import.meta.dirname, 'node_modules/.cache/compiled') },
    projects: [
      {
        resolve: { alias },
        // Files share a process: to load the engine anew for each would be half of their time.
        test: {
          ...FAST,
          name: 'unit',
          include: ['test/{unit,scenario}/**/*.test.ts', 'dialplans/**/*.test.ts'],
          isolate: false,
        },
      },
      {
        resolve: { alias },
        test: { ...FAST, name: 'contract', include: ['test/contract/**/*.test.ts'] },
      },
      {
        resolve: { alias },
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          globalSetup: 'test/support/database-setup.ts',
          testTimeout: 120_000,
          hookTimeout: 60_000,
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
