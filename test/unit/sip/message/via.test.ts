import { describe, expect, it } from 'vitest';
import { parseVia } from '../../../../src/sip/message/index.ts';
import { viaWithSource } from '../../../../src/sip/message/via.ts';

const via = (text: string) => {
  const parsed = parseVia(text);
  if (!parsed) throw new Error(`malformed: ${text}`);
  return parsed;
};

describe('parseVia', () => {
  it('takes white space around every separator', () => {
    expect(via('SIP  /   2.0 /udp     192.0.2.2 : 5070 ; branch = z9hG4bK30239')).toMatchObject({
      transport: 'UDP',
      host: '192.0.2.2',
      port: 5070,
      branch: 'z9hG4bK30239',
      hasCookie: true,
    });
  });

  it('takes received with and without brackets', () => {
    expect(via('SIP/2.0/UDP [2001:db8::9:1];received=[2001:db8::9:255];branch=x').param('received')).toBe(
      '[2001:db8::9:255]',
    );
    expect(via('SIP/2.0/UDP [2001:db8::9:1];received=2001:db8::9:255;branch=x').param('received')).toBe(
      '2001:db8::9:255',
    );
  });

  it('does not trust a branch without anything after the cookie', () => {
    expect(via('SIP/2.0/UDP h;branch=z9hG4bK').hasCookie).toBe(false);
    expect(via('SIP/2.0/UDP h;branch=390skdjuw').hasCookie).toBe(false);
    expect(via('SIP/2.0/UDP h')).toMatchObject({ branch: '', hasCookie: false, wantsRport: false });
  });

  it.each([
    '',
    'SIP/2.0/UDP',
    'SIP/2.0 h',
    'SIP/2.0/UDP 192.0.2.15;;',
    'SIP/2.0/UDP h:0',
    'SIP/2.0/UDP h:x',
    'SIP/2.0/UDPh',
    'SIP/2.0/UDP h x',
    '/2.0/UDP h',
  ])('refuses %j', (text) => {
    expect(parseVia(text)).toBeUndefined();
  });
});

describe('viaWithSource', () => {
  it('fills in rport, and then always received (RFC 3581 4)', () => {
    expect(viaWithSource(via('SIP/2.0/UDP h;rport;branch=z9'), '10.0.0.9', 5061)).toBe(
      'SIP/2.0/UDP h;rport=5061;branch=z9;received=10.0.0.9',
    );
    expect(viaWithSource(via('SIP/2.0/UDP 10.0.0.9;branch=z9;rport'), '10.0.0.9', 5061)).toBe(
      'SIP/2.0/UDP 10.0.0.9;branch=z9;rport=5061;received=10.0.0.9',
    );
  });
  it('adds received when the host is another one (RFC 3261 18.2.1)', () => {
    expect(viaWithSource(via('SIP/2.0/UDP h;branch=z9'), '10.0.0.9', 5061)).toBe(
      'SIP/2.0/UDP h;branch=z9;received=10.0.0.9',
    );
    expect(viaWithSource(via('SIP/2.0/UDP 10.0.0.9;branch=z9'), '10.0.0.9', 5061)).toBe(
      'SIP/2.0/UDP 10.0.0.9;branch=z9',
    );
    expect(viaWithSource(via('SIP/2.0/UDP [::1];branch=z9'), '::1', 5061)).toBe(
      'SIP/2.0/UDP [::1];branch=z9',
    );
  });
  it('does not believe what the sender claims', () => {
    expect(viaWithSource(via('SIP/2.0/UDP h;received=1.1.1.1;rport=9;branch=z9'), '10.0.0.9', 5061)).toBe(
      'SIP/2.0/UDP h;branch=z9;received=10.0.0.9;rport=5061',
    );
  });
});
