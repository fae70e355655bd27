import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { run } from '../../../src/cli/run.ts';
import { DATABASE_FILE } from '../../../src/config/store-of.ts';
import { systemClock } from '../../../src/shared/clock.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import { openSqliteStore } from '../../../src/store/sqlite/open-sqlite-store.ts';
import { MONDAY_10, sampleCall } from '../../support/call-events.ts';

const CONFIG = join(import.meta.dirname, '../../../dialplans/pbx400.yaml');
let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'pbx400-cli-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

async function cli(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  let out = '';
  let err = '';
  const code = await run(args, {
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    start: () => Promise.reject(new Error('not started')),
  });
  return { code, out, err };
}
const withConfig = (...args: string[]) => cli(...args, '--config', CONFIG);

describe('check', () => {
  it('finds no error in the examples', async () => {
    const { code, out } = await withConfig('check');
    expect(code).toBe(0);
    expect(out).toMatch(/4 hotlines in 4 files: 0 errors, \d warnings\n$/);
  });

  it('tells every mistake and ends with 78', async () => {
    writeFileSync(
      join(dir, 'a.ts'),
      "export default { type: 'hotline', number: '400123', flow: { type: 'queue', queue: 'saels' } };\n",
    );
    writeFileSync(
      join(dir, 'b.ts'),
      "export default [{ type: 'hotline', number: '400124', flow: [] }, 7];\n",
    );
    const { code, out } = await withConfig('check', dir);
    expect(code).toBe(78);
    expect(out.split('\n').filter((line) => line.startsWith('error'))).toEqual([
      "error: there is no queue 'saels' (400123 flow.queue); did you mean 'sales'?",
      'error: the list of nodes is empty (400124 flow); put a node into it, such as hangup()',
      "error: 7 is no hotline (default); export default hotline('4001234567', { flow: ... })",
    ]);
    expect(out).toContain('0 hotlines in 2 files: 3 errors, 0 warnings');
    const json = await withConfig('check', dir, '--json');
    expect(
      json.out
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line).code),
    ).toHaveLength(3);
  });
});

describe('graph', () => {
  it('draws a hotline with its next days, or as Mermaid', async () => {
    const { out } = await withConfig('graph', '4001234567', '--days', '3');
    expect(out).toContain('    schedule office\n      open →\n        play welcome\n');
    expect(out).toMatch(/office \(Asia\/Shanghai\), next 3 days:\n( {2}\w{3} .+\n){3}$/);
    expect((await withConfig('graph', '4001234567', '--mermaid')).out).toMatch(/^flowchart TD\n/);
  });

  it('tells which numbers there are', async () => {
    const { code, err } = await withConfig('graph', '4009999999');
    expect(code).toBe(78);
    expect(err).toContain('there is no hotline 4009999999; known: 10000, 4006668888, 95598, 4001234567');
  });
});

describe('simulate', () => {
  const at = ['--at', '2026-10-10T10:00+08:00'];

  it('takes a call', async () => {
    const options = ['--from', '075523456789', '--keys', '1,0', '--agents', '8001=ready,8002=wrap-up:40s'];
    const { code, out } = await withConfig('simulate', '4001234567', ...at, ...options);
    expect(code).toBe(0);
    expect(out).toContain('4001234567 from 075523456789 (广东深圳) at 2026-10-10T10:00:00 Asia/Shanghai');
    expect(out).toContain('8001 by round-robin; 8002 skipped: wrap-up 3');
    const json = JSON.parse(
      (await withConfig('simulate', '4001234567', ...at, '--switch', 'night', '--json')).out,
    );
    expect(json.cdr.path[1]).toMatchObject({ step: 'schedule → closed', why: 'night: switched on' });
  });

  it.each([
    ['--at', 'tomorrow', '2026-10-10T10:00'],
    ['--agents', '8001=asleep', 'moods: ready'],
    ['--last', '0', 'at least 1'],
  ])('refuses %s %s', async (option, value, message) => {
    const { code, err } = await withConfig('simulate', '4001234567', option, value);
    expect(code).toBe(64);
    expect(err).toContain(message);
  });

  it('replays CSV', async () => {
    const file = join(dir, 'calls.csv');
    writeFileSync(
      file,
      'startedAt,caller,called,keys,path,served\n2026-10-10T10:00:00+08:00,13800138000,4001234567,1,queue service,true\n',
    );
    const { code, out } = await withConfig('simulate', '--replay', file);
    expect(code).toBe(0);
    expect(out).toContain('1 calls: 0 as before, 1 otherwise\n     1  queue service  →  queue sales\n');
  });

  it('replays the records of the database', async () => {
    const data = join(dir, 'data');
    mkdirSync(data);
    const file = join(data, 'pbx400.db');
    expect(DATABASE_FILE).toBe('pbx400.db');
    const store = await openSqliteStore({ file, clock: systemClock, logger: silentLogger });
    const past = [sampleCall('c1'), sampleCall('c2', { at: MONDAY_10 + 12 * 3600_000 }), sampleCall('c3')];
    for (const [index, { events }] of past.entries()) {
      for (const event of events) {
        // The last one was a phone's, which came over no trunk.
        const origin =
          index === 2 && event.type === 'arrived' ? { originKind: 'extension', originName: '8001' } : {};
        store.journal.append({ ...event, ...origin } as typeof event);
      }
    }
    await store.close();
    const { code, out } = await withConfig('simulate', '4001234567', '--replay', '--data', data);
    expect(code).toBe(0);
    expect(out.split('\n').slice(0, 2)).toEqual([
      '2 calls: 1 as before, 1 otherwise',
      '     1  queue sales  →  voicemail after-hours',
    ]);
    expect(out).toContain('2026-10-12 22:00:00  075523456789  4001234567\n');
    expect((await withConfig('simulate', '95598', '--replay', '--data', data)).out).toContain('0 calls');
    // The option does not swallow the number for a file.
    const swapped = await withConfig('simulate', '--replay', '4001234567', '--data', data);
    expect(swapped.out).toContain('2 calls: 1 as before');
  });

  it('replays calls of a trunk that is gone', async () => {
    const file = join(dir, 'calls.csv');
    writeFileSync(
      file,
      'startedAt,caller,called,trunk\n2026-10-10T10:00:00+08:00,13800138000,4001234567,old\n',
    );
    expect(await withConfig('simulate', '--replay', file)).toMatchObject({ code: 0 });
  });

  it('wants a number, or a replay', async () => {
    expect((await withConfig('simulate')).code).toBe(64);
    expect((await withConfig('simulate', '--replay', '--data', dir)).code).toBe(69);
  });
});

// Each opens the database and proves the hotlines, as no PBX runs.
describe('import segments', { timeout: 120_000 }, () => {
  it('proves the table and takes it over as an entity', async () => {
    const file = join(dir, 'table.csv');
    const data = ['--data', join(dir, 'data')];
    const shown = () => withConfig('export', '--tenant', 'system', ...data);
    writeFileSync(file, '# version 2026-07\n1380013,广东,深圳,0755,移动\n');
    const good = await withConfig('import', 'segments', file, ...data);
    expect(good).toMatchObject({
      code: 0,
      out: expect.stringContaining('1 segments, version 2026-07: 1 differ from before'),
    });
    const { out } = await shown();
    expect(out).toContain('version: 2026-07\n    source: table.csv\n');
    const [, target = ''] = /file: (segments-[0-9a-f]{16}\.csv)/.exec(out) ?? [];
    expect(good.out).toContain(`in ${join(dir, 'data', target)}`);
    expect(readFileSync(join(dir, 'data', target), 'utf8')).toContain('深圳');
    writeFileSync(file, '# version 2026-08\nx\n');
    const bad = await withConfig('import', 'segments', file, ...data);
    expect(bad.code).toBe(78);
    expect(bad.err).toContain('table.csv:2: no segment: x');
    expect((await shown()).out).toBe(out);
  });
});

describe('import holidays', { timeout: 120_000 }, () => {
  it('takes a year over, keeps those imported before, and refuses what is no holiday', async () => {
    const file = join(dir, 'holidays.json');
    const take = () => withConfig('import', 'holidays', file, '--data', join(dir, 'data'));
    writeFileSync(file, '{"2027-01-01":{"kind":"holiday","name":"元旦"}}');
    expect(await take()).toMatchObject({ code: 0, out: expect.stringContaining('holidays of 2027 taken') });
    writeFileSync(file, '{"year":2028,"days":[{"date":"2028-01-01","name":"元旦","isOffDay":true}]}');
    expect((await take()).out).toContain('holidays of 2028 taken, 2 days in all');
    const { out } = await withConfig('export', '--kind', 'holidays', '--data', join(dir, 'data'));
    const [, target = ''] = /file: (holidays-[0-9a-f]{16}\.json)/.exec(out) ?? [];
    const kept = JSON.parse(readFileSync(join(dir, 'data', target), 'utf8'));
    const shown = join(dir, 'system.yaml');
    writeFileSync(shown, out.replace('tenant: system', 'tenant: demo'));
    expect((await withConfig('apply', shown, '--data', join(dir, 'data'))).err).toMatch(
      /system\.yaml:\d+:\d+: all companies share holidays: tenant 'demo' can have none of its own; write them/,
    );
    writeFileSync(shown, out);
    expect((await withConfig('apply', shown, '--data', join(dir, 'data'))).out).toBe('nothing changes\n');
    expect(Object.keys(kept)).toEqual(['2027-01-01', '2028-01-01']);
    writeFileSync(file, '{"2027-13-01":{"kind":"holiday","name":"x"}}');
    expect(await take()).toMatchObject({
      code: 78,
      err: expect.stringContaining("no holiday: '2027-13-01'"),
    });
  });
});
