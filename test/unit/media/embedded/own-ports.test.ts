import { expect, it } from 'vitest';
import { OwnPorts } from '../../../../src/media/embedded/own-ports.ts';
import { PortPool } from '../../../../src/media/embedded/port-pool.ts';

it('has our RTP ports, at the address that we listen on and at the one that we advertise', () => {
  const pool = new PortPool(20_000, 29_999, () => 0);
  const port = pool.take()!;
  const own = new OwnPorts(['10.0.0.5', '203.0.113.5'], (each) => pool.isTaken(each));
  expect(own.has({ address: '10.0.0.5', port })).toBe(true);
  expect(own.has({ address: '203.0.113.5', port: port + 1 })).toBe(true);
  expect(own.has({ address: '203.0.113.6', port })).toBe(false);
  // A softphone on the same machine may have any port of the range that no call of ours has.
  expect(own.has({ address: '10.0.0.5', port: port + 2 })).toBe(false);
  pool.release(port);
  expect(own.has({ address: '10.0.0.5', port })).toBe(false);
});

it('has all of loopback, unless the PBX itself lives there', () => {
  const own = new OwnPorts(['10.0.0.5'], () => false);
  for (const address of ['127.0.0.1', '127.9.9.9', '::1', '::ffff:127.0.0.1'])
    expect(own.has({ address, port: 5060 })).toBe(true);
  expect(new OwnPorts(['127.0.0.1'], () => false).has({ address: '127.0.0.1', port: 5060 })).toBe(false);
});
