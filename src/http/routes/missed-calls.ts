import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import type { FastifyRequest } from 'fastify';
import Type, { type Static } from 'typebox';
import {
  endingOf,
  MISSED_ENDINGS,
  MISSED_STATES,
  type MissedCall,
  type MissedState,
  stateOfMissed,
} from '../../cdr/missed-call-store.ts';
import type { MissedCalls } from '../../cdr/missed-calls.ts';
import { PbxError } from '../../shared/errors.ts';
import { maskedNumber, textShown } from '../../shared/masked-number.ts';
import { Scope } from '../../shared/scope.ts';
import { RequestError } from '../errors.ts';
import { pageFields, pageOf } from '../page.ts';
import { etagOf, requireMatch } from '../revision.ts';
import { idParams, isoTime, listOf, orNull, route } from '../route.ts';
import { parseTime, timeText } from '../time-text.ts';
import { type ActingDesk, ownAgent, saying } from './acts.ts';

type Board = Pick<MissedCalls, 'list' | 'get' | 'change'>;

const time = Type.String({ maxLength: 40, description: timeText });
const agentName = (description: string) => Type.String({ minLength: 1, maxLength: 15, description });
const list = Type.Object(
  {
    ...pageFields,
    from: Type.Optional(Type.String({ ...time, description: `left out: three days ago. ${timeText}` })),
    to: Type.Optional(time),
    state: Type.Optional(
      Type.Enum([...MISSED_STATES], {
        description: 'left out: open and assigned ones, which are left to do',
      }),
    ),
    assignee: Type.Optional(agentName('work number (工号) of who is to see to it')),
    queue: Type.Optional(Type.String({ maxLength: 64, description: 'that he asked last' })),
  },
  { additionalProperties: false },
);

const row = Type.Object(
  {
    callId: Type.String({ description: 'his last call' }),
    tenant: Type.String(),
    caller: Type.String(),
    area: orNull(Type.String({ description: '归属地' })),
    called: Type.String(),
    hotline: orNull(Type.String()),
    queue: orNull(Type.String({ description: 'that he asked last' })),
    outcome: Type.String({ description: '`abandoned`, `overflowed_out`, `voicemail`, `busy` ...' }),
    at: isoTime('when that call began'),
    waitMs: Type.Integer({ description: 'that he waited in it' }),
    times: Type.Integer({ description: 'how often he has called in vain in that time; 20 at most' }),
    state: Type.Enum([...MISSED_STATES]),
    assignee: orNull(Type.String({ description: 'who is to see to it (工号)' })),
    done: orNull(
      Type.Object({
        at: isoTime(),
        how: Type.Enum([...MISSED_ENDINGS], {
          description: 'he was called back, has called again and reached somebody, or there was no need',
        }),
        by: orNull(Type.String({ description: 'who said so; null: it follows from the call' })),
        callId: orNull(Type.String({ description: 'in which the two have talked' })),
      }),
    ),
    note: Type.String(),
    revision: Type.Integer({ description: 'its `ETag`' }),
  },
  {
    examples: [
      {
        callId: '4mXm2cT5b1kq8wJzR0Yh3A',
        tenant: 'demo',
        caller: '13800138000',
        area: '北京',
        called: '4001234567',
        hotline: '4001234567',
        queue: 'sales',
        outcome: 'abandoned',
        at: '2026-10-10T02:00:00.000Z',
        waitMs: 45_000,
        times: 2,
        state: 'assigned',
        assignee: '8001',
        done: null,
        note: '',
        revision: 1,
      },
    ],
  },
);
export type MissedCallRow = Static<typeof row>;
const change = Type.Object(
  {
    assignee: Type.Optional(orNull(agentName('null: nobody'))),
    done: Type.Optional(Type.Boolean()),
    how: Type.Optional(
      Type.Enum([...MISSED_ENDINGS], { description: 'with done: true; left out: `no-need`' }),
    ),
    note: Type.Optional(Type.String({ maxLength: 500 })),
  },
  { additionalProperties: false, minProperties: 1, examples: [{ assignee: '8001' }] },
);
const callBack = Type.Object(
  {
    agent: Type.Optional(agentName('who calls; left out: who asks. For machines with a key only')),
  },
  { additionalProperties: false },
);
const begun = Type.Object(
  { callId: Type.String({ description: 'of the call that has begun' }) },
  { examples: [{ callId: '9bQm2cT5b1kq8wJzR0Yh3A' }] },
);

const DAYS_MS = 3 * 86_400_000;
const LEFT_TO_DO: readonly MissedState[] = ['open', 'assigned'];
const READ = { permission: 'call:read', reach: 'own' } as const;

/** Who sought somebody and reached nobody (未接来电): listed, given to agents, called back. */
export const missedCallRoutes: FastifyPluginCallbackTypebox<{
  missedCalls: Board;
  desk: ActingDesk;
  clock: { now(): number };
}> = (app, { missedCalls, desk, clock }, done) => {
  app.get(
    '/missed-calls',
    route(
      {
        access: READ,
        tag: 'calls',
        summary: 'Callers who reached nobody, and what is done about them (未接来电)',
        description:
          'Each once, by his last call, the newest first. It is done by itself when he has talked with somebody, whoever called. Agents see those that rang them, or are given to them.',
        errors: ['bad-cursor'],
      },
      { querystring: list, response: { 200: listOf(row) } },
    ),
    async (request) => {
      const { state, assignee, queue } = request.query;
      const to = parseTime('to', request.query.to);
      const from = parseTime('from', request.query.from) ?? clock.now() - DAYS_MS;
      const filter = { from, to, states: state ? [state] : LEFT_TO_DO, assignee, queue };
      return await pageOf(request, async (limit, after) => {
        const place = after && { startedAt: Number(after[0]), callId: after[1]! };
        const found = await missedCalls.list(filter, request.scope, limit, place);
        return found.map((each) => ({
          item: rowOf(request, each),
          place: [String(each.startedAt), each.callId],
        }));
      });
    },
  );
  app.get(
    '/missed-calls/:id',
    route(
      { access: READ, tag: 'calls', summary: 'A missed call, by its id' },
      { params: idParams, response: { 200: row } },
    ),
    async (request, reply) => {
      const shown = rowOf(request, await missedCalls.get(request.params.id, request.scope));
      return reply.header('etag', etagOf(shown)).send(shown);
    },
  );
  app.patch(
    '/missed-calls/:id',
    route(
      {
        access: { permission: 'call:note', reach: 'own' },
        tag: 'calls',
        summary: 'Gives a missed call to an agent, or says that it is done',
        description:
          'Agents take one that rang them, give back their own, and say that it is done. Wants `If-Match`.',
        errors: [
          ...(['not-found', 'no-such-agent', 'forbidden', 'wrong-state'] as const),
          ...(['no-if-match', 'changed-meanwhile'] as const),
        ],
      },
      { params: idParams, body: change, response: { 200: row } },
    ),
    async (request, reply) => {
      const { id } = request.params;
      const check = (work: { readonly revision: number }) => requireMatch(request, work);
      const changed = await missedCalls.change(id, request.scope, request.principal, request.body, check);
      const shown = rowOf(request, changed);
      return reply.header('etag', etagOf(shown)).send(shown);
    },
  );
  app.post(
    '/missed-calls/:id/call',
    route(
      {
        access: READ,
        tag: 'calls',
        summary: 'Calls him back, from the phone of who asks (一键回拨)',
        description:
          'The agent is rung first, then the caller. Takes the right to his desk (`desk:update`), and gives him the missed call; it is done when the two talk.',
        errors: [
          ...(['not-found', 'forbidden', 'no-such-agent', 'no-such-extension', 'wrong-state'] as const),
          ...(['signed-out', 'agent-at-work', 'bad-digits'] as const),
        ],
        isIdempotent: true,
      },
      { params: idParams, querystring: callBack, response: { 201: begun } },
    ),
    async (request, reply) => {
      const { id } = request.params;
      const { scope, principal } = request;
      const missed = await missedCalls.get(id, scope);
      const actor = callerOf(request, missed.tenantId);
      if (stateOfMissed(missed) === 'done')
        throw new PbxError('wrong-state', `missed call ${id} is done: ${endingOf(missed)!.how}`);
      const to = { number: missed.caller };
      const { callId } = (await saying(desk, actor, desk.act(actor, 'dial', { to }))) as { callId: string };
      if (missed.work.assignee !== actor.agent)
        await missedCalls.change(id, Scope.of(missed.tenantId), principal, { assignee: actor.agent });
      return reply.code(201).send({ callId });
    },
  );
  done();
};

/** Whose phone is rung. Throws RequestError. */
function callerOf({ principal, query }: FastifyRequest, tenant: string) {
  const { agent: named } = query as { readonly agent?: string };
  if (named !== undefined && principal.person)
    throw new RequestError('bad-request', 'agent is for machines: people are the agents that they are');
  const agent = named ?? ownAgent(principal, tenant);
  if (agent === undefined)
    throw new RequestError('bad-request', `${principal.name} is no agent: name one with agent=`);
  if (!principal.rights.has('desk:update', named === undefined ? 'own' : 'tenant'))
    throw new PbxError('forbidden', `${principal.name} has no right to desk:update`);
  return { tenant, agent };
}

function rowOf({ scope }: Pick<FastifyRequest, 'scope'>, missed: MissedCall): Static<typeof row> {
  const { callId, tenantId, caller, area, called, hotline, queue, outcome, startedAt, waitMs } = missed;
  const { times, work } = missed;
  const ending = endingOf(missed);
  return {
    ...{ callId, tenant: tenantId, caller: scope.seesNumbers ? caller : maskedNumber(caller), called },
    ...{ area: area ?? null, hotline: hotline ?? null, queue: queue ?? null, outcome },
    ...{ at: new Date(startedAt).toISOString(), waitMs, times, state: stateOfMissed(missed) },
    assignee: work.assignee ?? null,
    done: ending
      ? {
          at: new Date(ending.at).toISOString(),
          how: ending.how,
          by: ending.by ?? null,
          callId: ending.callId ?? null,
        }
      : null,
    note: scope.seesNumbers ? work.note : textShown(work.note, maskedNumber),
    revision: work.revision,
  };
}
