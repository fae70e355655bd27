import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import type { FastifyRequest } from 'fastify';
import Type, { type Static } from 'typebox';
import type { Cdr, CdrMessageHandling, CdrVoicemail } from '../../cdr/cdr.ts';
import { maskedCdr } from '../../cdr/masked-cdr.ts';
import { MESSAGE_STATES, type MessageState, NOT_HANDLED } from '../../cdr/message-state.ts';
import type { Scope } from '../../shared/scope.ts';
import { pageFields, pageOf } from '../page.ts';
import { idParams, isoTime, listOf, nothing, orNull, route } from '../route.ts';
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

/** A message with the record of its call. */
export interface MessageOfCall {
  readonly id: string;
  readonly call: Cdr;
  readonly message: CdrVoicemail;
  readonly state: MessageState;
  readonly handling: CdrMessageHandling;
}

interface Who {
  readonly name: string;
  readonly address?: string;
}

/** What the routes need of the messages; what is not there, or of another company, is PbxError `not-found`. */
export interface VoicemailBoard {
  list(
    query: {
      readonly mailbox?: string;
      readonly states?: readonly MessageState[];
      readonly isDone?: boolean;
      readonly from?: number;
      readonly to?: number;
    },
    scope: Scope,
    limit: number,
    after?: Pick<Cdr, 'startedAt' | 'callId'>,
  ): Promise<readonly MessageOfCall[]>;
  peaks(id: string, scope: Scope): Promise<AudioPeaks>;
  get(id: string, scope: Scope): Promise<MessageOfCall>;
  look(id: string, scope: Scope): Promise<{ readonly of: MessageOfCall; readonly audio: Audio }>;
  listen(
    id: string,
    scope: Scope,
    who: Who,
    action: 'listen' | 'download',
  ): Promise<{ readonly of: MessageOfCall; readonly audio: Audio }>;
  change(
    id: string,
    scope: Scope,
    who: Who,
    change: {
      readonly heard?: boolean;
      readonly saved?: boolean;
      readonly note?: string;
      readonly done?: boolean;
    },
  ): Promise<MessageOfCall>;
  delete(id: string, scope: Scope, who: Who, reason: string): Promise<void>;
}

const time = Type.Optional(Type.String({ maxLength: 40, description: timeText }));
const list = Type.Object(
  {
    ...pageFields,
    mailbox: Type.Optional(Type.String({ maxLength: 64, description: 'name of the mailbox (语音信箱)' })),
    state: Type.Optional(Type.Enum(MESSAGE_STATES, { description: 'left out: all that are not deleted' })),
    done: Type.Optional(Type.Boolean({ description: 'whether what it asks for was seen to (已处理)' })),
    from: time,
    to: time,
  },
  { additionalProperties: false },
);
const row = Type.Object(
  {
    id: Type.String({ description: 'that of its call' }),
    tenant: Type.String(),
    mailbox: Type.String(),
    subject: orNull(Type.String({ description: 'what it is about, by the flow that took it' })),
    state: Type.Enum(MESSAGE_STATES),
    startedAt: isoTime('when its call arrived'),
    caller: Type.String(),
    called: Type.String(),
    hotline: orNull(Type.String()),
    durationMs: Type.Integer(),
    bytes: orNull(Type.Integer()),
    sha256: orNull(Type.String()),
    heardAt: orNull(isoTime('when somebody heard it first')),
    heardBy: orNull(Type.String()),
    savedAt: orNull(isoTime('since when it is kept (保存)')),
    note: Type.String(),
    doneAt: orNull(isoTime('when what it asks for was seen to')),
    doneBy: orNull(Type.String()),
    deletedAt: orNull(isoTime()),
    deletedBecause: orNull(
      Type.String({ description: 'in the words of who deleted it; null: its time was over' }),
    ),
  },
  {
    examples: [
      {
        ...{ id: 'NdZAOmg0KKahxxITiLR9ml', tenant: 'demo', mailbox: 'night', state: 'heard' },
        subject: null,
        ...{ startedAt: '2026-10-10T14:00:00.000Z', caller: '13800138000', called: '4001234567' },
        ...{ hotline: '4001234567', durationMs: 21_000, bytes: 336_044, sha256: null },
        ...{ heardAt: '2026-10-11T01:02:00.000Z', heardBy: 'li@demo', savedAt: null },
        ...{ note: '要发票', doneAt: null, doneBy: null, deletedAt: null, deletedBecause: null },
      },
    ],
  },
);
export type VoicemailRow = Static<typeof row>;
const change = Type.Object(
  {
    heard: Type.Optional(Type.Boolean({ description: 'false: it is new again, and its lamp is lit' })),
    saved: Type.Optional(Type.Boolean({ description: 'it is kept among the heard ones' })),
    note: Type.Optional(Type.String({ maxLength: 2_000 })),
    done: Type.Optional(Type.Boolean({ description: 'what it asks for was seen to' })),
  },
  { additionalProperties: false, minProperties: 1, examples: [{ note: '要发票', done: true }] },
);
const reason = Type.Object(
  { reason: Type.String({ minLength: 3, maxLength: 200, description: 'why; the audit trail has it' }) },
  { additionalProperties: false, examples: [{ reason: 'seen to; it has a card number' }] },
);

/** Messages that callers left in mailboxes (语音留言): listed, heard, kept, noted, seen to, deleted for a reason. */
export const voicemailRoutes: FastifyPluginCallbackTypebox<{ board: VoicemailBoard }> = (
  app,
  { board },
  done,
) => {
  const right = (action: 'read' | 'update' | 'delete') => ({
    access: { permission: `voicemail:${action}`, reach: 'own' } as const,
    tag: 'recordings' as const,
    errors: ['not-found'] as const,
  });
  app.get(
    '/voicemails',
    route(
      {
        ...right('read'),
        summary: 'List messages (语音留言), the newest first',
        description:
          'Whose right reaches his own alone, or his group: those in the mailboxes of their phones, and of the groups of phones that ring them.',
      },
      { querystring: list, response: { 200: listOf(row) } },
    ),
    async (request) => {
      const { mailbox, state, done: isDone } = request.query;
      const from = parseTime('from', request.query.from);
      const to = parseTime('to', request.query.to);
      const states = state === undefined ? MESSAGE_STATES.filter((each) => each !== 'deleted') : [state];
      const query = {
        states,
        ...(mailbox !== undefined && { mailbox }),
        ...(isDone !== undefined && { isDone }),
        ...(from !== undefined && { from }),
        ...(to !== undefined && { to }),
      };
      return await pageOf(request, async (limit, after) => {
        const place = after && { startedAt: Number(after[0]), callId: after[1] as Cdr['callId'] };
        const found = await board.list(query, request.scope, limit, place);
        return found.map((each) => ({
          item: rowOf(each, request.scope),
          place: [String(each.call.startedAt), each.call.callId],
        }));
      });
    },
  );
  app.get(
    '/voicemails/:id',
    route({ ...right('read'), summary: 'Show a message' }, { params: idParams, response: { 200: row } }),
    async (request) => rowOf(await board.get(request.params.id, request.scope), request.scope),
  );
  app.get(
    '/voicemails/:id/audio',
    route(
      {
        ...right('read'),
        summary: 'Hear a message, or save it',
        description:
          'Whole or in parts; it is heard from then on. Each listening is in the audit trail, once in ten minutes for the same person and message.',
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
      const sha256 = of.message.sha256 ?? undefined;
      return sendAudio(request, reply, audio, { name: of.id, isSaved: download, sha256 });
    },
  );
  app.get(
    '/voicemails/:id/peaks',
    route(
      {
        ...right('read'),
        errors: ['not-found', 'in-use', 'too-many-requests', 'ffmpeg', 'closed'],
        summary: 'What a player draws of a message (波形)',
        description:
          'Lowest and highest level of 1,000 to 2,000 pieces, per channel. Nobody hears it: no entry in the audit trail.',
      },
      { params: idParams, response: { 200: peaksAnswer } },
    ),
    async (request) => await board.peaks(request.params.id, request.scope),
  );
  app.patch(
    '/voicemails/:id',
    route(
      { ...right('update'), summary: 'Say what was done with a message: heard, kept, noted, seen to' },
      { params: idParams, body: change, response: { 200: row } },
    ),
    async (request) => {
      const changed = await board.change(request.params.id, request.scope, whoOf(request), request.body);
      return rowOf(changed, request.scope);
    },
  );
  app.delete(
    '/voicemails/:id',
    route(
      {
        ...right('delete'),
        errors: ['not-found', 'on-hold'],
        summary: 'Delete the file of a message, for a reason',
        description:
          'It stays in the list of the deleted ones, with the reason, as long as the record of its call.',
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

function whoOf({ principal }: FastifyRequest): Who {
  const { name, address } = principal;
  return address === undefined ? { name } : { name, address };
}

function rowOf({ id, state, call }: MessageOfCall, scope: Scope): Static<typeof row> {
  const { tenantId, startedAt, caller, called, hotline, voicemail } = scope.seesNumbers
    ? call
    : maskedCdr(call);
  const { box, durationMs, bytes, sha256, subject = null, deletedAt, handling = NOT_HANDLED } = voicemail!;
  const { heardAt, heardBy, savedAt, note, doneAt, doneBy, deletedBecause } = handling;
  return {
    ...{ id, tenant: tenantId, mailbox: box, state, startedAt: new Date(startedAt).toISOString() },
    ...{ caller, called, hotline, subject, durationMs, bytes, sha256 },
    ...{ heardAt: iso(heardAt), heardBy, savedAt: iso(savedAt), note },
    ...{ doneAt: iso(doneAt), doneBy, deletedAt: iso(deletedAt), deletedBecause },
  };
}

const iso = (ms: number | null | undefined) =>
  ms === null || ms === undefined ? null : new Date(ms).toISOString();
