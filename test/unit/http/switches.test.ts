import { afterEach, beforeEach, expect, it } from 'vitest';
import type { buildHttp } from '../../../src/http/build-http.ts';
import type { SwitchRow } from '../../../src/http/routes/switches.ts';
import { MemoryStore } from '../../../src/store/memory/memory-store.ts';
import { AS_OPERATOR as headers, httpOn } from '../../support/http.ts';

let row: SwitchRow;
let app: ReturnType<typeof buildHttp>;

beforeEach(() => {
  row = { tenant: 'demo', name: 'night', on: false, until: null };
  app = httpOn(new MemoryStore(), {
    switches: {
      switches: () => [row],
      turn: (tenant, name, on, untilMs) => {
        row = { tenant, name, on, until: untilMs === undefined ? null : new Date(untilMs).toISOString() };
      },
    },
  });
});
afterEach(() => app.close());

const put = (name: string, payload: object) =>
  app.inject({ method: 'PUT', url: `/api/v1/switches/demo/${name}`, headers, payload });

it('shows and turns the switches of the hotlines', async () => {
  const on = await put('night', { on: true, until: '2026-10-16T08:00:00+08:00' });
  expect(on.statusCode).toBe(200);
  expect(on.json()).toEqual({ tenant: 'demo', name: 'night', on: true, until: '2026-10-16T00:00:00.000Z' });
  const all = await app.inject({ url: '/api/v1/switches', headers });
  expect(all.json()).toEqual({ switches: [on.json()] });
  expect((await put('night', { on: false })).json()).toMatchObject({ on: false, until: null });
});

it('refuses unknown switches, times without an offset, and strangers', async () => {
  expect((await put('nihgt', { on: true })).statusCode).toBe(404);
  expect((await put('night', { on: true, until: 'tomorrow' })).statusCode).toBe(400);
  expect((await put('night', { on: 'yes', off: 1 })).statusCode).toBe(400);
  expect(row.on).toBe(false);
  expect((await app.inject({ url: '/api/v1/switches' })).statusCode).toBe(401);
});
