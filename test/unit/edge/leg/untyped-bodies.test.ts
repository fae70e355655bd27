import { expect, test } from 'vitest';
import { UntypedBodies } from '../../../../src/edge/leg/untyped-bodies.ts';
import { createLogger } from '../../../../src/shared/logger.ts';
import { parseMessage } from '../../../../src/sip/message/index.ts';

const message = (contentType: string) =>
  parseMessage(
    Buffer.from(
      `INFO sip:a@b SIP/2.0\r\nCall-ID: c1\r\nCSeq: 1 INFO\r\n${contentType}Content-Length: 1\r\n\r\n5`,
    ),
  )!;

test('a peer is told of once, and no list of all fills the log', () => {
  const lines: string[] = [];
  const untyped = new UntypedBodies(createLogger('warn', { write: (line) => void lines.push(line) }));
  untyped.note(message('Content-Type: application/dtmf\r\n'), '10.0.0.1');
  expect(lines).toEqual([]);
  for (const peer of ['10.0.0.1', '10.0.0.2', '10.0.0.1']) untyped.note(message(''), peer);
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { peer: '10.0.0.1', method: 'INFO', callId: 'c1', msg: 'a peer sends bodies without Content-Type' },
    { peer: '10.0.0.2' },
  ]);
  for (let peer = 0; peer < 1000; peer++) untyped.note(message(''), `10.1.0.${peer}`);
  expect(lines.length).toBe(100);
});
