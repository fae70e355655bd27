import { describe, expect, it } from 'vitest';
import { senderBehind } from '../../../src/http/sender-behind.ts';

describe('senderBehind', () => {
  const senderOf = senderBehind(['127.0.0.1', '10.0.0.0/8']);
  it.each([
    ['203.0.113.9', undefined, '203.0.113.9'],
    // Nobody else is believed.
    ['203.0.113.9', '198.51.100.1', '203.0.113.9'],
    ['127.0.0.1', '198.51.100.1', '198.51.100.1'],
    ['::ffff:127.0.0.1', '198.51.100.1', '198.51.100.1'],
    ['127.0.0.1', '198.51.100.1, 10.1.2.3', '198.51.100.1'],
    // What the client itself has written before is not.
    ['127.0.0.1', '192.0.2.66, 198.51.100.1', '198.51.100.1'],
    ['127.0.0.1', '2001:db8::5', '2001:db8::5'],
    ['127.0.0.1', 'unknown', '127.0.0.1'],
    ['127.0.0.1', undefined, '127.0.0.1'],
    ['127.0.0.1', '10.0.0.7', '10.0.0.7'],
  ])('%s that says %s is %s', (remoteAddress, forwarded, sender) => {
    const headers = forwarded === undefined ? {} : { 'x-forwarded-for': forwarded };
    expect(senderOf({ headers, socket: { remoteAddress } } as never)).toBe(sender);
  });
});
