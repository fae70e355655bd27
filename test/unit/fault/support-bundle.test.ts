import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type BundlePart, SupportBundles } from '../../../src/fault/support-bundle.ts';
import { systemClock } from '../../../src/shared/clock.ts';
import { seededIds } from '../../../src/shared/ids.ts';
import { RecentLog } from '../../../src/shared/recent-log.ts';
import { Scope } from '../../../src/shared/scope.ts';
import { MemoryStore } from '../../../src/store/memory/memory-store.ts';
import { jobsOn } from '../../support/http.ts';

let dir: string;
let store: MemoryStore;
let jobs: ReturnType<typeof jobsOn>;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'pbx400-support-'));
  store = new MemoryStore();
  jobs = jobsOn(store, { folder: join(dir, 'jobs'), clock: systemClock, ids: seededIds() });
});
afterEach(async () => {
  await jobs.close();
  rmSync(dir, { recursive: true, force: true });
});

async function* parts(): AsyncGenerator<BundlePart, void> {
  yield { name: 'config.json', json: { http: { token: 'opensesame' }, bytes: 12_345_678 } };
  yield {
    name: 'entities/a/extension.ndjson',
    each: [{ name: '8001', value: { ownNumber: '0755 8300 1234' } }],
  };
  yield { name: 'ladders/c1.txt', text: 'INVITE sip:13800138000@198.51.100.7\nX-Key: opensesame' };
  yield { name: 'log.ndjson', lines: ['', '{"caller":"+86-138-0013-8000","msg":"opensesame was tried"}'] };
}

it('is one file of its own, told to the audit trail, without secrets and numbers', async () => {
  const bundles = new SupportBundles({
    ...{ jobs, clock: systemClock, sections: parts, secrets: () => ['opensesame'] },
    tell: store.audit.append.bind(store.audit),
    timeOf: (ms) => new Date(ms).toISOString(),
  });
  const ended = new Promise((done) => {
    jobs.events.on('changed', (job) => void (job.endedAt !== undefined && done(job)));
  });
  await bundles.start({ tenant: 'a', home: 'a', calls: [], hours: 6 }, { by: 'li@a' });
  expect(await ended).toMatchObject({
    state: 'done',
    result: { files: 4 },
    file: { type: 'application/zip' },
  });
  const [file] = await readdir(join(dir, 'jobs'));
  const path = join(dir, 'jobs', file!);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  const text = readFileSync(path, 'latin1');
  expect(text).toContain('entities/a/extension.ndjson');
  expect(text).toContain('12345678');
  expect(text).not.toMatch(/opensesame|13800138000|138-0013|8300/);
  // One number, one sign.
  expect(text).toContain('sip:#2@198.51.100.7');
  expect(text).toContain('"caller":"#2"');
  const [told] = await store.audit.newest(1, Scope.of('a'));
  expect(told).toMatchObject({ action: 'export', by: 'li@a', details: { what: 'support-bundle', of: 'a' } });
});

it('has the last lines of the log, since a time', () => {
  const written: string[] = [];
  const log = new RecentLog({ write: (line) => void written.push(line) }, 200);
  const lineAt = (ms: number) => `${JSON.stringify({ time: new Date(ms).toISOString(), n: ms })}\n`;
  for (let ms = 0; ms < 20_000; ms += 1000) log.write(lineAt(ms));
  expect(written).toHaveLength(20);
  const kept = [...log.since(0)].map((line) => JSON.parse(line).n);
  expect(kept.at(-1)).toBe(19_000);
  // No more than there is room for, and nothing in between is missing.
  expect(kept.length).toBeLessThan(8);
  expect(kept).toEqual(kept.map((_, at) => 19_000 - (kept.length - 1 - at) * 1000));
  // Who reads them has the loop take its turn at each, of those that are too old, too.
  const late = [...log.since(18_500)];
  expect(late).toHaveLength(kept.length);
  expect(late.filter((line) => line !== '')).toHaveLength(1);
});
