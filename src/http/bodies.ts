import { Transform } from 'node:stream';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { RequestError } from './errors.ts';

/** Content that a route may take as a stream; all other bodies are JSON. */
const STREAMED =
  /^(?:audio\/|application\/octet-stream|text\/csv|application\/vnd\.openxmlformats-officedocument\.spreadsheetml\.sheet)/i;
/** JSON is small: who has not sent it by then is too slow. */
const JSON_MS = 10_000;

/**
 * Bodies beside JSON, as streams that end with an error at the route's limit, for routes that say which they take (`streamed`). All others
 * are refused before a byte of them is read.
 */
export function takeBodies(app: FastifyInstance): void {
  app.addContentTypeParser(STREAMED, (request: FastifyRequest, payload, done) => {
    const limited = new LimitedBody(request.routeOptions.bodyLimit);
    payload.on('error', (error) => limited.destroy(error));
    payload.on('close', () => payload.readableEnded || limited.destroy(new Error('the client went away')));
    done(null, payload.pipe(limited));
  });
  app.addHook('onRequest', async ({ headers, routeOptions: { config, bodyLimit } }) => {
    const type = headers['content-type'];
    const { streamed } = config;
    if (type === undefined) return;
    if (STREAMED.test(type) ? !streamed?.some((each) => isOf(type, each)) : streamed !== undefined) {
      const taken = streamed?.join(', ') ?? 'application/json';
      throw new RequestError('unsupported-media-type', `${type} is not taken here, but ${taken}`);
    }
    if (Number(headers['content-length']) > bodyLimit)
      throw new RequestError('too-large', `at most ${bodyLimit} bytes are taken`);
  });
  app.addHook('preParsing', async ({ raw, headers, routeOptions }, _reply, payload) => {
    if (headers['content-length'] === undefined && headers['transfer-encoding'] === undefined) return payload;
    if (routeOptions.config.streamed) return payload;
    const timer = setTimeout(() => raw.destroy(), JSON_MS);
    const over = () => clearTimeout(timer);
    payload.once('end', over).once('close', over).once('error', over);
    return payload;
  });
  app.addHook('preValidation', async (request) => {
    // Who has nothing to say to a route that must be told nothing says just that.
    if ((request.body ?? undefined) === undefined && mayBeEmpty(request.routeOptions)) request.body = {};
  });
}

function mayBeEmpty({ config, schema }: FastifyRequest['routeOptions']): boolean {
  const { type, required = [] } = (schema?.body ?? {}) as { type?: string; required?: readonly string[] };
  return !config.streamed && type === 'object' && required.length === 0;
}

/** `audio/*` is any audio. */
function isOf(type: string, taken: string): boolean {
  const [essence = ''] = type.toLowerCase().split(';');
  return taken.endsWith('/*') ? essence.startsWith(taken.slice(0, -1)) : essence.trim() === taken;
}

class LimitedBody extends Transform {
  readonly #limit: number;
  #bytes = 0;

  constructor(limit: number) {
    super();
    this.#limit = limit;
  }

  override _transform(chunk: Buffer, _encoding: string, done: (error: Error | null, chunk?: Buffer) => void) {
    this.#bytes += chunk.length;
    if (this.#bytes > this.#limit)
      done(new RequestError('too-large', `at most ${this.#limit} bytes are taken`));
    else done(null, chunk);
  }
}
