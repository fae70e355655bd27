import { afterEach, beforeEach, expect, it } from 'vitest';
import { switchBoard } from '../../../src/boards.ts';
import type { Dialplans } from '../../../src/dialplan/dialplans.ts';
import { Switches } from '../../../src/dialplan/plan/switches.ts';
import type { buildHttp } from '../../../src/http/build-http.ts';
import { Provisioning } from '../../../src/provisioning/provisioning.ts';
import { ManualClock } from '../../../src/shared/manual-clock.ts';
import { Scope } from '../../../src/shared/scope.ts';
import { MemoryStore } from '../../../src/store/memory/memory-store.ts';
import type { AuditEntry } from '../../../src/store/store.ts';
import { companiesIn } from '../../support/companies.ts';
import { AS_OPERATOR, httpOn } from '../../support/http.ts';

/** A queue whose peak mode is turned by the switch `storm`. */
const QUEUE = companiesIn(`
tenants: { demo: {}, other: {} }
tenant: demo
extensions: { 8001: {} }
agents: { 8001: {} }
queues: { sales: { agents: ['8001'], peak: { switch: storm } }, service: { agents: ['8001'] } }
`);
const NOW = Date.parse('2026-10-15T12:00:00Z');
const demo = { ...AS_OPERATOR, 'pbx-tenant': 'demo' };

let switches: Switches;
let store: MemoryStore;
let app: ReturnType<typeof buildHttp>;

beforeEach(() => {
  const clock = new ManualClock(NOW);
  switches = new Switches(clock);
  store = new MemoryStore();
  const hotlines = {
    state: { switches } as Dialplans['state'],
    switchNames: () => ['night', 'storm'].map((name) => ({ tenant: 'demo', name })),
  };
  const tell = (entry: AuditEntry) => store.audit.append(entry);
  app = httpOn(store, { switches: switchBoard(hotlines, new Provisioning(QUEUE), { clock, tell }) });
});
afterEach(() => app.close());

const put = (path: string, payload: object, headers: Record<string, string> = demo) =>
  app.inject({ method: 'PUT', url: `/api/v1/${path}`, headers, payload });

it('shows and turns the switches of the hotlines, with who, why, before and after in the audit trail', async () => {
  const on = await put('switches/night', { on: true, until: '2026-10-16T08:00:00+08:00', reason: 'storm' });
  expect(on.statusCode).toBe(200);
  const row = { tenant: 'demo', name: 'night', on: true, until: '2026-10-16T00:00:00.000Z', peakOf: [] };
  expect(on.json()).toEqual(row);
  const all = await app.inject({ url: '/api/v1/switches', headers: AS_OPERATOR });
  expect(all.json()).toEqual({
    items: [row, expect.objectContaining({ name: 'storm', peakOf: ['sales'] })],
    next: null,
  });
  const first = await app.inject({ url: '/api/v1/switches?limit=1', headers: AS_OPERATOR });
  const next = await app.inject({
    url: `/api/v1/switches?limit=1&after=${first.json().next}`,
    headers: AS_OPERATOR,
  });
  expect(next.json()).toMatchObject({ items: [{ name: 'storm' }], next: null });
  expect((await put('switches/night', { on: false })).json()).toMatchObject({ on: false, until: null });
  const [turnedOff, turnedOn] = await store.audit.newest(2, Scope.of('demo'));
  expect(turnedOn).toMatchObject({
    at: NOW,
    action: 'switch',
    by: 'operator token',
    details: {
      switch: 'night',
      before: { on: false, until: null },
      after: { on: true, until: row.until },
      reason: 'storm',
      address: '127.0.0.1',
    },
  });
  expect(turnedOff).toMatchObject({ details: { before: { on: true }, after: { on: false } } });
});

it("turns a queue's peak mode, which a queue without one has not", async () => {
  expect((await put('queues/sales/peak', { on: true })).json()).toMatchObject({ name: 'storm', on: true });
  expect(switches.isOn('demo', 'storm')).toBe(true);
  for (const queue of ['service', 'none'])
    expect((await put(`queues/${queue}/peak`, { on: true })).statusCode).toBe(404);
  const elsewhere = await put('queues/sales/peak', { on: false }, { ...demo, 'pbx-tenant': 'other' });
  expect([elsewhere.statusCode, switches.isOn('demo', 'storm')]).toEqual([404, true]);
});

it('refuses unknown switches, those of others, times without an offset, and strangers', async () => {
  expect((await put('switches/nihgt', { on: true })).statusCode).toBe(404);
  expect((await put('switches/night', { on: true }, { ...demo, 'pbx-tenant': 'other' })).statusCode).toBe(
    404,
  );
  expect((await put('switches/night', { on: true }, AS_OPERATOR)).json()).toMatchObject({
    code: 'bad-request',
  });
  expect((await put('switches/night', { on: true, until: 'tomorrow' })).statusCode).toBe(400);
  expect((await put('switches/night', { on: 'yes', off: 1 })).statusCode).toBe(400);
  expect(switches.isOn('demo', 'night')).toBe(false);
  expect((await app.inject({ url: '/api/v1/switches' })).statusCode).toBe(401);
});
