import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AuditNote } from '../../../src/auth/audit-note.ts';
import { cleaned } from '../../../src/fault/cleaned.ts';
import { FaultFiles } from '../../../src/fault/fault-files.ts';
import { FaultReports } from '../../../src/fault/fault-reports.ts';
import { seededIds } from '../../../src/shared/ids.ts';
import { ManualClock } from '../../../src/shared/manual-clock.ts';

const HOUR_MS = 3_600_000;
const LI = { by: 'li@demo', address: '10.0.0.9' };
const FAULT = { agent: '8001', callId: 'c1', text: '13800138000 听不到', facts: { network: { rtt: 50 } } };

let folder: string;
let clock: ManualClock;
let told: AuditNote[];
let faults: FaultReports;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pbx400-faults-'));
  clock = new ManualClock();
  told = [];
  const tell = async (note: AuditNote) => void told.push(note);
  faults = new FaultReports({ store: new FaultFiles(folder), tell, clock, ids: seededIds(), most: 12 });
});
afterEach(() => rm(folder, { recursive: true }));

describe('what a page tells', () => {
  it('is kept without numbers, secrets, and what people wrote or keyed', () => {
    const told = {
      type: 'call.ringing',
      data: { caller: '13800138000', called: '4001234567', digits: '1234', note: 'ill', agent: '8001' },
      stats: [
        {
          type: 'candidate-pair',
          password: 'x',
          usernameFragment: 'y',
          rtt: 0.05,
          uri: 'sip:13900139000@pbx',
        },
      ],
      13800138000: true,
    };
    expect(cleaned(told)).toEqual({
      type: 'call.ringing',
      data: { caller: '138****8000', called: '40****67', agent: '8001' },
      stats: [{ type: 'candidate-pair', rtt: 0.05, uri: 'sip:139****9000@pbx' }],
      '138****8000': true,
    });
  });

  it('is bounded, however deep and long it is', () => {
    const deep = { a: { a: { a: { a: { a: { a: { a: { a: { a: 1 } } } } } } } } };
    expect(JSON.stringify(cleaned(deep))).toBe('{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":null}}}}}}}}');
    expect((cleaned(Array.from({ length: 1000 }, () => 1)) as unknown[]).length).toBe(400);
    expect((cleaned('x'.repeat(9000)) as string).length).toBe(2000);
  });
});

describe('a fault report', () => {
  it('is taken, listed, read and closed, each in the audit trail; its files are for nobody else', async () => {
    const { id } = await faults.report('demo', LI, FAULT);
    const head = { id, by: 'li@demo', agent: '8001', callId: 'c1', text: '138****8000 听不到' };
    expect(await faults.list('demo', false)).toMatchObject([head]);
    expect(await faults.read('demo', id, LI)).toMatchObject({ ...head, facts: { network: { rtt: 50 } } });
    await faults.close('demo', id, LI, 'a new headset');
    expect(await faults.list('demo', false)).toEqual([]);
    expect(await faults.list('demo', true)).toMatchObject([
      { closed: { by: 'li@demo', note: 'a new headset' } },
    ]);
    await expect(faults.close('demo', id, LI, '')).rejects.toMatchObject({ code: 'wrong-state' });
    expect(told.map(({ action, by, details }) => [action, by, details['did'], details['fault']])).toEqual([
      ['fault', 'li@demo', 'report', id],
      ['fault', 'li@demo', 'read', id],
      ['fault', 'li@demo', 'close', id],
    ]);
    const files = await readdir(join(folder, 'demo'));
    const modes = await Promise.all(
      files.map(async (file) => (await stat(join(folder, 'demo', file))).mode & 0o777),
    );
    expect([files.sort(), modes]).toEqual([
      [`${id}.facts.json`, `${id}.head.json`],
      [0o600, 0o600],
    ]);
  });

  it("is nothing to another company, and no id leads out of one's own", async () => {
    const { id } = await faults.report('demo', LI, FAULT);
    for (const of of [id, '../demo/x', '..'])
      await expect(faults.read('other', of, LI)).rejects.toMatchObject({ code: 'not-found' });
    expect(await faults.list('other', undefined)).toEqual([]);
  });

  it('goes after 90 days; ten an hour of one; of so many of a company the oldest goes first', async () => {
    const { id: first } = await faults.report('demo', LI, FAULT);
    for (let n = 1; n < 10; n++) await faults.report('demo', LI, FAULT);
    await expect(faults.report('demo', LI, FAULT)).rejects.toMatchObject({ code: 'too-many-requests' });
    expect(await faults.list('demo', undefined)).toHaveLength(10);
    await clock.advance(HOUR_MS);
    for (let n = 0; n < 10; n++) await faults.report('demo', LI, FAULT);
    await clock.advance(1);
    await faults.report('demo', { by: 'wang@demo' }, FAULT);
    const all = await faults.list('demo', undefined);
    expect([all.length, all[0]?.by]).toEqual([12, 'wang@demo']);
    await clock.advance(90 * 24 * HOUR_MS - HOUR_MS);
    expect((await faults.list('demo', undefined)).some(({ id }) => id === first)).toBe(false);
    await clock.advance(HOUR_MS + 1);
    expect(await faults.list('demo', undefined)).toEqual([]);
    expect(await readdir(join(folder, 'demo'))).toEqual([]);
  });

  it('is refused when it is too large', async () => {
    const facts = Object.fromEntries(Array.from({ length: 300 }, (_, n) => [`m${n}`, 'x'.repeat(2000)]));
    await expect(faults.report('demo', LI, { ...FAULT, facts })).rejects.toMatchObject({ code: 'too-large' });
  });
});
