import { readFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CheckedOutbound, type OutboundParts } from '../../../src/outbound/checked-outbound.ts';
import type { OutboundRequest } from '../../../src/outbound/outbound.ts';
import { ManualClock } from '../../../src/shared/manual-clock.ts';

const LOOPBACK = { allow: ['127.0.0.1'] };
const opened: { close(): unknown }[] = [];
let clock: ManualClock;

beforeEach(() => {
  clock = new ManualClock();
});
afterEach(() => {
  for (const each of opened.splice(0)) each.close();
  expect(clock.pending).toBe(0);
});

/** HTTP out of this machine, whose names all lead to `leadsTo`. */
function outboundOf(parts: Partial<OutboundParts> = {}, leadsTo: readonly string[] = []): CheckedOutbound {
  const outbound = new CheckedOutbound({ allow: [], clock, resolve: async () => leadsTo, ...parts });
  opened.push(outbound);
  return outbound;
}

async function listening(server: Server): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => sockets.add(socket));
  const close = () => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  opened.push({ close });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

/** A server on this machine; its URL. */
const serving = async (listener: RequestListener) =>
  `http://127.0.0.1:${await listening(createServer(listener))}/`;

const asking = (url: string, more: Partial<OutboundRequest> = {}): OutboundRequest => ({
  url,
  method: 'GET',
  limitMs: 10_000,
  maxBytes: 1000,
  ...more,
});

describe('an address that is not public', () => {
  it.each([
    ...[
      '127.0.0.1',
      '127.1',
      '2130706433',
      '0x7f000001',
      '0x7f.1',
      '0177.0.0.1',
      '127.0.0.1.',
      '１２７.0.0.1',
    ],
    ...['0.0.0.0', '10.1.2.3', '100.64.0.1', '100.100.100.200', '169.254.169.254', '172.31.255.255'],
    ...['192.168.1.1', '198.18.0.1', '224.0.0.1', '255.255.255.255', '168.63.129.16', '192.0.0.192'],
    ...['[::]', '[::1]', '[fe80::1]', '[fc00::1]', '[fd00:ec2::254]', '[ff02::1]', '[::127.0.0.1]'],
    ...['[::ffff:127.0.0.1]', '[::ffff:7f00:1]', '[::ffff:0:127.0.0.1]', '[64:ff9b::7f00:1]'],
    ...['[64:ff9b::10.0.0.1]', '[64:ff9b:1::a00:1]', '[2002:7f00:1::]', '[2001:0:7f00:1::1]'],
  ])('%s is refused', async (host) => {
    const asked = outboundOf().ask(asking(`https://${host}/`));
    await expect(asked).rejects.toMatchObject({ code: 'address-refused' });
  });

  it.each(['127.0.0.1', '::1', '::ffff:127.0.0.1', '64:ff9b::a00:1', '100.100.100.200', 'fe80::1'])(
    'a name that leads to %s is refused',
    async (address) => {
      const asked = outboundOf({}, [address]).ask(asking('https://hooks.example/'));
      await expect(asked).rejects.toMatchObject({ code: 'address-refused' });
    },
  );

  it('a network that is allowed opens that network only, and not its clothes of IPv6', async () => {
    const outbound = outboundOf({ allow: ['10.0.0.0/8'] });
    for (const host of ['192.168.0.1', '[::ffff:10.0.0.1]', '[64:ff9b::a00:1]'])
      await expect(outbound.ask(asking(`https://${host}/`))).rejects.toMatchObject({
        code: 'address-refused',
      });
  });
});

it.each([
  ['no URL', 'hooks.example'],
  ['a file', 'file:///etc/passwd'],
  ['another protocol', 'gopher://hooks.example/'],
  ['a user', 'https://hooks.example@10.0.0.1/'],
  ['a password', 'https://a:b@hooks.example/'],
  ['a zone', 'https://[fe80::1%25eth0]/'],
  ['no TLS, to the public', 'http://1.1.1.1/'],
])('%s is refused', async (_, url) => {
  await expect(outboundOf().ask(asking(url))).rejects.toMatchObject({ code: 'address-refused' });
});

describe('what is allowed', () => {
  it('is asked, and answers with status, headers and body; a connection is used again', async () => {
    const ports = new Set<number | undefined>();
    const url = await serving((request, response) => {
      ports.add(request.socket.remotePort);
      const said = { method: request.method, host: request.headers.host, own: request.headers['x-own'] };
      response.writeHead(201, { 'x-answer': 'yes' }).end(JSON.stringify(said));
    });
    const outbound = outboundOf(LOOPBACK);
    for (const method of ['POST', 'GET'] as const) {
      const headers = { 'X-Own': '1', Host: 'elsewhere', 'content-length': '999' };
      const answer = await outbound.ask(asking(url, { method, headers }));
      expect(answer).toMatchObject({ status: 201, isWhole: true, headers: { 'x-answer': 'yes' } });
      const host = new URL(url).host;
      expect(JSON.parse(answer.body.toString())).toEqual({ method, host, own: '1' });
    }
    expect(ports.size).toBe(1);
  });

  it('the address that was checked is the one that is connected to: a name that changes is asked once', async () => {
    const url = await serving((_, response) => response.end('here'));
    const answers = [['127.0.0.1'], ['10.0.0.1']];
    const resolve = async () => answers.shift() ?? [];
    const outbound = outboundOf({ ...LOOPBACK, resolve });
    const named = url.replace('127.0.0.1', 'rebinds.example');
    expect((await outbound.ask(asking(named))).body.toString()).toBe('here');
    expect(answers).toHaveLength(1);
  });

  it('of several addresses of a name those that are not allowed are left out', async () => {
    const url = await serving((_, response) => response.end('here'));
    const outbound = outboundOf(LOOPBACK, ['127.0.0.2', '::1', '127.0.0.1']);
    const answer = await outbound.ask(asking(url.replace('127.0.0.1', 'mixed.example')));
    expect(answer.body.toString()).toBe('here');
  });

  it('redirects are not followed', async () => {
    const url = await serving((_, response) => response.writeHead(302, { location: '/other' }).end());
    expect(await outboundOf(LOOPBACK).ask(asking(url))).toMatchObject({ status: 302 });
  });

  it('a body without end is cut', async () => {
    const url = await serving((_, response) => {
      const more = () => void response.write(Buffer.alloc(10_000), () => response.writable && more());
      more();
    });
    const { body, isWhole } = await outboundOf(LOOPBACK).ask(asking(url));
    expect([body.length, isWhole]).toEqual([1000, false]);
  });

  it('what is compressed stays so', async () => {
    const bomb = gzipSync(Buffer.alloc(500_000));
    const url = await serving((request, response) => {
      expect(request.headers['accept-encoding']).toBe('identity');
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb);
    });
    const { body } = await outboundOf(LOOPBACK).ask(asking(url));
    expect(body).toEqual(bomb);
  });

  it.each(['one\r\nx-evil: 1', 'one\nx: 1', 'one\0'])('a header %j is not sent', async (value) => {
    const url = await serving(() => expect.unreachable());
    const asked = outboundOf(LOOPBACK).ask(asking(url, { headers: { 'x-own': value } }));
    await expect(asked).rejects.toMatchObject({ code: 'outside-failed' });
  });

  it('a connection that breaks, or that changes its protocol, is an error', async () => {
    const broken = await serving((request) => request.socket.destroy());
    const outbound = outboundOf(LOOPBACK);
    await expect(outbound.ask(asking(broken))).rejects.toMatchObject({ code: 'outside-failed' });
    const changed = await serving((request) =>
      request.socket.write('HTTP/1.1 101 Switching\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n'),
    );
    await expect(outbound.ask(asking(changed))).rejects.toMatchObject({ code: 'outside-failed' });
  });
});

describe('time', () => {
  it.each(['the head', 'the body'])(
    'who drips %s a byte at a time gets no more than the limit',
    async (part) => {
      const slow = Promise.withResolvers<void>();
      const url = await serving((_, response) => {
        if (part === 'the head') response.socket!.write('HTTP/1.1 200 OK\r\nx-slow: ');
        else response.write('{');
        slow.resolve();
      });
      const asked = outboundOf(LOOPBACK).ask(asking(url));
      await slow.promise;
      const failed = expect(asked).rejects.toMatchObject({ code: 'deadline' });
      await clock.advance(10_000);
      await failed;
    },
  );

  it('a name server that is silent costs no more either', async () => {
    const asked = outboundOf({ resolve: () => new Promise(() => {}) }).ask(asking('https://hooks.example/'));
    const failed = expect(asked).rejects.toMatchObject({ code: 'deadline' });
    await clock.advance(10_000);
    await failed;
  });

  it('who asks may give up, and a close ends all', async () => {
    const outbound = outboundOf({ resolve: () => new Promise(() => {}) });
    const givenUp = new AbortController();
    const asked = outbound.ask(asking('https://hooks.example/', { signal: givenUp.signal }));
    givenUp.abort(new Error('no more'));
    await expect(asked).rejects.toThrow('no more');
    const other = outbound.ask(asking('https://hooks.example/'));
    outbound.close();
    await expect(other).rejects.toMatchObject({ code: 'closed' });
  });
});

it('a certificate of nobody known, or of another name, is refused', async () => {
  const folder = new URL('../../fixtures/tls/', import.meta.url);
  const read = (name: string) => readFileSync(new URL(name, folder), 'utf8');
  const [cert, key] = [read('one.crt'), read('one.key')];
  const port = await listening(createTlsServer({ cert, key }, (_, response) => response.end('in')));
  const here = ['127.0.0.1'];
  const url = `https://hooks.example:${port}/`;
  const unknown = outboundOf(LOOPBACK, here).ask(asking(url));
  await expect(unknown).rejects.toMatchObject({ code: 'outside-failed' });
  const misnamed = outboundOf({ ...LOOPBACK, ca: cert }, here).ask(asking(url));
  await expect(misnamed).rejects.toMatchObject({ code: 'outside-failed' });
  const named = outboundOf({ ...LOOPBACK, ca: cert }, here).ask(asking(`https://one.test:${port}/`));
  expect((await named).body.toString()).toBe('in');
});
