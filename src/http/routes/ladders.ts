import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import Type, { type Static } from 'typebox';
import type { Scope } from '../../shared/scope.ts';
import { contentOf, exampleOf, idParams, isoTime, route } from '../route.ts';

const end = Type.Object({ address: Type.String(), port: Type.Integer() });
const message = Type.Object({
  kind: Type.Literal('message'),
  at: isoTime(),
  direction: Type.Enum(['in', 'out']),
  transport: Type.String(),
  from: end,
  to: end,
  leg: Type.String({ description: 'whose leg it is: caller, an agent, a line; empty: not known yet' }),
  sipCallId: Type.String(),
  firstLine: Type.String(),
  text: Type.String({ description: 'the whole message, without secrets' }),
});
const event = Type.Object({
  kind: Type.Literal('event'),
  at: isoTime(),
  event: Type.String({ description: 'such as answered, rtp, recordingStarted, quality' }),
  leg: Type.String({ description: 'whose audio, or who was rung; empty: the call' }),
  details: Type.Array(Type.Object({ name: Type.String(), value: Type.String() })),
  text: Type.String({ description: 'the same in one line' }),
});
const ladder = Type.Object(
  {
    callId: Type.String(),
    lines: Type.Array(Type.Union([message, event])),
    leftOut: Type.Integer({ description: 'messages that there was no room for' }),
  },
  {
    examples: [
      {
        callId: 'NdZAOmg0KKahxxITiLR9ml',
        lines: [
          {
            kind: 'message',
            at: '2026-10-10T02:00:00.000Z',
            direction: 'in',
            transport: 'udp',
            from: { address: '198.51.100.7', port: 5060 },
            to: { address: '203.0.113.1', port: 5060 },
            leg: 'caller',
            sipCallId: 'a84b4c76e66710',
            firstLine: 'INVITE sip:4001234567@203.0.113.1 SIP/2.0',
            text: 'INVITE sip:4001234567@203.0.113.1 SIP/2.0\r\n...',
          },
          {
            kind: 'event',
            at: '2026-10-10T02:00:01.000Z',
            event: 'answered',
            leg: '',
            details: [],
            text: '',
          },
        ],
        leftOut: 0,
      },
    ],
  },
);

/** A ladder in its forms. */
export interface LadderForms {
  readonly json: Static<typeof ladder>;
  /** Drawn; `withMessages`: with each message whole behind the drawing. */
  text(withMessages: boolean): string;
  pcap(): Buffer;
}

/** What the route needs of the ladders. */
export interface LadderBoard {
  /** Throws PbxError `not-found`, also for another company's call. Numbers are masked for a scope that does not see them. */
  of(callId: string, scope: Scope): LadderForms;
}

const query = Type.Object(
  {
    format: Type.Optional(Type.Enum(['json', 'text', 'pcap'], { description: 'instead of Accept' })),
    messages: Type.Optional(
      Type.Boolean({
        description: 'of text: each message whole behind the drawing, with its time and its way',
      }),
    ),
    download: Type.Optional(Type.Boolean({ description: 'as a file to save; a capture always is' })),
  },
  { additionalProperties: false },
);
const PCAP = 'application/vnd.tcpdump.pcap';

/** SIP messages of a call (信令梯形图) as JSON, drawn, or as a capture. */
export const ladderRoutes: FastifyPluginCallbackTypebox<{ board: LadderBoard }> = (app, { board }, done) => {
  app.get(
    '/calls/:id/ladder',
    route(
      {
        access: { permission: 'ladder:read', reach: 'tenant' },
        tag: 'calls',
        errors: ['not-found'],
        summary: 'Show the SIP messages of a call and what happened to its audio',
        description: `Of the last calls, and by \`ladderId\` of OPTIONS and registrations of trunks that failed. As text/plain it is drawn, as ${PCAP} it is a file for Wireshark and sngrep.`,
      },
      {
        params: idParams,
        querystring: query,
        response: { 200: { description: 'the ladder', content: contentsOf() } },
      },
    ),
    async (request, reply) => {
      const { id } = request.params;
      const { format = formatOf(request.headers.accept), messages = false, download = false } = request.query;
      const forms = board.of(id, request.scope);
      const save = (ending: string) =>
        reply.header('content-disposition', `attachment; filename="${id.replace(/[^\w-]/g, '')}.${ending}"`);
      switch (format) {
        case 'text':
          if (download) save('txt');
          return reply.type('text/plain; charset=utf-8').send(forms.text(messages));
        case 'pcap':
          save('pcap');
          return reply.type(PCAP).send(forms.pcap());
        default:
          if (download) save('json');
          return reply.type('application/json; charset=utf-8').send(forms.json);
      }
    },
  );
  done();
};

function contentsOf() {
  const text = { schema: Type.String({ description: 'drawn' }) };
  return {
    'application/json': { schema: ladder, example: exampleOf(ladder) },
    'text/plain': text,
    ...contentOf(PCAP, 'a capture').content,
  };
}

function formatOf(accept = ''): 'json' | 'text' | 'pcap' {
  if (accept.includes('pcap')) return 'pcap';
  return accept.startsWith('text/plain') ? 'text' : 'json';
}

/** As the console reads it. */
export type LadderRow = Static<typeof ladder>;
