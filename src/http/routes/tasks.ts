import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import type { FastifyRequest } from 'fastify';
import Type, { type Static } from 'typebox';
import { PbxError } from '../../shared/errors.ts';
import { textShown } from '../../shared/masked-number.ts';
import type { AgentTasks } from '../../workspace/agent-tasks.ts';
import { type AgentTask, TASK_KINDS } from '../../workspace/workspace-store.ts';
import { RequestError } from '../errors.ts';
import { pageFields, pageOf } from '../page.ts';
import { etagOf, requireMatch } from '../revision.ts';
import { companyOf, idParams, isoTime, listOf, orNull, route } from '../route.ts';
import { parseTime, timeText } from '../time-text.ts';
import { type ActingDesk, ownAgent, saying } from './acts.ts';
import { deskOf, deskQuery } from './own-desk.ts';
import { showOf } from './screens.ts';

type Board = Pick<AgentTasks, 'list' | 'get' | 'add' | 'change'>;

const agentName = (description: string) => Type.String({ minLength: 1, maxLength: 15, description });
const time = Type.String({ maxLength: 40, description: timeText });
const row = Type.Object(
  {
    id: Type.String(),
    agent: Type.String({ description: 'whose it is (工号)' }),
    kind: Type.Enum([...TASK_KINDS], {
      description: '`call-back`: somebody is to be called; `message`: what a colleague has left for him',
    }),
    number: Type.String({ description: 'of whom it is about; empty: of nobody' }),
    callId: orNull(Type.String({ description: 'the call that it comes from' })),
    text: Type.String(),
    dueAt: isoTime(),
    createdAt: isoTime(),
    createdBy: Type.String(),
    called: orNull(Type.Object({ at: isoTime(), callId: Type.String() })),
    done: orNull(Type.Object({ at: isoTime(), by: Type.String() })),
    revision: Type.Integer({ description: 'its `ETag`' }),
  },
  {
    examples: [
      {
        id: '7pXm2cT5b1kq8wJzR0Yh3A',
        agent: '8001',
        kind: 'call-back',
        number: '138****8000',
        callId: '4mXm2cT5b1kq8wJzR0Yh3A',
        text: '确认发票抬头',
        dueAt: '2026-10-10T07:00:00.000Z',
        createdAt: '2026-10-10T02:02:00.000Z',
        createdBy: 'wang@demo',
        called: null,
        done: null,
        revision: 1,
      },
    ],
  },
);
export type TaskRow = Static<typeof row>;

const list = Type.Object(
  {
    ...pageFields,
    state: Type.Optional(Type.Enum(['open', 'done'], { description: 'left out: `open`' })),
    agent: Type.Optional(agentName('whose they are (工号)')),
  },
  { additionalProperties: false },
);
const made = Type.Object(
  {
    agent: Type.Optional(agentName('whose it is to be; left out: his who asks')),
    kind: Type.Enum([...TASK_KINDS]),
    text: Type.String({ maxLength: 500 }),
    dueAt: Type.Optional(Type.String({ ...time, description: `left out: now. ${timeText}` })),
    callId: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 64,
        description:
          'its customer is meant, where no number is named. Agents: a call that they have in hand, or had a part in',
      }),
    ),
    number: Type.Optional(Type.String({ pattern: '^\\+?[0-9]{1,20}$' })),
  },
  {
    additionalProperties: false,
    examples: [
      {
        kind: 'call-back',
        text: '确认发票抬头',
        dueAt: '2026-10-10T15:00:00+08:00',
        callId: '4mXm2cT5b1kq8wJzR0Yh3A',
      },
    ],
  },
);
const change = Type.Object(
  {
    done: Type.Optional(Type.Boolean()),
    text: Type.Optional(Type.String({ maxLength: 500 })),
    dueAt: Type.Optional(time),
  },
  { additionalProperties: false, minProperties: 1, examples: [{ done: true }] },
);
const begun = Type.Object(
  { callId: Type.String({ description: 'of the call that has begun' }) },
  { examples: [{ callId: '9bQm2cT5b1kq8wJzR0Yh3A' }] },
);

const AT_DESK = { permission: 'desk:update', reach: 'own' } as const;

/** What agents are to do (待办): promised calls, and what colleagues have left for them. */
export const taskRoutes: FastifyPluginCallbackTypebox<{ tasks: Board; desk: ActingDesk }> = (
  app,
  { tasks, desk },
  done,
) => {
  app.get(
    '/tasks',
    route(
      {
        access: AT_DESK,
        tag: 'agents',
        summary: 'What agents are to do (待办)',
        description:
          'Open ones, those that are due first in front; done ones, the latest in front. Agents see their own.',
        errors: ['bad-cursor'],
      },
      { querystring: list, response: { 200: listOf(row) } },
    ),
    async (request) => {
      const { state, agent } = request.query;
      const filter = { isDone: state === 'done', agent };
      return await pageOf(request, async (limit, after) => {
        const place = after && { dueAt: Number(after[0]), id: after[1]! };
        const found = await tasks.list(request.scope, filter, limit, place);
        return found.map((each) => ({ item: rowOf(request, each), place: [String(each.dueAt), each.id] }));
      });
    },
  );
  app.post(
    '/tasks',
    route(
      {
        access: AT_DESK,
        tag: 'agents',
        summary: 'Puts something on the list of an agent: his own, or of a colleague who is away',
        errors: ['no-such-agent', 'not-found', 'too-many-tasks'],
        isIdempotent: true,
      },
      { body: made, response: { 201: row } },
    ),
    async (request, reply) => {
      const {
        agent = ownAgent(request.principal, companyOf(request)),
        kind,
        text,
        dueAt,
        callId,
        number,
      } = request.body;
      if (agent === undefined) throw new RequestError('not-found', `${request.principal.name} is no agent`);
      const asked = { agent, kind, text, dueAt: parseTime('dueAt', dueAt), callId, number };
      const task = await tasks.add(request.scope, companyOf(request), request.principal.name, asked);
      return reply.code(201).header('etag', etagOf(task)).send(rowOf(request, task));
    },
  );
  app.patch(
    '/tasks/:id',
    route(
      {
        access: AT_DESK,
        tag: 'agents',
        summary: 'Says that it is done, or puts it off',
        description: 'Wants `If-Match`.',
        errors: ['no-if-match', 'changed-meanwhile'],
      },
      { params: idParams, body: change, response: { 200: row } },
    ),
    async (request, reply) => {
      const { done: isDone, text, dueAt } = request.body;
      const { scope, principal, params } = request;
      const asked = { isDone, text, dueAt: parseTime('dueAt', dueAt) };
      const check = (task: AgentTask) => requireMatch(request, task);
      const task = await tasks.change(scope, params.id, principal.name, asked, check);
      return reply.header('etag', etagOf(task)).send(rowOf(request, task));
    },
  );
  app.post(
    '/tasks/:id/call',
    route(
      {
        access: AT_DESK,
        tag: 'agents',
        summary: 'Calls whom it is about, from the phone of who asks (一键回拨)',
        description: 'The agent is rung first, then the other.',
        errors: [
          ...(['no-such-agent', 'no-such-extension', 'wrong-state', 'forbidden'] as const),
          ...(['signed-out', 'agent-at-work', 'bad-digits', 'changed-meanwhile'] as const),
        ],
        isIdempotent: true,
      },
      { params: idParams, querystring: deskQuery, response: { 201: begun } },
    ),
    async (request, reply) => {
      const { scope, principal, params } = request;
      const actor = deskOf(request);
      const task = await tasks.get(scope, params.id);
      if (task.number === '') throw new PbxError('wrong-state', `task ${task.id} is about no number`);
      const dialled = saying(desk, actor, desk.act(actor, 'dial', { to: { number: task.number } }));
      const { callId } = (await dialled) as { callId: string };
      await tasks.change(scope, task.id, principal.name, { calledIn: callId });
      return reply.code(201).send({ callId });
    },
  );
  done();
};

function rowOf(request: FastifyRequest, task: AgentTask): TaskRow {
  const show = showOf(request);
  const iso = (at: number) => new Date(at).toISOString();
  const { id, agent, kind, number, callId, text, dueAt, createdAt, createdBy, called, done, revision } = task;
  return {
    ...{
      id,
      agent,
      kind,
      number: show(number),
      callId: callId ?? null,
      text: textShown(text, show),
      createdBy,
      revision,
    },
    ...{ dueAt: iso(dueAt), createdAt: iso(createdAt) },
    called: called ? { at: iso(called.at), callId: called.callId } : null,
    done: done ? { at: iso(done.at), by: done.by } : null,
  };
}
