import { describe, expect, test } from 'vitest';
import { countsBytesOrCharacters } from '../../../../src/edge/drachtio/payload-end.ts';
import { FrameReader } from '../../../../src/edge/drachtio-wire/frame.ts';

const message = (name: string, body = '') =>
  `id|sip|network|1|udp|127.0.0.1|5060|00:00:00.000000|txn|\r\nINVITE sip:400@x SIP/2.0\r\nFrom: "${name}" <sip:a@b>;tag=1\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;

const byBytes = (text: string) => `${Buffer.byteLength(text)}#${text}`;
const byCharacters = (text: string) => `${[...text].length}#${text}`;

describe.each([
  ['bytes', byBytes],
  ['characters, as stock servers before September 2024', byCharacters],
])('a server that counts %s', (_name, frame) => {
  const messages = [
    message('alice'),
    message('客服中心'),
    message('爱丽丝', '您好，世界 😀'),
    'x|response|1|OK',
    message('é', 'v=0\r\n'),
  ];

  test('is understood, whatever names and bodies hold', () => {
    const stream = Buffer.from(messages.map(frame).join(''));
    for (const size of [1, 7, 64, stream.length]) {
      const reader = new FrameReader(1 << 20, countsBytesOrCharacters);
      const payloads: string[] = [];
      for (let at = 0; at < stream.length; at += size) {
        reader.push(stream.subarray(at, at + size), (payload) => payloads.push(payload.toString()));
      }
      expect(payloads).toEqual(messages);
    }
  });
});
