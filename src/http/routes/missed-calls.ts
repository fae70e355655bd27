import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import type { CdrReader } from '../../cdr/cdr-query.ts';
import { type MissedCall, missedCalls } from '../../cdr/missed-calls.ts';
import { pageFields, pageOf } from '../page.ts';
import { isoTime, listOf, orNull, route } from '../route.ts';
import { parseTime, timeText } from '../time-text.ts';

const time = Type.String({ maxLength: 40, description: timeText });
const list = Type.Object(
  {
    ...pageFields,
    from: Type.Optional(Type.String({ ...time, description: `left out: three days ago. ${timeText}` })),
    to: Type.Optional(time),
  },
  { additionalProperties: false },
);

const row = Type.Object(
  {
    callId: Type.String({ description: 'his last call' }),
    tenant: Type.String(),
    caller: Type.String(),
    area: orNull(Type.String({ description: '归属地' })),
    hotline: orNull(Type.String()),
    queue: orNull(Type.String({ description: 'that he asked last' })),
    at: isoTime('when that call began'),
    waitMs: Type.Integer({ description: 'that he waited in it' }),
    times: Type.Integer({ description: 'how often he has called in vain in that time; 20 at most' }),
  },
  {
    examples: [
      {
        callId: '4mXm2cT5b1kq8wJzR0Yh3A',
        tenant: 'demo',
        caller: '13800138000',
        area: '北京',
        hotline: '4001234567',
        queue: 'sales',
        at: '2026-10-10T02:00:00.000Z',
        waitMs: 45_000,
        times: 2,
      },
    ],
  },
);

const DAYS_MS = 3 * 86_400_000;

/** Who left a queue unserved and has not been served since (未接来电): to be called back. */
export const missedCallRoutes: FastifyPluginCallbackTypebox<{
  cdrs: CdrReader;
  clock: { now(): number };
}> = (app, { cdrs, clock }, done) => {
  app.get(
    '/missed-calls',
    route(
      {
        access: { permission: 'call:read', reach: 'own' },
        tag: 'calls',
        summary: 'Callers who left a queue unserved and have not been served since (未接来电)',
        description:
          'Each once, by his last call, the newest first. He is gone from it when he has talked with somebody, whoever called.',
        errors: ['bad-cursor', 'deadline'],
      },
      { querystring: list, response: { 200: listOf(row) } },
    ),
    async (request) => {
      const to = parseTime('to', request.query.to);
      const from = parseTime('from', request.query.from) ?? clock.now() - DAYS_MS;
      const within = { from, ...(to !== undefined && { to }) };
      return await pageOf(request, async (limit, after) => {
        const found = await missedCalls(cdrs, request.scope, within, { limit, before: after?.[0] });
        return found.map((each) => ({ item: rowOf(each), place: [each.cursor] }));
      });
    },
  );
  done();
};

function rowOf({ cdr, times }: MissedCall) {
  const { callId, tenantId: tenant, caller, area, hotline, startedAt, asks } = cdr;
  const last = asks.at(-1);
  const waitMs = asks.reduce((sum, ask) => sum + ask.waitMs, 0);
  const at = new Date(startedAt).toISOString();
  return { callId, tenant, caller, area, hotline, queue: last?.queue ?? null, at, waitMs, times };
}
