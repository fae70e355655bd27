/**
 * What integrators see of the package, as text: the declarations behind `pbx400/client`, `pbx400/client/softphone`, `pbx400/dialplan` and `pbx400/testing`, each
 * entry with those that it refers to. `npm run api` writes test/api/; a test fails when that is not what the code says.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { ReachedDeclarations } from './reached-declarations.ts';

const ROOT = resolve(import.meta.dirname, '..');
const FOLDER = join(ROOT, 'test/api');

/** What test/api/openapi.json has. */
const ELSEWHERE: ReadonlySet<string> = new Set(['client/operations']);

/** Path of a report, and its text. */
export interface ApiReport {
  readonly file: string;
  readonly text: string;
}

/** The reports of all entry points, made of the declarations that `npm pack` ships. */
export function apiReports(): readonly ApiReport[] {
  const out = mkdtempSync(join(tmpdir(), 'pbx400-api-'));
  try {
    const tsc = join(ROOT, 'node_modules/.bin/tsc');
    for (const project of ['build', 'build-softphone']) {
      const options = [
        '--project',
        `scripts/${project}.tsconfig.json`,
        '--emitDeclarationOnly',
        '--outDir',
        out,
      ];
      execFileSync(tsc, options, { cwd: ROOT, stdio: 'pipe', encoding: 'utf8' });
    }
    return ['client', 'client/softphone', 'dialplan', 'testing'].map((entry) => ({
      file: join(FOLDER, `${entry.replace('/', '-')}.api.txt`),
      text: new ReachedDeclarations(out, `${entry}/index`, ELSEWHERE).text,
    }));
  } finally {
    rmSync(out, { recursive: true });
  }
}

if (import.meta.main) {
  for (const { file, text } of apiReports()) writeFileSync(file, text);
}
