import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Auth } from '../../../src/auth/auth.ts';
import type { ApiKey } from '../../../src/auth/auth-store.ts';
import { PERMISSIONS, type Reach } from '../../../src/auth/rights.ts';
import { csrfOf, hashOf } from '../../../src/auth/tokens.ts';
import { AGENT_ACTS, STATE_ACTS } from '../../../src/desk/agent-acts.ts';
import type { SupervisorAct } from '../../../src/desk/supervisor-act/supervisor-act.ts';
import { SUPERVISOR_ACTS } from '../../../src/desk/supervisor-acts.ts';
import { PUBLIC_ROUTES } from '../../../src/http/access.ts';
import { SESSION_COOKIE } from '../../../src/http/authenticate.ts';
import type { buildHttp } from '../../../src/http/build-http.ts';
import { pathOf, resourceOf } from '../../../src/http/entity-schemas.ts';
import type { EntityBoard } from '../../../src/http/routes/entities.ts';
import { KIND_NAMES, type KindName, kindOf } from '../../../src/provisioning/kinds.ts';
import { ManualClock } from '../../../src/shared/manual-clock.ts';
import { Scope } from '../../../src/shared/scope.ts';
import { MemoryStore } from '../../../src/store/memory/memory-store.ts';
import { sampleCall } from '../../support/call-events.ts';
import { AS_OPERATOR, authOf, httpOn, NO_ENTITIES, PASSWORD, person, TOKEN } from '../../support/http.ts';

type Headers = Readonly<Record<string, string>>;

/** What each kind of entity has under its plural. */
const OF_KIND: readonly (readonly [route: string, action: string, body?: object])[] = [
  ['GET ', 'read'],
  ['POST ', 'create', { name: 'x' }],
  ['GET /:id', 'read'],
  ['PATCH /:id', 'update', { numbers: [] }],
  ['DELETE /:id', 'delete'],
  ['GET /:id/used-by', 'read'],
  ['GET /:id/history', 'read'],
  ['POST /:id/restore', 'update', { revision: 1 }],
];
const routeOf = (kind: KindName, route: string) => route.replace(' ', ` /api/v1${pathOf(kind)}`);
/** The others are made as these are: of those it is proved that each names its own right. */
const ASKED: readonly KindName[] = ['list', 'reseller'];
const KIND_ROUTES = KIND_NAMES.filter((kind) => !ASKED.includes(kind)).flatMap((kind) =>
  OF_KIND.map(([route]) => routeOf(kind, route)),
);

/** Each route, as somebody of company `a` asks it; bodies that it takes. */
const ROUTES: readonly (readonly [route: string, body?: object])[] = [
  ['DELETE /api/v1/session'],
  ['GET /api/v1/me'],
  ['GET /api/v1/kinds'],
  ['GET /api/v1/kinds/:kind'],
  ['POST /api/v1/calendars/:id/days', { year: 2026 }],
  ['GET /api/v1/public-holidays'],
  ['POST /api/v1/public-holidays/import'],
  ['GET /api/v1/segment-table'],
  ['GET /api/v1/segment-table/areas/:number'],
  ['POST /api/v1/segment-table/imports'],
  ['POST /api/v1/segment-table/imports/:id/run'],
  ['POST /api/v1/me/password', { old: PASSWORD, password: 'another-good-one' }],
  ['GET /api/v1/me/sessions'],
  ['DELETE /api/v1/me/sessions/:id'],
  ['POST /api/v1/me/second-factor'],
  ['PUT /api/v1/me/second-factor', { secret: 'A'.repeat(32), code: '000000', password: PASSWORD }],
  ['DELETE /api/v1/me/second-factor', { password: PASSWORD }],
  ['POST /api/v1/session/act-as', { tenant: 'a', reason: 'to help' }],
  ['DELETE /api/v1/session/act-as'],
  ['POST /api/v1/me/phone-credentials'],
  ['POST /api/v1/me/phone-credentials/:id/renew'],
  ['DELETE /api/v1/me/phone-credentials/:id'],
  ['GET /api/v1/roles'],
  [
    'POST /api/v1/roles',
    {
      name: 'lead',
      title: { en: 'Lead', zh: '组长' },
      rights: [{ permission: 'call:read', reach: 'tenant' }],
    },
  ],
  ['GET /api/v1/roles/:id'],
  ['PATCH /api/v1/roles/:id', { title: { en: 'Lead', zh: '组长' } }],
  ['DELETE /api/v1/roles/:id'],
  ['GET /api/v1/users'],
  ['POST /api/v1/users', { login: 'new', name: 'New', roles: ['agent'] }],
  ['GET /api/v1/users/:id'],
  ['PATCH /api/v1/users/:id', { active: false }],
  ['DELETE /api/v1/users/:id'],
  ['POST /api/v1/users/:id/password'],
  ['GET /api/v1/users/:id/sessions'],
  ['DELETE /api/v1/users/:id/sessions'],
  ['DELETE /api/v1/users/:id/second-factor'],
  ['POST /api/v1/embed-tickets', { agent: '8001' }],
  ['GET /api/v1/api-keys'],
  ['POST /api/v1/api-keys', { name: 'crm', permissions: ['call:read'] }],
  ['DELETE /api/v1/api-keys/:id'],
  ['GET /api/v1/webhooks'],
  ['POST /api/v1/webhooks', { url: 'https://crm.example/', title: 'CRM' }],
  ['GET /api/v1/webhooks/:id'],
  ['PATCH /api/v1/webhooks/:id', { on: false }],
  ['DELETE /api/v1/webhooks/:id'],
  ['POST /api/v1/webhooks/:id/rotate-secret'],
  ['POST /api/v1/webhooks/:id/test'],
  ['GET /api/v1/webhooks/:id/deliveries'],
  ['POST /api/v1/webhooks/:id/deliveries/:n/replay'],
  ['POST /api/v1/imports?kind=agent&mode=preview', Buffer.from('id')],
  ['GET /api/v1/imports/:id/rows'],
  ['POST /api/v1/imports/:id/run'],
  ['POST /api/v1/bulk-edits', { kind: 'agent', names: ['8001'], remove: true }],
  ['POST /api/v1/support-bundles', {}],
  ['GET /api/v1/bulk-edits/:id/rows'],
  ['POST /api/v1/bulk-edits/:id/run'],
  ['POST /api/v1/exports', { kind: 'agent' }],
  ['GET /api/v1/changes'],
  ['GET /api/v1/changes/:id'],
  ['GET /api/v1/changes/:id/items'],
  ['POST /api/v1/changes/:id/undo', {}],
  ['GET /api/v1/jobs'],
  ['GET /api/v1/jobs/:id'],
  ['POST /api/v1/jobs/:id/cancel'],
  ['GET /api/v1/jobs/:id/file'],
  ...ASKED.flatMap((kind) =>
    OF_KIND.map(([route, , body]) => [routeOf(kind, route), ...(body ? [body] : [])] as [string, object?]),
  ),
  ['GET /api/v1/extensions/:id/phones'],
  ['POST /api/v1/extensions/:id/password'],
  ['GET /api/v1/lists/:id/numbers'],
  ['POST /api/v1/lists/:id/numbers', { numbers: [{ number: '13800138000' }] }],
  ['GET /api/v1/lists/:id/numbers/:number'],
  ['POST /api/v1/lists/:id/numbers/imports', Buffer.from('number')],
  ['POST /api/v1/lists/:id/numbers/imports/:preview/run'],
  ['POST /api/v1/lists/:id/numbers/exports', { format: 'csv' }],
  ['DELETE /api/v1/lists/:id/numbers/:number'],
  ['GET /api/v1/audit'],
  ['GET /api/v1/audit/:id'],
  ['GET /api/v1/calls'],
  ['GET /api/v1/calls/totals'],
  ['GET /api/v1/calls/:id'],
  ['POST /api/v1/calls', { extension: '8001', number: '13900139000' }],
  ['POST /api/v1/calls/:id/hang-up'],
  ['PATCH /api/v1/calls/:id', { resolved: true }],
  ['GET /api/v1/calls/:id/notes'],
  ['POST /api/v1/calls/:id/notes', { text: 'he was not told the price' }],
  ['DELETE /api/v1/calls/:id/notes/:note'],
  ['PUT /api/v1/calls/:id/flag', {}],
  ['DELETE /api/v1/calls/:id/flag'],
  ['POST /api/v1/calls/:id/reveal', { reason: 'to call him back' }],
  ['POST /api/v1/agents/:id/state', { state: 'ready' }],
  ['POST /api/v1/agents/:id/hold'],
  ['GET /api/v1/agents/:id/desk'],
  ['POST /api/v1/calls/:id/hold'],
  ['GET /api/v1/supervision'],
  ['POST /api/v1/supervision/monitor', { agent: '8001' }],
  ['POST /api/v1/supervision/take-down', { agent: '8001' }],
  ['GET /api/v1/missed-calls'],
  ['GET /api/v1/missed-calls/:id'],
  ['PATCH /api/v1/missed-calls/:id', { done: true }],
  ['POST /api/v1/missed-calls/:id/call'],
  ['GET /api/v1/calls/:id/screen'],
  ['POST /api/v1/calls/:id/callback', { queue: 'sales' }],
  ['PUT /api/v1/calls/:id/draft', { note: 'wants an invoice' }],
  ['GET /api/v1/tasks'],
  ['POST /api/v1/tasks', { kind: 'call-back', text: 'the invoice' }],
  ['PATCH /api/v1/tasks/:id', { done: true }],
  ['POST /api/v1/tasks/:id/call'],
  ['GET /api/v1/views?page=calls'],
  ['POST /api/v1/views', { page: 'calls', name: '今天', filters: {} }],
  ['PATCH /api/v1/views/:id', { name: '昨天' }],
  ['DELETE /api/v1/views/:id'],
  ['PUT /api/v1/views/:id/first'],
  ['DELETE /api/v1/views/:id/first'],
  ['GET /api/v1/directory'],
  ['GET /api/v1/directory/playable'],
  ['GET /api/v1/callbacks'],
  ['POST /api/v1/callbacks', { queue: 'sales', number: '13900139000' }],
  ['POST /api/v1/callbacks/:id/call-now'],
  ['DELETE /api/v1/callbacks/:id'],
  ['GET /api/v1/counters?cube=hotline&from=0&to=0'],
  ['GET /api/v1/metric-definitions'],
  ['POST /api/v1/metric-figures', { metrics: [{ metric: 'calls' }], from: '0', to: '0' }],
  ['GET /api/v1/switches'],
  ['GET /api/v1/live/announcements'],
  ['POST /api/v1/wallboard-figures', { tiles: [{ metric: 'waiting', queues: ['x'] }] }],
  ['GET /api/v1/wallboards/:id/links'],
  ['POST /api/v1/wallboards/:id/links', { title: 'hall' }],
  ['DELETE /api/v1/wallboards/:id/links/:link'],
  ['PUT /api/v1/switches/:name', { on: true }],
  ['PUT /api/v1/queues/:name/peak', { on: true }],
  ['GET /api/v1/bans'],
  ['DELETE /api/v1/bans/:address'],
  ['GET /api/v1/live/trunks'],
  ['GET /api/v1/live/trunks/:name'],
  ['POST /api/v1/trunks/:name/up'],
  ['GET /api/v1/trunks/:name/probes'],
  ['GET /api/v1/trunks/:name/failures'],
  ['POST /api/v1/trunks/:name/trial', { direction: 'in', called: '1', caller: '' }],
  ['GET /api/v1/nodes'],
  ['GET /api/v1/prompts/:name/audio'],
  ['POST /api/v1/prompts/:name/audio', Buffer.from('audio')],
  ['POST /api/v1/prompts/:name/speech', { text: '您好', language: 'zh-CN' }],
  ['GET /api/v1/prompts/:name/peaks'],
  ['GET /api/v1/prompts/:name/level'],
  ['POST /api/v1/prompts/:name/trim', { fromMs: 0, toMs: 900 }],
  ['POST /api/v1/prompts/:name/recording', { extension: '8001' }],
  ['GET /api/v1/prompts/:name/speech'],
  ['GET /api/v1/prompts/:name/versions'],
  ['POST /api/v1/prompts/:name/versions/:version/restore'],
  ['GET /api/v1/live/agents'],
  ['GET /api/v1/agents/:id/state'],
  ['GET /api/v1/live/queues'],
  ['GET /api/v1/live/callers'],
  ['GET /api/v1/live/help'],
  ['POST /api/v1/fault-reports', { text: 'no sound' }],
  ['GET /api/v1/fault-reports'],
  ['GET /api/v1/fault-reports/:id'],
  ['POST /api/v1/fault-reports/:id/close', {}],
  ['GET /api/v1/live/queues/:id'],
  ['GET /api/v1/events'],
  ['GET /api/v1/stream'],
  ['POST /api/v1/stream-tickets'],
  ['GET /api/v1/recordings'],
  ['GET /api/v1/recordings/:id'],
  ['GET /api/v1/recordings/:id/audio'],
  ['DELETE /api/v1/recordings/:id', { reason: 'the customer asks for it' }],
  ['GET /api/v1/voicemails'],
  ['GET /api/v1/voicemails/:id'],
  ['GET /api/v1/voicemails/:id/audio'],
  ['GET /api/v1/voicemails/:id/peaks'],
  ['GET /api/v1/recordings/:id/peaks'],
  ['PATCH /api/v1/voicemails/:id', { done: true }],
  ['DELETE /api/v1/voicemails/:id', { reason: 'seen to' }],
  ['GET /api/v1/jobs/:id/links'],
  ['POST /api/v1/jobs/:id/links', { lastsMs: 60_000 }],
  ['DELETE /api/v1/jobs/:id/links/:link'],
  ['GET /api/v1/recordings/:id/shares'],
  ['POST /api/v1/recordings/:id/shares', { lastsMs: 60_000 }],
  ['DELETE /api/v1/recordings/:id/shares/:share'],
  ['GET /api/v1/calls/:id/ladder'],
  ['GET /api/v1/calls/:id/listeners'],
  ['GET /api/v1/hotline-channels'],
  ['PATCH /api/v1/hotline-channels', { hotlines: [{ hotline: '400', channels: 1, revision: 1 }] }],
  ['GET /api/v1/hotlines/:id/versions'],
  ['GET /api/v1/hotlines/:id/versions/:version'],
  ['GET /api/v1/hotlines/:id/draft'],
  ['PUT /api/v1/hotlines/:id/draft', { hotline: {} }],
  ['DELETE /api/v1/hotlines/:id/draft'],
  ['POST /api/v1/hotlines/:id/draft/check'],
  ['POST /api/v1/hotlines/:id/versions/:version/publish', {}],
  ['POST /api/v1/hotlines/:id/versions/:version/canary', { percent: 5 }],
  ['DELETE /api/v1/hotlines/:id/canary'],
  ['POST /api/v1/hotlines/:id/rollback', { version: 1 }],
  ['GET /api/v1/hotlines/:id/diff'],
  ['GET /api/v1/node-kinds'],
  ['GET /api/v1/flows'],
  ['GET /api/v1/flows/:id'],
  ['POST /api/v1/flows/:id/check', { hotline: {} }],
  ['GET /api/v1/flows/:id/ways'],
  ['PUT /api/v1/flows/:id/editors/:page', { isEditing: false }],
  ['DELETE /api/v1/flows/:id/editors/:page'],
  ['POST /api/v1/test-calls', { hotline: '4001234567', extension: '8001' }],
  ['POST /api/v1/replays', { hotline: '4001234567' }],
  ['POST /api/v1/simulations', { hotline: '4001234567', caller: '' }],
  ['GET /metrics'],
];
/** About the caller himself: whoever has a name may ask. */
const SELF = new Set([
  '/api/v1/session',
  '/api/v1/session/act-as',
  // By topic: http/stream.test.ts
  '/api/v1/events',
  '/api/v1/stream',
  '/api/v1/stream-tickets',
  // By what he may read: http/kinds.test.ts
  '/api/v1/kinds',
  '/api/v1/kinds/:kind',
  // His own, and those that he is given: http/views.test.ts
  ...['', '?page=calls', '/:id', '/:id/first'].map((path) => `/api/v1/views${path}`),
  ...[
    ...['', '/password', '/sessions', '/sessions/:id', '/second-factor'],
    ...['', '/:id', '/:id/renew'].map((path) => `/phone-credentials${path}`),
  ].map((path) => `/api/v1/me${path}`),
]);
/** Lists: what is others' is not in them. */
const LISTS = new Set([
  '/api/v1/users',
  '/api/v1/roles',
  '/api/v1/api-keys',
  '/api/v1/webhooks',
  '/api/v1/jobs',
  '/api/v1/changes',
  '/api/v1/lists',
  '/api/v1/audit',
  '/api/v1/calls',
  '/api/v1/calls/totals',
  '/api/v1/missed-calls',
  '/api/v1/tasks',
  '/api/v1/directory',
  '/api/v1/directory/playable',
  '/api/v1/callbacks',
  '/api/v1/counters?cube=hotline&from=0&to=0',
  '/api/v1/metric-definitions',
  '/api/v1/public-holidays',
  '/api/v1/metric-figures',
  '/api/v1/recordings',
  '/api/v1/voicemails',
  '/api/v1/switches',
  '/api/v1/flows',
  '/api/v1/node-kinds',
  '/api/v1/live/announcements',
  '/api/v1/live/trunks',
  '/api/v1/hotline-channels',
  '/api/v1/live/agents',
  '/api/v1/live/queues',
  '/api/v1/live/callers',
  '/api/v1/live/help',
  '/api/v1/fault-reports',
  // Whom who asks supervises himself.
  '/api/v1/supervision',
]);

/** Each act of a desk and of a supervisor, by one that needs the same right. */
const ACTS: ReadonlyMap<string, string> = new Map([
  ...Object.entries(AGENT_ACTS)
    .filter(([name]) => !Object.hasOwn(STATE_ACTS, name))
    .flatMap(([name, { of }]) =>
      ['agents', ...(of === 'talk' && name !== 'hang-up' ? ['calls'] : [])].map(
        (what) => [`POST /api/v1/${what}/:id/${name}`, `POST /api/v1/${what}/:id/hold`] as const,
      ),
    ),
  ...Object.entries<SupervisorAct>(SUPERVISOR_ACTS as never).map(
    ([name, { takesPart }]) =>
      [
        `POST /api/v1/supervision/${name}`,
        `POST /api/v1/supervision/${takesPart ? 'monitor' : 'take-down'}`,
      ] as const,
  ),
]);

/** Done in the company of who asks, whatever it is. */
const IN_OWN_COMPANY = new Set([
  'POST /api/v1/calls',
  'POST /api/v1/test-calls',
  'POST /api/v1/callbacks',
  'POST /api/v1/fault-reports',
]);

const PARAMS: Readonly<Record<string, string>> = {
  id: 'agent-a',
  n: '1',
  tenant: 'a',
  name: 'x',
  version: '1000000000000000',
  address: '192.0.2.9',
  share: 's1',
  link: 'l1',
  number: '13800138000',
};
const NOW = 1_800_000_000_000;

let store: MemoryStore;
let auth: Auth;
let app: ReturnType<typeof buildHttp>;
/** Each route, and how far the right reaches that it wants. */
let served: Map<string, Reach | undefined>;
let needs: Map<string, unknown>;
let done: string[];

/** Headers of somebody who has just signed in, or was seen last at another time. */
async function enter(login: string, tenantId = 'a', seenAt = NOW): Promise<Headers> {
  const user = (await store.auth.users.withLogin(tenantId, login))!;
  const { token, session } = await auth.sessions.open(user, { address: '127.0.0.1', device: '' });
  if (seenAt !== NOW) await store.auth.sessions.seen(session.id, seenAt);
  return { cookie: `${SESSION_COOKIE}=${token}`, 'pbx-csrf': csrfOf(token) };
}

/** Headers of a key with all rights, but for what is said. */
async function key(name: string, more: Partial<ApiKey> = {}): Promise<Headers> {
  const of = { id: name, name, tenantId: 'a', prefix: 'pbx_', secretHash: hashOf(`pbx_${name}`) };
  const made = { permissions: PERMISSIONS, addresses: [], createdAt: 0, createdBy: 'somebody' };
  await store.auth.apiKeys.add({ ...of, ...made, endsAt: undefined, usedAt: undefined, ...more });
  return { authorization: `Bearer pbx_${name}` };
}

beforeAll(async () => {
  store = new MemoryStore();
  done = [];
  for (const tenantId of ['a', 'b'])
    for (const event of sampleCall(`of-${tenantId}`, { tenantId }).events) store.journal.append(event);
  for (const tenantId of ['a', 'b', 'gone']) await person(store, 'li', { tenantId });
  const role = { name: PARAMS['id']!, title: { en: 'Lead', zh: '组长' }, createdAt: 0, revision: 1 };
  await store.auth.roles.add({ ...role, id: 'r1', tenantId: 'a', rights: [] });
  await person(store, 'agent', { roles: ['agent'] });
  await person(store, 'nobody', { roles: [] });
  await person(store, 'fresh', { mustChange: true });
  await person(store, 'out', { isActive: false });
  for (const reseller of ['north', 'south', 'closed'])
    await person(store, reseller, { tenantId: 'system', reseller, roles: ['reseller'] });
  auth = authOf(store, { clock: new ManualClock(NOW), resellers: { north: ['a'], south: ['b'] } });
  const entities: EntityBoard = {
    ...NO_ENTITIES,
    list: (kind, scope) =>
      ['a', 'b']
        .filter((tenant) => scope.includes(tenant))
        .map((tenant) => ({ kind, tenant, name: 'x', value: { tenant }, revision: 1, file: undefined })),
    find: ({ kind, tenant, name }) =>
      name === 'agent-a' && tenant !== 'a' && tenant !== 'system'
        ? undefined
        : { kind, tenant, name, value: { tenant }, revision: 1, file: undefined },
    history: async () => [{ revision: 1, at: 0, by: 'x', value: {} }],
    change: async ({ tenant, name }) => void (tenant === 'a' && name === 'agent-a' && done.push('entity')),
  };
  app = httpOn(store, {
    auth,
    entities,
    calls: {
      originate: ({ tenant, by }) => ({ id: String(done.push(`call ${tenant} ${by}`)) }),
      running: () => [],
      runningCall: () => undefined,
      hangUp: (scope, id) => scope.includes('a') && done.push(`hang up ${id}`) > 0,
    },
    switches: {
      switches: (scope) =>
        [
          { tenant: 'a', name: 'x' },
          { tenant: 'b', name: 'of-b' },
        ]
          .filter(({ tenant }) => scope.includes(tenant))
          .map((each) => ({ ...each, on: false, until: null, peakOf: [] })),
      peakSwitch: (tenant) => (tenant === 'a' ? 'x' : undefined),
      turn: async (wish) => {
        done.push(`switch ${wish.tenant}`);
        return { ...wish, until: null, peakOf: [] };
      },
    },
    bans: { bans: () => [], lift: async (address) => done.push(`lift ${address}`) > 0 },
    trunks: {
      trunks: () => [],
      setUp: async (tenant) => {
        if (tenant === 'a') done.push('trunk a');
        return undefined;
      },
    },
  });
  served = new Map();
  needs = new Map();
  app.addHook('onRoute', ({ method, url, config }) => {
    const { access } = config ?? {};
    const reach = typeof access === 'object' ? access.reach : undefined;
    for (const each of [method].flat().filter((one) => one !== 'HEAD')) {
      served.set(`${each} ${url}`, reach);
      needs.set(`${each} ${url}`, access);
    }
  });
  await app.ready();
});
afterAll(() => app.close());

let asked = 0;

/** Each time from another address: none asks too often. */
function ask([route, body]: (typeof ROUTES)[number], headers: Headers = {}) {
  const [method = '', path = ''] = route.split(' ');
  return app.inject({
    method: method as 'GET',
    url: path.replace(/:(\w+)/g, (_, name) => PARAMS[name]!),
    headers: {
      ...headers,
      'if-match': '*',
      ...(Buffer.isBuffer(body) && { 'content-type': 'application/octet-stream' }),
    },
    remoteAddress: `100.64.${asked >> 8}.${asked++ & 255}`,
    ...(body === undefined ? {} : { payload: body }),
  });
}

/** Who may what, as it is kept. */
const users = async () =>
  JSON.stringify([
    await store.auth.users.list(Scope.all, { limit: 99 }),
    await store.auth.roles.list(Scope.of('a')),
  ]);
/** Whether a route asks for this permission, or another of the same resource. */
const isNeeded = (permission: string, path: string) => {
  const resource = permission.split(':')[0]!;
  if (resource === 'export') return /\/(exports|links|support-bundles)|changes/.test(path);
  if (resource === 'audit') return /\/(audit(\/:id)?|listeners)$/.test(path);
  if (resource === 'call') return /calls\b/.test(path);
  if (resource === 'desk')
    return /\/(hold|state|desk|screen|draft|callback|directory|playable|embed-tickets|fault-reports)$|\/tasks/.test(
      path,
    );
  if (resource === 'supervise') return path.includes('/supervision');
  return (
    path
      .replace('/bulk-edits', '/changes')
      .replace('/peak', '/switch')
      .replace(/\/public-holidays$/, '/calendars')
      .replace('/callers', '/queues')
      .replace('/metric-', '/counter-')
      .replace('/help', '/agents')
      .replace(/\/(flows|node-kinds)/, '/hotlines')
      .replaceAll('-', '')
      .includes(resource.replace('-', '')) || path.endsWith(`/${permission.split(':')[1]}`)
  );
};
const isSelf = (route: string) => SELF.has(route.split(' ')[1]!);

it('stand around every route that there is', () => {
  // Pages of the API's text and of the console, and what they are built of, are everybody's.
  const guarded = [...served.keys()].filter((route) => !/^OPTIONS|\/api\/docs|\/assets\//.test(route));
  const known = [
    ...ROUTES.map(([route]) => route.replace(/\?.*/, '')),
    ...PUBLIC_ROUTES,
    ...ACTS.keys(),
    ...KIND_ROUTES,
  ];
  expect(guarded.toSorted()).toEqual([...new Set(known)].toSorted());
});

it('stand around every act as around one like it, which is asked below', () => {
  for (const [route, like] of ACTS) expect([route, needs.get(route)]).toEqual([route, needs.get(like)]);
});

it.each(KIND_NAMES)('ask for %s by its own right', (kind) => {
  for (const [route, action] of OF_KIND) {
    const isOperators =
      kindOf(kind).isShared || (kind === 'tenant' && (action === 'create' || action === 'delete'));
    const reach = isOperators ? 'all' : 'tenant';
    expect(needs.get(routeOf(kind, route))).toEqual({ permission: `${resourceOf(kind)}:${action}`, reach });
  }
});

describe.each(ROUTES.map((route) => [route[0], route] as const))('%s', (_, route) => {
  /** Refused, and nothing has happened. */
  async function expectRefused(headers: Headers, statuses: readonly number[]): Promise<void> {
    const before = await users();
    const response = await ask(route, headers);
    expect(statuses, response.body).toContain(response.statusCode);
    expect(response.json().code).toMatch(/unauthorized|forbidden|not-found|no-such|csrf|must-change/);
    expect(done).toEqual([]);
    expect(await users()).toBe(before);
  }

  it('wants a name', async () => {
    const forged = { cookie: `${SESSION_COOKIE}=${'x'.repeat(44)}`, 'pbx-csrf': 'x' };
    for (const headers of [{}, { cookie: `${SESSION_COOKIE}=` }, forged]) await expectRefused(headers, [401]);
    for (const bearer of ['Bearer', 'Bearer x', 'Bearer pbx_x', `Bearer ${TOKEN}x`, `Basic ${TOKEN}`])
      await expectRefused({ authorization: bearer }, [401]);
  });

  it('wants a session that lasts, of somebody who may sign in', async () => {
    const ended = await enter('li');
    await app.inject({ method: 'DELETE', url: '/api/v1/session', headers: ended });
    const idle = await enter('li', 'a', NOW - 3_600_000);
    const gone = [await enter('li', 'gone'), await enter('out'), await enter('closed', 'system')];
    for (const headers of [ended, idle, ...gone]) await expectRefused(headers, [401]);
  });

  it('wants a key that has not ended, of a company that there is, from where it may be used', async () => {
    const ended = await key('ended', { endsAt: NOW });
    const elsewhere = await key('elsewhere', { addresses: ['192.0.2.1', '10.0.0.0/8'] });
    const gone = await key('gone', { tenantId: 'gone' });
    for (const headers of [ended, elsewhere, gone]) await expectRefused(headers, [401]);
  });

  if (!route[0].startsWith('GET'))
    it("wants the session's token against forgery", async () => {
      const { cookie = '' } = await enter('li');
      const other = await enter('li');
      for (const headers of [{ cookie }, { cookie, 'pbx-csrf': '' }, { ...other, cookie }])
        await expectRefused(headers, [403]);
    });

  if (!isSelf(route[0]))
    it('wants the right, and a password of his own', async () => {
      for (const login of ['nobody', 'fresh']) await expectRefused(await enter(login), [403]);
      if (served.get(route[0]) !== 'own') await expectRefused(await enter('agent'), [403]);
      const path = route[0].split(' ')[1]!;
      const others = PERMISSIONS.filter((each) => !isNeeded(each, path));
      await expectRefused(
        await key(`narrow ${route[0]}`.replaceAll(' ', '-'), { permissions: others }),
        [403],
      );
    });

  if (!isSelf(route[0]))
    it('is walled off from other companies and resellers', async () => {
      const path = route[0].split(' ')[1]!;
      const [other, machine, south] = [
        await enter('li', 'b'),
        await key('of-b', { tenantId: 'b' }),
        await enter('south', 'system'),
      ];
      for (const headers of [other, machine, south])
        for (const tenant of ['a', 'none', 'system'])
          await expectRefused({ ...headers, 'pbx-tenant': tenant }, [403, 404]);
      for (const headers of [other, machine, { ...south, 'pbx-tenant': 'b' }]) {
        if (IN_OWN_COMPANY.has(route[0])) {
          await ask(route, headers);
          expect(done.splice(0).join()).not.toMatch(/ a /);
        } else if (!LISTS.has(path)) await expectRefused(headers, [403, 404]);
        else expect((await ask(route, headers)).body).not.toMatch(/"a"|-a"|@a/);
      }
      expect([400, 403]).toContain((await ask(route, south)).statusCode);
    });
});

it('let those in who may', async () => {
  const inside = [
    await enter('li'),
    await key('crm'),
    { ...(await enter('north', 'system')), 'pbx-tenant': 'a' },
  ];
  const operator = { ...AS_OPERATOR, 'pbx-tenant': 'a' };
  const wrong: string[] = [];
  for (const route of ROUTES.filter(([route]) => !isSelf(route))) {
    for (const headers of [operator, ...inside]) {
      const { statusCode } = await ask(route, headers);
      const isOperators = /bans|metrics|nodes|resellers|segment-table|holidays\/import/.test(route[0]);
      const isRefused = statusCode === 401 || statusCode === 403;
      if (isRefused !== (isOperators && headers !== operator)) wrong.push(`${route[0]} ${statusCode}`);
    }
  }
  expect(wrong).toEqual([]);
  for (const by of ['operator token', 'li@a', 'key crm@a', 'north']) expect(done).toContain(`call a ${by}`);
});
