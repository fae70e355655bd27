import { createSocket, type RemoteInfo } from 'node:dgram';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EmbeddedMediaEngine } from '../../../src/media/embedded/embedded-media-engine.ts';
import { systemIds } from '../../../src/shared/ids.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import { Baresip, baresipMissing } from '../../support/baresip.ts';
import { RtpPeer } from '../../support/rtp-peer.ts';
import { toneLevel } from '../../support/tones.ts';

const field = (head: string, name: string) => new RegExp(`^${name}: *([^\\r]*)`, 'im').exec(head)?.[1] ?? '';

/** Just enough of a SIP server to take one call and end it: answers INVITE with `answer(offer)`, all else with 200. */
async function takeCall(answer: (offer: string) => Promise<string>) {
  const socket = createSocket('udp4');
  let hangUp = () => {};
  const reply = async (request: string, from: RemoteInfo) => {
    const [head = '', body = ''] = request.split('\r\n\r\n');
    if (head.startsWith('ACK') || head.startsWith('SIP/2.0')) return;
    const invite = head.startsWith('INVITE');
    const sdp = invite ? await answer(body) : '';
    const kept = head.split('\r\n').filter((line) => /^(Via|From|Call-ID|CSeq):/i.test(line));
    const to = field(head, 'To');
    const lines = ['SIP/2.0 200 OK', ...kept, `To: ${to}${to.includes(';tag=') ? '' : ';tag=pbx'}`];
    if (invite)
      lines.push(`Contact: <sip:pbx@127.0.0.1:${socket.address().port}>`, 'Content-Type: application/sdp');
    const text = `${[...lines, `Content-Length: ${sdp.length}`].join('\r\n')}\r\n\r\n${sdp}`;
    socket.send(text, from.port, from.address);
    if (invite) hangUp = () => socket.send(bye(head), from.port, from.address);
  };
  const bye = (invite: string) =>
    `${[
      `BYE ${/<([^>]+)>/.exec(field(invite, 'Contact'))?.[1]} SIP/2.0`,
      `Via: SIP/2.0/UDP 127.0.0.1:${socket.address().port};branch=z9hG4bKbye`,
      'Max-Forwards: 70',
      `From: ${field(invite, 'To')};tag=pbx`,
      `To: ${field(invite, 'From')}`,
      `Call-ID: ${field(invite, 'Call-ID')}`,
      'CSeq: 1 BYE',
      'Content-Length: 0',
    ].join('\r\n')}\r\n\r\n`;
  socket.on('message', (request, from) => void reply(request.toString(), from));
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return { port: socket.address().port, hangUp: () => hangUp(), close: () => socket.close() };
}

const name = `a phone with SRTP (baresip)${baresipMissing ? `: skipped, ${baresipMissing}` : ''}`;

describe.skipIf(baresipMissing !== undefined)(name, () => {
  const engine = new EmbeddedMediaEngine({
    ids: systemIds,
    logger: silentLogger,
    host: '127.0.0.1',
    workers: 1,
  });
  beforeAll(() => engine.start());
  afterAll(() => engine.close());

  test('is bridged to plain RTP, tones both ways', async () => {
    const secure = await engine.createEndpoint({ callId: 'c' });
    const plain = await engine.createEndpoint({ callId: 'c', near: secure });
    const peer = await RtpPeer.open();
    peer.connect(await plain.answer(peer.sdp()));
    peer.say(700);
    await engine.bridge(secure, plain);
    let answered = '';
    const server = await takeCall(async (offer) => {
      // a repeated INVITE gets the same answer
      answered ||= await secure.answer(offer);
      return answered;
    });
    const at = `127.0.0.1:${server.port}`;
    const phone = new Baresip({
      pbx: at,
      domain: at,
      number: '8001',
      password: 'none',
      toneHz: 500,
      srtp: true,
      dial: `sip:9000@${at}`,
    });
    try {
      await phone.says(/Call established/);
      expect(answered).toMatch(/^m=audio \d+ RTP\/SAVP 8/m);
      await peer.hears(500);
      const before = peer.packets;
      await peer.until('two seconds of talk', () => peer.packets > before + 100);
      expect((await secure.stats()).packetsLost).toBe(0);
      server.hangUp();
      await phone.says(/terminated/);
      expect(toneLevel((await phone.heard()).subarray(-4000), 700)).toBeGreaterThan(1000);
    } finally {
      await phone.close();
      server.close();
      peer.close();
    }
    await Promise.all([secure.close(), plain.close()]);
  });
});
