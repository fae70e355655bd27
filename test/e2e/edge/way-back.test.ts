/** RFC 3261 18.2.2: a response whose connection is gone goes over a new one, to the port of the Via. */
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createEmbeddedEdge } from '../../../src/edge/embedded/create-embedded-edge.ts';
import type { EmbeddedEdge } from '../../../src/edge/embedded/embedded-edge.ts';
import { systemClock } from '../../../src/shared/clock.ts';
import { systemIds } from '../../../src/shared/ids.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import { ALICE, BOB, Desk } from '../../contract/edge/edge-world.ts';
import { PATIENT } from '../../support/edges.ts';
import { until } from '../../support/until.ts';

const HOST = '127.0.0.1';
let edge: EmbeddedEdge;
let desk: Desk;
let server: Server;
/** What comes back over connections that the edge makes. */
let heard: string;
const connections: Socket[] = [];

beforeEach(async () => {
  const parts = { clock: systemClock, ids: systemIds, logger: silentLogger };
  const listen = [{ transport: 'tcp' as const, host: HOST, port: 0 }];
  edge = createEmbeddedEdge({ listen, admission: PATIENT }, parts).edge;
  desk = new Desk();
  await edge.start(desk);
  heard = '';
  server = createServer((socket) => {
    connections.push(socket);
    socket.on('data', (bytes) => {
      heard += bytes;
    });
  });
  await once(server.listen(0, HOST), 'listening');
});
afterEach(async () => {
  for (const socket of connections.splice(0)) socket.destroy();
  await new Promise((done) => server.close(done));
  expect(edge.counts.legs).toBe(0);
  await edge.close();
});

const viaPort = () => (server.address() as { port: number }).port;

function request(method: string, port: number, { cseq = 1, to = '<sip:400@pbx>', body = '' } = {}): string {
  const lines = [
    `${method} sip:400@${HOST} SIP/2.0`,
    `Via: SIP/2.0/TCP ${HOST}:${port};branch=z9hG4bK${method}${cseq}`,
    'Max-Forwards: 70',
    'From: <sip:alice@example.com>;tag=a',
    `To: ${to}`,
    'Call-ID: way-back',
    `CSeq: ${cseq} ${method}`,
    `Contact: <sip:alice@${HOST}:${port};transport=tcp>`,
    ...(body === '' ? [] : ['Content-Type: application/sdp']),
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  return `${lines.join('\r\n')}\r\n\r\n${body}`;
}

/** Sends a request, waits for `asked`, and is gone. */
async function askAndLeave(text: string, asked: () => boolean): Promise<void> {
  const socket = connect(edge.addresses[0]!.port, HOST);
  socket.on('error', () => {});
  socket.write(text);
  await until('the request', asked, { everyMs: 5 });
  socket.end();
  await once(socket.resume(), 'close');
}

test('the answer to a call, and the call goes on over the new connection', async () => {
  await askAndLeave(request('INVITE', viaPort(), { body: ALICE }), () => desk.calls.length === 1);
  const leg = desk.calls[0]!;
  const answered = leg.answer(BOB);
  await until('the 200', () => heard.includes('SIP/2.0 200'));
  expect(heard).toContain(`Via: SIP/2.0/TCP ${HOST}:${viaPort()}`);
  const to = /^To: (.*)\r$/m.exec(heard)![1]!;
  connections[0]!.write(request('ACK', viaPort(), { to }));
  await answered;
  expect(leg.state).toBe('confirmed');
  connections[0]!.write(request('BYE', viaPort(), { to, cseq: 2 }));
  await until('the BYE', () => leg.state === 'ended');
  expect(connections).toHaveLength(1);
});

test('the answer to another request', async () => {
  let decide: (reply: { status: number }) => void = () => {};
  let asked = false;
  desk.onRequest = () => {
    asked = true;
    return new Promise((done) => {
      decide = done;
    });
  };
  await askAndLeave(request('OPTIONS', viaPort()), () => asked);
  decide({ status: 200 });
  await until('the 200', () => heard.includes('SIP/2.0 200'));
});

test('where nobody listens either, the call ends', async () => {
  const nobody = await new Promise<number>((done) => {
    const probe = createServer().listen(0, HOST, () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => done(port));
    });
  });
  await askAndLeave(request('INVITE', nobody, { body: ALICE }), () => desk.calls.length === 1);
  const leg = desk.calls[0]!;
  leg.answer(BOB).catch(() => {});
  await until('the end', () => leg.state === 'ended');
  expect(desk.logs[0]!.ending).toMatchObject({ by: 'edge' });
});
