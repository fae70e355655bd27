import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import Type, { type Static, type TProperties } from 'typebox';
import type { Scope } from '../../shared/scope.ts';
import { RequestError } from '../errors.ts';
import { companyOf, isoTime, listOf, orNull, route } from '../route.ts';

const text = (description?: string) => Type.String(description === undefined ? {} : { description });
const count = (description?: string) => Type.Integer(description === undefined ? {} : { description });
const object = <Fields extends TProperties>(fields: Fields) => Type.Object(fields);

/** An agent (坐席) as he is now. */
const agentRow = Type.Object(
  {
    tenant: text(),
    agent: text('work number (工号)'),
    name: text(),
    state: text(),
    reason: orNull(text('of a break (小休) its name, of `busy` (示忙) why')),
    by: orNull(text('the supervisor by whose word he is in it; null: his own')),
    since: isoTime(),
    isOverLimit: Type.Boolean({ description: 'his break lasts longer than its reason allows (小休超时)' }),
    wish: orNull(object({ state: text(), reason: orNull(text()) })),
    extension: text('the extension at whose phone he sits'),
    queues: Type.Array(text(), { description: 'that he serves now' }),
    callId: orNull(text('the call that he is on')),
    queue: orNull(text('that its caller came from')),
    today: Type.Object(
      {
        ...{ offers: count(), answered: count(), missed: count() },
        ...{ talkMs: count(), holdMs: count(), wrapUpMs: count('话后整理') },
        rated: count(
          'surveys (满意度) whose keys say how satisfied a caller is, of those with whom he talked last',
        ),
        satisfied: count('of these, satisfied or better'),
      },
      { description: 'of calls that are over, since midnight' },
    ),
  },
  {
    examples: [
      {
        tenant: 'demo',
        agent: '8001',
        name: '王芳',
        state: 'break',
        reason: 'lunch',
        by: null,
        since: '2026-10-10T04:00:00.000Z',
        isOverLimit: false,
        wish: null,
        extension: '8001',
        queues: ['sales'],
        callId: null,
        queue: null,
        today: {
          ...{ offers: 20, answered: 18, missed: 2, rated: 10, satisfied: 9 },
          ...{ talkMs: 3_600_000, holdMs: 60_000, wrapUpMs: 600_000 },
        },
      },
    ],
  },
);
export type AgentRow = Static<typeof agentRow>;

const counted = {
  asks: count('人工请求'),
  answered: count(),
  abandoned: count('呼损'),
  serviceLevel: orNull(
    Type.Number({ description: 'of 1, answered within 20 s / asks; null: nobody has asked' }),
  ),
};
const queueFields = {
  tenant: text(),
  name: text(),
  title: text('for people; empty: its name'),
  waiting: count('callers in line, also those who are offered to agents'),
  longestWaitMs: orNull(count('null: nobody waits')),
  waitsSince: orNull(isoTime('since when that one does')),
  isPeak: Type.Boolean({ description: '高峰应急' }),
  peak: orNull(
    Type.Object(
      {
        until: orNull(isoTime('when it ends by itself; null: it is off, or lasts until it is turned off')),
        agents: Type.Array(text(), { description: 'who serves the queue besides while it is on (二线坐席)' }),
        wrapUpMs: orNull(count('of a talk, while it is on; null: as ever')),
        announcement: orNull(text('the prompt that who joins hears')),
        callback: orNull(text('the key that promises a call back')),
      },
      { description: 'what peak mode changes; null: the queue has none' },
    ),
  ),
  agents: Type.Object(
    {
      signedIn: count(),
      ready: count(),
      onCall: count("rung, or on a call, whoever's"),
      wrapUp: count(),
      away: count('busy, in a break or the like'),
      unreachable: count(),
    },
    { description: 'how many of who serves it now are in which state' },
  ),
  today: Type.Object(counted, { description: 'of calls that are over, since midnight' }),
  recent: Type.Object(
    { since: isoTime(), ...counted },
    { description: 'of calls that are over, of the last half hour, in whole quarters of an hour' },
  ),
};
const QUEUE = {
  tenant: 'demo',
  name: 'sales',
  title: '售前',
  waiting: 1,
  longestWaitMs: 30_000,
  waitsSince: '2026-10-10T04:00:00.000Z',
  isPeak: false,
  peak: {
    until: null,
    agents: ['8010', '8011'],
    wrapUpMs: 5_000,
    announcement: 'peak-hour',
    callback: '1',
  },
  agents: { signedIn: 2, ready: 0, onCall: 1, wrapUp: 1, away: 0, unreachable: 0 },
  today: { asks: 120, answered: 110, abandoned: 10, serviceLevel: 0.86 },
  recent: { since: '2026-10-10T03:30:00.000Z', asks: 12, answered: 9, abandoned: 3, serviceLevel: 0.58 },
};
/** A queue (队列) as it is now. */
const queueRow = Type.Object(queueFields, { examples: [QUEUE] });
export type QueueRow = Static<typeof queueRow>;

const passedOver = object({
  agent: text(),
  why: text(),
  code: text(
    'the same as one word: a state, or `own-call`, `phone-busy`, `rung-already`, `helps-later`, `rests`, `lacks-skill`',
  ),
  detail: orNull(text('the reason of his state, or what he lacks')),
  until: orNull(isoTime('when that is over; null: nobody knows')),
});
const callerFields = {
  callId: text(),
  caller: text('empty: withheld, or he has hung up and is called back'),
  area: orNull(text('归属地')),
  position: count('from 1'),
  since: isoTime('when he joined'),
  waitMs: count(),
  expectedWaitMs: orNull(count('that he is told; null: nothing is known to tell it from')),
  priority: count('higher goes first: a level counts as five minutes of waiting'),
  isOffered: Type.Boolean({ description: 'agents are being rung for him' }),
  isCallback: Type.Boolean({
    description: 'he has hung up and is called back when it is his turn (预约回呼)',
  }),
  why: Type.Array(passedOver, {
    description: 'why each agent who does not take him does not; of the first ones in line',
  }),
};
/** A caller who waits. */
const callerRow = Type.Object(callerFields);
const CALLER = {
  callId: '4mXm2cT5b1kq8wJzR0Yh3A',
  caller: '13800138000',
  area: '北京',
  position: 1,
  since: '2026-10-10T04:00:00.000Z',
  waitMs: 30_000,
  expectedWaitMs: 60_000,
  priority: 0,
  isOffered: false,
  isCallback: false,
  why: [
    {
      agent: '8002',
      why: 'wrap-up 12 s left',
      code: 'wrap-up',
      detail: null,
      until: '2026-10-10T04:00:42.000Z',
    },
    { agent: '8001', why: 'busy (paper)', code: 'busy', detail: 'paper', until: null },
  ],
};
/** A caller who waits, with where. */
const waitingRow = Type.Object(
  {
    tenant: text(),
    queue: text(),
    ...callerFields,
    why: Type.Array(passedOver, {
      description: 'of who does not take him the first ones to be free; of the first in line',
    }),
    whyNot: orNull(
      Type.Record(Type.String(), Type.Integer(), {
        description:
          'how many agents do not take him, by the code of why; null: he waits for those before him',
      }),
    ),
  },
  { examples: [{ tenant: 'demo', queue: 'sales', ...CALLER, whyNot: { 'wrap-up': 1, busy: 1 } }] },
);
export type WaitingRow = Static<typeof waitingRow>;
const queueNow = Type.Object(
  { ...queueFields, callers: Type.Array(callerRow) },
  {
    examples: [
      {
        ...QUEUE,
        callers: [CALLER],
      },
    ],
  },
);
export type QueueNowRow = Static<typeof queueNow>;

/** What the routes need of the ACD: those of the scope. */
export interface AcdBoard {
  agents(scope: Scope): Promise<readonly AgentRow[]>;
  queues(scope: Scope): Promise<readonly QueueRow[]>;
  /** A queue with who waits there; undefined: the scope has none by that name. */
  queue(scope: Scope, tenant: string, name: string): Promise<QueueNowRow | undefined>;
  /** Who waits in any of them, by queue, first in line first. */
  callers(scope: Scope): readonly WaitingRow[];
}

const agentParams = Type.Object({ id: Type.String({ maxLength: 15, description: 'work number (工号)' }) });
const queueParams = Type.Object({ id: Type.String({ maxLength: 64, description: 'name of the queue' }) });

/** Agents and queues as they are now, and what today was like. What companies have set up of them stands at `/agents` and `/queues`. */
export const liveRoutes: FastifyPluginCallbackTypebox<{ board: AcdBoard }> = (app, { board }, done) => {
  const right = (resource: 'agent' | 'queue') => ({ permission: `${resource}:read`, reach: 'own' }) as const;
  app.get(
    '/live/agents',
    route(
      { access: right('agent'), tag: 'agents', summary: 'Agents as they are now (坐席状态)' },
      { response: { 200: listOf(agentRow) } },
    ),
    async ({ scope }) => ({ items: await board.agents(scope), next: null }),
  );
  app.get(
    '/agents/:id/state',
    route(
      { access: right('agent'), tag: 'agents', summary: 'An agent as he is now' },
      { params: agentParams, response: { 200: agentRow } },
    ),
    async (request) => {
      const tenant = companyOf(request);
      const { id } = request.params;
      const agents = await board.agents(request.scope);
      const found = agents.find((each) => each.tenant === tenant && each.agent === id);
      if (!found) throw new RequestError('not-found', `there is no agent ${id}`);
      return found;
    },
  );
  app.get(
    '/live/queues',
    route(
      { access: right('queue'), tag: 'queues', summary: 'Queues as they are now (排队监控)' },
      { response: { 200: listOf(queueRow) } },
    ),
    async ({ scope }) => ({ items: await board.queues(scope), next: null }),
  );
  app.get(
    '/live/callers',
    route(
      {
        access: right('queue'),
        tag: 'queues',
        summary: 'Who waits in any queue, and why nobody serves him (排队中的来电)',
      },
      { response: { 200: listOf(waitingRow) } },
    ),
    ({ scope }) => ({ items: board.callers(scope), next: null }),
  );
  app.get(
    '/live/queues/:id',
    route(
      {
        access: right('queue'),
        tag: 'queues',
        summary: 'A queue as it is now: who waits, and why nobody serves him',
      },
      { params: queueParams, response: { 200: queueNow } },
    ),
    async (request) => {
      const { id } = request.params;
      const found = await board.queue(request.scope, companyOf(request), id);
      if (!found) throw new RequestError('not-found', `there is no queue ${id}`);
      return found;
    },
  );
  done();
};
