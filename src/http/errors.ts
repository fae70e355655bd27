import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import Type, { type Static } from 'typebox';
import { AuthError } from '../auth/auth-error.ts';
import { ERROR_CODES, type ErrorCode } from '../shared/error-codes.ts';
import { asError, type Flaw, PbxError } from '../shared/errors.ts';
import type { Logger } from '../shared/logger.ts';
import { Refusal as RefusedAct } from '../shared/refusal.ts';

/** The request as such was wrong. The message is shown to the client. */
export class RequestError extends PbxError {
  constructor(
    code: 'bad-request' | 'unauthorized' | 'not-found' | 'too-large' | 'unsupported-media-type',
    message: string,
  ) {
    super(code, message);
  }
}

/** Media type of every answer that is no success (RFC 9457 3). */
export const PROBLEM_TYPE = 'application/problem+json';

/** What every answer that is no success holds (RFC 9457). */
export const problem = Type.Object(
  {
    type: Type.String({ description: '`urn:pbx400:error:` and the code' }),
    title: Type.String({ description: 'what the code means, in the language of Accept-Language: zh or en' }),
    status: Type.Integer(),
    detail: Type.String({ description: 'what is wrong in this case' }),
    instance: Type.String({ description: 'path that was asked' }),
    code: Type.String({ description: 'stable slug' }),
    state: Type.Optional(Type.String({ description: 'of 409: what state it is in' })),
    errors: Type.Optional(
      Type.Array(
        Type.Object({
          pointer: Type.String({ description: 'JSON pointer (RFC 6901) to it in what was sent' }),
          code: Type.String(),
          detail: Type.String(),
          fix: Type.Optional(Type.String({ description: 'what to do' })),
        }),
      ),
    ),
  },
  {
    $id: 'Problem',
    examples: [
      {
        type: 'urn:pbx400:error:not-found',
        title: 'There is no such thing',
        status: 404,
        detail: 'there is no call c1',
        instance: '/api/v1/calls/c1',
        code: 'not-found',
      },
    ],
  },
);
export type Problem = Static<typeof problem>;

interface Refusal {
  readonly status: number;
  readonly code: ErrorCode;
  readonly message: string;
  readonly flaws?: readonly Flaw[] | undefined;
  readonly state?: string | undefined;
}

/**
 * Answers every error as a {@link Problem}. Our own errors speak for themselves; of anything else the client learns nothing
 * but that it happened, the log all.
 */
export function answerErrors(app: FastifyInstance, logger: Logger): void {
  app.setErrorHandler((thrown: FastifyError, request, reply) => {
    const refusal = classify(thrown);
    // Not what was asked with: a path or a query may hold the token of a link, or a ticket.
    const { method, routeOptions } = request;
    if (refusal.status >= 500)
      logger.error({ error: asError(thrown), method, route: routeOptions.url }, 'request failed');
    const retryAfter = retryAfterOf(thrown, refusal);
    if (retryAfter !== undefined) reply.header('retry-after', retryAfter);
    if (refusal.status === 401) reply.header('www-authenticate', 'Bearer realm="pbx400"');
    return answer(request, reply, refusal);
  });
  app.setNotFoundHandler((request, reply) => {
    const message = `there is no ${request.method} ${request.url.split('?')[0]}`;
    return answer(request, reply, { status: 404, code: 'not-found', message });
  });
}

function answer(
  request: FastifyRequest,
  reply: FastifyReply,
  { status, code, message, flaws, state }: Refusal,
): FastifyReply {
  const body: Problem = {
    type: `urn:pbx400:error:${code}`,
    title: ERROR_CODES[code][languageOf(request.headers['accept-language'])],
    status,
    detail: message,
    instance: request.url.split('?')[0]!,
    code,
    ...(state !== undefined && { state }),
    ...(flaws && { errors: flaws.map(({ fix, ...flaw }) => ({ ...flaw, ...(fix && { fix }) })) }),
  };
  // As text: a route's own schemas are of its successes.
  return reply.code(status).type(PROBLEM_TYPE).serializer(JSON.stringify).send(body);
}

/** Seconds after which it may be asked again; undefined: nobody knows. */
function retryAfterOf(thrown: unknown, { status, code }: Refusal): number | undefined {
  if (thrown instanceof AuthError && thrown.retryAfterMs !== undefined)
    return Math.ceil(thrown.retryAfterMs / 1000);
  return status === 503 || code === 'too-many-simulations' ? 5 : undefined;
}

function classify(thrown: FastifyError): Refusal {
  if (thrown instanceof PbxError) {
    const { code, message, flaws } = thrown;
    const status = ERROR_CODES[code].http;
    const state = thrown instanceof RefusedAct ? thrown.state : undefined;
    if (status !== 500) return { status, code, message, flaws, state };
  }
  // Fastify's own: a query that does not fit the schema, a body that is no JSON or too large ...
  const status = thrown.statusCode ?? 500;
  const message = messageOf(thrown);
  if (status === 413) return { status, code: 'too-large', message };
  if (status === 415) return { status, code: 'unsupported-media-type', message };
  if (status >= 400 && status < 500) {
    return { status: 400, code: 'bad-request', message, flaws: flawsOf(thrown) };
  }
  return { status: 500, code: 'internal', message: 'the server failed; its log says why' };
}

/** The language that the client likes best of those that we speak (RFC 9110 12.5.4). */
export function languageOf(accept = ''): 'zh' | 'en' {
  let best: { language: 'zh' | 'en'; quality: number } = { language: 'en', quality: 0 };
  for (const range of accept.toLowerCase().split(',')) {
    const [tag = '', weight] = range.split(';').map((part) => part.trim());
    const language = tag.split('-')[0];
    const quality = weight?.startsWith('q=') ? Number(weight.slice(2)) : 1;
    if ((language === 'zh' || language === 'en') && quality > best.quality) best = { language, quality };
  }
  return best.language;
}

/** Ajv says that there is a property too many, not which. */
function messageOf({ message, validation, validationContext }: FastifyError): string {
  const extra = validation?.find(({ keyword }) => keyword === 'additionalProperties');
  if (!extra) return message;
  const what = validationContext === 'body' ? 'field' : 'parameter';
  return `there is no ${what} ${String(extra.params['additionalProperty'])}`;
}

function flawsOf(thrown: FastifyError): readonly Flaw[] | undefined {
  if (thrown.validationContext !== 'body') return undefined;
  return thrown.validation?.map(({ instancePath, keyword, message = '', params }) => {
    const extra = keyword === 'additionalProperties' ? `/${String(params['additionalProperty'])}` : '';
    return { pointer: `${instancePath}${extra}`, code: keyword, detail: extra ? messageOf(thrown) : message };
  });
}
