import { connect } from 'node:net';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import fastify, { type FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { takeBodies } from '../../../src/http/bodies.ts';
import { answerErrors } from '../../../src/http/errors.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import { until } from '../../support/until.ts';

let app: FastifyInstance;
let handled: number;

beforeEach(() => {
  app = fastify({ bodyLimit: 100 });
  answerErrors(app, silentLogger);
  takeBodies(app);
  handled = 0;
  const sound = { config: { streamed: ['audio/*', 'application/octet-stream'] }, bodyLimit: 10 };
  app.post('/sound', sound, async ({ body }) => {
    handled++;
    return { bytes: (await text(body as Readable)).length };
  });
  app.post('/row', async ({ body }) => {
    handled++;
    return body;
  });
});
afterEach(() => app.close());

const post = (url: string, type: string, payload: string) =>
  app.inject({ method: 'POST', url, headers: { 'content-type': type }, payload });
const codeOf = async (asked: ReturnType<typeof post>) => {
  const response = await asked;
  return [response.statusCode, response.json().code];
};

describe('a body', () => {
  it('may be left out where nothing must be said, and only there', async () => {
    const schema = (required: readonly string[]) => ({
      body: { type: 'object', properties: { why: { type: 'string' } }, required },
    });
    app.post('/nothing', { schema: schema([]) }, async ({ body }) => ({ body }));
    app.post('/why', { schema: schema(['why']) }, async () => ({}));
    const bare = (url: string) => app.inject({ method: 'POST', url });
    expect((await bare('/nothing')).json()).toEqual({ body: {} });
    expect((await bare('/why')).statusCode).toBe(400);
  });

  it('is a stream where the route takes its kind', async () => {
    expect((await post('/sound', 'audio/wav', '0123456789')).json()).toEqual({ bytes: 10 });
    expect((await post('/sound', 'Application/Octet-Stream; x=y', '0')).json()).toEqual({ bytes: 1 });
    expect((await post('/row', 'application/json', '{"a":1}')).json()).toEqual({ a: 1 });
  });

  it.each([
    ['/sound', 'text/csv'],
    ['/sound', 'application/json'],
    ['/row', 'audio/wav'],
    ['/row', 'text/csv'],
    ['/row', 'application/x-www-form-urlencoded'],
    ['/row', 'multipart/form-data; boundary=x'],
  ])('of another kind is refused unread: %s %s', async (url, type) => {
    expect(await codeOf(post(url, type, 'x'))).toEqual([415, 'unsupported-media-type']);
    expect(handled).toBe(0);
  });

  it('that says that it is too large is refused unread', async () => {
    expect(await codeOf(post('/sound', 'audio/wav', '0123456789a'))).toEqual([413, 'too-large']);
    expect(await codeOf(post('/row', 'application/json', JSON.stringify('x'.repeat(99))))).toEqual([
      413,
      'too-large',
    ]);
    expect(handled).toBe(0);
  });

  it('that comes to be too large ends there', async () => {
    await app.listen({ host: '127.0.0.1', port: 0 });
    const { port } = app.server.address() as { port: number };
    const socket = connect(port, '127.0.0.1');
    socket.write(
      'POST /sound HTTP/1.1\r\nHost: x\r\nContent-Type: audio/wav\r\nTransfer-Encoding: chunked\r\n\r\n',
    );
    socket.write('6\r\n012345\r\n6\r\n012345\r\n');
    const answer = await new Promise<string>((resolve) =>
      socket.once('data', (data) => resolve(String(data))),
    );
    socket.destroy();
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    expect(answer).toContain('"code":"too-large"');
  });

  it('that stops in the middle ends what reads it', async () => {
    const failed = new Promise<Error>((resolve) => {
      app.addHook('onError', async (_request, _reply, error) => resolve(error));
    });
    await app.listen({ host: '127.0.0.1', port: 0 });
    const { port } = app.server.address() as { port: number };
    const socket = connect(port, '127.0.0.1');
    socket.write(
      'POST /sound HTTP/1.1\r\nHost: x\r\nContent-Type: audio/wav\r\nContent-Length: 9\r\n\r\n012',
    );
    await until('the handler reads', () => handled === 1, { everyMs: 1 });
    socket.destroy();
    expect((await failed).message).toMatch(/went away|aborted/);
  });
});
