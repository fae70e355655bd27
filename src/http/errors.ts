import type { FastifyError, FastifyInstance } from 'fastify';
import { asError, PbxError } from '../shared/errors.ts';
import type { Logger } from '../shared/logger.ts';

/** HTTP status by the stable code of an error; the one table. Codes not listed are 500. */
const STATUS_OF_CODE: Readonly<Record<string, number>> = {
  'bad-request': 400,
  'bad-cursor': 400,
  unauthorized: 401,
  'not-found': 404,
  store: 503,
  closed: 503,
};

/** The request as such was wrong. The message is shown to the client. */
export class RequestError extends PbxError {
  constructor(code: 'bad-request' | 'unauthorized' | 'not-found', message: string) {
    super(code, message);
  }
}

/** What every answer that is no success holds. */
export interface ErrorBody {
  readonly error: { readonly code: string; readonly message: string };
}

/**
 * Answers every error as `{ error: { code, message } }`. Our own errors speak for themselves; of anything else the
 * client learns nothing but that it happened, the log all.
 */
export function answerErrors(app: FastifyInstance, logger: Logger): void {
  app.setErrorHandler((thrown: FastifyError, request, reply) => {
    const { status, code, message } = classify(thrown);
    if (status >= 500) logger.error({ error: asError(thrown), url: request.url }, 'request failed');
    if (status === 401) reply.header('www-authenticate', 'Bearer realm="pbx400"');
    return reply.code(status).send({ error: { code, message } } satisfies ErrorBody);
  });
  app.setNotFoundHandler((request, reply) => {
    const message = `there is no ${request.method} ${request.url.split('?')[0]}`;
    return reply.code(404).send({ error: { code: 'not-found', message } } satisfies ErrorBody);
  });
}

function classify(thrown: FastifyError): { status: number; code: string; message: string } {
  if (thrown instanceof PbxError) {
    const status = STATUS_OF_CODE[thrown.code];
    if (status !== undefined) return { status, code: thrown.code, message: thrown.message };
  }
  // Fastify's own: a query that does not fit the schema, a body that is no JSON or too large ...
  const status = thrown.statusCode ?? 500;
  if (status >= 400 && status < 500) return { status, code: 'bad-request', message: messageOf(thrown) };
  return { status: 500, code: 'internal', message: 'the server failed; its log says why' };
}

/** Ajv says that there is a property too many, not which. */
function messageOf({ message, validation }: FastifyError): string {
  const extra = validation?.find(({ keyword }) => keyword === 'additionalProperties');
  return extra ? `there is no parameter ${String(extra.params['additionalProperty'])}` : message;
}
