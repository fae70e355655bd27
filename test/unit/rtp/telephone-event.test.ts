import { describe, expect, it } from 'vitest';
import { RtpView } from '../../../src/rtp/rtp-packet.ts';
import { TelephoneEventReceiver, TelephoneEventSender } from '../../../src/rtp/telephone-event.ts';

interface Packet {
  readonly timestamp: number;
  readonly bytes: Buffer;
  readonly sequence: number;
}

/** Sequence numbers in the order in which packets are made, over the wrap of their 16 bits. */
let made = 65_400;
const packetOf = (timestamp: number, ...bytes: number[]): Packet => ({
  timestamp,
  bytes: Buffer.from(bytes),
  sequence: made++ & 0xffff,
});

/** All packets that a sender makes for these digits, 20 ms apart, from RTP timestamp `start` on. */
function packetsOf(digits: string, durationMs = 100, start = 1000): Packet[] {
  const sender = new TelephoneEventSender(digits, durationMs);
  const packets: Packet[] = [];
  let clock = start;
  let timestamp = start;
  while (!sender.done) {
    const bytes = Buffer.alloc(4);
    const kind = sender.next(bytes, 0);
    if (kind === 'first') timestamp = clock;
    if (kind !== 'none') packets.push(packetOf(timestamp, ...bytes));
    clock = (clock + 160) | 0;
  }
  return packets;
}

function receiverOf() {
  const heard: [string, number][] = [];
  const receiver = new TelephoneEventReceiver((digit, durationMs) => heard.push([digit, durationMs]));
  let nowMs = 0;
  const view = new RtpView();
  /** Timestamps as the receiver corrects them. */
  const starts: number[] = [];
  const feed = (packets: readonly Packet[], everyMs = 20) => {
    for (const { timestamp, bytes, sequence } of packets) {
      nowMs += everyMs;
      Object.assign(view, {
        timestamp,
        sequence,
        payloadStart: 0,
        payloadEnd: bytes.length,
        arrivalMs: nowMs,
      });
      starts.push(receiver.receive(bytes, view));
    }
  };
  const wait = (ms: number) => {
    nowMs += ms;
    receiver.poll(nowMs);
  };
  return { heard, starts, feed, wait, keys: () => heard.map(([digit]) => digit).join('') };
}

describe('TelephoneEventSender', () => {
  it('grows the duration, ends with the end bit three times, marks the first', () => {
    const packets = packetsOf('5', 100);
    expect(packets.map(({ bytes }) => bytes.toString('hex'))).toEqual([
      '050a00a0',
      '050a0140',
      '050a01e0',
      '050a0280',
      '058a0320',
      '058a0320',
      '058a0320',
    ]);
    expect(new Set(packets.map(({ timestamp }) => timestamp)).size).toBe(1);
  });

  it('leaves out what is no digit', () => {
    expect(new TelephoneEventSender('xyz').done).toBe(true);
    const { heard, feed } = receiverOf();
    feed(packetsOf('1-2 #*d'));
    expect(heard.map(([digit]) => digit).join('')).toBe('12#*D');
  });
});

describe('TelephoneEventReceiver', () => {
  it('makes one digit of each event, the same digit twice included', () => {
    const { heard, feed } = receiverOf();
    feed(packetsOf('0112*#AD'));
    expect(heard.map(([digit]) => digit).join('')).toBe('0112*#AD');
    expect(heard[0]![1]).toBe(100);
  });

  it('takes packets in any order once', () => {
    const [a, b, c, d, ...finals] = packetsOf('7');
    const { heard, feed, wait } = receiverOf();
    feed([b!, a!, finals[1]!, c!, d!, finals[0]!, finals[2]!]);
    wait(1000);
    expect(heard).toEqual([['7', 100]]);
  });

  it.each([
    ['first packets', (packets: Packet[]) => packets.slice(3)],
    ['two of three finals', (packets: Packet[]) => packets.slice(0, 5)],
    ['all but one', (packets: Packet[]) => packets.slice(6)],
  ])('takes a digit of which was lost: %s', (_, lose) => {
    const { heard, feed, wait } = receiverOf();
    feed(lose(packetsOf('3')));
    wait(1000);
    expect(heard).toEqual([['3', 100]]);
  });

  it('ends a digit whose finals were all lost: by time, or by the next digit', () => {
    const byTime = receiverOf();
    byTime.feed(packetsOf('3').slice(0, 4));
    byTime.wait(100);
    expect(byTime.heard).toEqual([]);
    byTime.wait(100);
    expect(byTime.heard).toEqual([['3', 80]]);

    const byNext = receiverOf();
    byNext.feed([...packetsOf('3').slice(0, 4), ...packetsOf('3', 100, 5000)]);
    expect(byNext.heard).toEqual([
      ['3', 80],
      ['3', 100],
    ]);
  });

  it('makes one digit of packets that came in two bursts: the sender or the receiver stood still', () => {
    for (let at = 1; at < packetsOf('1').length; at++) {
      const { feed, wait, keys } = receiverOf();
      const packets = packetsOf('19');
      feed(packets.slice(0, at));
      wait(400);
      feed(packets.slice(at), 0);
      wait(1000);
      expect([at, keys()]).toEqual([at, '19']);
    }
  });

  it('leaves out packets of a former digit that come late', () => {
    const first = packetsOf('1', 100, 1000);
    const { heard, feed, wait } = receiverOf();
    feed([...first.slice(0, 5), ...packetsOf('2', 100, 4000).slice(0, 3), ...first.slice(5)]);
    wait(1000);
    expect(heard.map(([digit]) => digit).join('')).toBe('12');
  });

  it('joins the segments of a long press', () => {
    const { heard, feed } = receiverOf();
    feed([
      packetOf(0, 4, 10, 0xff, 0xff),
      packetOf(0xffff, 4, 10, 0x10, 0),
      packetOf(0xffff, 4, 0x8a, 0x20, 0),
    ]);
    expect(heard).toEqual([['4', (0xffff + 0x2000) / 8]]);
  });

  it('leaves out other events and cut-off payloads', () => {
    const { heard, feed } = receiverOf();
    feed([packetOf(0, 16, 0x8a, 1, 0), packetOf(0, 1, 0x8a, 1)]);
    expect(heard).toEqual([]);
  });

  it('works across the wrap of timestamps', () => {
    const { feed, keys } = receiverOf();
    feed(packetsOf('98', 100, 0x7fffff00));
    expect(keys()).toBe('98');
  });

  it('takes a sender that begins anew with lower numbers', () => {
    const { feed, keys } = receiverOf();
    const earlier = packetsOf('5', 100, 800).map((packet, at) => ({ ...packet, sequence: at + 30_000 }));
    feed([...packetsOf('5', 100, 0x4000_0000), ...earlier]);
    expect(keys()).toBe('55');
  });
});

/** How gateways send a key, all in their own way. `at`: timestamp when it is pressed. */
const GATEWAYS: Record<string, (key: number, at: number) => Packet[]> = {
  'the timestamp grows with each packet': (key, at) =>
    press(key, (step, end) => ({
      timestamp: at + (step + Math.max(0, end) - 1) * 160,
      duration: step * 160,
    })),
  'the timestamp grows with the audio packets of 30 ms': (key, at) =>
    press(key, (step, end) => ({
      timestamp: at + (step + Math.max(0, end) - 1) * 240,
      duration: step * 240,
    })),
  'the timestamp grows, the duration counts from zero': (key, at) =>
    press(key, (step, end) => ({
      timestamp: at + (step + Math.max(0, end)) * 160,
      duration: (step - 1) * 160,
    })),
  'the end bears the time of the end': (key, at) =>
    press(key, (step, end) => ({ timestamp: end < 0 ? at : at + 800, duration: step * 160 })),
  'the end bears no duration': (key, at) =>
    press(key, (step, end) => ({ timestamp: at, duration: end < 0 ? step * 160 : 0 })),
  'the duration grows on in the end packets': (key, at) =>
    press(key, (step, end) => ({ timestamp: at, duration: (step + Math.max(0, end)) * 160 })),
  'one end packet alone': (key, at) => press(key, (step) => ({ timestamp: at, duration: step * 160 }), 1),
  'six end packets': (key, at) => press(key, (step) => ({ timestamp: at, duration: step * 160 }), 6),
  'no end packet': (key, at) => press(key, (step) => ({ timestamp: at, duration: step * 160 }), 0),
  'every packet is an end': (key, at) =>
    press(key, (step) => ({ timestamp: at, duration: step * 160 })).map((packet) => ended(packet)),
  'the timestamp never changes': (key) => press(key, (step) => ({ timestamp: 160, duration: step * 160 })),
};

/** Packets of a key of 100 ms; `end` counts its end packets from 0, -1 before them. */
function press(
  key: number,
  field: (step: number, end: number) => { timestamp: number; duration: number },
  ends = 3,
): Packet[] {
  const packets: Packet[] = [];
  const add = (step: number, end: number) => {
    const { timestamp, duration } = field(step, end);
    packets.push(packetOf(timestamp, key, end < 0 ? 10 : 0x8a, duration >> 8, duration & 0xff));
  };
  for (let step = 1; step < 5; step++) add(step, -1);
  if (ends === 0) add(5, -1);
  for (let end = 0; end < ends; end++) add(5, end);
  return packets;
}

function ended(packet: Packet): Packet {
  packet.bytes[1] = 0x8a;
  return packet;
}

describe.each(Object.keys(GATEWAYS))('a gateway of which %s', (name) => {
  const send = GATEWAYS[name]!;

  it('has its keys told once each, double ones twice', () => {
    const { feed, wait, keys } = receiverOf();
    let at = 8000;
    for (const key of [2, 2, 5, 5, 5, 1]) {
      feed(send(key, at));
      // its timestamp moves on by the key and a pause of 60 ms
      at += 800 + 480;
      wait(60);
    }
    wait(1000);
    expect(keys()).toBe('225551');
  });

  it('loses no key when packets are lost', () => {
    for (let lost = 0; lost < 4; lost++) {
      const { feed, wait, keys } = receiverOf();
      for (const [at, key] of [3, 7, 7].entries()) {
        feed(send(key, 8000 + at * 2400).filter((_, index) => index !== lost));
        wait(200);
      }
      expect(keys()).toBe('377');
    }
  });
});

it('gives all packets of an event the timestamp of its start', () => {
  const { feed, starts } = receiverOf();
  feed(GATEWAYS['the timestamp grows with each packet']!(1, 8000));
  expect(new Set(starts)).toEqual(new Set([8000]));
});
