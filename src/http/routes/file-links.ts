import type { Readable } from 'node:stream';
import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import Type, { type Static } from 'typebox';
import type { FileLink, FileLinks } from '../../job/file-links.ts';
import type { Job } from '../../job/job-store.ts';
import { contentOf, exampleOf, idParams, isoTime, nothing, orNull, route } from '../route.ts';

const HOUR_MS = 3_600_000;

const link = Type.Object(
  {
    id: Type.String(),
    createdAt: isoTime(),
    createdBy: Type.String(),
    endsAt: isoTime('not later than the file is dropped'),
    revokedAt: orNull(isoTime()),
  },
  {
    examples: [
      {
        id: 'Zr0',
        createdAt: '2026-10-10T02:00:00.000Z',
        createdBy: 'li@demo',
        endsAt: '2026-10-11T02:00:00.000Z',
        revokedAt: null,
      },
    ],
  },
);
/** As the console reads it. */
export type FileLinkRow = Static<typeof link>;
const links = Type.Object({ items: Type.Array(link) }, { examples: [{ items: [exampleOf(link)] }] });
const newLink = Type.Object(
  { lastsMs: Type.Integer({ minimum: 60_000, maximum: 7 * 24 * HOUR_MS, default: 24 * HOUR_MS }) },
  { additionalProperties: false, examples: [{ lastsMs: 24 * HOUR_MS }] },
);
const madeLink = Type.Object(
  {
    link,
    url: Type.String({ description: 'path of the link; whoever has it fetches the file. It is told once' }),
  },
  { examples: [{ link: exampleOf(link), url: '/api/v1/exported-files/Zr1.k7QpX2m9sLd0aBcDeFgHi' }] },
);
const linkParams = Type.Object({
  id: Type.String({ minLength: 1, maxLength: 64 }),
  link: Type.String({ minLength: 1, maxLength: 64 }),
});
const tokenParams = Type.Object({ token: Type.String({ minLength: 1, maxLength: 200 }) });

/** Links to the files of exports (导出链接), for who has no account, until they end. */
export const fileLinkRoutes: FastifyPluginCallbackTypebox<{ links: FileLinks }> = (
  app,
  { links: board },
  done,
) => {
  const right = {
    access: { permission: 'export:create', reach: 'tenant' },
    tag: 'jobs',
    errors: ['not-found'],
  } as const;
  app.get(
    '/jobs/:id/links',
    route(
      { ...right, summary: 'List the links to the file of an export, those that are over, too' },
      { params: idParams, response: { 200: links } },
    ),
    async (request) => {
      const found = await board.of(request.params.id, request.scope, whoOf(request));
      return { items: found.map(linkRow) };
    },
  );
  app.post(
    '/jobs/:id/links',
    route(
      {
        ...right,
        errors: ['not-found', 'in-use'],
        summary: 'Make a link by which anybody fetches the file of an export until it ends',
        description:
          'For who began the export; the file is dropped a week after it was made, and its links with it.',
      },
      { params: idParams, body: newLink, response: { 201: madeLink } },
    ),
    async (request, reply) => {
      const { lastsMs } = request.body;
      const made = await board.make(request.params.id, request.scope, whoOf(request), lastsMs);
      const url = `/api/v1/exported-files/${made.token}`;
      return reply.code(201).send({ link: linkRow(made.link), url });
    },
  );
  app.delete(
    '/jobs/:id/links/:link',
    route(
      { ...right, summary: 'End a link to the file of an export' },
      { params: linkParams, response: { 204: nothing } },
    ),
    async (request, reply) => {
      await board.revoke(request.params.id, request.params.link, request.scope, whoOf(request));
      return reply.code(204).send(null);
    },
  );
  app.get(
    '/exported-files/:token',
    route(
      {
        access: 'public',
        tag: 'jobs',
        errors: ['not-found'],
        summary: 'Fetch the file of an export that a link leads to',
        description:
          'For whoever has the link, until it ends. Each use is in the audit trail with its address.',
      },
      { params: tokenParams, response: { 200: contentOf('application/octet-stream', 'the file') } },
    ),
    async (request, reply) => {
      const isFetched = request.method !== 'HEAD';
      const { job, content } = await board.open(request.params.token, request.ip, isFetched);
      return sendFile(reply, job, content);
    },
  );
  done();
};

/** The file of a job, to be saved. */
export function sendFile(reply: FastifyReply, { file }: Job, content: Readable) {
  const { name, type, bytes } = file!;
  return reply
    .type(type)
    .header('content-length', bytes)
    .header('content-disposition', `attachment; filename*=UTF-8''${encodeURIComponent(name)}`)
    .send(content);
}

function whoOf({ principal: { name, address } }: FastifyRequest) {
  return address === undefined ? { name } : { name, address };
}

const linkRow = ({ id, createdAt, createdBy, endsAt, revokedAt }: FileLink): FileLinkRow => ({
  ...{ id, createdAt: iso(createdAt), createdBy, endsAt: iso(endsAt) },
  revokedAt: revokedAt === undefined ? null : iso(revokedAt),
});

const iso = (ms: number) => new Date(ms).toISOString();
