/**
 * Prints `N passed, N failed, N skipped` of a Vitest JSON report; usage: tally.ts FILE. Exit code 1 when a test
 * failed, when a file could not be loaded (it counts as one failed test), or when nothing ran.
 */
import { readFileSync } from 'node:fs';

interface Report {
  readonly numTotalTests: number;
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly testResults: readonly {
    readonly status: string;
    readonly assertionResults: readonly { status: string }[];
  }[];
}

/** The report's JSON; undefined when Vitest died before it wrote one. */
function readReport(file: string): Report | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

const report = readReport(process.argv[2] ?? '');
const passed = report?.numPassedTests ?? 0;
// Vitest counts some tests of a skipped suite neither as skipped nor as pending.
const skipped = report ? report.numTotalTests - passed - report.numFailedTests : 0;
const broken =
  report?.testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && !assertionResults.some((assertion) => assertion.status === 'failed'),
  ).length ?? 1;
const failed = (report?.numFailedTests ?? 0) + broken;
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
