/** What is on the wire between a server and its application: the same from ours and from a real drachtio-server. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createDrachtioServer } from '../../../src/edge/drachtio-server/create-drachtio-server.ts';
import { systemClock } from '../../../src/shared/clock.ts';
import { systemIds } from '../../../src/shared/ids.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import { DrachtioClient, type ServerFrame } from '../../support/drachtio-client.ts';
import { PATIENT } from '../../support/edges.ts';
import { freeSipPort } from '../../support/free-port.ts';
import { drachtioMissing, RealDrachtio } from '../../support/real-drachtio.ts';
import { UdpParty } from '../../support/udp-party.ts';
import { until } from '../../support/until.ts';
import { ALICE, BOB } from './edge-world.ts';

const SECRET = 'the-secret-of-the-test';
const HOST = '127.0.0.1';
const TIME = /^\d\d:\d\d:\d\d\.\d{6}$/;
const RECORDS = ['cdr:attempt', 'cdr:start', 'cdr:stop'];

interface Server {
  readonly adminPort: number;
  readonly sipPort: number;
  close(): Promise<void>;
}

async function ownServer(): Promise<Server> {
  const sipPort = await freeSipPort();
  const listen = (['udp', 'tcp'] as const).map((transport) => ({ transport, host: HOST, port: sipPort }));
  const server = createDrachtioServer(
    { listen, admin: { host: HOST, port: 0 }, secret: SECRET, admission: PATIENT },
    { clock: systemClock, ids: systemIds, logger: silentLogger },
  );
  await server.start();
  return {
    adminPort: server.adminPort,
    sipPort,
    close: async () => {
      await server.close();
      expect(server.counts).toMatchObject({ clients: 0, dialogs: 0, requests: 0 });
    },
  };
}

const SERVERS = [
  { name: 'our server', missing: undefined, open: ownServer },
  {
    name: 'a real drachtio-server',
    missing: drachtioMissing,
    open: () => RealDrachtio.start({ secret: SECRET, cdrs: true }),
  },
];

describe.each(SERVERS)('the drachtio protocol of $name', ({ missing, open }) => {
  let server: Server;
  let client: DrachtioClient;
  let party: UdpParty;
  const parties: UdpParty[] = [];

  beforeEach(async () => {
    if (missing) return;
    server = await open();
    client = await DrachtioClient.ready(server.adminPort, SECRET, ['invite', 'message', ...RECORDS]);
    party = await newParty();
  });
  afterEach(async () => {
    if (missing) return;
    client.close();
    for (const each of parties.splice(0)) each.close();
    await server.close();
  });

  async function newParty(): Promise<UdpParty> {
    const each = await UdpParty.open();
    parties.push(each);
    return each;
  }

  /** The fields of a notification but for the time; the id of its frame is left out. */
  function fieldsOf({ tokens, message }: ServerFrame, peer: UdpParty) {
    const [, type, source, bytes, protocol, address, port, time, transactionId, dialogId] = tokens;
    expect(type).toBe('sip');
    expect(time).toMatch(TIME);
    expect(Number(bytes)).toBeGreaterThan(100);
    expect(Math.abs(Number(bytes) - Buffer.byteLength(message))).toBeLessThan(40);
    expect([address, port]).toEqual([HOST, String(peer.port)]);
    // A stock server forgets the protocol of an ACK.
    expect(['udp', '']).toContain(protocol);
    return { source, transactionId, dialogId };
  }

  /** The echo of what the application sent. `at`: place of the text, that of the dialog's name stands before it. */
  function echoOf({ tokens, message }: ServerFrame, kind: 'request' | 'response') {
    const [, , , verdict, source, bytes, , address, , time, transactionId, dialogId] = tokens;
    expect([verdict, source, address]).toEqual(['OK', 'application', HOST]);
    expect(time).toMatch(TIME);
    expect(Number(bytes)).toBe(Buffer.byteLength(message));
    expect(tokens.slice(kind === 'request' ? 11 : 12)).toEqual(
      kind === 'request' ? ['Msg sent:', ''] : ['', 'Msg sent:', ''],
    );
    return { transactionId, dialogId, message };
  }

  const respond = (transactionId: string | undefined, status: string, headers = '', body = '') =>
    client.command(`sip|${transactionId}|\r\nSIP/2.0 ${status}\r\n${headers}\r\n${body}`);

  test.skipIf(missing)('a secret is wanted first; the greeting tells addresses and version', async () => {
    const wrong = await DrachtioClient.open(server.adminPort);
    expect((await wrong.command('authenticate|guess|')).tokens.slice(3)).toEqual(['NO', 'incorrect secret']);
    await until('it is sent away', () => wrong.closed);
    const right = await DrachtioClient.open(server.adminPort);
    const [verdict, addresses, version] = (await right.command(`authenticate|${SECRET}|a,b`)).tokens.slice(3);
    expect(verdict).toBe('OK');
    expect(addresses!.split(',').sort()).toEqual([
      `tcp/${HOST}:${server.sipPort}`,
      `udp/${HOST}:${server.sipPort}`,
    ]);
    expect(version).toMatch(/^v\d+\.\d+\.\d+/);
    expect((await right.command('route|options')).tokens.slice(3)).toEqual(['OK']);
    expect((await right.command('ping')).tokens.slice(3)).toEqual(['OK', 'pong']);
    right.close();
  });

  test.skipIf(missing)('a call in: INVITE, 180, 200, ACK, INFO, BYE', async () => {
    party.ask('INVITE', server.sipPort, {}, ALICE);
    const invite = await client.notified('INVITE');
    const { source, transactionId, dialogId } = fieldsOf(invite, party);
    expect([source, dialogId]).toEqual(['network', '']);
    expect(invite.message).toContain('From: "客服" <sip:party@example.com>;tag=party');
    expect(invite.message.endsWith(ALICE)).toBe(true);

    const ringing = echoOf(await respond(transactionId, '180 Ringing', 'X-Name: 客服\r\n'), 'response');
    expect(ringing.transactionId).toBe(transactionId);
    expect(ringing.message).toContain('X-Name: 客服');
    const answered = echoOf(await respond(transactionId, '200 OK', '', BOB), 'response');
    // drachtio-srf takes its dialog from here: name, tag, Contact and body.
    // drachtio-srf builds it to find a dialog (`findDialogByCallIDAndFromTag`).
    expect(answered.dialogId).toBe(`call-${party.port};from-tag=party`);
    expect(answered.dialogId).toBe(ringing.dialogId);
    expect(answered.message).toMatch(/^To: .*;tag=/m);
    expect(answered.message).toMatch(new RegExp(`^Contact: <sip:${HOST}:${server.sipPort}`, 'm'));
    expect(answered.message).toContain('Content-Type: application/sdp');

    const ok = await party.response('INVITE', 200);
    const inDialog = { To: ok.to.text };
    party.ask('ACK', server.sipPort, { ...inDialog, CSeq: '1 ACK' });
    const ack = fieldsOf(await client.notified('ACK'), party);
    expect(ack).toEqual({ source: 'network', transactionId, dialogId: answered.dialogId });
    party.ask('INFO', server.sipPort, { ...inDialog, CSeq: '2 INFO' });
    const info = fieldsOf(await client.notified('INFO'), party);
    expect(info.dialogId).toBe(answered.dialogId);
    expect(echoOf(await respond(info.transactionId, '200 OK'), 'response').transactionId).toBe(
      info.transactionId,
    );

    const hangUp = client.command(
      `sip||${answered.dialogId}\r\nBYE sip:placeholder SIP/2.0\r\nX-Why: done\r\n\r\n`,
    );
    const bye = await party.request('BYE');
    expect(bye.requestUriText).toBe(party.uri);
    party.answer(bye, 200, server.sipPort);
    const sent = echoOf(await hangUp, 'request');
    const done = fieldsOf(await client.notified('SIP/2.0 200'), party);
    expect(done).toEqual({
      source: 'network',
      transactionId: sent.transactionId,
      dialogId: answered.dialogId,
    });
    const late = await client.command(`sip||${answered.dialogId}\r\nBYE sip:placeholder SIP/2.0\r\n\r\n`);
    expect(late.tokens.slice(3)).toEqual([
      'NOK',
      'Server error: unable to find dialog for dialog id provided',
    ]);
  });

  test.skipIf(missing)('a call out: the echo comes before the first response', async () => {
    const sending = client.send(
      `sip||\r\nINVITE ${party.uri} SIP/2.0\r\nFrom: <sip:app@localhost>\r\nX-Name: 客服\r\n\r\n${ALICE}`,
    );
    const invite = await party.request('INVITE');
    expect(invite.from.uri.text).toBe(`sip:app@${HOST}:${server.sipPort}`);
    expect([invite.bodyText, invite.get('X-Name')]).toEqual([ALICE, '客服']);
    party.answer(invite, 180, server.sipPort);
    party.answer(invite, 200, server.sipPort, [], BOB);
    const ok = await client.notified('SIP/2.0 200');
    const kinds = client.frames.map(({ tokens, message }) => `${tokens[1]} ${message.slice(0, 11)}`);
    expect(kinds.filter((kind) => !kind.startsWith('cdr'))).toEqual([
      'response INVITE sip:',
      'sip SIP/2.0 180',
    ]);
    const echo = client.frames.find(({ tokens }) => tokens[2] === sending)!;
    const { transactionId, message } = echoOf(echo, 'request');
    expect(message).toContain(`Call-ID: ${invite.callId}`);
    expect(message).toMatch(/^From: .*;tag=/m);
    const { dialogId, ...rest } = fieldsOf(ok, party);
    expect(rest).toEqual({ source: 'network', transactionId });
    expect(dialogId).toBeTruthy();
    const ringing = client.frames.find((each) => each.message.startsWith('SIP/2.0 180'))!;
    expect(fieldsOf(ringing, party)).toEqual({ source: 'network', transactionId, dialogId });

    const ack = await client.command(`sip||${dialogId}\r\nACK ${party.uri} SIP/2.0\r\n\r\n`);
    echoOf(ack, 'request');
    expect((await party.request('ACK')).cseq.number).toBe(invite.cseq.number);
    party.ask('BYE', server.sipPort, {
      From: '<sip:x@example.com>;tag=callee',
      To: invite.from.text,
      'Call-ID': invite.callId,
      CSeq: '1 BYE',
    });
    const bye = fieldsOf(await client.notified('BYE'), party);
    expect(bye.dialogId).toBe(dialogId);
    echoOf(await respond(bye.transactionId, '200 OK'), 'response');
    await party.response('BYE', 200);
  });

  test.skipIf(missing)('a call out that is refused; its ACK is the affair of the server', async () => {
    const sending = client.command(`sip||\r\nINVITE ${party.uri} SIP/2.0\r\n\r\n${ALICE}`);
    const invite = await party.request('INVITE');
    const { transactionId } = echoOf(await sending, 'request');
    party.answer(invite, 486, server.sipPort);
    const busy = fieldsOf(await client.notified('SIP/2.0 486'), party);
    expect(busy.transactionId).toBe(transactionId);
    await party.request('ACK');
    const ack = await client.command(`sip||${busy.dialogId}\r\nACK ${party.uri} SIP/2.0\r\n\r\n`);
    expect(ack.tokens.slice(3)).toEqual([
      'NOK',
      'Server error: ACK for non-success final response is automatically generated by server',
    ]);
  });

  test.skipIf(missing)(
    'a call out that is given up: CANCEL goes by the transaction of the INVITE',
    async () => {
      const sending = client.command(`sip||\r\nINVITE ${party.uri} SIP/2.0\r\n\r\n${ALICE}`);
      const invite = await party.request('INVITE');
      const { transactionId } = echoOf(await sending, 'request');
      party.answer(invite, 180, server.sipPort);
      await client.notified('SIP/2.0 180');
      const cancel = await client.command(`sip|${transactionId}|\r\nCANCEL ${party.uri} SIP/2.0\r\n\r\n`);
      expect(echoOf(cancel, 'request').transactionId).not.toBe(transactionId);
      party.answer(await party.request('CANCEL'), 200, server.sipPort);
      party.answer(invite, 487, server.sipPort);
      const ended = fieldsOf(await client.notified('SIP/2.0 487'), party);
      expect(ended.transactionId).toBe(transactionId);
      // The 200 to the CANCEL is never passed up.
      expect(client.frames.filter(({ message }) => message.startsWith('SIP/2.0 200'))).toEqual([]);
    },
  );

  test.skipIf(missing)(
    'a call in that is given up: the server answers both; the application is told',
    async () => {
      const Via = `SIP/2.0/UDP ${HOST}:${party.port};branch=z9hG4bKgivenup`;
      party.ask('INVITE', server.sipPort, { Via }, ALICE);
      const { transactionId } = fieldsOf(await client.notified('INVITE'), party);
      await respond(transactionId, '180 Ringing');
      party.ask('CANCEL', server.sipPort, { Via, CSeq: '1 CANCEL' });
      const cancel = await client.notified('CANCEL');
      expect(cancel.tokens[8]).toBe(transactionId);
      await party.response('CANCEL', 200);
      await party.response('INVITE', 487);
      const late = await respond(transactionId, '200 OK', '', BOB);
      expect(late.tokens.slice(3)).toEqual(['NOK', 'Response not sent due to unknown transaction']);
    },
  );

  test.skipIf(missing)('a request outside of calls; one that nobody wants', async () => {
    party.ask('MESSAGE', server.sipPort, { 'Content-Type': 'text/plain' }, '您好');
    const message = await client.notified('MESSAGE');
    expect(message.message.endsWith('\r\n\r\n您好')).toBe(true);
    const { transactionId, dialogId } = fieldsOf(message, party);
    expect(dialogId).toBe('');
    expect(echoOf(await respond(transactionId, '202 Accepted'), 'response').dialogId).toBe('');
    await party.response('MESSAGE', 202);
    party.ask('OPTIONS', server.sipPort, { 'Call-ID': 'nobody' });
    await party.response('OPTIONS', 503);
  });

  test.skipIf(missing)('what names nothing that the server knows is refused', async () => {
    expect((await respond('nothing', '200 OK')).tokens.slice(3)).toEqual([
      'NOK',
      'Response not sent due to unknown transaction',
    ]);
    const inNothing = await client.command('sip||nothing\r\nINFO sip:placeholder SIP/2.0\r\n\r\n');
    expect(inNothing.tokens.slice(3)).toEqual([
      'NOK',
      'Server error: unable to find dialog for dialog id provided',
    ]);
  });

  test.skipIf(missing)(
    'a proxied call: each final response, then done; the caller gets the best',
    async () => {
      party.ask('INVITE', server.sipPort, {}, ALICE);
      const { transactionId } = fieldsOf(await client.notified('INVITE'), party);
      const [busy, answers] = [await newParty(), await newParty()];
      const id = client.send(
        `proxy|${transactionId}|remainInDialog|fullResponse|followRedirects|serial|||${busy.uri}|${answers.uri}\r\nINVITE ${busy.uri} SIP/2.0\r\nX-Proxy: 1\r\n\r\n`,
      );
      const first = await busy.request('INVITE');
      expect([first.get('X-Proxy'), first.all('Via').length, first.maxForwards]).toEqual(['1', 2, 69]);
      // Ours has a mark in it, by which it knows its routes again.
      const route = first.get('Record-Route')?.replace(/[\w-]{16}@/, '');
      expect(route).toBe(`<sip:${HOST}:${server.sipPort};lr>`);
      busy.answer(first, 486, server.sipPort);
      const refusal = await client.typed('response');
      expect([refusal.tokens[2], refusal.tokens[3], refusal.tokens[4]]).toEqual([id, 'OK', 'network']);
      expect(refusal.tokens.slice(6, 9)).toEqual(['udp', HOST, String(busy.port)]);
      expect(refusal.tokens.slice(10)).toEqual(['', '', 'continue']);
      expect(refusal.message).toMatch(/^SIP\/2\.0 486 /);
      const second = await answers.request('INVITE');
      answers.answer(second, 180, server.sipPort);
      await party.response('INVITE', 180);
      answers.answer(second, 200, server.sipPort, [], BOB);
      const answer = await client.typed('response');
      expect(answer.tokens.slice(10)).toEqual(['', '', 'continue']);
      expect((await client.typed('response')).tokens.slice(2)).toEqual([id, 'OK', 'done']);
      const ok = await party.response('INVITE', 200);
      expect([ok.all('Via').length, ok.bodyText]).toEqual([1, BOB]);
    },
  );

  test.skipIf(missing)('records of calls go to who asked for them', async () => {
    // A call in that talks.
    party.ask('INVITE', server.sipPort, {}, ALICE);
    const { transactionId } = fieldsOf(await client.notified('INVITE'), party);
    await respond(transactionId, '200 OK', '', BOB);
    const ok = await party.response('INVITE', 200);
    party.ask('ACK', server.sipPort, { To: ok.to.text, CSeq: '1 ACK' });
    party.ask('BYE', server.sipPort, { To: ok.to.text, CSeq: '2 BYE' });
    await respond((await client.notified('BYE')).tokens[8], '200 OK');
    // A call out that is busy.
    const sending = client.command(`sip||\r\nINVITE ${party.uri} SIP/2.0\r\n\r\n${ALICE}`);
    party.answer(await party.request('INVITE'), 486, server.sipPort);
    await sending;
    await client.notified('SIP/2.0 486');
    // A call in that the application refuses.
    party.ask('INVITE', server.sipPort, { 'Call-ID': 'refused' }, ALICE);
    await respond((await client.notified('INVITE')).tokens[8], '603 Decline');
    const records = () => client.frames.filter(({ tokens }) => tokens[1]!.startsWith('cdr:'));
    await until('all records', () => records().length === 7, { show: () => shown(records()) });
    expect(
      records().map(({ tokens }) => tokens.filter((_, index) => index !== 0 && index !== 3).join(' ')),
    ).toEqual([
      'cdr:attempt network',
      'cdr:start application uas',
      'cdr:stop network normal-release',
      'cdr:attempt application',
      'cdr:stop network call-rejected',
      'cdr:attempt network',
      'cdr:stop application call-rejected',
    ]);
    for (const { tokens } of records()) expect(tokens[3]).toMatch(TIME);
    expect(
      records().map(({ message }) =>
        message
          .split(' ')
          .slice(0, 2)
          .join(' ')
          .replace(/ sip:.*/, ''),
      ),
    ).toEqual(['INVITE', 'SIP/2.0 200', 'BYE', 'INVITE', 'SIP/2.0 486', 'INVITE', 'SIP/2.0 603']);
  });
});

const shown = (frames: readonly ServerFrame[]) =>
  frames.map(({ tokens, message }) => `${tokens.join('|')} ${message.slice(0, 40)}`).join('\n');
