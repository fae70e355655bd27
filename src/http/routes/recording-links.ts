import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import Type, { type Static } from 'typebox';
import type { Scope } from '../../shared/scope.ts';
import { exampleOf, idParams, isoTime, nothing, orNull, route } from '../route.ts';
import { audioAnswers, audioHeaders, audioQuery, sendAudio } from '../send-audio.ts';
import { type AudioOfRecording, namesOf, type Who, whoOf } from './recording-of-call.ts';

/** A link to a recording; times in ms since 1970. */
export interface ShareOfRecording {
  readonly id: string;
  readonly createdAt: number;
  readonly createdBy: string;
  readonly endsAt: number;
  readonly revokedAt: number | undefined;
}

/** What the routes need of links to recordings; what is not there, or of another company, is PbxError `not-found`. */
export interface RecordingLinkBoard {
  share(
    id: string,
    scope: Scope,
    who: Who,
    lastsMs: number,
  ): Promise<{ readonly share: ShareOfRecording; readonly token: string }>;
  sharesOf(id: string, scope: Scope): Promise<readonly ShareOfRecording[]>;
  revoke(id: string, shareId: string, scope: Scope, who: Who): Promise<void>;
  shared(token: string, address: string, isHeard: boolean): Promise<AudioOfRecording>;
}

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
const shareParams = Type.Object({
  id: Type.String({ minLength: 1, maxLength: 64 }),
  share: Type.String({ minLength: 1, maxLength: 64 }),
});
const tokenParams = Type.Object({ token: Type.String({ minLength: 1, maxLength: 100 }) });

/** Links to recordings (录音分享), for who has no account, until they end. */
export const recordingLinkRoutes: FastifyPluginCallbackTypebox<{ board: RecordingLinkBoard }> = (
  app,
  { board },
  done,
) => {
  const right = {
    access: { permission: 'recording:share', reach: 'own' },
    tag: 'recordings',
    errors: ['not-found'],
  } as const;
  app.post(
    '/recordings/:id/shares',
    route(
      { ...right, summary: 'Make a link by which anybody hears a recording until it ends' },
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
      { ...right, summary: 'List the links to a recording, those that are over, too' },
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
      { ...right, summary: 'End a link to a recording' },
      { params: shareParams, response: { 204: nothing } },
    ),
    async (request, reply) => {
      const { id, share: shareId } = request.params;
      await board.revoke(id, shareId, request.scope, whoOf(request));
      return reply.code(204).send(null);
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
