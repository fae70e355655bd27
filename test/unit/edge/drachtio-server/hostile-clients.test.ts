/** Applications that lie, flood, do not read or reach for what is not theirs: nobody else notices. */
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ClientConnection } from '../../../../src/edge/drachtio-server/client-connection.ts';
import { createDrachtioServer } from '../../../../src/edge/drachtio-server/create-drachtio-server.ts';
import type { DrachtioServer } from '../../../../src/edge/drachtio-server/drachtio-server.ts';
import { FrameReader, frame } from '../../../../src/edge/drachtio-wire/frame.ts';
import { systemClock } from '../../../../src/shared/clock.ts';
import { seededIds, systemIds } from '../../../../src/shared/ids.ts';
import { silentLogger } from '../../../../src/shared/logger.ts';
import { ManualClock } from '../../../../src/shared/manual-clock.ts';
import { ALICE, BOB } from '../../../contract/edge/edge-world.ts';
import { DrachtioClient } from '../../../support/drachtio-client.ts';
import { PATIENT } from '../../../support/edges.ts';
import { UdpParty } from '../../../support/udp-party.ts';
import { until } from '../../../support/until.ts';

const SECRET = 's3cret';

describe('a server with a good and a bad application', () => {
  let server: DrachtioServer;
  let good: DrachtioClient;
  let bad: DrachtioClient;
  let party: UdpParty;
  let calls = 0;

  beforeEach(async () => {
    server = createDrachtioServer(
      {
        listen: [{ transport: 'udp', host: '127.0.0.1', port: 0 }],
        admin: { host: '127.0.0.1', port: 0 },
        secret: SECRET,
        admission: PATIENT,
      },
      { clock: systemClock, ids: systemIds, logger: silentLogger },
    );
    await server.start();
    good = await DrachtioClient.ready(server.adminPort, SECRET);
    bad = await DrachtioClient.open(server.adminPort);
    party = await UdpParty.open();
  });

  afterEach(async () => {
    await goodIsServed();
    for (const client of [good, bad]) client.close();
    party.close();
    await server.close();
    expect(server.counts).toMatchObject({ clients: 0, dialogs: 0, requests: 0 });
  });

  const sipPort = () => server.addresses[0]!.port;

  /** A call that comes in reaches the good application; returns its transaction. */
  async function callIn(): Promise<string> {
    party.ask('INVITE', sipPort(), { 'Call-ID': `call-${++calls}` }, ALICE);
    return (await good.notified('INVITE')).tokens[8]!;
  }

  async function goodIsServed(): Promise<void> {
    const transactionId = await callIn();
    const answer = await good.command(`sip|${transactionId}|\r\nSIP/2.0 486 Busy Here\r\n\r\n`);
    expect(answer.tokens[3]).toBe('OK');
  }

  const enter = async () => expect((await bad.command(`authenticate|${SECRET}|`)).tokens[3]).toBe('OK');
  const isDropped = () => until('it is dropped', () => bad.closed, { everyMs: 5 });

  test.each([
    ['HTTP', 'GET / HTTP/1.1\r\n\r\n'],
    ['a length of letters', 'abc#x'],
    ['no length', '#x'],
    ['a length that is too long', '999999999999#'],
    ['a frame that a stranger may not send', '5000#'],
    ['an empty frame', '0#'],
    ['a command without the secret', frame('1|route|invite')],
    ['a message without the secret', frame('1|sip||\r\nINVITE sip:x@127.0.0.1 SIP/2.0\r\n\r\n')],
  ])('%s ends the connection', async (_what, bytes) => {
    bad.socket.write(bytes);
    await isDropped();
  });

  test('a frame over the limit of an application ends the connection as soon as it says so', async () => {
    await enter();
    bad.socket.write('1048577#');
    await isDropped();
  });

  test('a frame that never becomes whole keeps nobody waiting', async () => {
    await enter();
    bad.socket.write('100000#1|sip||\r\nINVITE');
    await goodIsServed();
    expect(bad.closed).toBe(false);
  });

  test('commands that are nonsense are refused, each with an answer', async () => {
    await enter();
    const nonsense = [
      'dance|x',
      'sip',
      'sip||',
      'sip||\r\n',
      'sip||\r\n\0\0\0',
      'sip||\r\nINVITE\r\n\r\n',
      'proxy|x',
      '|',
    ];
    for (const text of nonsense) expect((await bad.command(text)).tokens[3], text).toBe('NOK');
    expect((await bad.command('ping')).tokens[3]).toBe('OK');
  });

  test('routes without end are refused', async () => {
    await enter();
    for (let count = 0; count < 200; count++) bad.send(`route|method-${count}`);
    expect((await bad.command('route|invite')).tokens.slice(3)).toEqual(['NOK', 'too many routes']);
  });

  test('nobody answers, cancels or speaks in calls of others', async () => {
    await enter();
    const transactionId = await callIn();
    expect((await bad.command(`sip|${transactionId}|\r\nSIP/2.0 200 OK\r\n\r\n`)).tokens[3]).toBe('NOK');
    const proxy = `proxy|${transactionId}|||||||${party.uri}\r\nINVITE ${party.uri} SIP/2.0\r\n\r\n`;
    expect((await bad.command(proxy)).tokens[3]).toBe('NOK');
    const answer = await good.command(`sip|${transactionId}|\r\nSIP/2.0 200 OK\r\n\r\n${BOB}`);
    const dialogId = answer.tokens[11]!;
    const ok = await party.response('INVITE', 200);
    party.ask('ACK', sipPort(), { To: ok.to.text, 'Call-ID': ok.callId, CSeq: '1 ACK' });
    await good.notified('ACK');
    const bye = `sip||${dialogId}\r\nBYE sip:placeholder SIP/2.0\r\n\r\n`;
    expect((await bad.command(bye)).tokens[3]).toBe('NOK');
    expect(server.counts.dialogs).toBe(1);
    const sending = good.command(bye);
    party.answer(await party.request('BYE'), 200, sipPort());
    const sent = await sending;
    expect(sent.tokens[3]).toBe('OK');
    await good.notified('SIP/2.0 200');
    const invite = await good.command(`sip||\r\nINVITE ${party.uri} SIP/2.0\r\n\r\n${ALICE}`);
    const cancel = `sip|${invite.tokens[10]}|\r\nCANCEL ${party.uri} SIP/2.0\r\n\r\n`;
    expect((await bad.command(cancel)).tokens[3]).toBe('NOK');
    party.answer(party.requests('INVITE').at(-1)!, 486, sipPort());
    await good.notified('SIP/2.0 486');
  });

  test('line ends and foreign headers in a message smuggle nothing', async () => {
    await enter();
    const evil = 'Via: SIP/2.0/UDP 6.6.6.6\r\nRecord-Route: <sip:6.6.6.6>\r\nContent-Length: 5\r\nX-A: a\n b';
    const sending = bad.command(
      `sip||\r\nMESSAGE ${party.uri} SIP/2.0\r\n${evil}\r\nContent-Type: text/plain\r\n\r\n您好 and more`,
    );
    const message = await party.request('MESSAGE');
    expect(message.all('Via')).toHaveLength(1);
    expect(message.get('Record-Route')).toBeUndefined();
    expect(message.bodyText).toBe('您好 and more');
    party.answer(message, 200, sipPort());
    await sending;
  });
});

describe('a connection to an application', () => {
  let listener: Server;
  let far: Socket;
  let near: Socket;

  beforeEach(async () => {
    listener = createServer().listen(0, '127.0.0.1');
    await once(listener, 'listening');
    const accepted = once(listener, 'connection');
    far = connect((listener.address() as { port: number }).port, '127.0.0.1');
    [near] = (await accepted) as [Socket];
  });
  afterEach(() => {
    far.destroy();
    near.destroy();
    listener.close();
  });

  function connection(clock: ManualClock): { client: ClientConnection; gone: () => number } {
    let gone = 0;
    const parts = { clock, ids: seededIds(), logger: silentLogger, secret: SECRET, greeting: () => '' };
    const client = new ClientConnection(parts, near, {
      onAuthenticated: () => {},
      onCommand: () => {},
      onGone: () => gone++,
    });
    return { client, gone: () => gone };
  }

  test('who does not read is dropped before it costs much memory', () => {
    const clock = new ManualClock(0);
    const { client, gone } = connection(clock);
    far.pause();
    let megabytes = 0;
    while (gone() === 0 && megabytes < 100) {
      client.notify('x'.repeat(1 << 20));
      megabytes++;
    }
    expect([gone(), megabytes < 20, near.destroyed]).toEqual([1, true, true]);
    client.notify('more');
    expect([gone(), clock.pending]).toEqual([1, 0]);
  });

  test('who does not say its secret in time is sent away', async () => {
    const clock = new ManualClock(0);
    const { gone } = connection(clock);
    far.write('30#1|authent');
    await clock.advance(5000);
    expect(gone()).toBe(1);
    await once(far, 'close');
  });
});

test('a frame that comes byte by byte is joined once, not again and again', () => {
  const reader = new FrameReader(1 << 20);
  const bytes = Buffer.from(frame('x'.repeat(300_000)));
  const payloads: number[] = [];
  const began = process.cpuUsage();
  for (let at = 0; at < bytes.length; at++) {
    reader.push(bytes.subarray(at, at + 1), (payload) => payloads.push(payload.length));
  }
  const { user } = process.cpuUsage(began);
  expect(payloads).toEqual([300_000]);
  // Joined anew for each byte it would be 45 GB.
  expect(user / 1e6).toBeLessThan(2);
});
