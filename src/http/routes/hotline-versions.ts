import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import type { FastifyRequest } from 'fastify';
import Type from 'typebox';
import { type Flaw, PbxError } from '../../shared/errors.ts';
import { languageOf, RequestError } from '../errors.ts';
import { etagOf, requireMatch } from '../revision.ts';
import { companyOf, exampleOf, nothing, route } from '../route.ts';
import {
  canary,
  checkAnswer,
  commentBody,
  diffAnswer,
  diffQuery,
  draftBody,
  params,
  rollbackBody,
  versionParams,
  versionRow,
  wholeVersion,
} from './hotline-version-schemas.ts';

/** A version of a hotline whose flow is data (热线版本). */
export interface VersionFound {
  readonly version: number;
  readonly state: 'draft' | 'checked' | 'canary' | 'published' | 'retired';
  readonly base: number | undefined;
  readonly comment: string;
  readonly changedBy: string;
  /** ms since 1970, both. */
  readonly changedAt: number;
  readonly publishedBy: string | undefined;
  readonly publishedAt: number | undefined;
  readonly canary: Canary | undefined;
  readonly revision: number;
}

type Canary = { readonly percent: number } | { readonly callers: readonly string[] };
/** `body`: JSON of what it holds. */
type VersionWithBody = VersionFound & { readonly body: string };

interface Name {
  readonly tenant: string;
  /** Main number. */
  readonly hotline: string;
}

interface Act {
  readonly by: string;
  readonly comment?: string | undefined;
}

/** What the routes need of the versions of hotlines; all of it throws PbxError with what stands against it. */
export interface HotlineVersionBoard {
  /** The newest first. */
  list(name: Name): Promise<readonly VersionFound[]>;
  get(name: Name, version: number): Promise<VersionWithBody>;
  draft(name: Name): Promise<VersionWithBody | undefined>;
  /** `read`: revision of the draft that was read. */
  save(
    name: Name,
    draft: {
      readonly body: string;
      readonly comment: string | undefined;
      readonly base: number | undefined;
      readonly by: string;
      readonly read: number | undefined;
    },
  ): Promise<VersionWithBody>;
  drop(name: Name, read: number, act: Act): Promise<void>;
  /** What is wrong with the draft, with pointers into it. */
  check(name: Name): Promise<{ readonly version: number; readonly flaws: readonly Flaw[] }>;
  publish(name: Name, version: number, act: Act): Promise<void>;
  rollBack(name: Name, version: number, act: Act): Promise<void>;
  tryOut(name: Name, version: number, canary: Canary, act: Act): Promise<void>;
  endTrial(name: Name, act: Act): Promise<void>;
  diff(name: Name, from: number, to: number, language: 'zh' | 'en'): Promise<readonly Difference[]>;
}

/** A difference between two versions; `text`: in words. */
export interface Difference {
  readonly kind: 'added' | 'removed' | 'moved' | 'changed' | 'exit' | 'setting';
  readonly path: string;
  readonly text: string;
}

const right = (action: 'read' | 'update' | 'publish') =>
  ({ access: { permission: `hotline:${action}`, reach: 'tenant' }, tag: 'hotlines' }) as const;
/** What stands against a change of a version. */
const STATE = ['version-state'] as const;
const MIB = 1024 * 1024;

/** Versions of hotlines whose flow is data: a draft, what is tried, published, of the past. */
export const hotlineVersionRoutes: FastifyPluginCallbackTypebox<{ board: HotlineVersionBoard }> = (
  app,
  { board },
  done,
) => {
  app.get(
    '/hotlines/:id/versions',
    route(
      { ...right('read'), summary: 'Versions of a hotline, the newest first', errors: STATE },
      {
        params,
        response: {
          200: Type.Object(
            { items: Type.Array(versionRow) },
            { examples: [{ items: [exampleOf(versionRow)] }] },
          ),
        },
      },
    ),
    async (request) => ({ items: (await board.list(nameOf(request))).map(rowOf) }),
  );
  app.get(
    '/hotlines/:id/versions/:version',
    route(
      { ...right('read'), summary: 'A version with what it holds', errors: STATE },
      { params: versionParams, response: { 200: wholeVersion } },
    ),
    async (request, reply) => {
      const found = await board.get(nameOf(request), request.params.version);
      return reply.header('etag', etagOf(found)).send(wholeOf(found));
    },
  );
  app.get(
    '/hotlines/:id/draft',
    route(
      { ...right('read'), summary: 'The version that is edited', errors: STATE },
      { params, response: { 200: wholeVersion } },
    ),
    async (request, reply) => {
      const draft = await draftIn(request);
      return reply.header('etag', etagOf(draft)).send(wholeOf(draft));
    },
  );
  app.put(
    '/hotlines/:id/draft',
    route(
      {
        ...right('update'),
        summary: 'Save the draft, right or wrong; it takes no calls',
        description: 'With `If-Match` where there is one already.',
        errors: [...STATE, 'no-if-match', 'changed-meanwhile'],
        bodyLimit: MIB,
      },
      { params, body: draftBody, response: { 200: wholeVersion } },
    ),
    async (request, reply) => {
      const name = nameOf(request);
      const before = await board.draft(name);
      if (before) requireMatch(request, before);
      else if (request.headers['if-match'] !== undefined)
        throw new PbxError('changed-meanwhile', 'the draft was published or dropped meanwhile');
      const { hotline: value, comment, base } = request.body;
      const body = JSON.stringify(value);
      const by = request.principal.name;
      const draft = await board.save(name, { body, comment, base, by, read: before?.revision });
      return reply.header('etag', etagOf(draft)).send(wholeOf(draft));
    },
  );
  app.delete(
    '/hotlines/:id/draft',
    route(
      {
        ...right('update'),
        summary: 'Drop the draft',
        errors: [...STATE, 'no-if-match', 'changed-meanwhile'],
      },
      { params, response: { 204: nothing } },
    ),
    async (request, reply) => {
      const draft = await draftIn(request);
      requireMatch(request, draft);
      await board.drop(nameOf(request), draft.revision, actOf(request));
      return reply.code(204).send(null);
    },
  );
  app.post(
    '/hotlines/:id/draft/check',
    route(
      { ...right('update'), summary: 'Prove the draft; without problems it is `checked`', errors: STATE },
      { params, response: { 200: checkAnswer } },
    ),
    async (request) => {
      const { version, flaws } = await board.check(nameOf(request));
      const state = flaws.length === 0 ? 'checked' : 'draft';
      return { version, state, problems: flaws } as const;
    },
  );
  app.post(
    '/hotlines/:id/versions/:version/publish',
    route(
      {
        ...right('publish'),
        summary: 'Let a checked version take all calls that begin from now on',
        errors: [...STATE, 'version-outdated', 'change-refused'],
      },
      { params: versionParams, body: commentBody, response: { 200: versionRow } },
    ),
    async (request) => {
      const { version } = request.params;
      await board.publish(nameOf(request), version, actOf(request));
      return rowOf(await board.get(nameOf(request), version));
    },
  );
  app.post(
    '/hotlines/:id/versions/:version/canary',
    route(
      {
        ...right('publish'),
        summary: 'Let a checked version take the calls of some callers (灰度)',
        errors: [...STATE, 'change-refused'],
      },
      { params: versionParams, body: canary, response: { 200: versionRow } },
    ),
    async (request) => {
      const { version } = request.params;
      const { by } = actOf(request);
      await board.tryOut(nameOf(request), version, request.body, { by });
      return rowOf(await board.get(nameOf(request), version));
    },
  );
  app.delete(
    '/hotlines/:id/canary',
    route(
      { ...right('publish'), summary: 'End the trial: all calls go by the published version', errors: STATE },
      { params, response: { 204: nothing } },
    ),
    async (request, reply) => {
      await board.endTrial(nameOf(request), { by: request.principal.name });
      return reply.code(204).send(null);
    },
  );
  app.post(
    '/hotlines/:id/rollback',
    route(
      {
        ...right('publish'),
        summary: 'Let a version of the past take all calls again (回滚)',
        errors: [...STATE, 'version-outdated', 'change-refused'],
      },
      { params, body: rollbackBody, response: { 200: versionRow } },
    ),
    async (request) => {
      const { version, comment } = request.body;
      await board.rollBack(nameOf(request), version, { by: request.principal.name, comment });
      return rowOf(await board.get(nameOf(request), version));
    },
  );
  app.get(
    '/hotlines/:id/diff',
    route(
      {
        ...right('read'),
        summary: 'What is different between two versions, in words',
        errors: [...STATE, 'change-refused'],
      },
      { params, querystring: diffQuery, response: { 200: diffAnswer } },
    ),
    async (request) => {
      const name = nameOf(request);
      const { from = await published(name), to = (await draftIn(request)).version } = request.query;
      const language = languageOf(request.headers['accept-language']);
      return { items: await board.diff(name, from, to, language) };
    },
  );

  const published = async (name: Name): Promise<number> => {
    const found = (await board.list(name)).find(({ state }) => state === 'published');
    if (found) return found.version;
    throw new RequestError('not-found', `no version of the hotline ${name.hotline} is published`);
  };
  const draftIn = async (request: FastifyRequest): Promise<VersionWithBody> => {
    const name = nameOf(request);
    const draft = await board.draft(name);
    if (!draft) throw new RequestError('not-found', `the hotline ${name.hotline} has no draft`);
    return draft;
  };
  done();
};

function nameOf(request: Pick<FastifyRequest, 'scope' | 'params'>): Name {
  return { tenant: companyOf(request), hotline: (request.params as { readonly id: string }).id };
}

function actOf({ principal, body }: Pick<FastifyRequest, 'principal' | 'body'>): Act {
  const { comment } = (body ?? {}) as { readonly comment?: string };
  return { by: principal.name, comment };
}

function rowOf({ changedAt, publishedAt, publishedBy, base, canary: of, ...version }: VersionFound) {
  return {
    ...version,
    base: base ?? null,
    changedAt: new Date(changedAt).toISOString(),
    publishedBy: publishedBy ?? null,
    publishedAt: publishedAt === undefined ? null : new Date(publishedAt).toISOString(),
    canary: of ?? null,
  };
}

const wholeOf = ({ body, ...version }: VersionWithBody) => ({
  ...rowOf(version),
  hotline: JSON.parse(body) as Record<string, unknown>,
});
