import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import Type, { type Static } from 'typebox';
import type { Clock } from '../../shared/clock.ts';
import { type DraftAsked, draftFields, stubbedAnswers } from '../draft-schema.ts';
import { companyOf, type Given, isoTime, orNull, route } from '../route.ts';
import { parseTime, timeText } from '../time-text.ts';

const AGENT_MOOD =
  '^(ready|busy|break|meeting|training|signed-out|wrap-up(:\\d+(ms|s|m|h))?|no-answer|refuses|offline)$';
const who = { propertyNames: { pattern: '^[^\\s]{1,64}$' }, maxProperties: 500 };
const body = Type.Object(
  {
    hotline: Type.String({ pattern: '^\\d{3,20}$', description: 'a number that leads to it' }),
    caller: Type.String({ pattern: '^(\\+?\\d{1,20})?$', description: "'' withholds it" }),
    as: Type.Optional(
      Type.Enum(['vip', 'blacklisted', 'whitelisted'], {
        description: 'whom the rules of the hotline take the caller for, whatever his number',
      }),
    ),
    at: Type.Optional(Type.String({ maxLength: 40, description: `left out: now. ${timeText}` })),
    trunk: Type.Optional(Type.String({ maxLength: 64, description: 'left out: the first of the company' })),
    keys: Type.Optional(
      Type.Array(Type.String({ pattern: '^[0-9*#]{0,64}$' }), {
        maxItems: 200,
        description: 'what the caller presses, one input for each question',
      }),
    ),
    agents: Type.Optional(
      Type.Record(Type.String(), Type.String({ pattern: AGENT_MOOD }), {
        ...who,
        description: 'how each of them stands, by work number; others are ready and answer',
      }),
    ),
    phones: Type.Optional(
      Type.Record(
        Type.String(),
        Type.Union([
          Type.Enum(['no-answer', 'busy', 'offline']),
          Type.Object(
            {
              answersAfterMs: Type.Optional(Type.Integer({ minimum: 0, maximum: 600_000 })),
              talkMs: Type.Optional(Type.Integer({ minimum: 0, maximum: 3_600_000 })),
            },
            { additionalProperties: false },
          ),
        ]),
        {
          ...who,
          description: 'what extensions and outside lines do when they are rung; other lines do not answer',
        },
      ),
    ),
    switches: Type.Optional(
      Type.Array(Type.String({ maxLength: 64 }), { maxItems: 100, description: 'those that are on' }),
    ),
    http: stubbedAnswers,
    hangUpAfterMs: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 7_200_000,
        description: 'the caller hangs up; at the latest after 2 h',
      }),
    ),
    seed: Type.Optional(Type.Integer({ minimum: 0, maximum: 0x7fffffff, description: 'of random choices' })),
    ...draftFields,
  },
  {
    additionalProperties: false,
    examples: [
      {
        hotline: '4001234567',
        caller: '13800138000',
        at: '2026-10-10T10:00:00+08:00',
        keys: ['1'],
        agents: { '8001': 'no-answer' },
        switches: ['night'],
        draft: { flow: { type: 'queue', queue: 'sales' } },
      },
    ],
  },
);

const answer = Type.Object(
  {
    hotline: orNull(Type.String({ description: 'main number' })),
    called: Type.String(),
    caller: Type.String(),
    at: isoTime('when the call comes in'),
    area: orNull(Type.String()),
    carrier: orNull(Type.String()),
    path: Type.Array(
      Type.Object({
        step: Type.String({ description: 'the node, and which way out of it' }),
        why: Type.String(),
        afterMs: Type.Integer({ description: 'since the call came in' }),
        node: orNull(
          Type.String({
            description:
              'JSON pointer (RFC 6901) into the hotline; null: before, between or behind its nodes',
          }),
        ),
      }),
    ),
    nodes: Type.Array(Type.String(), { description: 'JSON pointers to the nodes in the order entered' }),
    heard: Type.Array(Type.String(), { description: 'prompts in the order heard' }),
    keys: Type.Array(Type.Object({ purpose: Type.String(), digits: Type.String() })),
    rung: Type.Array(Type.Object({ target: Type.String(), outcome: Type.String(), ringMs: Type.Integer() }), {
      description: 'agents and lines, each with how that went',
    }),
    end: Type.Object({
      cause: Type.String(),
      by: Type.String(),
      afterMs: Type.Integer(),
      isAnswered: Type.Boolean(),
      agent: orNull(Type.String({ description: 'who spoke with the caller last' })),
      survey: orNull(Type.String({ description: 'key of the survey' })),
      mailbox: orNull(Type.String({ description: 'where the caller left a message' })),
      callbackQueue: orNull(Type.String({ description: 'whose agents call back' })),
      isCut: Type.Boolean({ description: 'it went on and on: the caller was taken out of it' }),
    }),
    statuses: Type.Array(Type.Integer(), { description: 'SIP statuses to the caller' }),
    text: Type.String({ description: 'all of it, as `pbx400 simulate` prints it' }),
  },
  {
    examples: [
      {
        hotline: '4001234567',
        called: '4001234567',
        caller: '13800138000',
        at: '2026-10-10T02:00:00.000Z',
        area: '北京',
        carrier: '中国移动',
        path: [{ step: 'queue sales', why: 'agent 8001 free', afterMs: 0, node: '/flow' }],
        nodes: ['/flow'],
        heard: ['welcome', 'agent-prefix'],
        keys: [],
        rung: [{ target: '8001', outcome: 'answered', ringMs: 3000 }],
        end: {
          cause: 'normal',
          by: 'target',
          afterMs: 63_000,
          isAnswered: true,
          agent: '8001',
          survey: null,
          mailbox: null,
          callbackQueue: null,
          isCut: false,
        },
        statuses: [200],
        text: '4001234567 from 13800138000 (北京 中国移动) at 2026-10-10T10:00 Asia/Shanghai\n',
      },
    ],
  },
);

/** A call as it is to be simulated. */
export type SimulationAsked = Omit<Static<typeof body>, 'at' | 'version' | 'draft'> &
  DraftAsked & {
    readonly tenant: string;
    /** Ms since 1970. */
    readonly at: number;
    /** Numbers are masked in the answer. */
    readonly masked: boolean;
  };
/** Where it went; `at` in ms since 1970. */
export type SimulationFound = Given<Omit<Static<typeof answer>, 'at'>> & { readonly at: number };

/** As the API tells it. */
export type SimulationRow = Given<Static<typeof answer>>;

/** What the route needs of the number tester; it throws PbxError with what stands against it. */
export interface SimulationBoard {
  simulate(asked: SimulationAsked): Promise<SimulationFound>;
}

/** The number tester (号码测试): where a call would go, and why, before there is one. */
export const simulationRoutes: FastifyPluginCallbackTypebox<{
  board: SimulationBoard;
  clock: Pick<Clock, 'now'>;
}> = (app, { board, clock }, done) => {
  app.post(
    '/simulations',
    route(
      {
        access: { permission: 'simulation:create', reach: 'tenant' },
        tag: 'hotlines',
        summary: 'Where a call would go, and why (号码测试)',
        description:
          'Takes a call through the engine in virtual time, on what holds or on what is not saved yet. Nobody is rung and nobody outside is asked.',
        errors: ['change-refused', 'cannot-simulate', 'too-many-simulations', 'version-state', 'deadline'],
        bodyLimit: 1024 * 1024,
      },
      { body, response: { 200: answer } },
    ),
    async (request) => {
      const { at, ...asked } = request.body;
      const found = await board.simulate({
        ...asked,
        tenant: companyOf(request),
        at: parseTime('at', at) ?? clock.now(),
        masked: !request.scope.seesNumbers,
      });
      return { ...found, at: new Date(found.at).toISOString() };
    },
  );
  done();
};
