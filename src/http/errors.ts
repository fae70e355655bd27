import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AuthError } from '../auth/auth-error.ts';
import { ERROR_CODES, type ErrorCode } from '../shared/error-codes.ts';
import { asError, PbxError } from '../shared/errors.ts';
import type { Logger } from '../shared/logger.ts';

/** The request as such was wrong. The message is shown to the client. */
export class RequestError extends PbxError {
  constructor(code: 'bad-request' | 'unauthorized' | 'not-found', message: string) {
    super(code, message);
  }
}

/** What every answer that is no success holds. */
export interface ErrorBody {
  readonly error: {
    readonly code: ErrorCode;
    /** What the code means, in the language of the client. */
    readonly title: string;
    /** What is wrong in this case. */
    readonly message: string;
  };
}

interface Refusal {
  readonly status: number;
  readonly code: ErrorCode;
  readonly message: string;
}

/**
 * Answers every error as `{ error: { code, title, message } }`. Our own errors speak for themselves; of anything else
 * the client learns nothing but that it happened, the log all.
 */
export function answerErrors(app: FastifyInstance, logger: Logger): void {
  const answer = (request: FastifyRequest, reply: FastifyReply, { status, code, message }: Refusal) => {
    const title = ERROR_CODES[code][languageOf(request.headers['accept-language'])];
    return reply.code(status).send({ error: { code, title, message } } satisfies ErrorBody);
  };
  app.setErrorHandler((thrown: FastifyError, request, reply) => {
    const refusal = classify(thrown);
    if (refusal.status >= 500) logger.error({ error: asError(thrown), url: request.url }, 'request failed');
    if (thrown instanceof AuthError && thrown.retryAfterMs !== undefined) {
      reply.header('retry-after', Math.ceil(thrown.retryAfterMs / 1000));
    }
    if (refusal.status === 401) reply.header('www-authenticate', 'Bearer realm="pbx400"');
    return answer(request, reply, refusal);
  });
  app.setNotFoundHandler((request, reply) => {
    const message = `there is no ${request.method} ${request.url.split('?')[0]}`;
    return answer(request, reply, { status: 404, code: 'not-found', message });
  });
}

function classify(thrown: FastifyError): Refusal {
  if (thrown instanceof PbxError) {
    const { code, message } = thrown;
    const status = ERROR_CODES[code].http;
    if (status !== 500) return { status, code, message };
  }
  // Fastify's own: a query that does not fit the schema, a body that is no JSON or too large ...
  const status = thrown.statusCode ?? 500;
  if (status >= 400 && status < 500) return { status, code: 'bad-request', message: messageOf(thrown) };
  return { status: 500, code: 'internal', message: 'the server failed; its log says why' };
}

/** The language that the client likes best of those that we speak (RFC 9110 12.5.4). */
function languageOf(accept = ''): 'zh' | 'en' {
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
function messageOf({ message, validation }: FastifyError): string {
  const extra = validation?.find(({ keyword }) => keyword === 'additionalProperties');
  return extra ? `there is no parameter ${String(extra.params['additionalProperty'])}` : message;
}
