import { expect, it } from 'vitest';
import { OwnPorts } from '../../../../src/media/embedded/own-ports.ts';

it('has our RTP ports, at the address that we listen on and at the one that we advertise', () => {
  const own = new OwnPorts(['10.0.0.5', '203.0.113.5'], 20_000, 29_999);
  expect(own.has({ address: '10.0.0.5', port: 20_000 })).toBe(true);
  expect(own.has({ address: '203.0.113.5', port: 29_999 })).toBe(true);
  expect(own.has({ address: '203.0.113.5', port: 30_000 })).toBe(false);
  expect(own.has({ address: '203.0.113.6', port: 20_000 })).toBe(false);
});

it('has all of loopback, unless the PBX itself lives there', () => {
  const own = new OwnPorts(['10.0.0.5'], 20_000, 29_999);
  for (const address of ['127.0.0.1', '127.9.9.9', '::1', '::ffff:127.0.0.1'])
    expect(own.has({ address, port: 5060 })).toBe(true);
  expect(new OwnPorts(['127.0.0.1'], 20_000, 29_999).has({ address: '127.0.0.1', port: 5060 })).toBe(false);
});
