import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { apiReports } from '../../scripts/api-report.ts';

/** The whole of src/ is compiled. */
const COMPILE_LIMIT_MS = 120_000;

test(
  'what integrators see is what test/api says: `npm run api` when the change is meant',
  () => {
    for (const { file, text } of apiReports()) expect(readFileSync(file, 'utf8'), file).toBe(text);
  },
  COMPILE_LIMIT_MS,
);
