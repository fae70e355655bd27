import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import type { FastifyRequest } from 'fastify';
import Type, { type Static } from 'typebox';
import type { CallComment } from '../../cdr/call-note-store.ts';
import { type CallNotes, COMMENTS_LIMIT } from '../../cdr/call-notes.ts';
import { maskedCdr } from '../../cdr/masked-cdr.ts';
import { publicCall } from '../../cdr/public-call.ts';
import { maskedNumber, textShown } from '../../shared/masked-number.ts';
import { etagOf, requireMatch } from '../revision.ts';
import { exampleOf, idParams, isoTime, nothing, orNull, route } from '../route.ts';
import { call } from './call-schemas.ts';

type Board = Pick<CallNotes, 'say' | 'comments' | 'comment' | 'uncomment' | 'flag' | 'unflag'>;

const words = Type.Object(
  {
    disposition: Type.Optional(
      orNull(Type.String({ minLength: 1, maxLength: 64, description: 'a code of the tree of its queue' })),
    ),
    resolved: Type.Optional(
      orNull(Type.Boolean({ description: 'whether the caller was helped (是否解决)' })),
    ),
    note: Type.Optional(orNull(Type.String({ minLength: 1, maxLength: 2000 }))),
  },
  {
    additionalProperties: false,
    minProperties: 1,
    examples: [{ disposition: 'complaint', resolved: false, note: 'wants his money back' }],
  },
);
const comment = Type.Object(
  {
    id: Type.String(),
    at: isoTime(),
    by: Type.String({ description: 'who wrote it' }),
    atMs: orNull(Type.Integer({ description: 'moment of the recording; null: of the call as a whole' })),
    text: Type.String({ description: 'empty: erased' }),
  },
  {
    examples: [
      {
        id: '7pXm2cT5b1kq8wJzR0Yh3A',
        at: '2026-10-10T03:00:00.000Z',
        by: 'li@demo',
        atMs: 42_000,
        text: 'he was not told the price',
      },
    ],
  },
);
const newComment = Type.Object(
  {
    text: Type.String({ minLength: 1, maxLength: 2000, pattern: '\\S' }),
    atMs: Type.Optional(
      Type.Integer({ minimum: 0, maximum: 86_400_000, description: 'moment of the recording' }),
    ),
  },
  { additionalProperties: false, examples: [{ text: 'he was not told the price', atMs: 42_000 }] },
);
const comments = Type.Object({ items: Type.Array(comment) }, { examples: [{ items: [exampleOf(comment)] }] });
const flag = Type.Object(
  { reason: Type.Optional(Type.String({ minLength: 1, maxLength: 200, pattern: '\\S' })) },
  { additionalProperties: false, examples: [{ reason: '投诉升级' }] },
);
const flagged = Type.Object(
  {
    id: Type.String(),
    flag: Type.Object({ at: isoTime(), by: Type.String(), reason: orNull(Type.String()) }),
  },
  {
    examples: [
      {
        id: '4mXm2cT5b1kq8wJzR0Yh3A',
        flag: { at: '2026-10-10T02:00:50.000Z', by: 'li@demo', reason: '投诉升级' },
      },
    ],
  },
);
const commentParams = Type.Object({
  id: Type.String({ minLength: 1, maxLength: 64 }),
  note: Type.String({ minLength: 1, maxLength: 64 }),
});

const NOTE = { permission: 'call:note', reach: 'own' } as const;

/** What is said of calls that are over (通话小结与批注), and marks of calls (标记), which running ones have too. While one goes on its agents note with `POST /calls/:id/note`. */
export const callNoteRoutes: FastifyPluginCallbackTypebox<{ callNotes: Board }> = (
  app,
  { callNotes },
  done,
) => {
  app.patch(
    '/calls/:id',
    route(
      {
        access: NOTE,
        tag: 'calls',
        summary: 'Says what an ended call came to (补录小结)',
        description:
          'A merge patch: what is null is taken away. It counts before what agents noted while they were at it, which stays in `targets`. Agents say it of calls that they had a part in. Wants `If-Match`.',
        errors: ['not-found', 'forbidden', 'no-such-disposition', 'no-if-match', 'changed-meanwhile'],
      },
      { params: idParams, body: words, response: { 200: call } },
    ),
    async (request, reply) => {
      const { id } = request.params;
      const check = (said: { readonly revision: number }) => requireMatch(request, said);
      const said = await callNotes.say(id, request.scope, request.principal, request.body, check);
      const shown = publicCall(request.scope.seesNumbers ? said : maskedCdr(said));
      return reply.header('etag', etagOf(shown)).send(shown as unknown as Static<typeof call>);
    },
  );
  app.put(
    '/calls/:id/flag',
    route(
      {
        access: NOTE,
        tag: 'calls',
        summary: 'Marks a call, running or ended, so that it is found again (标记)',
        description:
          'Once more: with another reason. Agents mark calls that they have, or had, a part in; `GET /calls?flagged=true` finds those that have ended.',
        errors: ['not-found', 'forbidden'],
      },
      { params: idParams, body: flag, response: { 200: flagged } },
    ),
    async (request) => {
      const { scope, principal } = request;
      const reason = request.body.reason?.trim();
      const { callId, flag: set } = await callNotes.flag(request.params.id, scope, principal, reason);
      const { at, by } = set!;
      const shown = set!.reason && !scope.seesNumbers ? textShown(set!.reason, maskedNumber) : set!.reason;
      return { id: callId, flag: { at: new Date(at).toISOString(), by, reason: shown } };
    },
  );
  app.delete(
    '/calls/:id/flag',
    route(
      {
        access: NOTE,
        tag: 'calls',
        summary: 'Takes the mark of a call off again',
        errors: ['not-found', 'forbidden'],
      },
      { params: idParams, response: { 204: nothing } },
    ),
    async (request, reply) => {
      await callNotes.unflag(request.params.id, request.scope, request.principal);
      return reply.code(204).send(null);
    },
  );
  app.get(
    '/calls/:id/notes',
    route(
      {
        access: { permission: 'call:read', reach: 'own' },
        tag: 'calls',
        summary: 'Comments beside an ended call (批注), the first one first',
      },
      { params: idParams, response: { 200: comments } },
    ),
    async (request) => {
      const found = await callNotes.comments(request.params.id, request.scope);
      return { items: found.map((each) => rowOf(request, each)) };
    },
  );
  app.post(
    '/calls/:id/notes',
    route(
      {
        access: NOTE,
        tag: 'calls',
        summary: 'Comments on an ended call, or on a moment of its recording',
        description: `Agents comment on calls that they had a part in. ${COMMENTS_LIMIT} at most.`,
        errors: ['not-found', 'forbidden', 'too-many-comments'],
      },
      { params: idParams, body: newComment, response: { 201: comment } },
    ),
    async (request, reply) => {
      const { text, atMs } = request.body;
      const { id } = request.params;
      const made = await callNotes.comment(id, request.scope, request.principal, { text, atMs });
      return reply.code(201).send(rowOf(request, made));
    },
  );
  app.delete(
    '/calls/:id/notes/:note',
    route(
      {
        access: NOTE,
        tag: 'calls',
        summary: 'Takes back a comment that one wrote oneself',
        errors: ['not-found', 'forbidden'],
      },
      { params: commentParams, response: { 204: nothing } },
    ),
    async (request, reply) => {
      const { id, note } = request.params;
      await callNotes.uncomment(id, note, request.scope, request.principal);
      return reply.code(204).send(null);
    },
  );
  done();
};

function rowOf({ scope }: FastifyRequest, { id, at, by, atMs, text }: CallComment): Static<typeof comment> {
  const shown = scope.seesNumbers ? text : textShown(text, maskedNumber);
  return { id, at: new Date(at).toISOString(), by, atMs: atMs ?? null, text: shown };
}
