import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';

/**
 * Ports are taken from here: below those that the system gives to whoever asks for any, so that nobody gets one between
 * the moment when it was found free and the moment when it is used; above the media ports of the PBX and of FreeSWITCH.
 */
const BOTTOM = 30_100;
const COUNT = 2_560;

let next = Math.floor(Math.random() * COUNT);

/** A UDP port of `host` that is free; even, as RTP wants it (RFC 3550 11), with `even`. */
export async function freeUdpPort(host = '127.0.0.1', even = false): Promise<number> {
  for await (const port of candidates()) {
    if ((!even || port % 2 === 0) && (await isUdpFree(port, host))) return port;
  }
  throw new Error('no UDP port is free');
}

/** A TCP port of 127.0.0.1 that is free. */
export async function freeTcpPort(): Promise<number> {
  for await (const port of candidates()) if (await isTcpFree(port)) return port;
  throw new Error('no TCP port is free');
}

/** A port of `host` that is free for UDP and for TCP. */
export async function freeSipPort(host = '127.0.0.1'): Promise<number> {
  for await (const port of candidates()) {
    if ((await isUdpFree(port, host)) && (await isTcpFree(port, host))) return port;
  }
  throw new Error('no port is free for UDP and TCP');
}

/** Ports that nobody else is given while this process lives: test files run beside each other, and so do whole runs. */
async function* candidates(): AsyncGenerator<number> {
  for (let tries = 0; tries < COUNT; tries++) {
    const port = BOTTOM + (next++ % COUNT);
    if (await isClaimed(port)) yield port;
  }
}

/** Whether we have it now: a name that the kernel gives once in a network namespace and frees with the process (unix(7), abstract). */
async function isClaimed(port: number): Promise<boolean> {
  const claim = createServer().unref();
  claim.listen(`\0pbx400-test-port-${port}`);
  return await once(claim, 'listening').then(
    () => true,
    () => false,
  );
}

function isUdpFree(port: number, host: string): Promise<boolean> {
  return new Promise((done) => {
    const socket = createSocket('udp4');
    socket.once('error', () => done(false));
    socket.bind(port, host, () => socket.close(() => done(true)));
  });
}

/** Whether a socket has the port, of whatever address and in whatever state; as the kernel says, for a trial would take it away. */
export function isBound(table: 'udp' | 'tcp', port: number): boolean {
  const hex = port.toString(16).toUpperCase().padStart(4, '0');
  return new RegExp(`^ *\\d+: \\w+:${hex} `, 'm').test(readFileSync(`/proc/net/${table}`, 'utf8'));
}

/** A connection that is over keeps its port for a minute (TIME_WAIT): Node could have it, SIPp could not. */
async function isTcpFree(port: number, host = '127.0.0.1'): Promise<boolean> {
  if (isBound('tcp', port)) return false;
  return new Promise((done) => {
    const server = createServer();
    server.once('error', () => done(false));
    server.listen(port, host, () => server.close(() => done(true)));
  });
}
