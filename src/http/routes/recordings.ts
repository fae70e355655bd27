import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import type { FastifyRequest } from 'fastify';
import Type, { type Static } from 'typebox';
import type { Cdr, CdrRecording } from '../../cdr/cdr.ts';
import type { CdrFilter } from '../../cdr/cdr-query.ts';
import { maskedCdr } from '../../cdr/masked-cdr.ts';
import { maskedNumber, textShown, wholeNumber } from '../../shared/masked-number.ts';
import type { Scope } from '../../shared/scope.ts';
import { pageFields, pageOf } from '../page.ts';
import { exampleOf, idParams, isoTime, listOf, nothing, orNull, route } from '../route.ts';
import {
  type Audio,
  type AudioPeaks,
  audioAnswers,
  audioHeaders,
  audioQuery,
  peaksAnswer,
  sendAudio,
} from '../send-audio.ts';
import { parseTime, timeText } from '../time-text.ts';

/** A recording with the record of its call. */
export interface RecordingOfCall {
  readonly id: string;
  readonly call: Cdr;
  readonly no: number;
  readonly recording: CdrRecording;
}

export interface AudioOfRecording {
  readonly of: RecordingOfCall;
  readonly audio: Audio;
}

/** A link to a recording; times in ms since 1970. */
export interface ShareOfRecording {
  readonly id: string;
  readonly createdAt: number;
  readonly createdBy: string;
  readonly endsAt: number;
  readonly revokedAt: number | undefined;
}

const USE_ACTIONS = ['listen', 'download', 'share', 'unshare', 'use-share', 'delete-recording'] as const;

/** Something that was done with a recording. */
interface RecordingUse {
  readonly recording: string;
  readonly at: number;
  readonly action: (typeof USE_ACTIONS)[number];
  readonly by: string;
  readonly address: string | undefined;
  readonly share: string | undefined;
}

interface Who {
  readonly name: string;
  readonly address?: string;
}

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
  share(
    id: string,
    scope: Scope,
    who: Who,
    lastsMs: number,
  ): Promise<{ readonly share: ShareOfRecording; readonly token: string }>;
  sharesOf(id: string, scope: Scope): Promise<readonly ShareOfRecording[]>;
  revoke(id: string, shareId: string, scope: Scope, who: Who): Promise<void>;
  usesOf(callId: string, scope: Scope): Promise<readonly RecordingUse[]>;
  shared(token: string, address: string, isHeard: boolean): Promise<AudioOfRecording>;
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
const share = Type.Object(
  {
    id: Type.String(),
    createdAt: isoTime(),
    createdBy: Type.String(),
    endsAt: isoTime(),
    revokedAt: orNull(isoTime()),
  },
  {
    examples: [
      {
        id: 'Zr0',
        createdAt: '2026-10-10T02:00:00.000Z',
        createdBy: 'li@demo',
        endsAt: '2026-10-17T02:00:00.000Z',
        revokedAt: null,
      },
    ],
  },
);
const shares = Type.Object({ items: Type.Array(share) }, { examples: [{ items: [exampleOf(share)] }] });
const use = Type.Object(
  {
    recording: Type.String(),
    at: isoTime(),
    action: Type.Enum([...USE_ACTIONS], { description: '`use-share`: heard by a link' }),
    by: Type.String({ description: 'who; of `use-share` the link' }),
    address: orNull(Type.String({ description: 'where he was' })),
    share: orNull(Type.String({ description: 'link that was made, ended or used' })),
  },
  {
    examples: [
      {
        recording: 'NdZAOmg0KKahxxITiLR9ml.0',
        at: '2026-10-10T03:00:00.000Z',
        action: 'listen',
        by: 'li@demo',
        address: '192.0.2.7',
        share: null,
      },
    ],
  },
);
const uses = Type.Object({ items: Type.Array(use) }, { examples: [{ items: [exampleOf(use)] }] });
/** As the console reads it. */
export type RecordingUseRow = Static<typeof use>;
const newShare = Type.Object(
  {
    lastsMs: Type.Integer({ minimum: 60_000, maximum: 90 * 86_400_000, default: 7 * 86_400_000 }),
  },
  { additionalProperties: false, examples: [{ lastsMs: 86_400_000 }] },
);
const madeShare = Type.Object(
  {
    share,
    url: Type.String({
      description: 'path of the link; whoever has it hears the recording. It is told once',
    }),
  },
  { examples: [{ share: exampleOf(share), url: '/api/v1/shared-recordings/k7QpX2m9sLd' }] },
);
const reason = Type.Object(
  { reason: Type.String({ minLength: 3, maxLength: 200, description: 'why; the audit trail has it' }) },
  { additionalProperties: false, examples: [{ reason: 'the customer asks for it' }] },
);
const shareParams = Type.Object({
  id: Type.String({ minLength: 1, maxLength: 64 }),
  share: Type.String({ minLength: 1, maxLength: 64 }),
});
const tokenParams = Type.Object({ token: Type.String({ minLength: 1, maxLength: 100 }) });

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
  app.post(
    '/recordings/:id/shares',
    route(
      { ...right('share'), summary: 'Make a link by which anybody hears a recording until it ends' },
      { params: idParams, body: newShare, response: { 201: madeShare } },
    ),
    async (request, reply) => {
      const { lastsMs } = request.body;
      const made = await board.share(request.params.id, request.scope, whoOf(request), lastsMs);
      const url = `/api/v1/shared-recordings/${made.token}`;
      return reply.code(201).send({ share: shareRow(made.share), url });
    },
  );
  app.get(
    '/recordings/:id/shares',
    route(
      { ...right('share'), summary: 'List the links to a recording, those that are over, too' },
      { params: idParams, response: { 200: shares } },
    ),
    async (request) => {
      const found = await board.sharesOf(request.params.id, request.scope);
      return { items: found.map(shareRow) };
    },
  );
  app.delete(
    '/recordings/:id/shares/:share',
    route(
      { ...right('share'), summary: 'End a link to a recording' },
      { params: shareParams, response: { 204: nothing } },
    ),
    async (request, reply) => {
      const { id, share: shareId } = request.params;
      await board.revoke(id, shareId, request.scope, whoOf(request));
      return reply.code(204).send(null);
    },
  );
  app.get(
    '/calls/:id/listeners',
    route(
      {
        access: { permission: 'audit:read', reach: 'tenant' },
        tag: 'recordings',
        errors: ['not-found'],
        summary: 'Who heard, saved or shared the recordings of a call (谁听过), the newest first',
        description: 'The last 200 of the audit trail.',
      },
      { params: idParams, response: { 200: uses } },
    ),
    async ({ params, scope }) => {
      const found = await board.usesOf(params.id, scope);
      return { items: found.map((each) => useRow(each, scope)) };
    },
  );
  app.get(
    '/shared-recordings/:token',
    route(
      {
        access: 'public',
        tag: 'recordings',
        errors: ['not-found'],
        summary: 'Hear the recording that a link leads to',
        description:
          'For whoever has the link, until it ends. Each use is in the audit trail with its address.',
      },
      { params: tokenParams, querystring: audioQuery, headers: audioHeaders, response: audioAnswers },
    ),
    async (request, reply) => {
      const isHeard = request.method !== 'HEAD';
      const { of, audio } = await board.shared(request.params.token, request.ip, isHeard);
      // Who got it from others learns nothing of the call.
      const names = { ...namesOf(of, request.query.download), name: 'recording' };
      return sendAudio(request, reply, audio, names);
    },
  );
  done();
};

function whoOf({ principal }: FastifyRequest): Who {
  const { name, address } = principal;
  return address === undefined ? { name } : { name, address };
}

const namesOf = ({ id, recording }: RecordingOfCall, isSaved: boolean) => ({
  name: id.replace('.', '-'),
  isSaved,
  sha256: recording.sha256 ?? undefined,
});

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

const useRow = ({ at, by, address, share, ...rest }: RecordingUse, scope: Scope): Static<typeof use> => ({
  ...rest,
  at: iso(at),
  by: textShown(by, scope.seesNumbers ? wholeNumber : maskedNumber),
  address: address ?? null,
  share: share ?? null,
});

const shareRow = ({
  id,
  createdAt,
  createdBy,
  endsAt,
  revokedAt,
}: ShareOfRecording): Static<typeof share> => ({
  ...{ id, createdAt: iso(createdAt), createdBy, endsAt: iso(endsAt) },
  revokedAt: revokedAt === undefined ? null : iso(revokedAt),
});

const iso = (ms: number) => new Date(ms).toISOString();
