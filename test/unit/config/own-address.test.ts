import type { NetworkInterfaceInfo } from 'node:os';
import { describe, expect, test } from 'vitest';
import { defaultRoute, ownAddress } from '../../../src/config/own-address.ts';

const entry = (address: string, internal = false) =>
  ({ address, internal, family: address.includes(':') ? 'IPv6' : 'IPv4' }) as NetworkInterfaceInfo;
const interfaces = {
  lo: [entry('127.0.0.1', true), entry('::1', true)],
  docker0: [entry('172.17.0.1'), entry('fe80::1')],
  eth0: [entry('192.0.2.10'), entry('fe80::2'), entry('2001:db8::10')],
};

describe('the address of a listener on every interface', () => {
  test('is that of the uplink, not that of a container bridge that comes before it', () => {
    expect(ownAddress('0.0.0.0', { interfaces, uplink: 'eth0' })).toBe('192.0.2.10');
    expect(ownAddress('::', { interfaces, uplink: 'eth0' })).toBe('2001:db8::10');
  });

  test('without an uplink it is the first that is not loopback, else loopback', () => {
    expect(ownAddress('0.0.0.0', { interfaces, uplink: undefined })).toBe('172.17.0.1');
    expect(ownAddress('0.0.0.0', { interfaces, uplink: 'ppp0' })).toBe('172.17.0.1');
    expect(ownAddress('0.0.0.0', { interfaces: { lo: interfaces.lo }, uplink: undefined })).toBe('127.0.0.1');
    expect(ownAddress('::', { interfaces: { lo: interfaces.lo }, uplink: undefined })).toBe('::1');
  });

  test('the uplink has the default route with the lowest metric', () => {
    const routes = [
      'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT',
      'wlan0\t00000000\t0102000A\t0003\t0\t0\t600\t00000000\t0\t0\t0',
      'eth0\t00000000\t010200C0\t0003\t0\t0\t100\t00000000\t0\t0\t0',
      'docker0\t000011AC\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0',
      '',
    ].join('\n');
    expect(defaultRoute(routes)).toBe('eth0');
    expect(defaultRoute('')).toBeUndefined();
  });
});
