import type { RouteShorthandOptions } from 'fastify';
import Type, { type Static, type TObject, type TSchema, type TUnsafe } from 'typebox';
import type { ErrorCode } from '../shared/error-codes.ts';
import type { Scope } from '../shared/scope.ts';
import type { Access } from './access.ts';
import { RequestError } from './errors.ts';

/** Groups of routes in the OpenAPI document, in its order. */
export const TAGS = {
  session: 'Who is signed in (登录)',
  users: 'People and machines that may sign in, and their rights (用户与权限)',
  calls: 'Calls, running and ended (通话)',
  agents: 'Agents and what they do (坐席)',
  queues: 'Queues (队列)',
  recordings: 'Recordings and voicemail (录音与留言)',
  hotlines: 'Hotlines, their versions and tests (热线流程)',
  entities: 'What companies set up (企业配置)',
  prompts: 'Prompts (语音文件)',
  events: 'Events as they happen, and webhooks (事件)',
  reports: 'Figures (统计)',
  jobs: 'Long work (任务)',
  system: 'The installation (系统)',
} as const;
export type Tag = keyof typeof TAGS;

declare module 'fastify' {
  interface FastifyContextConfig {
    readonly access?: Access | 'public';
    /** Codes that it answers with besides those of every route. */
    readonly errors?: readonly ErrorCode[];
    /** A second request with the same `Idempotency-Key` gets the first one's answer. */
    readonly isIdempotent?: boolean;
    /** Tells whether somebody's number is there: who may not see numbers is let ask so often only. */
    readonly looksUp?: boolean;
    /** Media types that the handler takes as a stream, `audio/*` or whole ones; others are refused. */
    readonly streamed?: readonly string[];
  }
}

/** What a route says of itself beside its schemas. */
export interface RouteFacts {
  /** `public`: it is in the list PUBLIC_ROUTES, too. */
  readonly access: Access | 'public';
  readonly tag: Tag;
  /** One line. */
  readonly summary: string;
  readonly description?: string;
  readonly errors?: readonly ErrorCode[];
  readonly isIdempotent?: boolean;
  /** What is asked for is named by a caller's number. */
  readonly looksUp?: boolean;
  readonly streamed?: readonly string[];
  /** Bytes; default 64 kB. */
  readonly bodyLimit?: number;
}

/** Its schemas, by the names of fastify. Those of the body and of what is answered have an example. */
export interface RouteSchemas {
  readonly params?: TObject;
  readonly querystring?: TSchema;
  readonly headers?: TSchema;
  readonly body?: TSchema;
  readonly response: Readonly<Record<number, TSchema | object>>;
}

/** What a handler may give for an answer of this type: also what nobody may change, and undefined for what is left out. */
export type Given<Answer> = Answer extends readonly (infer Item)[]
  ? readonly Given<Item>[]
  : Answer extends object
    ? {
        readonly [Name in keyof Answer]: object extends Pick<Answer, Name>
          ? Given<Answer[Name]> | undefined
          : Given<Answer[Name]>;
      }
    : Answer;

/** The schemas as a handler sees them. */
type Handled<Schemas extends RouteSchemas> = Omit<Schemas, 'response'> & {
  readonly response: {
    readonly [Status in keyof Schemas['response']]: Schemas['response'][Status] extends TSchema
      ? TUnsafe<Given<Static<Schemas['response'][Status]>>>
      : Schemas['response'][Status];
  };
};

/** A route as fastify takes it: `app.get('/queues', route({ ... }, { response: { 200: ... } }), handler)`. */
export function route<const Schemas extends RouteSchemas>(
  { access, tag, summary, description, errors, isIdempotent, looksUp, streamed, bodyLimit }: RouteFacts,
  schemas: Schemas,
) {
  return {
    config: {
      access,
      ...(errors && { errors }),
      ...(isIdempotent && { isIdempotent }),
      ...(looksUp && { looksUp }),
      ...(streamed && { streamed }),
    },
    schema: {
      tags: [tag],
      summary,
      ...(description && { description }),
      ...(schemas as unknown as Handled<Schemas>),
    },
    ...(bodyLimit && { bodyLimit }),
  } satisfies RouteShorthandOptions;
}

/** The first example of a schema. */
export const exampleOf = (schema: TSchema): unknown =>
  (schema as { readonly examples?: readonly unknown[] }).examples?.[0];

/** Schema of a page of rows, with the row's first example. */
export function listOf<Row extends TSchema>(row: Row) {
  const example = { items: [exampleOf(row)], next: null };
  return Type.Object(
    { items: Type.Array(row), next: orNull(Type.String({ description: '`after` of the next page' })) },
    { examples: [example] },
  );
}

/** The same, or null: not known, or none. */
export const orNull = <Schema extends TSchema>(schema: Schema) => Type.Union([schema, Type.Null()]);

/** Answers that have no body. */
export const nothing = Type.Null({ description: 'done' });

/** A time in answers: ISO 8601 with offset. */
export const isoTime = (description = 'ISO 8601') => Type.String({ description });

/** An answer that is no JSON, of this media type. */
export const contentOf = (type: string, description: string) => ({
  description,
  content: { [type]: { schema: { type: 'string', format: 'binary' } } },
});

/** The id in a path. */
export const idParams = Type.Object({ id: Type.String({ minLength: 1, maxLength: 64 }) });

/** The company of what is asked. Throws RequestError when who may see several has named none. */
export function companyOf({ scope }: { readonly scope: Scope }): string {
  if (scope.tenantId === undefined)
    throw new RequestError('bad-request', 'name the company with the header Pbx-Tenant');
  return scope.tenantId;
}
