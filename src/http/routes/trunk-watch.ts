import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import Type, { type Static } from 'typebox';
import { RequestError } from '../errors.ts';
import { companyOf, type Given, isoTime, listOf, orNull, type RouteFacts, route } from '../route.ts';

const peak = Type.Object({
  date: Type.String({ description: 'day of the zone of the installation' }),
  most: Type.Integer({ description: 'calls at once' }),
  at: isoTime('begin of the quarter of an hour'),
});

const watched = Type.Object(
  {
    tenant: Type.String({ description: 'the company' }),
    name: Type.String(),
    state: Type.Unsafe<'up' | 'down'>(Type.String({ description: '`up` or `down`' })),
    why: orNull(Type.String({ description: 'null: it has been up since the start' })),
    since: orNull(isoTime()),
    nextTry: orNull(isoTime('from when on a call may try it; null: it is up')),
    hasWayOut: Type.Boolean({ description: 'false: calls only come in over it' }),
    calls: Type.Integer({ description: 'now' }),
    channels: Type.Integer({ description: 'how many calls there may be' }),
    in: Type.Integer({ description: 'calls in, now' }),
    out: Type.Integer({ description: 'calls out, now' }),
    limits: Type.Object({
      in: orNull(Type.Integer({ description: 'null: as many as there are channels' })),
      out: orNull(Type.Integer()),
    }),
    shares: Type.Array(
      Type.Object({
        tenant: Type.String(),
        calls: Type.Integer({ description: 'now' }),
        channels: orNull(Type.Integer({ description: 'its share; null: no limit of its own' })),
      }),
      { description: 'of a trunk that companies share' },
    ),
    peaks: Type.Object({
      since: isoTime('counted since then: the start of the engine, or of the trunk'),
      days: Type.Array(peak, {
        description: 'days on which there was a call, the newest first, eight at most',
      }),
    }),
    registration: orNull(
      Type.Object({
        state: Type.String({ description: 'idle, registering, registered or waiting' }),
        answeredAt: orNull(isoTime('null: nothing has come back yet')),
        status: orNull(Type.Integer({ description: 'SIP status of the registrar; null: no answer' })),
        reason: Type.String(),
        until: orNull(isoTime('until when it keeps us; null: it does not')),
      }),
    ),
  },
  {
    examples: [
      {
        tenant: 'demo',
        name: 'carrier',
        state: 'up',
        why: null,
        since: null,
        nextTry: null,
        hasWayOut: true,
        calls: 3,
        channels: 30,
        in: 2,
        out: 1,
        limits: { in: null, out: 10 },
        shares: [],
        peaks: {
          since: '2026-10-09T01:00:00.000Z',
          days: [{ date: '2026-10-10', most: 17, at: '2026-10-10T02:15:00.000Z' }],
        },
        registration: {
          state: 'registered',
          answeredAt: '2026-10-10T02:00:00.000Z',
          status: 200,
          reason: 'OK',
          until: '2026-10-10T03:00:00.000Z',
        },
      },
    ],
  },
);

/** A trunk at work, closer. */
export type TrunkWatchRow = Static<typeof watched>;

/** A number or a URI as a carrier or a gateway sends it. */
const sent = (description: string) => Type.String({ maxLength: 300, description });

const trial = Type.Object(
  {
    direction: Type.Enum(['in', 'out']),
    called: sent('in: user of the Request-URI, or all of it; out: the number that is dialled'),
    caller: sent("in: From's; out: the number that is to be shown, '': the one of the trunk"),
    to: Type.Optional(sent('in: To, where it is another than the Request-URI')),
    identity: Type.Optional(sent('in: P-Asserted-Identity')),
    remoteParty: Type.Optional(sent('in: Remote-Party-ID')),
    privacy: Type.Optional(Type.String({ maxLength: 64, description: 'in: Privacy, such as id' })),
    company: Type.Optional(
      Type.String({ maxLength: 64, description: 'out, over a trunk that companies share: whose call it is' }),
    ),
    value: Type.Optional(
      Type.Record(Type.String(), Type.Unknown(), {
        description: 'the trunk as it is edited, as a whole but its password; left out: as it is',
      }),
    ),
  },
  {
    additionalProperties: false,
    examples: [{ direction: 'in', called: '+8675523456789', caller: '+8613800138000' }],
  },
);

export type TrunkTrial = Static<typeof trial>;

const tried = Type.Object(
  {
    steps: Type.Array(
      Type.Object({
        of: Type.Unsafe<'called' | 'caller'>(Type.String({ description: 'called or caller' })),
        step: Type.String({
          description:
            'request-uri, to, pai, rpid, from: where it was read; from-instead: the header that was to tell is not there; parameters: taken off; rule, no-rule: changed by the rules of the trunk, or by none of them; one-form: as hotlines, lists and records have it; withheld; dialled, wanted; shown, not-own: what is shown',
        }),
        before: Type.String(),
        after: Type.String(),
        rule: orNull(Type.Integer({ description: 'place of the rule in its list, from 0' })),
      }),
    ),
    called: orNull(Type.String({ description: 'in: the number that is called' })),
    caller: orNull(Type.String({ description: "in: who calls; '': withheld" })),
    leadsTo: orNull(
      Type.Object({
        kind: Type.Unsafe<'hotline' | 'extension' | 'nobody'>(
          Type.String({ description: 'hotline, extension (by its own number) or nobody of the company' }),
        ),
        name: Type.String({ description: "'' for nobody" }),
      }),
    ),
    requestUri: orNull(Type.String({ description: 'out: null: the trunk has no way out' })),
    from: orNull(Type.String({ description: 'out: URI of From' })),
    headers: Type.Array(Type.Object({ name: Type.String(), value: Type.String() }), {
      description: 'out: besides, such as P-Asserted-Identity, Privacy',
    }),
    ways: Type.Array(
      Type.Object({
        trunk: Type.String(),
        isTried: Type.Boolean({ description: 'it is the one that is asked about' }),
        priority: Type.Integer(),
        share: Type.Number({ description: 'of the calls at its priority, 0 to 1' }),
        state: Type.Unsafe<'up' | 'down'>(Type.String({ description: 'up or down' })),
        calls: Type.Integer(),
        channels: Type.Integer(),
      }),
      { description: 'out: the ways of the company in the order of trying' },
    ),
  },
  {
    examples: [
      {
        steps: [
          {
            of: 'called',
            step: 'request-uri',
            before: '+8675523456789',
            after: '+8675523456789',
            rule: null,
          },
          { of: 'called', step: 'one-form', before: '+8675523456789', after: '075523456789', rule: null },
        ],
        called: '075523456789',
        caller: '13800138000',
        leadsTo: { kind: 'hotline', name: '4001234567' },
        requestUri: null,
        from: null,
        headers: [],
        ways: [],
      },
    ],
  },
);

/** What became of a number. */
export type TrunkTrialRow = Static<typeof tried>;

const probes = Type.Object(
  {
    quarters: Type.Array(
      Type.Object({
        at: isoTime('begin of the quarter of an hour'),
        answered: Type.Integer(),
        late: Type.Integer({ description: 'answered after more than 500 ms, when they had been sent twice' }),
        failed: Type.Integer({ description: 'no answer, 408 or 503' }),
        averageMs: orNull(Type.Number({ description: 'of those that came; null: none did' })),
        longestMs: orNull(Type.Number()),
      }),
      { description: 'of the last day in which it was asked, the oldest first' },
    ),
    last: Type.Array(
      Type.Object({
        at: isoTime('when it was asked'),
        tookMs: Type.Integer(),
        status: orNull(Type.Integer({ description: 'SIP status; null: no answer' })),
      }),
      { description: 'the last twenty, the newest first' },
    ),
  },
  {
    examples: [
      {
        quarters: [
          {
            ...{ at: '2026-10-10T02:00:00.000Z', answered: 29, late: 1, failed: 0 },
            ...{ averageMs: 24.5, longestMs: 611 },
          },
        ],
        last: [{ at: '2026-10-10T02:14:30.000Z', tookMs: 12, status: 200 }],
      },
    ],
  },
);

/** Answers of a trunk's peer to OPTIONS. */
export type TrunkProbesRow = Static<typeof probes>;

const failure = Type.Object(
  {
    at: isoTime('when it was asked'),
    kind: Type.Unsafe<'options' | 'register'>(Type.String({ description: 'options or register' })),
    status: orNull(Type.Integer({ description: 'SIP status; null: no answer' })),
    reason: Type.String({ description: 'as the peer says it' }),
    ladderId: Type.String({
      description: 'its messages: `GET /calls/{ladderId}/ladder`, as long as they are kept',
    }),
  },
  {
    examples: [
      {
        ...{ at: '2026-10-10T02:00:00.000Z', kind: 'register', status: 403, reason: 'Forbidden' },
        ladderId: 'NdZAOmg0KKahxxITiLR9ml',
      },
    ],
  },
);

/** A request of a trunk outside of calls that failed. */
export type TrunkFailureRow = Static<typeof failure>;

/** What the routes need of the trunks and the companies. */
export interface TrunkWatch {
  /** Undefined: the company has none of that name. */
  watch(tenant: string, name: string): Given<TrunkWatchRow> | undefined;
  probes(tenant: string, name: string): Given<TrunkProbesRow> | undefined;
  /** The newest first. */
  failures(tenant: string, name: string): readonly Given<TrunkFailureRow>[] | undefined;
  /** Throws PbxError `not-found`, or `change-refused` with what is wrong with the value. */
  trial(tenant: string, name: string, asked: TrunkTrial): Given<TrunkTrialRow>;
}

const params = Type.Object({ name: Type.String({ maxLength: 64 }) });

/** One trunk (中继), closer: how it is, and what its rules make of a number. */
export const trunkWatchRoutes: FastifyPluginCallbackTypebox<{ board: TrunkWatch }> = (
  app,
  { board },
  done,
) => {
  const facts = (summary: string, description: string) =>
    ({
      access: { permission: 'trunk:read', reach: 'tenant' },
      tag: 'system',
      summary,
      description,
      errors: ['not-found'],
    }) satisfies RouteFacts;
  const found = <Found>(name: string, one: Found | undefined): Found => {
    if (one === undefined) throw new RequestError('not-found', `there is no trunk ${name}`);
    return one;
  };
  app.get(
    '/live/trunks/:name',
    route(
      facts(
        'One trunk at work: state, channels now and at the most, registration (中继实况)',
        'Peaks are counted in memory, by quarter of an hour, since the engine started.',
      ),
      { params, response: { 200: watched } },
    ),
    async (request) => found(request.params.name, board.watch(companyOf(request), request.params.name)),
  );
  app.get(
    '/trunks/:name/probes',
    route(
      facts(
        'What the peer of a trunk answered to OPTIONS in the last day (探测历史)',
        'Kept in memory since the engine started; 2,880 answers at most.',
      ),
      { params, response: { 200: probes } },
    ),
    async (request) => found(request.params.name, board.probes(companyOf(request), request.params.name)),
  );
  app.get(
    '/trunks/:name/failures',
    route(
      facts(
        'OPTIONS and registrations of a trunk that failed last (最近失败)',
        'Thirty of each kind, since the engine started. Calls that failed: `GET /calls?trunk=NAME&outcome=failed`.',
      ),
      { params, response: { 200: listOf(failure) } },
    ),
    async (request) => ({
      items: found(request.params.name, board.failures(companyOf(request), request.params.name)),
      next: null,
    }),
  );
  app.post(
    '/trunks/:name/trial',
    route(
      {
        ...facts(
          'What the rules of a trunk make of a number, step by step (号码规则试算)',
          'Answered by the functions that calls go through; nothing is dialled, no channel is taken, nothing is saved.',
        ),
        errors: ['not-found', 'change-refused'],
      },
      { params, body: trial, response: { 200: tried } },
    ),
    async (request) => board.trial(companyOf(request), request.params.name, request.body),
  );
  done();
};
