import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import Type, { type Static } from 'typebox';
import type { CdrFilter } from '../../cdr/cdr-query.ts';
import { maskedCdr } from '../../cdr/masked-cdr.ts';
import { maskedNumber, textShown, wholeNumber } from '../../shared/masked-number.ts';
import type { Scope } from '../../shared/scope.ts';
import { pageFields, pageOf } from '../page.ts';
import { idParams, isoTime, listOf, nothing, orNull, route } from '../route.ts';
import {
  type AudioPeaks,
  audioAnswers,
  audioHeaders,
  audioQuery,
  peaksAnswer,
  sendAudio,
} from '../send-audio.ts';
import { parseTime, timeText } from '../time-text.ts';
import {
  type AudioOfRecording,
  namesOf,
  type RecordingOfCall,
  type Who,
  whoOf,
} from './recording-of-call.ts';

/** What the routes need of the recordings; what is not there, or of another company, is PbxError `not-found`. */
export interface RecordingBoard {
  list(
    filter: CdrFilter,
    scope: Scope,
    limit: number,
    after?: readonly [startedAt: string, callId: string, no: string],
  ): Promise<readonly RecordingOfCall[]>;
  peaks(id: string, scope: Scope): Promise<AudioPeaks>;
  get(id: string, scope: Scope): Promise<RecordingOfCall>;
  look(id: string, scope: Scope): Promise<AudioOfRecording>;
  listen(id: string, scope: Scope, who: Who, action: 'listen' | 'download'): Promise<AudioOfRecording>;
  delete(id: string, scope: Scope, who: Who, reason: string): Promise<void>;
}

const name = (description: string) => Type.Optional(Type.String({ maxLength: 64, description }));
const number = Type.Optional(
  Type.String({ pattern: '^\\+?[0-9]{1,20}$', description: 'a whole telephone number' }),
);
const time = Type.Optional(Type.String({ maxLength: 40, description: timeText }));
const list = Type.Object(
  {
    ...pageFields,
    from: time,
    to: time,
    caller: number,
    called: number,
    hotline: name('main number of the hotline'),
    queue: name('queue that the caller asked last'),
    agent: name('agent who spoke with the caller last'),
    minTalkMs: Type.Optional(Type.Integer({ minimum: 0, description: 'spoken at least so long' })),
    maxScore: Type.Optional(
      Type.Integer({ minimum: 0, maximum: 9, description: 'key of the survey, or lower' }),
    ),
  },
  { additionalProperties: false },
);
const row = Type.Object(
  {
    id: Type.String(),
    callId: Type.String(),
    tenant: Type.String(),
    startedAt: isoTime('when its call arrived'),
    caller: Type.String(),
    called: Type.String(),
    hotline: orNull(Type.String()),
    agent: orNull(Type.String({ description: 'who spoke with the caller last' })),
    durationMs: orNull(Type.Integer()),
    bytes: orNull(Type.Integer()),
    sha256: orNull(Type.String()),
    error: orNull(Type.String({ description: 'why it is incomplete or missing' })),
    deletedAt: orNull(isoTime()),
    deletedBecause: orNull(
      Type.String({ description: 'in the words of who deleted it; null: its time was over' }),
    ),
  },
  {
    examples: [
      {
        id: 'NdZAOmg0KKahxxITiLR9ml.0',
        callId: 'NdZAOmg0KKahxxITiLR9ml',
        tenant: 'demo',
        startedAt: '2026-10-10T02:00:00.000Z',
        caller: '13800138000',
        called: '4001234567',
        hotline: '4001234567',
        agent: '8001',
        durationMs: 93_000,
        bytes: 2_976_044,
        sha256: null,
        error: null,
        deletedAt: null,
        deletedBecause: null,
      },
    ],
  },
);
const reason = Type.Object(
  { reason: Type.String({ minLength: 3, maxLength: 200, description: 'why; the audit trail has it' }) },
  { additionalProperties: false, examples: [{ reason: 'the customer asks for it' }] },
);
/** Recordings of talks (录音): listed, heard in parts, fetched, shared by links that end, deleted for a reason. */
export const recordingRoutes: FastifyPluginCallbackTypebox<{ board: RecordingBoard }> = (
  app,
  { board },
  done,
) => {
  const right = (action: 'read' | 'delete' | 'share') => ({
    access: { permission: `recording:${action}`, reach: 'own' } as const,
    tag: 'recordings' as const,
    errors: ['not-found'] as const,
  });
  app.get(
    '/recordings',
    route(
      { ...right('read'), summary: 'List recordings, the newest call first' },
      { querystring: list, response: { 200: listOf(row) } },
    ),
    async (request) => {
      const { limit: _, after: __, from, to, ...rest } = request.query;
      const times = { from: parseTime('from', from), to: parseTime('to', to) };
      const filter = Object.fromEntries(
        Object.entries({ ...rest, ...times }).filter(([, value]) => value !== undefined),
      ) as CdrFilter;
      return await pageOf(request, async (limit, after) => {
        const place = after && ([after[0] ?? '', after[1] ?? '', after[2] ?? ''] as const);
        const found = await board.list(filter, request.scope, limit, place);
        return found.map((each) => ({
          item: rowOf(each, request.scope),
          place: [String(each.call.startedAt), each.call.callId, String(each.no)],
        }));
      });
    },
  );
  app.get(
    '/recordings/:id',
    route({ ...right('read'), summary: 'Show a recording' }, { params: idParams, response: { 200: row } }),
    async (request) => rowOf(await board.get(request.params.id, request.scope), request.scope),
  );
  app.get(
    '/recordings/:id/audio',
    route(
      {
        ...right('read'),
        summary: 'Hear a recording, or save it',
        description:
          'Whole or in parts. Each listening is in the audit trail, once in ten minutes for the same person and recording.',
      },
      { params: idParams, querystring: audioQuery, headers: audioHeaders, response: audioAnswers },
    ),
    async (request, reply) => {
      const { id } = request.params;
      const { download } = request.query;
      const { of, audio } =
        request.method === 'HEAD'
          ? await board.look(id, request.scope)
          : await board.listen(id, request.scope, whoOf(request), download ? 'download' : 'listen');
      return sendAudio(request, reply, audio, namesOf(of, download));
    },
  );
  app.get(
    '/recordings/:id/peaks',
    route(
      {
        ...right('read'),
        errors: ['not-found', 'in-use', 'too-many-requests', 'ffmpeg', 'closed'],
        summary: 'What a player draws of a recording (波形)',
        description:
          'Lowest and highest level of 1,000 to 2,000 pieces, per channel. Nobody hears it: no entry in the audit trail.',
      },
      { params: idParams, response: { 200: peaksAnswer } },
    ),
    async (request) => await board.peaks(request.params.id, request.scope),
  );
  app.delete(
    '/recordings/:id',
    route(
      {
        ...right('delete'),
        errors: ['not-found', 'on-hold', 'in-use'],
        summary: 'Delete the file of a recording, for a reason',
        description: 'Its record stays and says when it was deleted; the audit trail says by whom and why.',
      },
      { params: idParams, body: reason, response: { 204: nothing } },
    ),
    async (request, reply) => {
      await board.delete(request.params.id, request.scope, whoOf(request), request.body.reason);
      return reply.code(204).send(null);
    },
  );
  done();
};

function rowOf({ id, call, recording }: RecordingOfCall, scope: Scope): Static<typeof row> {
  const { callId, tenantId, startedAt, caller, called, hotline, agent } = scope.seesNumbers
    ? call
    : maskedCdr(call);
  const { durationMs, bytes, sha256, error, deletedAt, deletedBecause: because } = recording;
  const deletedBecause = because && textShown(because, scope.seesNumbers ? wholeNumber : maskedNumber);
  return {
    ...{ id, callId, tenant: tenantId, startedAt: iso(startedAt), caller, called, hotline, agent },
    ...{ durationMs, bytes, sha256, error, deletedAt: deletedAt === null ? null : iso(deletedAt) },
    deletedBecause: deletedBecause ?? null,
  };
}

const iso = (ms: number) => new Date(ms).toISOString();
