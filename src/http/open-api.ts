import swagger, { type SwaggerOptions } from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance, FastifySchema, RouteOptions } from 'fastify';
import { ERROR_CODES, type ErrorCode } from '../shared/error-codes.ts';
import { PROBLEM_TYPE, type Problem, problem } from './errors.ts';
import { TAGS } from './route.ts';

/** Where the document is served. */
export const DOCUMENT_PATH = '/api/v1/openapi.json';
const PAGE_PATH = '/api/docs';

/** Keys of an operation until its answers are written. */
const ERRORS = 'x-errors';
const RIGHT = 'x-right';

type Operation = {
  [ERRORS]?: readonly ErrorCode[];
  responses: Record<string, object>;
};

/**
 * Writes the OpenAPI 3.1 document of the routes that are added behind it, which is served, and shown as a page: for everybody, for it says
 * nothing of anybody.
 */
export function describeApi(app: FastifyInstance): void {
  app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'pbx400',
        version: '1',
        description: 'API of a call centre (呼叫中心): people, calls, agents, queues, recordings, events.',
      },
      tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
      components: {
        schemas: { Problem: withoutId(problem) },
        securitySchemes: {
          bearer: { type: 'http', scheme: 'bearer', description: 'an API key `pbx_...`' },
          session: { type: 'apiKey', in: 'cookie', name: 'pbx400_session' },
        },
      },
    },
    transform: ({ schema, url, route }) => ({ schema: operationOf(schema, url, route), url }),
    transformObject: (documented) => {
      if (!('openapiObject' in documented)) throw new Error('the document is no OpenAPI');
      const { openapiObject } = documented;
      const said = new Set<ErrorCode>();
      for (const methods of Object.values(openapiObject.paths ?? {}))
        for (const operation of Object.values(methods ?? {})) addProblems(operation as Operation, said);
      const examples = Object.fromEntries([...said].sort().map((code) => [code, { value: problemOf(code) }]));
      return { ...openapiObject, components: { ...openapiObject.components, examples } };
    },
  } as SwaggerOptions);
  app.get(DOCUMENT_PATH, { schema: { hide: true } as FastifySchema }, () => app.swagger());
  app.register(swaggerUi, {
    routePrefix: PAGE_PATH,
    indexPrefix: '',
    staticCSP: {
      'default-src': "'self'",
      'img-src': "'self' data:",
      'style-src': "'self' 'unsafe-inline'",
      'frame-ancestors': "'none'",
    },
    uiConfig: { validatorUrl: null, docExpansion: 'none', tryItOutEnabled: false },
    theme: {
      title: 'pbx400 API',
      css: [{ filename: 'pbx400.css', content: '.swagger-ui .topbar { display: none }' }],
    },
  });
}

/** What the document says of a route beside its schemas. */
function operationOf(
  schema: FastifySchema | undefined,
  url: string,
  { method, config }: RouteOptions,
): FastifySchema {
  const { access = 'public', errors = [], isIdempotent } = config ?? {};
  const isPublic = access === 'public';
  const hasInput = schema?.body !== undefined || schema?.querystring !== undefined;
  const codes: readonly ErrorCode[] = [
    ...(hasInput ? (['bad-request'] as const) : []),
    ...(isPublic ? [] : (['unauthorized', 'must-change-password'] as const)),
    ...(typeof access === 'object' ? (['forbidden'] as const) : []),
    ...(url.includes(':') ? (['not-found'] as const) : []),
    ...(isIdempotent ? (['key-reused', 'still-running'] as const) : []),
    'too-many-requests',
    ...errors,
  ];
  return {
    ...schema,
    ...(schema?.body !== undefined && { body: asSent(schema.body) }),
    ...(schema?.querystring !== undefined && { querystring: asSent(schema.querystring) }),
    operationId: operationIdOf([method].flat()[0]!, url),
    security: isPublic ? [] : [{ bearer: [] }, { session: [] }],
    [ERRORS]: [...new Set(codes)],
    ...(typeof access === 'object' && { [RIGHT]: `${access.permission}, of ${access.reach}` }),
  } as FastifySchema;
}

/** A schema for who sends: what has a default may be left out. */
function asSent(schema: unknown): unknown {
  if (typeof schema !== 'object' || schema === null) return schema;
  if (Array.isArray(schema)) return schema.map(asSent);
  const sent = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, asSent(value)]));
  const { required, properties } = sent as {
    readonly required?: unknown;
    readonly properties?: Readonly<Record<string, object>>;
  };
  if (!Array.isArray(required) || !properties) return sent;
  return { ...sent, required: required.filter((name) => !('default' in (properties[String(name)] ?? {}))) };
}

/** `getCallsByIdNotes` of `GET /api/v1/calls/:id/notes`. */
function operationIdOf(method: string, url: string): string {
  const words = url
    .replace(/^\/api\/v1/, '')
    .split(/[/-]/)
    .filter(Boolean);
  const name = words.map((word) =>
    word.startsWith(':') ? `By${capital(word.slice(1))}` : capital(word.replace(/\W/g, '')),
  );
  return method.toLowerCase() + name.join('');
}

const capital = (word: string) => word.charAt(0).toUpperCase() + word.slice(1);

/** Its codes, as answers by status, with an example each. */
function addProblems(operation: Operation, said: Set<ErrorCode>): void {
  const all = operation[ERRORS] ?? [];
  for (const code of all) said.add(code);
  for (const status of new Set(all.map((code) => ERROR_CODES[code].http))) {
    const codes = all.filter((code) => ERROR_CODES[code].http === status);
    operation.responses[status] = {
      description: codes.map((code) => `\`${code}\`: ${ERROR_CODES[code].en}`).join('; '),
      content: {
        [PROBLEM_TYPE]: {
          schema: { $ref: '#/components/schemas/Problem' },
          examples: Object.fromEntries(
            codes.map((code) => [code, { $ref: `#/components/examples/${code}` }]),
          ),
        },
      },
    };
  }
  delete operation[ERRORS];
}

/** An answer with this code, as the page of the document shows it. */
function problemOf(code: ErrorCode): Problem {
  const { http, en } = ERROR_CODES[code];
  return {
    type: `urn:pbx400:error:${code}`,
    title: en,
    status: http,
    detail: '...',
    instance: '/api/v1/...',
    code,
  };
}

function withoutId({ $id: _, ...schema }: typeof problem & { readonly $id?: string }): object {
  return schema;
}
