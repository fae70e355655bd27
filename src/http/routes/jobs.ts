import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import type { FastifyReply } from 'fastify';
import Type, { type Static } from 'typebox';
import type { Job } from '../../job/job-store.ts';
import type { Jobs } from '../../job/jobs.ts';
import { RequestError } from '../errors.ts';
import { pageFields, pageOf } from '../page.ts';
import { contentOf, exampleOf, idParams, isoTime, listOf, orNull, route } from '../route.ts';
import { sendFile } from './file-links.ts';

const STATES = ['waiting', 'running', 'done', 'failed', 'cancelled', 'interrupted'] as const;

/** A job in answers. */
export const jobRow = Type.Object(
  {
    id: Type.String(),
    tenant: Type.String(),
    kind: Type.String({ description: 'what it does' }),
    by: Type.String({ description: 'who began it' }),
    state: Type.Enum([...STATES], { description: '`interrupted`: the PBX ended meanwhile' }),
    done: Type.Integer(),
    total: orNull(Type.Integer({ description: 'null: not known' })),
    startedAt: isoTime(),
    endedAt: orNull(isoTime()),
    result: Type.Unknown({ description: 'what came of it; null: nothing yet' }),
    error: orNull(Type.String({ description: 'why it failed' })),
    file: orNull(
      Type.Object(
        { name: Type.String(), type: Type.String(), bytes: Type.Integer() },
        { description: 'at `/jobs/{id}/file`, for who began it' },
      ),
    ),
  },
  {
    examples: [
      {
        id: 'Zr0',
        tenant: 'demo',
        kind: 'import',
        by: 'li@demo',
        state: 'running',
        done: 400,
        total: 1000,
        startedAt: '2026-10-01T08:00:00.000Z',
        endedAt: null,
        result: null,
        error: null,
        file: null,
      },
    ],
  },
);
export type JobRow = Static<typeof jobRow>;
/** The answer 202 of what begins one. */
export const jobBegun = Type.Object({ job: jobRow }, { examples: [{ job: exampleOf(jobRow) }] });

const query = Type.Object(
  {
    ...pageFields,
    state: Type.Optional(Type.Enum([...STATES])),
    kind: Type.Optional(Type.String({ maxLength: 64 })),
  },
  { additionalProperties: false },
);

const right = (action: 'read' | 'update') =>
  ({ access: { permission: `job:${action}`, reach: 'tenant' }, tag: 'jobs' }) as const;

/** Long work (后台任务): how far it is, what came of it. A week later it is forgotten. */
export const jobRoutes: FastifyPluginCallbackTypebox<{ jobs: Jobs }> = (app, { jobs }, done) => {
  app.get(
    '/jobs',
    route(
      { ...right('read'), summary: 'Jobs, the newest first' },
      { querystring: query, response: { 200: listOf(jobRow) } },
    ),
    async (request) => {
      const { state, kind } = request.query;
      return await pageOf(request, async (limit, place) => {
        const after = place && { startedAt: Number(place[0]), id: place[1] ?? '' };
        const page = await jobs.list(request.scope, { limit, after, state, kind });
        return page.map((job) => ({ item: jobOf(job), place: [String(job.startedAt), job.id] }));
      });
    },
  );
  app.get(
    '/jobs/:id',
    route({ ...right('read'), summary: 'A job' }, { params: idParams, response: { 200: jobRow } }),
    async ({ scope, params }) => jobOf(await jobs.get(scope, params.id)),
  );
  app.post(
    '/jobs/:id/cancel',
    route(
      {
        ...right('update'),
        summary: 'Cancel a job',
        description: 'It ends at the next place where it can; what is done stays done.',
        errors: ['not-running'],
      },
      { params: idParams, response: { 200: jobRow } },
    ),
    async ({ scope, params }) => jobOf(await jobs.cancel(scope, params.id)),
  );
  app.get(
    '/jobs/:id/file',
    route(
      {
        ...right('read'),
        summary: 'The file that a job left',
        description: 'For who began it: it may hold what others may not see.',
      },
      { params: idParams, response: { 200: contentOf('application/octet-stream', 'the file') } },
    ),
    async ({ scope, params, principal }, reply) => {
      const job = await jobs.get(scope, params.id);
      const content = job.by === principal.name ? await jobs.file(job) : undefined;
      if (!job.file || !content)
        throw new RequestError('not-found', `job ${job.id} has no file for you here`);
      return sendFile(reply, job, content);
    },
  );
  done();
};

/** Answers 202 with the job that has begun, and where it is followed. */
export const sendBegun = (reply: FastifyReply, job: Job) =>
  reply
    .code(202)
    .header('location', `/api/v1/jobs/${job.id}`)
    .send({ job: jobOf(job) });

/** A job as answers have it. */
export function jobOf({ tenantId, startedAt, endedAt, total, result, error, file, ...job }: Job) {
  return {
    ...job,
    tenant: tenantId,
    total: total ?? null,
    startedAt: new Date(startedAt).toISOString(),
    endedAt: endedAt === undefined ? null : new Date(endedAt).toISOString(),
    result: result ?? null,
    error: error ?? null,
    file: file ?? null,
  };
}
