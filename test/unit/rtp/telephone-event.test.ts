import { describe, expect, it } from 'vitest';
import { TelephoneEventReceiver, TelephoneEventSender } from '../../../src/rtp/telephone-event.ts';

interface Packet {
  readonly timestamp: number;
  readonly bytes: Buffer;
}

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
    if (kind !== 'none') packets.push({ timestamp, bytes });
    clock = (clock + 160) | 0;
  }
  return packets;
}

function receiverOf() {
  const heard: [string, number][] = [];
  const receiver = new TelephoneEventReceiver((digit, durationMs) => heard.push([digit, durationMs]));
  let nowMs = 0;
  const feed = (packets: readonly Packet[]) => {
    for (const { timestamp, bytes } of packets) {
      nowMs += 20;
      receiver.receive(bytes, 0, 4, timestamp, nowMs);
    }
  };
  const wait = (ms: number) => {
    nowMs += ms;
    receiver.poll(nowMs);
  };
  return { heard, receiver, feed, wait };
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

  it('leaves out packets of a former digit that come late', () => {
    const first = packetsOf('1', 100, 1000);
    const { heard, feed, wait } = receiverOf();
    feed([...first.slice(0, 5), ...packetsOf('2', 100, 4000).slice(0, 3), ...first.slice(5)]);
    wait(1000);
    expect(heard.map(([digit]) => digit).join('')).toBe('12');
  });

  it('joins the segments of a long press', () => {
    const { heard, receiver } = receiverOf();
    receiver.receive(Buffer.from([4, 10, 0xff, 0xff]), 0, 4, 0, 0);
    receiver.receive(Buffer.from([4, 10, 0x10, 0]), 0, 4, 0xffff, 20);
    receiver.receive(Buffer.from([4, 0x8a, 0x20, 0]), 0, 4, 0xffff, 40);
    expect(heard).toEqual([['4', (0xffff + 0x2000) / 8]]);
  });

  it('leaves out other events and cut-off payloads', () => {
    const { heard, receiver } = receiverOf();
    receiver.receive(Buffer.from([16, 0x8a, 1, 0]), 0, 4, 0, 0);
    receiver.receive(Buffer.from([1, 0x8a, 1]), 0, 3, 0, 0);
    expect(heard).toEqual([]);
  });

  it('works across the wrap of timestamps', () => {
    const { heard, feed } = receiverOf();
    feed(packetsOf('98', 100, 0x7fffff00));
    expect(heard.map(([digit]) => digit).join('')).toBe('98');
  });
});
