import { describe, expect, it } from 'vitest';
import type { CallEvent } from '../../../src/call/call-events.ts';
import type { CallsEvents, LegJoinedFact } from '../../../src/call/calls.ts';
import { drawLadder, writeMessages } from '../../../src/ladder/draw-ladder.ts';
import { type LadderLimits, Ladders } from '../../../src/ladder/ladders.ts';
import { stripSecrets } from '../../../src/ladder/strip-secrets.ts';
import { writePcap } from '../../../src/ladder/write-pcap.ts';
import type { EndpointEvents } from '../../../src/media/media.ts';
import { TypedEvents } from '../../../src/shared/events.ts';
import { ManualClock } from '../../../src/shared/manual-clock.ts';

const AT = Date.parse('2026-10-10T10:00:00+08:00');
const CARRIER = { transport: 'udp', address: '198.51.100.7', port: 5060 };
const PHONE = { transport: 'udp', address: '192.0.2.20', port: 5062 };
const flowTo = (remote: typeof CARRIER) => ({
  remote,
  local: { address: '0.0.0.0', port: 5060 },
  sentBy: '203.0.113.1:5060',
});
const message = (firstLine: string, sipCallId: string, method: string, more = '') =>
  `${firstLine}\r\nVia: SIP/2.0/UDP x\r\nCall-ID: ${sipCallId}\r\nCSeq: 1 ${method}\r\n${more}\r\n`;

/** RFC 1071: of data with a right checksum it is all ones. */
function onesSum(bytes: Buffer): number {
  let sum = 0;
  for (let at = 0; at < bytes.length; at += 2) sum += ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return sum;
}

/** Ladders, and the calls and messages that they see. */
function house(limits: Partial<LadderLimits> = {}) {
  const clock = new ManualClock(AT);
  const ladders = new Ladders({ calls: 10, keepMs: 3_600_000, maxBytes: 1_000_000, ...limits }, clock);
  const events = new TypedEvents<CallsEvents>();
  ladders.follow({ events });
  const kept: CallEvent[] = [];
  const journal = ladders.journal({ append: (event) => kept.push(event), durable: () => undefined });
  const note = (callId: string, type: CallEvent['type'], fact: object = {}, tenantId = 'demo') =>
    journal.append({ callId, tenantId, seq: 0, at: clock.now(), type, ...fact } as unknown as CallEvent);
  const join = (callId: string, sipCallId: string, tenant = 'demo') => {
    const media = { events: new TypedEvents<EndpointEvents>() };
    const leg = {
      name: 'caller',
      sip: { sipCallId },
      party: { tenant },
      whenMedia: (tell: (it: object) => void) => tell(media),
    };
    events.emit('legJoined', { leg, call: { id: callId } } as unknown as LegJoinedFact);
    return media.events;
  };
  const receive = (firstLine: string, sipCallId: string, from = CARRIER) =>
    ladders.received(
      sipCallId,
      message(firstLine, sipCallId, 'INVITE'),
      flowTo(from),
      firstLine.startsWith('INVITE'),
    );
  const send = (firstLine: string, sipCallId: string, to = CARRIER) =>
    ladders.sent(message(firstLine, sipCallId, 'INVITE'), flowTo(to));
  /** A whole call of one leg. */
  const call = (callId: string, fault?: string) => {
    receive('INVITE sip:400@pbx SIP/2.0', `sip-${callId}`);
    note(callId, 'arrived', { sipCallId: `sip-${callId}` });
    join(callId, `sip-${callId}`);
    send('SIP/2.0 200 OK', `sip-${callId}`);
    note(callId, 'ended', { cause: 'normal', fault });
  };
  const of = (callId: string, tenant?: string) =>
    ladders.of(callId, (each) => tenant === undefined || each === tenant);
  return { clock, ladders, kept, note, join, receive, send, call, of };
}

describe('a ladder', () => {
  it('shows a fact where it was, also when it is told after the message that followed it', async () => {
    const { clock, note, join, receive, of } = house();
    receive('INVITE sip:4001234567@pbx SIP/2.0', 'a');
    note('c1', 'arrived', { sipCallId: 'a' });
    join('c1', 'a');
    await clock.advance(18);
    receive('ACK sip:4001234567@pbx SIP/2.0', 'a');
    note('c1', 'ended', { cause: 'normal', by: 'caller', fault: undefined, at: AT + 17 });
    expect(of('c1')!.lines.map(({ at }) => at - AT)).toEqual([0, 17, 18]);
  });

  it('has the messages of all legs and what happened to their audio, in the order of time', async () => {
    const { clock, kept, note, join, receive, send, of } = house();
    receive('INVITE sip:4001234567@pbx SIP/2.0', 'a');
    note('c1', 'arrived', { sipCallId: 'a' });
    const audio = join('c1', 'a');
    await clock.advance(20);
    send('INVITE sip:8001@phone SIP/2.0', 'b', PHONE);
    join('c1', 'b');
    await clock.advance(5);
    receive('SIP/2.0 200 OK', 'b', PHONE);
    send('SIP/2.0 200 OK', 'a');
    await clock.advance(5);
    audio.emit('started', { address: '198.51.100.7', port: 40_000 });
    note('c1', 'keyed', { purpose: 'menu', digits: '1' });
    note('c1', 'ended', { cause: 'normal', by: 'caller', fault: undefined });
    const ladder = of('c1')!;
    expect(
      ladder.lines.map((line) => [line.at - AT, line.kind === 'message' ? line.firstLine : line.event]),
    ).toEqual([
      [0, 'INVITE sip:4001234567@pbx SIP/2.0'],
      [20, 'INVITE sip:8001@phone SIP/2.0'],
      [25, 'SIP/2.0 200 OK'],
      [25, 'SIP/2.0 200 OK'],
      [30, 'rtp'],
      [30, 'ended'],
    ]);
    expect(ladder.lines[0]).toMatchObject({
      direction: 'in',
      from: { address: '198.51.100.7', port: 5060 },
      to: { address: '203.0.113.1', port: 5060 },
      transport: 'udp',
      sipCallId: 'a',
    });
    expect(ladder.leftOut).toBe(0);
    expect(kept.map(({ type }) => type)).toEqual(['arrived', 'keyed', 'ended']);
    expect(drawLadder(ladder, 'Asia/Shanghai').split('\n').slice(0, 5)).toEqual([
      '                   198.51.100.7:5060              pbx400                192.0.2.20:5062',
      '10:00:00.000               | INVITE                  |                         |',
      '                           |------------------------>|                         |',
      '10:00:00.020               |                         | INVITE                  |',
      '                           |                         |------------------------>|',
    ]);
    expect(ladder.lines.at(-2)).toMatchObject({
      event: 'rtp',
      leg: 'caller',
      details: [{ name: 'from', value: '198.51.100.7:40000' }],
    });
    expect(writeMessages(ladder, 'Asia/Shanghai')).toMatch(
      /^# 10:00:00\.000 198\.51\.100\.7:5060 -> 203\.0\.113\.1:5060 udp \(caller\)\nINVITE sip:4001234567@pbx SIP\/2\.0\nVia: /,
    );
    expect(writeMessages(ladder, 'Asia/Shanghai')).toContain(
      '\n\n# 10:00:00.030 ended cause normal, by caller\n',
    );
  });

  it('is of its company alone, and shows it no leg of another one', () => {
    const { note, join, receive, of } = house();
    receive('INVITE sip:8001@b SIP/2.0', 'a', PHONE);
    note('of-b', 'arrived', { sipCallId: 'a' }, 'b');
    join('of-b', 'a', 'a');
    note('of-a', 'arrived', { sipCallId: 'a' }, 'a');
    expect(of('of-b', 'a')).toBeUndefined();
    expect(of('of-b', 'b')?.lines).toEqual([]);
    expect(of('of-a', 'a')?.lines).toHaveLength(1);
    expect(of('none')).toBeUndefined();
  });

  it('is kept by count, failed calls apart from good ones, and by age, failed ones longer', async () => {
    const { clock, ladders, call, of } = house({ calls: 2 });
    for (const id of ['f1', 'g1', 'g2', 'g3']) call(id, id === 'f1' ? 'carrier' : undefined);
    expect(['f1', 'g1', 'g2', 'g3'].filter((id) => of(id))).toEqual(['f1', 'g2', 'g3']);
    await clock.advance(3_700_000);
    expect(['f1', 'g2', 'g3'].filter((id) => of(id))).toEqual(['f1']);
    await clock.advance(24 * 3_600_000);
    expect(ladders.counts).toEqual({ calls: 0, bytes: 0 });
    expect(clock.pending).toBe(0);
  });

  it('gives way when there is no room: what became no call first, then good calls, failed ones, then all', () => {
    const { ladders, call, receive, note, join, of } = house({ maxBytes: 2_000 });
    call('f1', 'carrier');
    call('g1');
    receive('INVITE sip:x SIP/2.0', 'stranger');
    expect(ladders.counts.bytes).toBeGreaterThan(1_000);
    note('long', 'arrived', { sipCallId: 'l' });
    join('long', 'l');
    for (let count = 0; count < 6; count++) receive('INVITE sip:x SIP/2.0', 'l');
    expect([of('g1'), of('f1')?.callId]).toEqual([undefined, 'f1']);
    for (let count = 0; count < 60; count++) receive('INVITE sip:x SIP/2.0', 'l');
    expect(of('f1')).toBeUndefined();
    const { lines, leftOut } = of('long')!;
    expect(lines.length + leftOut).toBe(66);
    expect(leftOut).toBeGreaterThan(0);
    expect(ladders.counts.bytes).toBeLessThanOrEqual(2_000);
    ladders.close();
  });

  it('knows nothing of what is no call, and little of floods of INVITEs', async () => {
    const { clock, ladders, receive, send } = house();
    receive('REGISTER sip:pbx SIP/2.0', 'r');
    send('SIP/2.0 200 OK', 'r');
    expect(ladders.counts.bytes).toBe(0);
    for (let count = 0; count < 3_000; count++) receive('INVITE sip:x SIP/2.0', `flood-${count}`);
    expect(ladders.counts.bytes).toBeLessThan(300_000);
    await clock.advance(80_000);
    expect(ladders.counts.bytes).toBe(0);
    expect(clock.pending).toBe(0);
  });
});

describe('a request outside of calls', () => {
  const includes = (tenant: string) => tenant === 'demo';

  it('has a ladder when it failed, for its company alone', async () => {
    const { clock, ladders } = house();
    ladders.begin('r1', 'demo');
    ladders.sent(message('OPTIONS sip:x SIP/2.0', 'r1', 'OPTIONS'), flowTo(CARRIER));
    ladders.received('r1', message('SIP/2.0 503 No', 'r1', 'OPTIONS'), flowTo(CARRIER), false);
    expect(ladders.of('r1', includes)).toBeUndefined();
    ladders.end('r1', true);
    expect(
      ladders.of('r1', includes)?.lines.map((line) => line.kind === 'message' && line.firstLine),
    ).toEqual(['OPTIONS sip:x SIP/2.0', 'SIP/2.0 503 No']);
    expect(ladders.of('r1', () => false)).toBeUndefined();
    await clock.advance(25 * 3_600_000);
    expect(ladders.of('r1', includes)).toBeUndefined();
    expect([ladders.counts.bytes, clock.pending]).toEqual([0, 0]);
  });

  it('leaves nothing when it was answered, but what failed before under its Call-ID', async () => {
    const { clock, ladders } = house();
    const ask = (isKept: boolean) => {
      ladders.begin('reg', 'demo');
      ladders.sent(message('REGISTER sip:x SIP/2.0', 'reg', 'REGISTER'), flowTo(CARRIER));
      ladders.end('reg', isKept);
    };
    ask(false);
    expect([ladders.of('reg', includes), ladders.counts.bytes]).toEqual([undefined, 0]);
    ask(true);
    ask(false);
    expect(ladders.of('reg', includes)?.lines).toHaveLength(2);
    ladders.end('never begun', true);
    ladders.close();
    expect(clock.pending).toBe(0);
  });

  it('is forgotten once where it grows old while it is asked again', async () => {
    const { clock, ladders } = house();
    const ask = () => {
      ladders.begin('reg', 'demo');
      ladders.sent(message('REGISTER sip:x SIP/2.0', 'reg', 'REGISTER'), flowTo(CARRIER));
    };
    ask();
    ladders.end('reg', true);
    await clock.advance(24 * 3_600_000 - 5000);
    ask();
    await clock.advance(20_000);
    ladders.end('reg', true);
    await clock.advance(20_000);
    expect([ladders.of('reg', includes), ladders.counts.bytes]).toEqual([undefined, 0]);
    ask();
    ladders.end('reg', true);
    expect(ladders.of('reg', includes)?.lines).toHaveLength(1);
    ladders.close();
  });

  it('is kept by count', () => {
    const { ladders } = house({ calls: 2 });
    for (const id of ['a', 'b', 'c']) {
      ladders.begin(id, 'demo');
      ladders.end(id, true);
    }
    expect(['a', 'b', 'c'].map((id) => ladders.of(id, includes) !== undefined)).toEqual([false, true, true]);
    ladders.close();
  });
});

describe('secrets', () => {
  it('are taken out of heads, and out of bodies without a change of length', () => {
    const body = [
      'a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj|2^20;inline:abc|1',
      'a=fingerprint:sha-256 AB:CD:EF',
      'a=ice-pwd:asd88fgpdd777uzjYhagZg',
      'm=audio 4000 RTP/AVP 8',
    ].join('\r\n');
    const text = [
      'REFER sip:8001:geheim@pbx:5060 SIP/2.0',
      'Proxy-Authorization: Digest username="8001", response="0123456789abcdef"',
      'AUTHORIZATION : Basic ODAwMTpnZWhlaW0=',
      'Contact: <sip:8001@192.0.2.20:5062>',
      '',
      body,
    ].join('\r\n');
    const stripped = stripSecrets(text);
    expect(stripped).not.toMatch(/geheim|0123456789|ODAwMT|d0Rm|AB:CD|asd88|abc/);
    expect(stripped).toContain('Contact: <sip:8001@192.0.2.20:5062>');
    expect(stripped).toContain('Proxy-Authorization: Digest xxx\r\n');
    expect(stripped.split('\r\n\r\n')[1]).toHaveLength(body.length);
    expect(stripped).toContain('|2^20;inline:xxx|1');
  });

  it.each([
    ['Signal=5\r\nDuration=160\r\n', 'Signal=x\r\nDuration=160\r\n'],
    ['5', 'x'],
  ])('are digits of an INFO: %j', (body, shown) => {
    const head = 'INFO sip:pbx SIP/2.0\r\nCSeq: 5 INFO\r\n\r\n';
    expect(stripSecrets(head + body)).toBe(head + shown);
  });
});

describe('a capture', () => {
  it('has a packet of Ethernet, IP and UDP a message, whose sums are right', () => {
    const { receive, send, note, join, of } = house();
    receive('INVITE sip:400@pbx SIP/2.0', 'a');
    note('c1', 'arrived', { sipCallId: 'a' });
    join('c1', 'a');
    send('SIP/2.0 200 OK', 'a');
    const capture = writePcap(of('c1')!);
    expect(capture.subarray(0, 24).toString('hex')).toBe(
      'd4c3b2a102000400000000000000000000000400010000' + '00',
    );
    const length = capture.readUInt32LE(24 + 8);
    const frame = capture.subarray(40, 40 + length);
    const next = capture.subarray(40 + length);
    expect(next.length).toBe(16 + next.readUInt32LE(12));
    expect([frame.readUInt16BE(12), frame[14], frame[23]]).toEqual([0x0800, 0x45, 17]);
    const [ip, udp] = [frame.subarray(14, 34), frame.subarray(34)];
    expect([ip.readUInt16BE(2), udp.readUInt16BE(4)]).toEqual([length - 14, length - 34]);
    const pseudo = Buffer.concat([ip.subarray(12), Buffer.from([0, 17, 0, udp.length])]);
    expect([onesSum(ip), onesSum(Buffer.concat([pseudo, udp]))]).toEqual([0xffff, 0xffff]);
    expect(udp.subarray(8).toString()).toMatch(/^INVITE sip:400@pbx SIP/);
    expect([udp.readUInt16BE(0), udp.readUInt16BE(2)]).toEqual([5060, 5060]);
  });

  it('takes IPv6', () => {
    const end = (address: string) => ({ address, port: 5060 });
    const line = {
      kind: 'message',
      at: AT,
      direction: 'in',
      transport: 'udp',
      leg: '',
      sipCallId: 'a',
    } as const;
    const text = 'OPTIONS sip:x SIP/2.0\r\n\r\n';
    const capture = writePcap({
      lines: [{ ...line, from: end('2001:db8::7'), to: end('198.51.100.7'), firstLine: '', text }],
    });
    const frame = capture.subarray(40);
    expect(frame.readUInt16BE(12)).toBe(0x86dd);
    expect(frame.subarray(22, 54).toString('hex')).toBe(
      '20010db8000000000000000000000007' + '00000000000000000000ffffc6336407',
    );
    expect(frame.subarray(62).toString()).toBe(text);
  });
});
