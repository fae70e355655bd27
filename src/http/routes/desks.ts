import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import Type, { type Static, type TProperties } from 'typebox';
import type { Scope } from '../../shared/scope.ts';
import { RequestError } from '../errors.ts';
import { isoTime, orNull, route } from '../route.ts';
import { agentNamed } from './acts.ts';
import { helpFields } from './help-asks.ts';

const text = (description?: string) => Type.String(description === undefined ? {} : { description });
const count = (description?: string) => Type.Integer(description === undefined ? {} : { description });
const object = <Fields extends TProperties>(fields: Fields) => Type.Object(fields);

/** What an agent's phone does in a call of his. */
const PHASES = [
  'ringing',
  'dialling',
  'connecting',
  'talking',
  'held',
  'consulting',
  'alternated',
  'asked',
  'conference',
  'reconnecting',
] as const;

/** A call that an agent has in hand. */
const callInHand = object({
  callId: text(),
  sipCallId: orNull(text("Call-ID of the agent's own leg; null: it is lost")),
  phase: Type.Enum(PHASES, {
    description:
      '`connecting`: both hear what comes before the talk; `alternated`: back with the customer while who is asked waits; `asked`: a colleague asks him',
  }),
  direction: Type.Enum(['inbound', 'outbound', 'internal']),
  number: text('of the customer, or of whom he talks with; empty: withheld'),
  area: orNull(text('归属地')),
  carrier: orNull(text()),
  vip: orNull(text('why the caller goes before others, in the words of the rule; null: he does not')),
  hotline: orNull(object({ number: text(), title: text() })),
  queue: orNull(object({ name: text(), title: text() })),
  script: orNull(text('name of the script (话术)')),
  keys: text('what the caller chose by key, `1 3`'),
  startedAt: isoTime('when it arrived'),
  waitingSince: orNull(isoTime('when he asked for an agent')),
  waitMs: orNull(count('how long he waited in the line; null: he has not asked, or waits still')),
  talkSince: orNull(isoTime('null: they have not talked yet')),
  phaseSince: isoTime(),
  third: orNull(
    object({
      name: text('work number or number of who is asked, or is in the conference'),
      isThere: Type.Boolean({ description: 'false: he is being rung' }),
    }),
  ),
  isMuted: Type.Boolean(),
  recording: Type.Enum(['off', 'on', 'paused']),
  history: orNull(
    object({
      calls24h: count('how many calls of that number came in the last 24 hours, with this one'),
      lastAgent: orNull(text('who talked with him last in 30 days')),
    }),
  ),
  handOver: orNull(
    object({
      agent: text('work number (工号)'),
      text: text('of a colleague who had the call to who takes it over (转接留言), told before he answers'),
    }),
  ),
});

/** An agent's desk as it is now. */
const desk = Type.Object(
  {
    agent: text('work number (工号)'),
    name: text(),
    state: text(),
    reason: orNull(text()),
    by: orNull(text('the supervisor by whose word')),
    since: isoTime(),
    isOverLimit: Type.Boolean(),
    wish: orNull(object({ state: text(), reason: orNull(text()) })),
    seat: object({
      kind: Type.Enum(['extension', 'outside'], { description: '`outside`: a number outside (远程坐席)' }),
      number: text(),
      isReachable: Type.Boolean(),
    }),
    extension: text('of his own'),
    queues: Type.Array(object({ name: text(), title: text() }), { description: 'that he serves now' }),
    wrapUp: orNull(
      object({
        until: isoTime(),
        extensionsLeft: count(),
        needsDisposition: Type.Boolean(),
        callId: text(),
        queue: text(),
      }),
    ),
    breakReasons: Type.Array(object({ name: text(), zh: text(), en: text(), limitMs: orNull(count()) })),
    echoCode: orNull(
      text('what his phone dials to hear itself (回声测试); null: the company has switched it off'),
    ),
    help: orNull(object(helpFields)),
    parkCode: orNull(
      text('what is dialled before a slot to take up who is parked there (驻留); null: it is switched off'),
    ),
    parked: Type.Array(
      object({ slot: text(), callId: text(), number: text('empty: withheld'), since: isoTime() }),
      { description: 'callers whom he has parked, the longest first (驻留): `POST /agents/{id}/take-back`' },
    ),
    calls: Type.Array(callInHand, { description: 'in hand, the oldest first' }),
  },
  {
    examples: [
      {
        agent: '8001',
        name: '王芳',
        state: 'talking',
        reason: null,
        by: null,
        since: '2026-10-10T04:00:00.000Z',
        isOverLimit: false,
        wish: { state: 'break', reason: 'lunch' },
        seat: { kind: 'extension', number: '8001', isReachable: true },
        extension: '8001',
        queues: [{ name: 'sales', title: 'sales' }],
        wrapUp: null,
        breakReasons: [{ name: 'lunch', zh: '午餐', en: 'lunch', limitMs: 3_600_000 }],
        echoCode: '*43',
        parkCode: '*85',
        help: null,
        parked: [],
        calls: [
          {
            callId: '4mXm2cT5b1kq8wJzR0Yh3A',
            sipCallId: 'Zr0Yh3A',
            phase: 'talking',
            direction: 'inbound',
            number: '13800138000',
            area: '北京',
            carrier: '移动',
            vip: null,
            hotline: { number: '4001234567', title: '客服热线' },
            queue: { name: 'sales', title: 'sales' },
            script: null,
            keys: '1',
            startedAt: '2026-10-10T03:59:20.000Z',
            waitingSince: '2026-10-10T03:59:30.000Z',
            waitMs: 30_000,
            talkSince: '2026-10-10T04:00:00.000Z',
            phaseSince: '2026-10-10T04:00:00.000Z',
            third: null,
            isMuted: false,
            recording: 'on',
            history: { calls24h: 2, lastAgent: '8002' },
            handOver: null,
          },
        ],
      },
    ],
  },
);
export type DeskRow = Static<typeof desk>;
export type CallInHand = Static<typeof callInHand>;

/** What the routes need of the desks. */
export interface DeskBoard {
  /** Undefined: there is no such agent. */
  desk(scope: Scope, tenant: string, agent: string): Promise<DeskRow | undefined>;
}

const params = object({
  id: Type.String({ minLength: 1, maxLength: 15, description: 'work number (工号), or `me`: his who asks' }),
});

/** What an agent's own screen shows (话务条): who may act at a desk may see it. */
export const deskRoutes: FastifyPluginCallbackTypebox<{ board: DeskBoard }> = (app, { board }, done) => {
  app.get(
    '/agents/:id/desk',
    route(
      {
        access: { permission: 'desk:update', reach: 'own' },
        tag: 'agents',
        summary: 'The desk of an agent: his state, and the calls that he has in hand (话务条)',
      },
      { params, response: { 200: desk } },
    ),
    async (request) => {
      const { tenant, agent } = agentNamed(request);
      const found = await board.desk(request.scope, tenant, agent);
      if (!found) throw new RequestError('not-found', `there is no agent ${agent}`);
      return found;
    },
  );
  done();
};
