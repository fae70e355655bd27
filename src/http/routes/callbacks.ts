import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import type { FastifyRequest } from 'fastify';
import Type from 'typebox';
import type { Callback } from '../../callback/callback.ts';
import type { Callbacks } from '../../callback/callbacks.ts';
import { maskedNumber } from '../../shared/masked-number.ts';
import { RequestError } from '../errors.ts';
import { pageFields, pageOf } from '../page.ts';
import { companyOf, idParams, isoTime, listOf, nothing, orNull, route } from '../route.ts';
import { parseTime, timeText } from '../time-text.ts';

type Board = Pick<Callbacks, 'list' | 'promiseNumber' | 'withdraw' | 'hurry'>;

const row = Type.Object(
  {
    id: Type.String(),
    queue: Type.String({ description: 'whose agents call' }),
    number: Type.String(),
    callId: orNull(
      Type.String({ description: 'the call in which it was promised; null: somebody asked for it' }),
    ),
    promisedAt: isoTime(),
    state: Type.Enum(['waiting', 'calling', 'done', 'failed', 'withdrawn']),
    tries: Type.Integer({ description: 'how often he was called' }),
    nextAt: orNull(isoTime('not before; null: it is over')),
    result: Type.String({ description: 'how the last try went, or why it is over' }),
    lastCallId: orNull(Type.String()),
  },
  {
    examples: [
      {
        id: '4mXm2cT5b1kq8wJzR0Yh3A',
        queue: 'sales',
        number: '13800138000',
        callId: null,
        promisedAt: '2026-10-10T02:00:00.000Z',
        state: 'waiting',
        tries: 1,
        nextAt: '2026-10-10T02:10:00.000Z',
        result: 'no-answer',
        lastCallId: '9bQm2cT5b1kq8wJzR0Yh3A',
      },
    ],
  },
);

const body = Type.Object(
  {
    queue: Type.String({ minLength: 1, maxLength: 64, description: 'whose agents call' }),
    number: Type.String({ pattern: '^\\+?[0-9]{1,20}$' }),
    at: Type.Optional(Type.String({ maxLength: 40, description: `not before; left out: now. ${timeText}` })),
  },
  {
    additionalProperties: false,
    examples: [{ queue: 'sales', number: '13800138000', at: '2026-10-10T15:00:00+08:00' }],
  },
);
const list = Type.Object(
  {
    ...pageFields,
    state: Type.Optional(Type.Enum(['open'], { description: 'those of which something is to be done' })),
  },
  { additionalProperties: false },
);

const OPEN: ReadonlySet<Callback['state']> = new Set(['waiting', 'calling']);
const iso = (ms: number) => new Date(ms).toISOString();

function rowOf({ scope }: FastifyRequest, callback: Callback) {
  const { id, queue, number, callId, promisedAt, state, tries, nextAt, result, lastCallId } = callback;
  return {
    ...{ id, queue, state, tries, result },
    number: scope.seesNumbers ? number : maskedNumber(number),
    callId: callId === '' ? null : callId,
    promisedAt: iso(promisedAt),
    nextAt: OPEN.has(state) ? iso(nextAt) : null,
    lastCallId: lastCallId === '' ? null : lastCallId,
  };
}

const right = (action: 'read' | 'create' | 'update' | 'delete') =>
  ({ permission: `callback:${action}`, reach: 'tenant' }) as const;

/** Promises to call somebody back (预约回呼), which the engine keeps by itself. */
export const callbackRoutes: FastifyPluginCallbackTypebox<{ callbacks: Board }> = (
  app,
  { callbacks },
  done,
) => {
  app.get(
    '/callbacks',
    route(
      {
        access: right('read'),
        tag: 'queues',
        summary: 'Promises to call back, the newest first',
        errors: ['bad-cursor'],
      },
      { querystring: list, response: { 200: listOf(row) } },
    ),
    async (request) => {
      const tenant = companyOf(request);
      const { state } = request.query;
      return await pageOf(request, async (limit, after) => {
        const before = after && { promisedAt: Number(after[0]), id: after[1]! };
        const found = await callbacks.list(tenant, limit, { before, isOpen: state === 'open' });
        return found.map((each) => ({
          item: rowOf(request, each),
          place: [String(each.promisedAt), each.id],
        }));
      });
    },
  );
  app.post(
    '/callbacks',
    route(
      {
        access: right('create'),
        tag: 'queues',
        summary: 'Has somebody called back by the agents of a queue',
        description: 'When it is its turn an agent is rung first, then the number.',
        errors: ['no-such-queue'],
        isIdempotent: true,
      },
      { body, response: { 201: row } },
    ),
    async (request, reply) => {
      const { queue, number, at } = request.body;
      const asked = { queue, number, at: parseTime('at', at), by: request.principal.name };
      const made = await callbacks.promiseNumber(companyOf(request), asked);
      return reply.code(201).send(rowOf(request, made));
    },
  );
  app.post(
    '/callbacks/:id/call-now',
    route(
      {
        access: right('update'),
        tag: 'queues',
        summary: 'Has a promise take its turn now, whatever it waits for',
      },
      { params: idParams, response: { 204: nothing } },
    ),
    async (request, reply) => {
      const { id } = request.params;
      if (!callbacks.hurry(companyOf(request), id)) throw noneOpen(id);
      return reply.code(204).send(null);
    },
  );
  app.delete(
    '/callbacks/:id',
    route(
      { access: right('delete'), tag: 'queues', summary: 'Takes a promise back' },
      { params: idParams, response: { 204: nothing } },
    ),
    async (request, reply) => {
      const { id } = request.params;
      const isTakenBack = await callbacks.withdraw(companyOf(request), id, request.principal.name);
      if (!isTakenBack) throw noneOpen(id);
      return reply.code(204).send(null);
    },
  );
  done();
};

const noneOpen = (id: string) => new RequestError('not-found', `no call back ${id} is open`);
