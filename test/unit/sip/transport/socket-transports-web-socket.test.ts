import { once } from 'node:events';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import WebSocket from 'ws';
import type { ConnectionFlow } from '../../../../src/sip/transport/connection-table.ts';
import { FIXTURES, host, OPTIONS } from './answerer.ts';

describe('WebSocket', () => {
  it('carries one message a frame', async () => {
    const answerer = await host('ws');
    const { port } = answerer.address('ws');
    const socket = new WebSocket(`ws://127.0.0.1:${port}/sip`, 'sip');
    onTestFinished(() => socket.terminate());
    await once(socket, 'open');
    expect(socket.protocol).toBe('sip');
    // RFC 7118 5.2: Content-Length may be left out
    socket.send(OPTIONS.replace('Content-Length: 0\r\n', ''));
    const [answer, isBinary] = await once(socket, 'message');
    expect(String(answer)).toMatch(/^SIP\/2\.0 200 OK\r\n/);
    expect(isBinary).toBe(false);
    expect(answerer.tapped).toEqual([String(answer)]);
    const { flow } = answerer.received[0]!;
    expect(answerer.transports.flowTo(flow.remote)).toBe(flow);
    expect(answerer.transports.flowTo({ ...flow.remote, port: 1 })).toBeUndefined();
    socket.send('\r\n\r\n');
    expect(String((await once(socket, 'message'))[0])).toBe('\r\n');
    socket.close();
    await answerer.until(() => answerer.closed.length === 1);
  });

  it('pings who is silent, keeps who answers, and cuts off a machine that sleeps', async () => {
    const answerer = await host('ws', { pingMs: 10_000 });
    const { port } = answerer.address('ws');
    const open = async (autoPong: boolean) => {
      const socket = new WebSocket(`ws://127.0.0.1:${port}/sip`, 'sip', { autoPong });
      onTestFinished(() => socket.terminate());
      await once(socket, 'open');
      socket.send(OPTIONS);
      await once(socket, 'message');
      return socket;
    };
    const [awake, asleep] = [await open(true), await open(false)];
    const flows = answerer.received.map(({ flow }) => flow);
    const pinged = Promise.all([once(awake, 'ping'), once(asleep, 'ping')]);
    await answerer.clock.advance(11_000);
    await pinged;
    // Behind the pong on the same connection.
    awake.send(OPTIONS);
    await once(awake, 'message');
    expect(answerer.closed).toEqual([]);
    await answerer.clock.advance(11_000);
    await answerer.until(() => answerer.closed.length === 1);
    expect(answerer.closed).toEqual([flows[1]]);
  });

  it('an engine that stood still reads the answer before it judges', async () => {
    const answerer = await host('ws', { pingMs: 10_000 });
    const socket = new WebSocket(`ws://127.0.0.1:${answerer.address('ws').port}/sip`, 'sip');
    onTestFinished(() => socket.terminate());
    await once(socket, 'open');
    socket.send(OPTIONS);
    await once(socket, 'message');
    const [flow] = answerer.received.map((one) => one.flow);
    // One look at its limits in a minute, as after a sleep of the engine itself.
    for (let minute = 0; minute < 5; minute++) (flow as ConnectionFlow).sweep(60_000 * minute);
    expect(flow!.open).toBe(true);
  });

  it('refuses who does not speak SIP', async () => {
    const answerer = await host('ws');
    const { port } = answerer.address('ws');
    for (const [path, protocol] of [
      ['/sip', 'chat'],
      ['/other', 'sip'],
    ]) {
      const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, protocol);
      await once(socket, 'error');
    }
    expect(answerer.transports.connections).toBe(0);
  });

  it.each([
    [undefined, true],
    ['http://127.0.0.1', true],
    ['https://127.0.0.1:8400', true],
    ['https://desk.example.com', true],
    ['https://evil.example.com', false],
    ['null', false],
  ])('of its own takes pages of the same host and of known origins: %s', async (origin, isTaken) => {
    const answerer = await host('ws', {}, undefined, undefined, undefined, ['https://desk.example.com']);
    const { port } = answerer.address('ws');
    const headers = origin === undefined ? {} : { origin };
    const socket = new WebSocket(`ws://127.0.0.1:${port}/sip`, 'sip', { headers });
    const [event] = await Promise.race([
      once(socket, 'open').then(() => ['open']),
      once(socket, 'unexpected-response').then(([, response]) => [response.statusCode]),
    ]);
    expect(event).toBe(isTaken ? 'open' : 403);
    socket.on('error', () => {});
    socket.terminate();
  });

  it('of a server that serves pages, too, takes those of the same origin', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => new Promise((resolve) => void server.close(() => resolve())));
    const answerer = await host('udp');
    await answerer.transports.attach(server, { transport: 'ws', host: '127.0.0.1', port: 0 });
    const { port } = answerer.address('ws');
    const open = (origin: string) =>
      new WebSocket(`ws://127.0.0.1:${port}/sip`, 'sip', { headers: { origin } });
    const ours = open(`http://127.0.0.1:${port}`);
    await once(ours, 'open');
    ours.terminate();
    const neighbour = open('http://127.0.0.1:1');
    const [, { statusCode }] = await once(neighbour, 'unexpected-response');
    expect(statusCode).toBe(403);
    neighbour.on('error', () => {});
    neighbour.terminate();
  });

  it('shares an HTTP server and leaves other paths to the others', async () => {
    const server = createServer((_request, response) => response.end('hello')).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const others: string[] = [];
    server.on('upgrade', (request, socket) => {
      others.push(request.url ?? '');
      socket.destroy();
    });
    onTestFinished(() => new Promise((resolve) => void server.close(() => resolve())));
    const answerer = await host('udp');
    await answerer.transports.attach(server, { transport: 'ws', host: '127.0.0.1', port: 0 });
    const { port } = answerer.address('ws');
    expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toBe('hello');
    await once(new WebSocket(`ws://127.0.0.1:${port}/events`), 'error');
    expect(others).toEqual(['/events']);
    const socket = new WebSocket(`ws://127.0.0.1:${port}/sip`, 'sip');
    await once(socket, 'open');
    socket.send(OPTIONS);
    await once(socket, 'message');
    socket.terminate();
  });

  it('serves WSS', async () => {
    const files = { certFile: join(FIXTURES, 'one.crt'), keyFile: join(FIXTURES, 'one.key') };
    const answerer = await host('wss', {}, files);
    const socket = new WebSocket(`wss://127.0.0.1:${answerer.address('wss').port}/sip`, 'sip', {
      rejectUnauthorized: false,
    });
    onTestFinished(() => socket.terminate());
    await once(socket, 'open');
    socket.send(OPTIONS);
    await once(socket, 'message');
    expect(answerer.received[0]?.flow.remote.transport).toBe('wss');
  });
});
