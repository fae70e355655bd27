import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ServerConnection } from '../../../../src/edge/drachtio/server-connection.ts';
import type { SrfSocket } from '../../../../src/edge/drachtio/srf-socket.ts';
import { FrameReader, frame } from '../../../../src/edge/drachtio-wire/frame.ts';
import { seededIds } from '../../../../src/shared/ids.ts';
import { silentLogger } from '../../../../src/shared/logger.ts';
import { ManualClock } from '../../../../src/shared/manual-clock.ts';
import { JumpingClock } from '../../../support/jumping-clock.ts';
import { until } from '../../../support/until.ts';

/** A server of a few lines: what a stock drachtio-server might send. */
describe('a connection to a drachtio-server', () => {
  let listener: Server;
  let server: Socket;
  let clock: ManualClock;
  /** The connection's: may jump ahead. */
  let late: JumpingClock;
  let connection: ServerConnection;
  let lost: string | undefined;
  let isReady: boolean;
  const commands: string[] = [];
  const delivered: string[] = [];

  beforeEach(async () => {
    commands.length = delivered.length = 0;
    lost = undefined;
    isReady = false;
    clock = new ManualClock(0);
    late = new JumpingClock(clock);
    listener = createServer().listen(0, '127.0.0.1');
    await once(listener, 'listening');
    const accepted = once(listener, 'connection');
    const { port } = listener.address() as { port: number };
    const stream = connect(port, '127.0.0.1');
    [server] = (await accepted) as [Socket];
    const reader = new FrameReader(1 << 20);
    server.on('data', (chunk: Buffer) => reader.push(chunk, (payload) => commands.push(payload.toString())));
    server.on('error', () => {});
    connection = new ServerConnection(
      { clock: late, ids: seededIds(), logger: silentLogger, attach: (socket) => introduce(socket) },
      'test',
      { secret: 's3cret', tags: ['hotline', 'vip'] },
      stream,
      {
        onReady: () => {
          isReady = true;
        },
        onLost: (_connection, reason) => {
          lost = reason;
        },
        onCancel: () => {},
      },
    );
    connection.begin();
    await until('the introduction', () => commands.length === 1, { everyMs: 2 });
  });

  afterEach(async () => {
    connection.close();
    server.destroy();
    listener.close();
    expect(clock.pending).toBe(0);
  });

  /** What srf does with a socket: it writes who it is, without a secret here. */
  function introduce(socket: SrfSocket): void {
    socket.on('data', (bytes: Buffer) => delivered.push(bytes.toString()));
    socket.write(frame('auth|authenticate||'));
  }

  const idOf = (command: string) => command.slice(0, command.indexOf('|'));
  const answer = (command: string, text: string) =>
    server.write(frame(`s|response|${idOf(command)}|${text}`));

  async function becomeReady(version: string): Promise<void> {
    answer(commands[0]!, `OK|udp/127.0.0.1:5060,tcp/[::1]:5061|${version}`);
    await until('routes', () => commands.filter((command) => command.includes('|route|')).length === 9, {
      everyMs: 2,
    });
    for (const command of commands.filter((each) => each.includes('|route|'))) {
      expect(isReady).toBe(false);
      answer(command, 'OK');
    }
    await until('ready', () => isReady, { everyMs: 2 });
  }

  test('srf never sees the secret; the server does, and the tags', () => {
    expect(commands).toEqual(['auth|authenticate|s3cret|hotline,vip']);
  });

  test('is ready when all routes are answered, and knows where the server listens', async () => {
    await becomeReady('v0.8.4');
    expect(connection.state).toBe('ready');
    expect(connection.addresses).toEqual([
      { transport: 'udp', address: '127.0.0.1', port: 5060 },
      { transport: 'tcp', address: '::1', port: 5061 },
    ]);
  });

  test('a wrong secret, and a server that says nothing, end it', async () => {
    answer(commands[0]!, 'NO|incorrect secret');
    await until('the refusal', () => lost, { everyMs: 2 });
    expect(lost).toBe('the secret is wrong');
  });

  test('a server whose SIP is not up yet is left, to come again', async () => {
    answer(commands[0]!, 'OK||v0.8.4');
    await until('the end', () => lost, { everyMs: 2 });
    expect(lost).toBe('its SIP is not up yet');
    expect(isReady).toBe(false);
  });

  test('a server that never answers is given up', async () => {
    await clock.advance(6000);
    expect(lost).toBe('no answer');
  });

  test('a server that does not answer pings is lost; drachtio-srf would wait for ever', async () => {
    await becomeReady('v0.8.4');
    await clock.advance(10_000);
    await until('a ping', () => commands.some((command) => command.endsWith('|ping')), { everyMs: 2 });
    answer(commands.at(-1)!, 'OK|pong');
    server.write(frame('s|response|nobody|OK'));
    await until('both are heard', () => delivered.some((each) => each.includes('nobody')), { everyMs: 2 });
    await clock.advance(10_000);
    expect(lost).toBeUndefined();
    await clock.advance(10_000);
    expect(lost).toBe('does not answer pings');
  });

  test('hears of the overload of a server of ours, and keeps it from srf', async () => {
    await becomeReady('v0.9.0-pbx400');
    const before = clock.monotonic();
    expect(connection.wasOverloaded(before)).toBe(false);
    server.write(frame('s|overload|on'));
    await until('the overload', () => connection.wasOverloaded(before), { everyMs: 2 });
    await clock.advance(1000);
    server.write(frame('s|overload|off'));
    server.write(frame('s|response|nobody|OK'));
    await until('both are heard', () => delivered.some((each) => each.includes('nobody')), { everyMs: 2 });
    expect([connection.wasOverloaded(before + 900), connection.wasOverloaded(before + 1001)]).toEqual([
      true,
      false,
    ]);
    expect(delivered.join('')).not.toContain('overload');
  });

  test('a check that comes late, for we have stood still, loses no server', async () => {
    await becomeReady('v0.9.0-pbx400');
    await clock.advance(10_000);
    late.jump(15_000);
    await clock.advance(10_000);
    expect(lost).toBeUndefined();
    await clock.advance(10_000);
    expect(lost).toBe('does not answer pings');
  });

  test('a command that a stock server would choke on is answered here; ours takes it', async () => {
    await becomeReady('v0.8.4');
    connection.socket.write(frame(`big|sip||${'x'.repeat(13_000)}`));
    await until('the answer', () => delivered.some((each) => each.includes('|response|big|NOK|')), {
      everyMs: 2,
    });
    expect(commands.some((command) => command.startsWith('big'))).toBe(false);
  });

  test('frames of unknown types are dropped; drachtio-srf would throw', async () => {
    await becomeReady('v0.9.0-pbx400');
    const before = delivered.length;
    server.write(frame('s|news|something') + frame('s|sip|network|...'));
    await until('the next frame', () => delivered.length > before, { everyMs: 2 });
    expect(delivered.slice(before).join()).not.toContain('news');
    expect(connection.state).toBe('ready');
  });

  test('a server that does not read is lost before it costs much memory', async () => {
    await becomeReady('v0.9.0-pbx400');
    server.pause();
    let megabytes = 0;
    while (lost === undefined && megabytes < 100) {
      connection.socket.write(frame(`big|sip||${'x'.repeat(1_000_000)}`));
      megabytes++;
    }
    expect([lost, megabytes < 30]).toEqual(['does not read', true]);
  });

  test('noise ends it', async () => {
    await becomeReady('v0.8.4');
    server.write('HTTP/1.1 400 Bad Request\r\n\r\n');
    await until('the end', () => lost, { everyMs: 2 });
    expect(lost).toBe('not understood');
  });
});
