import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { connect, createServer as createTcpServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { ConfigError } from '../../../../src/shared/errors.ts';
import { seededIds } from '../../../../src/shared/ids.ts';
import { silentLogger } from '../../../../src/shared/logger.ts';
import { ManualClock } from '../../../../src/shared/manual-clock.ts';
import { ResponseHead, SipRequest } from '../../../../src/sip/message/index.ts';
import {
  type Flow,
  type ListenOptions,
  type SipReceived,
  SocketTransports,
  type StreamLimits,
  type TlsFiles,
  type TransportAddress,
} from '../../../../src/sip/transport/index.ts';

const FIXTURES = join(import.meta.dirname, '../../../fixtures/tls');
const OPTIONS = [
  'OPTIONS sip:a@b SIP/2.0',
  'Via: SIP/2.0/UDP h;branch=z9hG4bK1;rport',
  'From: <sip:a@b>;tag=1',
  'To: <sip:a@b>',
  'Call-ID: 1',
  'CSeq: 1 OPTIONS',
  'Content-Length: 0',
  '',
  '',
].join('\r\n');

/** A host that answers every request with 200, and everything that it has seen. */
class Answerer {
  readonly clock = new ManualClock();
  readonly transports: SocketTransports;
  readonly received: { message: SipReceived; flow: Flow }[] = [];
  readonly closed: Flow[] = [];
  onReceived: () => void = () => {};

  constructor(listen: ListenOptions[], limits: Partial<StreamLimits> = {}, tls?: TlsFiles) {
    this.transports = new SocketTransports({
      clock: this.clock,
      ids: seededIds(),
      logger: silentLogger,
      listen,
      limits,
      ...(tls && { tls }),
    });
  }

  async open(): Promise<this> {
    await this.transports.open({
      onMessage: (message, flow) => {
        this.received.push({ message, flow });
        if (message instanceof SipRequest) flow.send(new ResponseHead(message).write(200, 'tag', {}));
        this.onReceived();
      },
      onFlowClosed: (flow) => {
        this.closed.push(flow);
        this.onReceived();
      },
    });
    return this;
  }

  /** Resolves when `condition` holds, checked after each event. */
  until(condition: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      this.onReceived = () => condition() && resolve();
      this.onReceived();
    });
  }

  address(transport: string): TransportAddress {
    const found = this.transports.addresses.find((address) => address.transport === transport);
    if (!found) throw new Error(`does not listen on ${transport}`);
    return found;
  }
}

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function host(
  transport: ListenOptions['transport'],
  limits?: Partial<StreamLimits>,
  tls?: TlsFiles,
  advertise?: ListenOptions['advertise'],
  address = '127.0.0.1',
): Promise<Answerer> {
  const answerer = new Answerer(
    [{ transport, host: address, port: 0, ...(advertise && { advertise }) }],
    limits,
    tls,
  );
  closing.push(() => answerer.transports.close());
  return answerer.open();
}

async function client(port: number, address = '127.0.0.1'): Promise<Socket> {
  const socket = connect(port, address);
  closing.push(() => socket.destroy());
  await once(socket, 'connect');
  return socket;
}

/** What comes until `mark` has been seen. */
function readUntil(socket: Socket, mark: string): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk.toString();
      if (text.includes(mark)) resolve(text);
    });
  });
}

describe('UDP', () => {
  it.each(['127.0.0.1', '::1'])('receives and answers on %s', async (address) => {
    const answerer = await host('udp', {}, undefined, undefined, address);
    const { port } = answerer.address('udp');
    const socket = createSocket(address === '::1' ? 'udp6' : 'udp4');
    closing.push(() => socket.close());
    // keep-alives are no messages; only STUN has an answer of its own (RFC 5626 4.4.2)
    socket.send('\r\n\r\n', port, address);
    socket.send('\0', port, address);
    socket.send(Buffer.from('000100002112a442000000000000000000000000', 'hex'), port, address);
    const [stun] = await once(socket, 'message');
    expect(stun.subarray(0, 2)).toEqual(Buffer.from([1, 1]));
    socket.send(OPTIONS, port, address);
    const [answer] = await once(socket, 'message');
    expect(String(answer)).toContain(`rport=${socket.address().port};received=${address}`);
    expect(answerer.received).toHaveLength(1);
    expect(answerer.transports.counters).toMatchObject({ received: 1, ignored: 3, sent: 1, failed: 0 });
    const { flow } = answerer.received[0]!;
    expect(flow).toMatchObject({
      reliable: false,
      open: true,
      remote: { address, port: socket.address().port },
    });
    expect(flow.sentBy).toBe(address === '::1' ? `[::1]:${port}` : `127.0.0.1:${port}`);
    expect(answerer.transports.flowById(flow.id)).toBe(flow);
    expect(answerer.transports.flowTo(flow.remote)).toBe(flow);
  });

  it('takes 60 kB', async () => {
    const answerer = await host('udp');
    const socket = createSocket('udp4');
    closing.push(() => socket.close());
    socket.send(
      OPTIONS.replace('\r\n\r\n', `\r\nX: ${'x'.repeat(60_000)}\r\n\r\n`),
      answerer.address('udp').port,
    );
    await answerer.until(() => answerer.received.length === 1);
    expect(answerer.received[0]?.message.get('X')).toHaveLength(60_000);
  });

  it('tells peers the advertised address, or the one of the interface', async () => {
    const natted = await host('udp', {}, undefined, { host: '203.0.113.7', port: 5099 });
    expect(natted.transports.flowTo({ transport: 'udp', address: '127.0.0.9', port: 1 })?.sentBy).toBe(
      '203.0.113.7:5099',
    );
    const every = await host('udp', {}, undefined, undefined, '0.0.0.0');
    expect(every.transports.flowTo({ transport: 'udp', address: '127.0.0.9', port: 1 })?.sentBy).toBe(
      `127.0.0.1:${every.address('udp').port}`,
    );
  });

  it('sends from the listener that is asked for', async () => {
    const answerer = new Answerer([
      { transport: 'udp', host: '127.0.0.1', port: 0 },
      { transport: 'udp', host: '127.0.0.2', port: 0 },
    ]);
    closing.push(() => answerer.transports.close());
    await answerer.open();
    const [first, second] = answerer.transports.addresses;
    const target = { transport: 'udp', address: '127.0.0.1', port: 9 } as const;
    expect(answerer.transports.flowTo(target)?.local).toEqual(first);
    expect(answerer.transports.flowTo(target, second)?.local).toEqual(second);
    expect(answerer.transports.flowTo({ ...target, address: '::1' })).toBeUndefined();
    expect(answerer.transports.flowTo({ ...target, transport: 'tcp' })).toBeUndefined();
  });

  it('reports a message that cannot be sent', async () => {
    const answerer = await host('udp');
    const flow = answerer.transports.flowTo({ transport: 'udp', address: '127.0.0.1', port: 9 })!;
    // EMSGSIZE
    const error = await new Promise((resolve) => flow.send(Buffer.alloc(70_000), { onSendError: resolve }));
    expect(error).toBeInstanceOf(Error);
    await answerer.transports.close();
    expect(flow.open).toBe(false);
    await expect(new Promise((resolve) => flow.send('x', { onSendError: resolve }))).resolves.toBeInstanceOf(
      Error,
    );
  });

  it('refuses a port that is taken, and then nothing is open', async () => {
    const first = await host('udp');
    const { port } = first.address('udp');
    const second = new Answerer([
      { transport: 'tcp', host: '127.0.0.1', port: 0 },
      { transport: 'udp', host: '127.0.0.1', port },
    ]);
    await expect(second.open()).rejects.toThrow(ConfigError);
    expect(second.transports.connections).toBe(0);
    const tcp = second.transports.addresses.find(({ transport }) => transport === 'tcp')!;
    await expect(client(tcp.port)).rejects.toThrow();
  });
});

describe('TCP', () => {
  it('receives several messages in pieces, answers pings, reuses the connection', async () => {
    const answerer = await host('tcp');
    const socket = await client(answerer.address('tcp').port);
    const answers = readUntil(socket, '\r\n\r\n\r\n');
    socket.write(OPTIONS.slice(0, 50));
    socket.write(`${OPTIONS.slice(50)}${OPTIONS}\r\n\r\n`);
    const text = await answers;
    expect(text.match(/SIP\/2\.0 200/g)).toHaveLength(2);
    const { flow } = answerer.received[0]!;
    expect(flow).toMatchObject({
      reliable: true,
      open: true,
      remote: { address: '127.0.0.1', port: socket.localPort },
    });
    expect(answerer.transports.flowTo(flow.remote)).toBe(flow);
    expect(answerer.transports.flowById(flow.id)).toBe(flow);
    socket.destroy();
    await answerer.until(() => answerer.closed.length === 1);
    expect(flow.open).toBe(false);
    expect(answerer.transports.connections).toBe(0);
    expect(answerer.clock.pending).toBe(0);
  });

  it('connects, and waits with messages until the connection stands', async () => {
    const [one, two] = [await host('tcp'), await host('tcp')];
    const flow = one.transports.flowTo(two.address('tcp'))!;
    expect(one.transports.flowTo(two.address('tcp'))).toBe(flow);
    flow.send(OPTIONS);
    await one.until(() => one.received.length === 1);
    expect(one.received[0]?.flow).toBe(flow);
    expect(one.received[0]?.message).toMatchObject({ status: 200 });
  });

  it('reports every message that waits when the connection fails', async () => {
    const spare = createTcpServer().listen(0, '127.0.0.1');
    await once(spare, 'listening');
    const { port } = spare.address() as { port: number };
    await new Promise((resolve) => spare.close(resolve));
    const answerer = await host('tcp');
    const flow = answerer.transports.flowTo({ transport: 'tcp', address: '127.0.0.1', port })!;
    const failed = [1, 2].map(
      () => new Promise<Error>((resolve) => flow.send(OPTIONS, { onSendError: resolve })),
    );
    expect((await Promise.all(failed)).map((error) => (error as NodeJS.ErrnoException).code)).toEqual([
      'ECONNREFUSED',
      'ECONNREFUSED',
    ]);
    expect(answerer.transports.flowTo({ transport: 'tcp', address: '127.0.0.1', port })).not.toBe(flow);
  });

  it('says 400 to a stream without Content-Length, and closes', async () => {
    const answerer = await host('tcp');
    const socket = await client(answerer.address('tcp').port);
    const answer = readUntil(socket, '\r\n\r\n');
    socket.write(OPTIONS.replace('Content-Length: 0\r\n', ''));
    expect(await answer).toMatch(/^SIP\/2\.0 400 Bad Request - Missing or Malformed Content-Length\r\n/);
    socket.resume();
    await once(socket, 'close');
    expect(answerer.received).toEqual([]);
  });

  it.each([
    ['that says nothing', '', { firstMessageMs: 5000 }],
    ['that only pings', '\r\n\r\n', { firstMessageMs: 5000 }],
    ['that never ends its message', `${OPTIONS}${OPTIONS.slice(0, 40)}`, { messageMs: 5000 }],
    ['that is idle', OPTIONS, { idleMs: 5000 }],
  ])('cuts a connection %s', async (_what, text, limits) => {
    const answerer = await host('tcp', limits);
    const socket = await client(answerer.address('tcp').port);
    const mark = text.startsWith('OPTIONS') ? '200' : '\r\n';
    const read = readUntil(socket, mark);
    socket.write(text);
    if (text !== '') await read;
    else await untilConnected(answerer);
    await answerer.clock.advance(4000);
    expect(socket.destroyed || answerer.closed.length > 0).toBe(false);
    await answerer.clock.advance(2000);
    await answerer.until(() => answerer.closed.length === 1);
    expect(answerer.transports.counters.limited).toBe(1);
  });

  it('limits connections of one address, and bytes for a peer that does not read', async () => {
    const answerer = await host('tcp', { maxConnectionsPerAddress: 1, maxQueuedBytes: 100_000 });
    const { port } = answerer.address('tcp');
    const first = await client(port);
    first.write(OPTIONS);
    await answerer.until(() => answerer.received.length === 1);
    const second = await client(port);
    await once(second, 'close');
    first.pause();
    const { flow } = answerer.received[0]!;
    for (let count = 0; count < 200 && flow.open && answerer.transports.counters.limited < 2; count++)
      flow.send('x'.repeat(60_000));
    await answerer.until(() => answerer.closed.length === 1);
    expect(flow.open).toBe(false);
  });

  it('closes although a peer does not read what is queued for it', async () => {
    const answerer = await host('tcp', { maxQueuedBytes: 100_000_000 });
    const socket = await client(answerer.address('tcp').port);
    socket.write(OPTIONS);
    await answerer.until(() => answerer.received.length === 1);
    // More than the kernel takes.
    answerer.received[0]!.flow.send('x'.repeat(40_000_000));
    const closed = answerer.transports.close();
    await answerer.clock.advance(4000);
    await closed;
    expect([answerer.transports.connections, answerer.clock.pending]).toEqual([0, 0]);
  });

  async function untilConnected(answerer: Answerer): Promise<void> {
    while (answerer.transports.connections === 0) await new Promise((resolve) => setImmediate(resolve));
  }
});

describe('TLS', () => {
  function identity(name: string): TlsFiles & { folder: string } {
    const folder = mkdtempSync(join(tmpdir(), 'pbx400-tls-'));
    closing.push(() => rmSync(folder, { recursive: true }));
    const files = {
      folder,
      certFile: join(folder, 'own.crt'),
      keyFile: join(folder, 'own.key'),
      caFile: join(FIXTURES, 'one.crt'),
    };
    install(files, name);
    return files;
  }

  function install({ certFile, keyFile }: TlsFiles, name: string): void {
    copyFileSync(join(FIXTURES, `${name}.crt`), certFile);
    copyFileSync(join(FIXTURES, `${name}.key`), keyFile);
  }

  async function nameShown(port: number): Promise<string> {
    const socket: TLSSocket = connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false });
    closing.push(() => socket.destroy());
    await once(socket, 'secureConnect');
    return String(socket.getPeerCertificate().subject.CN);
  }

  it('connects to who shows the right certificate, and to nobody else', async () => {
    const good = await host('tls', {}, identity('one'));
    const bad = await host('tls', {}, identity('two'));
    const flow = good.transports.flowTo({ ...good.address('tls'), serverName: 'one.test' })!;
    flow.send(OPTIONS);
    await good.until(() => good.received.length === 2);
    const wrongName = good.transports.flowTo({ ...good.address('tls'), serverName: 'other.test' })!;
    const wrongIssuer = good.transports.flowTo({ ...bad.address('tls'), serverName: 'two.test' })!;
    for (const refused of [wrongName, wrongIssuer]) {
      await new Promise((resolve) => refused.send(OPTIONS, { onSendError: resolve }));
    }
    expect(bad.received).toEqual([]);
  });

  it('shows a new certificate after a reload, and keeps the old one when the new one is bad', async () => {
    const files = identity('one');
    const answerer = await host('tls', {}, files);
    const { port } = answerer.address('tls');
    expect(await nameShown(port)).toBe('one.test');
    install(files, 'two');
    answerer.transports.reloadTls();
    expect(await nameShown(port)).toBe('two.test');
    copyFileSync(join(FIXTURES, 'one.crt'), files.certFile);
    expect(() => answerer.transports.reloadTls()).toThrow(ConfigError);
    expect(await nameShown(port)).toBe('two.test');
  });

  it('counts connections in their handshake among those of their address', async () => {
    const answerer = await host('tls', { maxConnectionsPerAddress: 2 }, identity('one'));
    const { port } = answerer.address('tls');
    const silent = [await client(port), await client(port)];
    const third = await client(port);
    await once(third, 'close');
    silent[0]!.destroy();
    expect(answerer.transports.counters.limited).toBe(1);
    let shown = '';
    while (shown === '') shown = await nameShown(port).catch(() => '');
    expect(shown).toBe('one.test');
  });

  it('needs its files', () => {
    expect(() => new Answerer([{ transport: 'tls', host: '127.0.0.1', port: 0 }])).toThrow(ConfigError);
    expect(() => new Answerer([], {}, { certFile: '/nowhere', keyFile: '/nowhere' })).toThrow(
      'cannot read /nowhere',
    );
  });
});

describe('WebSocket', () => {
  it('carries one message a frame', async () => {
    const answerer = await host('ws');
    const { port } = answerer.address('ws');
    const socket = new WebSocket(`ws://127.0.0.1:${port}/sip`, 'sip');
    closing.push(() => socket.terminate());
    await once(socket, 'open');
    expect(socket.protocol).toBe('sip');
    // RFC 7118 5.2: Content-Length may be left out
    socket.send(OPTIONS.replace('Content-Length: 0\r\n', ''));
    const [answer, isBinary] = await once(socket, 'message');
    expect(String(answer)).toMatch(/^SIP\/2\.0 200 OK\r\n/);
    expect(isBinary).toBe(false);
    const { flow } = answerer.received[0]!;
    expect(answerer.transports.flowTo(flow.remote)).toBe(flow);
    expect(answerer.transports.flowTo({ ...flow.remote, port: 1 })).toBeUndefined();
    socket.send('\r\n\r\n');
    expect(String((await once(socket, 'message'))[0])).toBe('\r\n');
    socket.close();
    await answerer.until(() => answerer.closed.length === 1);
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

  it('shares an HTTP server and leaves other paths to the others', async () => {
    const server = createServer((_request, response) => response.end('hello')).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const others: string[] = [];
    server.on('upgrade', (request, socket) => {
      others.push(request.url ?? '');
      socket.destroy();
    });
    closing.push(() => new Promise((resolve) => server.close(resolve)));
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
    closing.push(() => socket.terminate());
    await once(socket, 'open');
    socket.send(OPTIONS);
    await once(socket, 'message');
    expect(answerer.received[0]?.flow.remote.transport).toBe('wss');
  });
});

it('a user that throws harms nobody', async () => {
  const answerer = await host('udp');
  answerer.onReceived = () => {
    if (answerer.received.length === 1) throw new Error('one of the message handlers is wrong');
  };
  const socket = createSocket('udp4');
  closing.push(() => socket.close());
  const { port } = answerer.address('udp');
  socket.send(OPTIONS, port);
  socket.send(OPTIONS, port);
  await once(socket, 'message');
  await answerer.until(() => answerer.received.length === 2);
});
