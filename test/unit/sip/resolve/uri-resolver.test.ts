import { describe, expect, it } from 'vitest';
import { seededIds } from '../../../../src/shared/ids.ts';
import { silentLogger } from '../../../../src/shared/logger.ts';
import { ManualClock } from '../../../../src/shared/manual-clock.ts';
import { parseUri } from '../../../../src/sip/message/index.ts';
import { cachingDns, type Dns } from '../../../../src/sip/resolve/dns.ts';
import { sortSrv } from '../../../../src/sip/resolve/record-order.ts';
import { UriResolver } from '../../../../src/sip/resolve/uri-resolver.ts';

/** A zone: `name type` to records. */
function zone(records: Record<string, readonly unknown[]>): Dns & { asked: string[] } {
  const asked: string[] = [];
  const find = async (question: string) => {
    asked.push(question);
    return (records[question] ?? []) as never[];
  };
  return {
    asked,
    naptr: (name) => find(`${name} NAPTR`),
    srv: (name) => find(`${name} SRV`),
    addresses: (name) => find(`${name} A`),
  };
}

const srv = (name: string, port: number, priority = 1, weight = 0) => ({ name, port, priority, weight });
const naptr = (service: string, replacement: string, order: number, preference = 0) => ({
  flags: 's',
  service,
  regexp: '',
  replacement,
  order,
  preference,
});

async function resolve(text: string, dns: Dns, families: readonly (4 | 6)[] = [4, 6]): Promise<string[]> {
  const resolver = new UriResolver({
    dns,
    transports: ['udp', 'tcp', 'tls'],
    families,
    random: seededIds().random,
    logger: silentLogger,
  });
  const uri = parseUri(text);
  if (!uri) throw new Error(text);
  const targets = await resolver.resolve(uri);
  return targets.map(({ transport, address, port, serverName }) =>
    [transport, address, port, serverName].filter(Boolean).join(' '),
  );
}

describe('UriResolver', () => {
  const none = zone({});

  it.each([
    ['sip:10.0.0.1', ['udp 10.0.0.1 5060']],
    ['sip:a@10.0.0.1:5080;transport=TCP', ['tcp 10.0.0.1 5080']],
    ['sips:10.0.0.1', ['tls 10.0.0.1 5061']],
    ['sips:10.0.0.1;transport=tcp', ['tls 10.0.0.1 5061']],
    ['sip:[2001:db8::1]:5070', ['udp 2001:db8::1 5070']],
    ['sip:example.com;maddr=10.0.0.9', ['udp 10.0.0.9 5060']],
    ['sip:10.0.0.1;transport=sctp', []],
    ['sip:10.0.0.1;transport=ws', []],
    ['sips:10.0.0.1;transport=udp', []],
    ['tel:+86755', []],
  ])('%s needs no look-up', async (text, expected) => {
    expect(await resolve(text, none)).toEqual(expected);
    expect(none.asked).toEqual([]);
  });

  it('answers at once for an address', () => {
    const resolver = new UriResolver({
      dns: none,
      transports: ['udp'],
      families: [4],
      random: () => 0,
      logger: silentLogger,
    });
    expect(resolver.resolve(parseUri('sip:10.0.0.1')!)).toEqual([
      { transport: 'udp', address: '10.0.0.1', port: 5060 },
    ]);
    expect(resolver.resolve(parseUri('sip:[::1]')!)).toEqual([]);
  });

  it('asks for addresses alone when there is a port', async () => {
    const dns = zone({ 'pbx.test A': ['10.0.0.1', '2001:db8::1'] });
    expect(await resolve('sip:pbx.test:5070', dns)).toEqual(['udp 10.0.0.1 5070', 'udp 2001:db8::1 5070']);
    expect(await resolve('sip:pbx.test:5070', dns, [6])).toEqual(['udp 2001:db8::1 5070']);
    expect(dns.asked).toEqual(['pbx.test A', 'pbx.test A']);
  });

  it('follows NAPTR, then SRV, in order (RFC 3263 4.1)', async () => {
    const dns = zone({
      'example.com NAPTR': [
        naptr('SIP+D2U', '_sip._udp.example.com', 60),
        naptr('SIPS+D2T', '_sips._tcp.example.com', 50),
        naptr('SIP+D2S', 'x', 1),
      ],
      '_sips._tcp.example.com SRV': [srv('b.example.com', 5061, 2), srv('a.example.com', 5061, 1)],
      '_sip._udp.example.com SRV': [srv('c.example.com', 5070)],
      'a.example.com A': ['10.0.0.1'],
      'b.example.com A': ['10.0.0.2'],
      'c.example.com A': ['10.0.0.3'],
    });
    expect(await resolve('sip:example.com', dns)).toEqual([
      'tls 10.0.0.1 5061 example.com',
      'tls 10.0.0.2 5061 example.com',
      'udp 10.0.0.3 5070',
    ]);
    expect(await resolve('sips:example.com', dns)).toEqual([
      'tls 10.0.0.1 5061 example.com',
      'tls 10.0.0.2 5061 example.com',
    ]);
  });

  it('asks for SRV of each transport without NAPTR, and only of the one that is named', async () => {
    const dns = zone({
      '_sip._tcp.example.com SRV': [srv('a.example.com', 5062)],
      '_sip._udp.example.com SRV': [srv('a.example.com', 5061)],
      'a.example.com A': ['10.0.0.1'],
    });
    expect(await resolve('sip:example.com', dns)).toEqual(['udp 10.0.0.1 5061', 'tcp 10.0.0.1 5062']);
    expect(await resolve('sip:example.com;transport=tcp', dns)).toEqual(['tcp 10.0.0.1 5062']);
  });

  it('falls back to addresses and default ports', async () => {
    const dns = zone({ 'example.com A': ['10.0.0.1'] });
    expect(await resolve('sip:example.com', dns)).toEqual(['udp 10.0.0.1 5060']);
    expect(await resolve('sips:example.com', dns)).toEqual(['tls 10.0.0.1 5061 example.com']);
    expect(await resolve('sip:nowhere.test', dns)).toEqual([]);
    expect(await resolve('sip:off.test', zone({ '_sip._udp.off.test SRV': [srv('.', 0)] }))).toEqual([]);
  });

  it('goes on without the answers that a resolver refuses, and gives nothing when all fail', async () => {
    const refused = () => Promise.reject(new Error('SERVFAIL'));
    const knows: Dns = { naptr: refused, srv: refused, addresses: async () => ['10.0.0.1'] };
    expect(await resolve('sip:example.com', knows)).toEqual(['udp 10.0.0.1 5060']);
    expect(await resolve('sip:example.com', { ...knows, addresses: refused })).toEqual([]);
    const oneDown: Dns = {
      ...knows,
      srv: async (name) =>
        name.startsWith('_sip._udp') ? [srv('down.test', 5060, 1), srv('up.test', 5060, 2)] : [],
      addresses: (name) => (name === 'down.test' ? refused() : Promise.resolve(['10.0.0.2'])),
    };
    expect(await resolve('sip:example.com', oneDown)).toEqual(['udp 10.0.0.2 5060']);
  });
});

describe('sortSrv', () => {
  it('spreads by weight (RFC 2782)', () => {
    const records = [srv('a', 1, 1, 3), srv('b', 1, 1, 1), srv('c', 1, 0, 0)];
    const { random } = seededIds(7);
    let first = 0;
    for (let count = 0; count < 2000; count++) {
      const sorted = sortSrv(records, random).map(({ name }) => name);
      expect([...sorted].sort()).toEqual(['a', 'b', 'c']);
      expect(sorted[0]).toBe('c');
      if (sorted[1] === 'a') first++;
    }
    // weights 3 to 1, with RFC 2782's one extra point for the smallest
    expect(first / 2000).toBeGreaterThan(0.55);
    expect(first / 2000).toBeLessThan(0.8);
  });
});

describe('cachingDns', () => {
  it('asks a resolver that refuses NAPTR only once in a while: it may take seconds to refuse', async () => {
    let asked = 0;
    const refusing: Dns = { ...zone({}), naptr: () => Promise.reject(new Error(`NOTIMP ${++asked}`)) };
    const cached = cachingDns(refusing, new ManualClock());
    expect([await cached.naptr('a'), await cached.naptr('a'), asked]).toEqual([[], [], 1]);
  });

  it('asks once within 30 s, and again after a failure', async () => {
    const clock = new ManualClock();
    const dns = zone({ 'a A': ['10.0.0.1'] });
    let fails = true;
    const flaky: Dns = {
      ...dns,
      srv: (name) => (fails ? Promise.reject(new Error('SERVFAIL')) : dns.srv(name)),
    };
    const cached = cachingDns(flaky, clock);
    expect(await Promise.all([cached.addresses('a'), cached.addresses('a')])).toEqual([
      ['10.0.0.1'],
      ['10.0.0.1'],
    ]);
    expect(dns.asked).toEqual(['a A']);
    await clock.advance(30_001);
    await cached.addresses('a');
    expect(dns.asked).toHaveLength(2);
    await expect(cached.srv('s')).rejects.toThrow('SERVFAIL');
    fails = false;
    expect(await cached.srv('s')).toEqual([]);
  });
});
