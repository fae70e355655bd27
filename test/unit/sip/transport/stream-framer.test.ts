import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Rejection } from '../../../../src/sip/message/index.ts';
import {
  contentLengthOf,
  type FramerUser,
  StreamFramer,
} from '../../../../src/sip/transport/stream-framer.ts';

class Collector implements FramerUser {
  readonly messages: string[] = [];
  pings = 0;
  broken: { rejection: Rejection; head: string | undefined } | undefined;
  onMessage(bytes: Buffer): void {
    this.messages.push(bytes.toString('latin1'));
  }
  onPing(): void {
    this.pings++;
  }
  onBroken(rejection: Rejection, head: Buffer | undefined): void {
    this.broken = { rejection, head: head?.toString('latin1') };
  }
}

const message = (body: string, header = `Content-Length: ${body.length}`) =>
  `MESSAGE sip:a SIP/2.0\r\nCall-ID: 1\r\n${header}\r\n\r\n${body}`;

function feed(text: string, pieces: number[] = [], maxBytes = 1000): Collector & { pending: boolean } {
  const user = new Collector();
  const framer = new StreamFramer(user, maxBytes);
  let at = 0;
  for (const piece of pieces) {
    framer.push(Buffer.from(text.slice(at, at + piece), 'latin1'));
    at += piece;
  }
  framer.push(Buffer.from(text.slice(at), 'latin1'));
  return Object.assign(user, { pending: framer.isPending });
}

describe('StreamFramer', () => {
  const stream = `${message('one')}${message('')}\r\n\r\n${message('\r\n\r\nthree', 'l : 9')}${message('four', 'CONTENT-LENGTH:\r\n 4')}`;
  const expected = [
    message('one'),
    message(''),
    message('\r\n\r\nthree', 'l : 9'),
    message('four', 'CONTENT-LENGTH:\r\n 4'),
  ];

  it('cuts a stream into messages and pings', () => {
    const user = feed(stream);
    expect(user.messages).toEqual(expected);
    expect(user).toMatchObject({ pings: 1, broken: undefined, pending: false });
  });

  it('takes many pings in one piece for one: nobody pings before the last pong', () => {
    expect(feed('\r\n'.repeat(1000)).pings).toBe(1);
    expect(feed('\r\n\r\n'.repeat(3), [4, 4]).pings).toBe(3);
  });

  it('does so however the stream is cut into pieces', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 40 }), (pieces) => {
        const user = feed(stream, pieces);
        expect(user.messages).toEqual(expected);
        expect(user.pings).toBe(1);
      }),
    );
    expect(feed(stream, Array(stream.length).fill(1)).messages).toEqual(expected);
  });

  it('waits for the rest', () => {
    expect(feed(message('one').slice(0, -1))).toMatchObject({ messages: [], pending: true });
    expect(feed('\r')).toMatchObject({ messages: [], pings: 0, pending: false });
  });

  it.each([
    ['no Content-Length', message('x', 'X: 1'), 400],
    ['a negative one', message('x', 'l: -999'), 400],
    ['a huge one', message('x', 'l: 99999999999999999999'), 400],
    ['two that differ', message('x', 'l: 1\r\nContent-Length: 2'), 400],
    ['one that is no number', message('x', 'l: 1 2'), 400],
    ['too long a body', message('x', 'l: 2000'), 513],
    ['too long a head', message('x', `l: 1\r\nX: ${'x'.repeat(2000)}`), 513],
  ])('breaks off at %s', (_what, text, status) => {
    const user = feed(`${text}${message('next')}`);
    expect(user.broken?.rejection.status).toBe(status);
    expect(user.messages).toEqual([]);
  });

  it('breaks off a head that never ends', () => {
    expect(feed('a'.repeat(3000), Array(100).fill(20)).broken).toEqual({
      rejection: { status: 513, reason: 'Message Too Large' },
      head: undefined,
    });
  });

  it('gives the head back that broke it, and then nothing more', () => {
    const user = feed(`${message('ok')}${message('x', 'X: 1')}${message('late')}`);
    expect(user.messages).toEqual([message('ok')]);
    expect(user.broken?.head).toBe(message('', 'X: 1'));
  });

  it('does work in line with the length, whatever the pieces', () => {
    const big = Buffer.from(message('x'.repeat(60_000)));
    const user = new Collector();
    const framer = new StreamFramer(user, 65_535);
    const before = performance.now();
    for (let at = 0; at < big.length; at++) framer.push(big.subarray(at, at + 1));
    expect(user.messages).toHaveLength(1);
    // copying all that waits at each byte would take seconds
    expect(performance.now() - before).toBeLessThan(500);
  });
});

it('contentLengthOf takes equal doubles', () => {
  expect(contentLengthOf(Buffer.from(message('x', 'l: 1\r\nContent-Length: 01')))).toBe(1);
});
