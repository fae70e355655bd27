import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { FastifyInstance } from 'fastify';

/** RFC 8446 5.1: a TLS record that shakes hands begins so; no HTTP request does. */
const HANDSHAKE = 0x16;
/** Who connects says something within this. */
const FIRST_BYTE_MS = 10_000;

/**
 * Has the HTTPS port take plain HTTP as well: from this machine, where it is as secure to browsers and checks of health need no certificate, it is served;
 * others, who have typed an address without `https://`, are sent there.
 */
export function takePlainToo(app: FastifyInstance): void {
  const secure = app.server;
  const takeTls = secure.listeners('connection') as ((socket: Socket) => void)[];
  const silent = new Set<Socket>();
  const plain = plainServer(app);
  secure.removeAllListeners('connection');
  secure.on('connection', (socket: Socket) => {
    silent.add(socket);
    const leave = () => socket.destroy();
    const look = () => {
      const first = socket.read(1) as Buffer | null;
      // Nothing yet, or its end.
      if (first === null) return;
      silent.delete(socket);
      socket.off('readable', look).off('error', leave).off('timeout', leave).setTimeout(0);
      socket.unshift(first);
      if (first[0] !== HANDSHAKE) plain.emit('connection', socket);
      else for (const take of takeTls) take.call(secure, socket);
    };
    socket.setTimeout(FIRST_BYTE_MS);
    socket.on('readable', look).on('error', leave).on('timeout', leave);
    socket.once('close', () => silent.delete(socket));
  });
  app.addHook('preClose', async () => {
    for (const socket of silent) socket.destroy();
    plain.closeIdleConnections();
  });
}

function plainServer(app: FastifyInstance): Server {
  const plain = createServer((request, response) => {
    if (isOfThisMachine(request)) app.routing(request, response);
    else sendAway(request, response);
  });
  plain.headersTimeout = app.server.headersTimeout;
  plain.requestTimeout = app.server.requestTimeout;
  plain.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (isOfThisMachine(request)) return void app.server.emit('upgrade', request, socket, head);
    socket.on('error', () => socket.destroy());
    socket.end('HTTP/1.1 426 Upgrade Required\r\nUpgrade: TLS/1.2\r\nConnection: close\r\n\r\n');
  });
  return plain;
}

function sendAway({ method, headers, url }: IncomingMessage, response: ServerResponse): void {
  response.setHeader('Connection', 'close');
  // What was sent with it is not to be sent in the clear once more.
  if (headers.host === undefined || (method !== 'GET' && method !== 'HEAD')) {
    response.writeHead(403, { 'Content-Type': 'text/plain; charset=utf-8' }).end('https only\n');
    return;
  }
  response.writeHead(308, { Location: `https://${headers.host}${url}` }).end();
}

const isOfThisMachine = ({ socket: { remoteAddress = '' } }: IncomingMessage) =>
  /^(::ffff:)?127\.|^::1$/.test(remoteAddress);
