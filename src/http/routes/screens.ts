import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import type { FastifyRequest } from 'fastify';
import Type, { type Static } from 'typebox';
import type { Callbacks } from '../../callback/callbacks.ts';
import { CALL_OUTCOMES } from '../../cdr/cdr.ts';
import { queueOf } from '../../cdr/cdr-filter.ts';
import { customerOf } from '../../cdr/customer-of.ts';
import { dispositionOf, noteOf } from '../../cdr/noted.ts';
import { PbxError } from '../../shared/errors.ts';
import { maskedNumber, type ShowNumber, textShown, wholeNumber } from '../../shared/masked-number.ts';
import type { CallScreen, EarlierCall, PlaceNotice, Screens } from '../../workspace/screens.ts';
import type { CallDraft } from '../../workspace/workspace-store.ts';
import { idParams, isoTime, orNull, route } from '../route.ts';
import { parseTime, timeText } from '../time-text.ts';
import { deskOf, deskQuery } from './own-desk.ts';

const text = (description?: string) => Type.String(description === undefined ? {} : { description });
const ms = (description?: string) => Type.Integer(description === undefined ? {} : { description });

const draft = Type.Object(
  {
    at: isoTime('when it was written'),
    note: text(),
    disposition: orNull(text()),
    resolved: orNull(Type.Boolean()),
    handOver: text('for who takes the caller over (转接留言)'),
  },
  {
    examples: [
      {
        at: '2026-10-10T02:01:00.000Z',
        note: '要开发票',
        disposition: null,
        resolved: null,
        handOver: '客户已等三天',
      },
    ],
  },
);
const words = Type.Object(
  {
    note: Type.Optional(Type.String({ maxLength: 2000 })),
    disposition: Type.Optional(orNull(Type.String({ minLength: 1, maxLength: 64 }))),
    resolved: Type.Optional(orNull(Type.Boolean())),
    handOver: Type.Optional(Type.String({ maxLength: 500 })),
  },
  {
    additionalProperties: false,
    minProperties: 1,
    examples: [{ note: '要开发票', handOver: '客户已等三天' }],
  },
);
const entry = Type.Object({
  code: text(),
  title: text(),
  children: Type.Array(
    Type.Object({
      code: text(),
      title: text(),
      children: Type.Array(Type.Object({ code: text(), title: text() })),
    }),
  ),
});
const historyRow = Type.Object({
  id: text(),
  at: isoTime(),
  direction: Type.Enum(['inbound', 'outbound', 'internal']),
  queue: orNull(text()),
  queueTitle: orNull(text('what people call it')),
  agent: orNull(text('work number (工号)')),
  outcome: orNull(Type.Enum([...CALL_OUTCOMES])),
  talkMs: ms(),
  waitMs: ms(),
  score: orNull(text('key of the survey (满意度)')),
  disposition: orNull(text()),
  dispositionTitle: orNull(text('what people call it')),
  resolved: orNull(Type.Boolean()),
  note: orNull(text()),
});
const screen = Type.Object(
  {
    callId: text(),
    direction: Type.Enum(['inbound', 'outbound', 'internal']),
    startedAt: isoTime(),
    isOver: Type.Boolean({ description: 'the call has ended; he wraps it up' }),
    customer: text('number of who is served; empty: withheld'),
    area: orNull(text('归属地')),
    carrier: orNull(text()),
    called: text(),
    hotline: orNull(text()),
    waitMs: ms('that he has waited in queues'),
    priority: Type.Integer({ description: 'of his place in line; higher goes first' }),
    keys: Type.Array(Type.Object({ purpose: text(), digits: text() }), {
      description: 'what he has chosen by key',
    }),
    callsToday: Type.Integer({ description: 'how often he has called within 24 hours, this time included' }),
    queue: orNull(
      Type.Object({
        name: text(),
        title: text(),
        wrapUpMs: ms(),
        wrapUpExtensions: orNull(
          Type.Integer({ description: 'how often a wrap-up may be extended; null: as often as he likes' }),
        ),
        talkLimitMs: orNull(ms('a longer talk is an alarm')),
        holdLimitMs: orNull(ms('a longer hold is')),
        isDispositionRequired: Type.Boolean(),
        dispositions: Type.Array(entry),
        script: orNull(Type.Object({ title: text(), text: text('filled in') })),
      }),
    ),
    notices: Type.Array(
      Type.Object({
        name: text(),
        title: text(),
        text: orNull(text('for people: what is said to who asks')),
        state: Type.Enum(['in-force', 'planned']),
        places: Type.Array(text()),
        from: isoTime(),
        to: orNull(isoTime('null: until it is taken away')),
      }),
      { description: 'outages (停电公告) at his place: those of now, and of the next seven days' },
    ),
    draft: orNull(draft),
    others: Type.Array(Type.Object({ agent: text('work number (工号)'), ...draft.properties }), {
      description: 'what colleagues have written of this call, with which one gave it away',
    }),
    history: Type.Array(historyRow, { description: 'his other calls with the company, the newest first' }),
  },
  {
    examples: [
      {
        callId: '4mXm2cT5b1kq8wJzR0Yh3A',
        direction: 'inbound',
        startedAt: '2026-10-10T02:00:00.000Z',
        isOver: false,
        customer: '138****8000',
        area: '北京',
        carrier: '移动',
        called: '4001234567',
        hotline: '4001234567',
        waitMs: 20_000,
        priority: 0,
        keys: [{ purpose: 'main', digits: '1' }],
        callsToday: 2,
        queue: {
          name: 'sales',
          title: '销售',
          wrapUpMs: 30_000,
          wrapUpExtensions: null,
          talkLimitMs: 600_000,
          holdLimitMs: 60_000,
          isDispositionRequired: true,
          dispositions: [{ code: 'deal', title: '成交', children: [] }],
          script: { title: '欢迎', text: '您好，8001 为您服务' },
        },
        notices: [
          {
            name: 'cut-nanshan',
            title: '南山区计划停电',
            text: '10月10日8时至18时,南山区桃源街道停电检修。',
            state: 'in-force',
            places: ['桃源街道'],
            from: '2026-10-10T00:00:00.000Z',
            to: '2026-10-10T10:00:00.000Z',
          },
        ],
        draft: null,
        others: [],
        history: [
          {
            id: '9bQm2cT5b1kq8wJzR0Yh3A',
            at: '2026-10-09T02:00:00.000Z',
            direction: 'inbound',
            queue: 'sales',
            queueTitle: '销售',
            agent: '8002',
            outcome: 'answered',
            talkMs: 60_000,
            waitMs: 9000,
            score: '1',
            disposition: 'deal',
            dispositionTitle: '成交',
            resolved: true,
            note: '已下单',
          },
        ],
      },
    ],
  },
);
export type ScreenRow = Static<typeof screen>;
export type DraftRow = Static<typeof draft>;

const promise = Type.Object(
  {
    queue: Type.String({ minLength: 1, maxLength: 64, description: 'whose agents call' }),
    at: Type.Optional(Type.String({ maxLength: 40, description: `not before; left out: now. ${timeText}` })),
  },
  { additionalProperties: false, examples: [{ queue: 'service', at: '2026-10-10T15:00:00+08:00' }] },
);
const promised = Type.Object(
  { id: text(), queue: text() },
  { examples: [{ id: '7pXm2cT5b1kq8wJzR0Yh3A', queue: 'service' }] },
);

const AT_DESK = { permission: 'desk:update', reach: 'own' } as const;

/** What an agent's screen shows of the call in his hands (弹屏), and what he writes of it (草稿). */
export const screenRoutes: FastifyPluginCallbackTypebox<{
  screens: Pick<Screens, 'of' | 'write' | 'inHand'>;
  callbacks: Pick<Callbacks, 'promiseNumber'>;
}> = (app, { screens, callbacks }, done) => {
  app.get(
    '/calls/:id/screen',
    route(
      {
        access: AT_DESK,
        tag: 'calls',
        summary: 'What an agent is shown of a call in his hands (弹屏)',
        description:
          'From the ringing on to the end of his wrap-up: the customer with his calls to the whole company, the script of the queue filled in, its dispositions and limits, what he has written of it, and what colleagues have, such as who gave the caller away. Numbers are masked for who has no right to them.',
        errors: ['no-such-agent'],
      },
      { params: idParams, querystring: deskQuery, response: { 200: screen } },
    ),
    async (request) => {
      const { tenant, agent } = deskOf(request);
      const show = showOf(request);
      return rowOf(await screens.of(tenant, agent, request.params.id, show), show);
    },
  );
  app.put(
    '/calls/:id/draft',
    route(
      {
        access: AT_DESK,
        tag: 'calls',
        summary: 'Keeps what an agent writes of a call in his hands (小结草稿)',
        description:
          'What is left out stays. It is kept for a day; what the call came to is said by `POST /agents/{id}/note`.',
        errors: ['no-such-agent'],
      },
      { params: idParams, querystring: deskQuery, body: words, response: { 200: draft } },
    ),
    async (request) => {
      const { tenant, agent } = deskOf(request);
      const { note, disposition, resolved, handOver } = request.body;
      const written = {
        ...(note !== undefined && { note }),
        ...(disposition !== undefined && { disposition: disposition ?? undefined }),
        ...(resolved !== undefined && { resolved: resolved ?? undefined }),
        ...(handOver !== undefined && { handOver }),
      };
      return draftOf(await screens.write(tenant, agent, request.params.id, written), wholeNumber);
    },
  );
  app.post(
    '/calls/:id/callback',
    route(
      {
        access: AT_DESK,
        tag: 'calls',
        summary: 'Promises the customer of a call in hand that a queue calls him back (预约回呼)',
        description:
          'Such as one that is closed now. When it is its turn an agent is rung first, then the customer.',
        errors: ['no-such-agent', 'no-such-queue', 'wrong-state'],
        isIdempotent: true,
      },
      { params: idParams, querystring: deskQuery, body: promise, response: { 201: promised } },
    ),
    async (request, reply) => {
      const { tenant, agent } = deskOf(request);
      const { queue, at } = request.body;
      const number = customerOf(await screens.inHand(tenant, agent, request.params.id));
      if (!/^\+?\d{1,20}$/.test(number))
        throw new PbxError('wrong-state', 'the number of the customer is withheld');
      const asked = { queue, number, at: parseTime('at', at), by: request.principal.name };
      const { id } = await callbacks.promiseNumber(tenant, asked);
      return reply.code(201).send({ id, queue });
    },
  );
  done();
};

export const showOf = ({ scope }: FastifyRequest): ShowNumber =>
  scope.seesNumbers ? wholeNumber : maskedNumber;

function draftOf({ at, note, disposition, resolved, handOver }: CallDraft, show: ShowNumber): DraftRow {
  return {
    at: new Date(at).toISOString(),
    note: textShown(note, show),
    disposition: disposition ?? null,
    resolved: resolved ?? null,
    handOver: textShown(handOver, show),
  };
}

const noticeOf = ({ state, announcement }: PlaceNotice): ScreenRow['notices'][number] => {
  const { name, title, text: said = null, places, from, to } = announcement;
  const ends = to === undefined ? null : new Date(to).toISOString();
  return {
    name,
    title,
    text: said,
    state,
    places: [...places],
    from: new Date(from).toISOString(),
    to: ends,
  };
};

function rowOf({ call, queue, draft: own, others, ...shown }: CallScreen, show: ShowNumber): ScreenRow {
  return {
    ...{ callId: call.callId, direction: call.direction, startedAt: new Date(call.startedAt).toISOString() },
    isOver: shown.isOver,
    ...{ customer: show(shown.customer), area: call.area, carrier: call.carrier, hotline: call.hotline },
    called: call.direction === 'inbound' ? call.called : show(call.called),
    ...{ waitMs: shown.waitMs, priority: shown.priority, callsToday: shown.callsToday },
    keys: call.keys.map(({ purpose, digits }) => ({ purpose, digits: show(digits) })),
    queue: queue
      ? {
          ...{ name: queue.name, title: queue.title, wrapUpMs: queue.wrapUpMs },
          wrapUpExtensions: queue.wrapUpExtensions ?? null,
          ...{ talkLimitMs: queue.talkAlarmMs ?? null, holdLimitMs: queue.holdAlarmMs ?? null },
          isDispositionRequired: queue.isDispositionRequired,
          dispositions: structuredClone(queue.dispositions) as ScreenRow['queue'] extends infer Q
            ? Q extends { dispositions: infer D }
              ? D
              : never
            : never,
          script: queue.script ?? null,
        }
      : null,
    notices: shown.notices.map(noticeOf),
    // His own words as he has written them.
    draft: own ? draftOf(own, wholeNumber) : null,
    others: others.map((each) => ({ agent: each.agent, ...draftOf(each, show) })),
    history: shown.history.map((each) => historyOf(each, show)),
  };
}

function historyOf(
  { call, queueTitle, dispositionTitle }: EarlierCall,
  show: ShowNumber,
): ScreenRow['history'][number] {
  const note = noteOf(call);
  return {
    ...{ id: call.callId, at: new Date(call.startedAt).toISOString(), direction: call.direction },
    ...{ queueTitle: queueTitle ?? null, dispositionTitle: dispositionTitle ?? null },
    ...{ queue: queueOf(call), agent: call.agent, outcome: call.outcome, talkMs: call.talkMs },
    waitMs: call.asks.reduce((sum, { waitMs }) => sum + waitMs, 0),
    ...{ score: call.surveyDigit, disposition: dispositionOf(call), resolved: call.noted?.resolved ?? null },
    note: note === null ? null : textShown(note, show),
  };
}
