import { readSheet } from 'read-excel-file/node';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Scope } from '../../../src/shared/scope.ts';
import { bulkHouse } from '../../support/bulk-house.ts';
import { sampleCall } from '../../support/call-events.ts';

let house: Awaited<ReturnType<typeof bulkHouse>>;
beforeEach(async () => {
  house = await bulkHouse({ exportRows: 3 });
});
afterEach(() => house.close());

/** What an export leaves: its job, and the file as text, or its bytes. */
async function exported(wish: object, login = 'li') {
  const as = await house.signIn(login);
  const job = await house.over(await house.ask('POST /exports', wish, {}, as));
  const url = `/api/v1/jobs/${job.id}/file`;
  const { rawPayload, body, headers } = await house.app.inject({ url, headers: { ...as } });
  return { job, bytes: rawPayload, text: body, type: headers['content-type'] };
}

describe('entities', () => {
  beforeEach(async () => {
    await house.ask('POST /agents', { id: '8002', name: '=1+1', level: 2, pin: '1234' });
    await house.ask('POST /agents', { id: '8001', name: '李雷', extension: '8001' });
  });

  it('become a table that can be imported as it is: no secrets, no formulas, nothing changes', async () => {
    const { text, type, job } = await exported({ kind: 'agent' });
    const [titles, ...rows] = text.split('\r\n');
    expect(titles).toMatch(/^\uFEFFid,name,extension,/);
    expect(rows[0]).toMatch(/^8001,李雷,8001,/);
    expect(rows[1]).toMatch(/^8002,'=1\+1,8002,/);
    expect(titles + text).not.toMatch(/pin|1234/);
    expect([type, job.result]).toEqual(['text/csv; charset=utf-8', { what: 'agent', rows: 2, isCut: false }]);
    const again = await house.over(await house.preview('agent', text));
    expect(again.result).toMatchObject({ counts: { unchanged: 2, create: 0, update: 0, error: 0 } });
  });

  it('become XLSX with texts only, and JSON', async () => {
    const { bytes } = await exported({ kind: 'agent', format: 'xlsx' });
    const rows = await readSheet(bytes);
    expect(rows.map(([id, name]) => [id, name])).toEqual([
      ['id', 'name'],
      ['8001', '李雷'],
      ['8002', '=1+1'],
    ]);
    const { text } = await exported({ kind: 'agent', format: 'json', filter: { q: '李' } });
    expect(JSON.parse(text)).toMatchObject([{ id: '8001', name: '李雷' }]);
    expect((await exported({ kind: 'mailbox', format: 'json' })).text).toBe('[]\n');
  });

  it('are cut at the rows that the installation allows, which is said', async () => {
    for (const id of ['8003', '8004']) await house.ask('POST /agents', { id, extension: '8001' });
    const { job, text } = await exported({ kind: 'agent' });
    expect(job.result).toMatchObject({ rows: 3, isCut: true });
    expect(text.trim().split('\r\n')).toHaveLength(4);
  });

  it('are for who may read them, and each export is in the audit trail', async () => {
    const chief = await house.signIn('zhao');
    expect((await house.ask('POST /exports', { kind: 'secret' }, {}, chief)).status).toBe(403);
    await exported({ kind: 'skill', filter: { q: 'x' } });
    const [told] = await house.store.audit.newest(1, Scope.of('a'));
    expect(told).toMatchObject({ action: 'export', by: 'li@a', details: { what: 'skill', filter: ['q'] } });
    expect((await house.ask('POST /exports', { kind: 'skill', filter: { queue: 'x' } })).status).toBe(400);
  });
});

describe('calls', () => {
  beforeEach(() => {
    for (const tenantId of ['a', 'b'])
      for (const event of sampleCall(`of-${tenantId}`, { tenantId }).events)
        house.store.journal.append(event);
  });

  it('are those of the filter and the company, by titles in either language', async () => {
    const { text } = await exported({ kind: 'call', language: 'zh' });
    const [titles, row, end] = text.split('\r\n');
    expect(titles).toMatch(/^\uFEFF开始时间,/);
    expect(row).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,.*,of-a$/);
    expect(end).toBe('');
    const none = await exported({ kind: 'call', filter: { queue: 'nobody' }, format: 'json' });
    expect(none.text).toBe('[]\n');
  });

  it('show numbers to who may see them only', async () => {
    const whole = JSON.parse((await exported({ kind: 'call', format: 'json' })).text)[0].caller;
    expect(whole).toMatch(/^\+?\d+$/);
    const { text, job } = await exported({ kind: 'call', format: 'json' }, 'sun');
    expect(JSON.parse(text)[0].caller).toMatch(/\*{4}/);
    expect(text).not.toContain(whole);
    expect(job.state).toBe('done');
  });
});
