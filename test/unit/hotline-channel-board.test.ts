/** Channels of hotlines by the API: counted, and changed all in one act. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { entityBoard } from '../../src/entity-board.ts';
import { hotlineChannelBoard } from '../../src/hotline-channel-board.ts';
import type { buildHttp } from '../../src/http/build-http.ts';
import { Companies } from '../../src/provisioning/companies.ts';
import { EntitySources } from '../../src/provisioning/file/entity-sources.ts';
import { seededIds } from '../../src/shared/ids.ts';
import { silentLogger } from '../../src/shared/logger.ts';
import { ManualClock } from '../../src/shared/manual-clock.ts';
import { Peaks } from '../../src/shared/peaks.ts';
import { Scope } from '../../src/shared/scope.ts';
import { MemoryStore } from '../../src/store/memory/memory-store.ts';
import { AS_OPERATOR, httpOn } from '../support/http.ts';

/** Noon of 10 October 2026 in Shanghai. */
const NOON = Date.UTC(2026, 9, 10, 4);
let dir: string;
let clock: ManualClock;
let store: MemoryStore;
let app: ReturnType<typeof buildHttp>;
let counted: Map<string, { calls: number; peaks: Peaks }>;

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'pbx400-hotline-channels-'));
  mkdirSync(join(dir, 'companies'));
  const file = join(dir, 'pbx400.yaml');
  writeFileSync(file, 'sip: { listen: [{ host: 192.0.2.1 }] }\n');
  const ofFile = [
    'tenants: { a: {}, b: {} }',
    'tenant: a',
    'trunks: { line: { addresses: [192.0.2.9], channels: 30 } }',
    'hotlines: { "4001111111": { channels: 4, flow: { type: hangup } } }',
    '',
  ];
  writeFileSync(join(dir, 'companies/a.yaml'), ofFile.join('\n'));
  const sources = new EntitySources({ file, dataDir: dir, companiesDir: join(dir, 'companies') });
  store = new MemoryStore();
  clock = new ManualClock(NOON);
  const companies = await Companies.open({
    ...{ sources, store: store.entities, log: silentLogger, clock, ids: seededIds() },
  });
  counted = new Map();
  const countersOf = (number: string) => {
    const known = counted.get(number) ?? { calls: 0, peaks: new Peaks(clock) };
    counted.set(number, known);
    return known;
  };
  const { provisioning } = companies;
  // Of each hotline that there is, what the dialplan makes a plan of.
  const hotlines = {
    get plans() {
      return provisioning.snapshot
        .all('hotline')
        .map((hotline) => ({ tenant: hotline.tenant, number: hotline.number, hotline }));
    },
    state: { counters: ({ number }: { number: string }) => countersOf(number) },
  };
  const tell = store.audit.append.bind(store.audit);
  app = httpOn(store, {
    entities: entityBoard({ companies, audit: store.audit, clock }),
    hotlineChannels: hotlineChannelBoard({
      ...{ hotlines: hotlines as never, companies, clock, tell },
      timeZone: 'Asia/Shanghai',
    }),
  });
  for (const number of ['4002222222', '4003333333'])
    expect((await ask('POST /hotlines', { number, flow: { type: 'hangup' } })).status).toBe(201);
});
afterEach(async () => {
  await app.close();
  rmSync(dir, { recursive: true, force: true });
});

async function ask(route: string, payload?: object, tenant = 'a') {
  const [method, path] = route.split(' ') as ['GET' | 'POST' | 'PATCH', string];
  const headers = { ...AS_OPERATOR, 'pbx-tenant': tenant };
  const response = await app.inject({ method, url: `/api/v1${path}`, headers, ...(payload && { payload }) });
  return { status: response.statusCode, body: response.json() };
}
const allot = (...hotlines: readonly [hotline: string, channels: number | null, revision: number][]) =>
  ask('PATCH /hotline-channels', {
    hotlines: hotlines.map(([hotline, channels, revision]) => ({ hotline, channels, revision })),
    reason: 'storm',
  });
const channels = async () =>
  (await ask('GET /hotline-channels')).body.items.map((row: { channels: number | null }) => row.channels);

it('are shown with what is in use, at the most today, and who owns each', async () => {
  await ask('GET /hotline-channels');
  const counters = counted.get('4002222222')!;
  counters.peaks.set(9);
  counters.peaks.set(3);
  counters.calls = 3;
  const { body } = await ask('GET /hotline-channels');
  expect(body).toMatchObject({
    ...{ since: '2026-10-10T04:00:00.000Z', trunks: 30 },
    items: [
      { hotline: '4001111111', channels: 4, calls: 0, peak: null, revision: null },
      {
        ...{ hotline: '4002222222', channels: null, calls: 3, revision: 1, file: null },
        peak: { most: 9, at: '2026-10-10T04:00:00.000Z' },
      },
      { hotline: '4003333333', channels: null, revision: 1 },
    ],
  });
  expect(body.items[0].file).toMatch(/a\.yaml:\d+$/);
  counters.calls = 0;
  counters.peaks.set(0);
  await clock.advance(86_400_000);
  expect((await ask('GET /hotline-channels')).body.items[1].peak).toBeNull();
  expect((await ask('GET /hotline-channels', undefined, 'b')).body.items).toEqual([]);
});

it('are changed together, by whom and why is in the audit trail, and taken off again', async () => {
  const { status, body } = await allot(['4002222222', 20, 1], ['4003333333', 5, 1]);
  expect([status, body.items.map(({ channels: n }: { channels: number }) => n)]).toEqual([200, [4, 20, 5]]);
  const trail = await store.audit.newest(2, Scope.of('a'));
  expect(trail.map(({ action, details }) => [action, details])).toEqual([
    ['entity', expect.objectContaining({ name: '4003333333', before: null, after: 5, reason: 'storm' })],
    ['entity', expect.objectContaining({ name: '4002222222', before: null, after: 20, did: 'change' })],
  ]);
  expect((await allot(['4002222222', null, 2])).status).toBe(200);
  expect(await channels()).toEqual([4, null, 5]);
});

it.each([
  ['one that is another by now', ['4002222222', 20, 7], 412, 'changed-meanwhile'],
  ['one of a file', ['4001111111', 20, 1], 409, 'owned-by-file'],
  ['one that there is not', ['4009999999', 20, 1], 404, 'not-found'],
  ['one twice', ['4003333333', 20, 1], 400, 'bad-request'],
] as const)('stay as they are with %s among them', async (_, wrong, status, code) => {
  const refused = await allot(['4003333333', 5, 1], [...wrong]);
  expect([refused.status, refused.body.code]).toEqual([status, code]);
  expect(await channels()).toEqual([4, null, null]);
});

it("are the company's own alone", async () => {
  const hotlines = [{ hotline: '4002222222', channels: 1, revision: 1 }];
  expect((await ask('PATCH /hotline-channels', { hotlines }, 'b')).status).toBe(404);
});
